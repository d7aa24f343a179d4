// @ts-check
// The people of a draft: inviting them, withdrawing invitations, ending places.

import { call } from "./api.js";
import { counted, fill, get, h, newId } from "./dom.js";

/** @typedef {{id: string, role: string, delegation: string, name: string, expires_at: string}} Invitation */

const said = get("#said");
const refused = get("#refused");

/** @param {HTMLElement} place @param {unknown} problem */
function complain(place, problem) {
  place.textContent = problem instanceof Error ? problem.message : "This was not possible.";
  place.hidden = false;
}

/** @param {string} words */
const begun = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/** As the server writes a moment. @param {string} iso */
function moment(iso) {
  const then = new Date(iso);
  const day = then.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return h("time", { datetime: iso }, `${day}, ${then.toISOString().slice(11, 16)} UTC`);
}

// Ending places -----------------------------------------------------------------------------------

const end = /** @type {HTMLDialogElement} */ (get("#end"));

/** @param {HTMLButtonElement} button */
function askEnd(button) {
  const { name = "", end: person = "" } = button.dataset;
  const own = "own" in button.dataset;
  get("#end-head").textContent = own ? "End your own place?" : `End the place of ${name}?`;
  get("#end-words").textContent = own
    ? "You leave the table at once, and come back only by a new invitation. What you wrote stays in the record under your delegation."
    : `${name} leaves the table at once, on every device, and no longer sees this draft. What they wrote stays in the record under their delegation.`;
  get("#end-yes").textContent = own ? "End my place" : `End the place of ${name}`;
  end.returnValue = "";
  end.addEventListener("close", () => void (end.returnValue === "end" && endPlace(person, name, own)), { once: true });
  end.showModal();
}

/** @param {string} person @param {string} name @param {boolean} own */
async function endPlace(person, name, own) {
  refused.hidden = true;
  const draft = location.pathname.split("/")[2];
  try {
    await call("DELETE", `/api/drafts/${draft}/people/${person}`);
  } catch (problem) {
    complain(refused, problem);
    return;
  }
  if (own) {
    location.assign("/drafts");
    return;
  }
  const line = get(`[data-person="${person}"]`);
  const group = line.closest(".delegation");
  line.remove();
  const left = group?.querySelectorAll("[data-person]").length ?? 0;
  if (left === 0) group?.remove();
  else if (group) fill(get(".count", group), left, h("span", { class: "said" }, left === 1 ? " person" : " people"));
  said.textContent = `The place of ${name} has ended.`;
  get("#seated").focus();
}

// Inviting ----------------------------------------------------------------------------------------

const form = document.querySelector("#invite");
if (form instanceof HTMLFormElement) wireInviting(form);

/** @param {HTMLFormElement} form */
function wireInviting(form) {
  const role = /** @type {HTMLSelectElement} */ (get("#role"));
  const delegation = /** @type {HTMLSelectElement} */ (get("#delegation"));
  const name = /** @type {HTMLInputElement} */ (get("#name"));
  const field = get("#delegation-field");
  const failed = get("#invite-refused");
  const all = [...delegation.options];
  /** The call in hand: repeated with the same id after a failure, it has one effect. */
  let id = newId();

  /** Which delegations fit the role: an organization observes; States do the rest, and may observe. */
  function fit() {
    const observer = role.value === "observer";
    const chosen = delegation.value;
    const fitting = all.filter((o) => o.dataset.kind === undefined || observer || role.value === "presidency" || o.dataset.kind !== "organization");
    if (observer) {
      const rank = (/** @type {HTMLOptionElement} */ o) => (o.dataset.kind === undefined ? 0 : o.dataset.kind === "organization" ? 1 : o.dataset.kind === "observer_state" ? 2 : 3);
      fitting.sort((a, b) => rank(a) - rank(b));
    }
    delegation.replaceChildren(...fitting);
    if (fitting.some((o) => o.value === chosen)) delegation.value = chosen;
    else delegation.selectedIndex = 0;
    field.hidden = role.value === "secretariat";
    delegation.required = !field.hidden && role.value !== "presidency";
    get("#delegation-optional").hidden = role.value !== "presidency";
    spell();
  }

  /** Spells out a short name ("Iran") as it is printed in full. */
  function spell() {
    const option = delegation.selectedOptions[0];
    const long = option?.dataset.long ?? "";
    get("#delegation-long").textContent = long === option?.textContent ? "" : long;
  }

  role.addEventListener("change", fit);
  delegation.addEventListener("change", spell);
  form.addEventListener("input", () => (id = newId()));
  fit();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    const button = /** @type {HTMLButtonElement} */ (get("button", form));
    button.disabled = true;
    try {
      const answer = await call("POST", `/api/drafts/${form.dataset.draft}/invitations`, {
        id,
        role: role.value,
        delegation: field.hidden ? null : delegation.value || null,
        name: name.value.trim(),
      });
      id = newId();
      show(answer.invitation, answer.link);
    } catch (problem) {
      complain(failed, problem);
    } finally {
      button.disabled = false;
    }
  });

  /** @param {Invitation} invitation @param {string | undefined} link absent when an earlier call was answered again */
  function show(invitation, link) {
    const whom = [invitation.name, begun(invitation.role), invitation.delegation].filter(Boolean).join(", ");
    list(invitation);
    if (!link) {
      complain(failed, "The invitation was made, but its link got lost on the way. Withdraw it below and make another.");
      return;
    }
    const hours = Math.round((Date.parse(invitation.expires_at) - Date.now()) / 3_600_000);
    get("#made-for").textContent = `For ${whom}.`;
    const field = /** @type {HTMLInputElement} */ (get("#link"));
    field.value = link;
    fill(get("#made-valid"), `Valid for ${counted(hours, "hour")}, until `, moment(invitation.expires_at), "; it can be used once. It is shown only now: copy it, and send it to this one person.");
    get("#copied").textContent = "";
    form.hidden = true;
    get("#made").hidden = false;
    get("#made-head").focus();
    field.addEventListener("focus", () => field.select());
  }

  get("#copy").addEventListener("click", async () => {
    const field = /** @type {HTMLInputElement} */ (get("#link"));
    const copied = get("#copied");
    try {
      await navigator.clipboard.writeText(field.value);
      copied.textContent = "Copied.";
    } catch {
      // The clipboard needs a secure page; selected, the link is one key away.
      field.focus();
      field.select();
      copied.textContent = "The link is selected: press Ctrl and C (⌘ and C on a Mac) to copy it.";
    }
  });

  get("#another").addEventListener("click", () => {
    form.reset();
    fit();
    get("#made").hidden = true;
    /** @type {HTMLInputElement} */ (get("#link")).value = "";
    form.hidden = false;
    role.focus();
  });
}

// Open invitations --------------------------------------------------------------------------------

/** @param {Invitation} invitation */
function list(invitation) {
  const { id, name, role, delegation } = invitation;
  if (document.querySelector(`[data-invitation="${id}"]`)) return;
  const place = begun(role) + (delegation ? `, ${delegation}` : "");
  get("#open").append(
    h("li", { "data-invitation": id },
      h("div", {},
        h("p", { class: "who" }, name || "Nobody named"),
        h("p", { class: "hint" }, `${place}; valid until `, moment(invitation.expires_at))),
      h("button", { class: "button quiet danger", type: "button", "data-withdraw": id,
        "aria-label": `Withdraw the invitation for ${name || role}${delegation ? `, ${delegation}` : ""}` }, "Withdraw")),
  );
  get("#none-open").hidden = true;
}

/** @param {string} id */
async function withdraw(id) {
  refused.hidden = true;
  try {
    await call("DELETE", `/api/invitations/${id}`);
  } catch (problem) {
    complain(refused, problem);
    return;
  }
  get(`[data-invitation="${id}"]`).remove();
  get("#none-open").hidden = document.querySelector("[data-invitation]") !== null;
  said.textContent = "The invitation is withdrawn; its link no longer works.";
  get("#open-head").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.dataset.end) askEnd(button);
  else if (button?.dataset.withdraw) void withdraw(button.dataset.withdraw);
});
