// @ts-check
// Passkeys: asked of the browser, and handed in with the form they stand in.
//
// A form with data-passkey names the address of its challenge; with data-make a new passkey is made,
// otherwise one is asked to sign. Forms are hidden where the browser knows no passkeys.

import { get } from "./dom.js";

/** @param {string} text */
function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null} [buffer] */
function words(buffer) {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {{id: string, transports?: string[]}[]} [listed] */
function credentials(listed) {
  return (listed ?? []).map((one) => ({ ...one, type: "public-key", id: bytes(one.id) }));
}

/**
 * @param {any} options As the server gives them, in JSON.
 * @param {boolean} make
 */
async function ask(options, make) {
  const challenge = bytes(options.challenge);
  const asked = make
    ? {
        ...options,
        challenge,
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: credentials(options.excludeCredentials),
      }
    : { ...options, challenge, allowCredentials: credentials(options.allowCredentials) };
  const found = make
    ? await navigator.credentials.create({ publicKey: asked })
    : await navigator.credentials.get({ publicKey: asked });
  return /** @type {any} */ (found);
}

/** @param {any} found A PublicKeyCredential. */
function told(found) {
  const { response } = found;
  return JSON.stringify({
    id: found.id,
    rawId: words(found.rawId),
    type: found.type,
    authenticatorAttachment: found.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: {
      clientDataJSON: words(response.clientDataJSON),
      attestationObject: words(response.attestationObject) ?? undefined,
      authenticatorData: words(response.authenticatorData) ?? undefined,
      signature: words(response.signature) ?? undefined,
      userHandle: words(response.userHandle) ?? undefined,
    },
  });
}

/** @param {HTMLFormElement} form */
async function use(form) {
  const answer = await fetch(form.dataset.passkey ?? "", { method: "POST" });
  if (answer.status === 403 && form.dataset.make !== undefined) {
    location.assign("/account/again?at=factor");
    return;
  }
  if (!answer.ok) throw new Error("This is not possible just now. Please load the page again.");
  const field = /** @type {HTMLInputElement} */ (get("[name=answer]", form));
  field.value = told(await ask(await answer.json(), form.dataset.make !== undefined));
  form.submit();
}

/** @param {unknown} problem */
function sentence(problem) {
  if (!(problem instanceof DOMException)) return problem instanceof Error ? problem.message : "";
  if (problem.name === "NotAllowedError") return "Nothing was chosen. You may try again.";
  if (problem.name === "InvalidStateError") return "This device holds a passkey of yours already.";
  return "This browser could not use a passkey here.";
}

// Passkeys are bound to a domain: at a bare address there are none.
const bound = !/^[\d.]+$|^\[/.test(location.hostname);

if (bound && "PublicKeyCredential" in window && window.isSecureContext) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
    document.querySelectorAll("form[data-passkey]")
  )) {
    form.hidden = false;
    const button = /** @type {HTMLButtonElement} */ (get("button", form));
    const press = async () => {
      button.disabled = true;
      try {
        await use(form);
      } catch (problem) {
        get("[data-said]", form).textContent = sentence(problem);
        button.disabled = false;
      }
    };
    button.addEventListener("click", press);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void press();
    });
  }
}
