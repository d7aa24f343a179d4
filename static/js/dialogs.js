// @ts-check
// Dialogs: a native <dialog> with a title, a form, and what went wrong in words.

import { h } from "./dom.js";

/** From so many choices on, the audience is chosen from a list. */
const FEW = 4;

/** Opens a dialog; `act` may refuse by throwing, and then its sentence is shown and nothing is lost.
 * @param {DialogOptions} options
 * @returns {HTMLDialogElement} */
export function dialog({ title, body, action, danger, wide, act, cancel = action ? "Cancel" : "Close" }) {
  const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
  const submit = action ? h("button", { class: `button ${danger ? "danger" : "primary"}`, type: "submit" }, action) : null;
  const close = h("button", { class: "button", type: "button", onclick: () => box.close() }, cancel);
  const heading = h("h2", { id: `dialog-${Math.random().toString(36).slice(2)}` }, title);
  const form = h("form", { method: "dialog" }, heading, body, wrong, h("div", { class: "row" }, close, submit));
  const box = h("dialog", { class: wide ? "wide" : null, "aria-labelledby": heading.id, "data-keeps-editing": true }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!act || !submit) return;
    submit.disabled = true;
    Promise.resolve(act(form)).then(
      () => box.close(),
      (error) => {
        wrong.textContent = error instanceof Error ? error.message : String(error);
        wrong.hidden = false;
        submit.disabled = false;
      },
    );
  });
  const back = document.activeElement;
  box.addEventListener("close", () => {
    box.remove();
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** Asks whether a thing is meant. @param {string} title @param {string} sentence @param {string} action @param {() => Promise<unknown>} act */
export const confirmDialog = (title, sentence, action, act) => dialog({ title, body: [h("p", {}, sentence)], action, act: async () => void (await act()) });

/** A field with its label. @param {string} label @param {HTMLElement} control @param {string} [hint] */
export function field(label, control, hint) {
  if (!control.id) control.id = `field-${Math.random().toString(36).slice(2)}`;
  const help = hint ? h("p", { class: "hint", id: `${control.id}-hint` }, hint) : null;
  if (help) control.setAttribute("aria-describedby", help.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), help, control);
}

/** The choice of an audience, in words: buttons when they are few, else a list.
 * @param {{words: string}[]} audiences @param {number} first @param {string} name */
export function choice(audiences, first, name) {
  const id = `${name}-${Math.random().toString(36).slice(2)}`;
  if (audiences.length <= FEW) {
    return h("fieldset", { class: "audiences" }, h("legend", {}, "Who will see it"),
      audiences.map((audience, index) => h("label", { class: "check" },
        h("input", { type: "radio", name: id, value: index, checked: index === first }), audience.words)));
  }
  return h("div", { class: "field audiences" }, h("label", { for: id }, "Who will see it"),
    h("select", { id }, audiences.map((audience, index) => h("option", { value: index, selected: index === first }, audience.words))));
}

/** @param {HTMLElement} box */
export function chosen(box) {
  const one = box.querySelector("input:checked, select");
  return one instanceof HTMLInputElement || one instanceof HTMLSelectElement ? Number(one.value) : 0;
}

/** A menu beside the button that opened it. Arrow keys walk, Escape leaves.
 * @param {HTMLElement} opener
 * @param {Choice[]} items null: a line between */
export function menu(opener, items) {
  document.querySelector(".menu")?.remove();
  const list = h("div", { class: "menu", role: "menu", "aria-label": opener.getAttribute("aria-label") ?? "Menu", "data-keeps-editing": true });
  const close = (/** @type {boolean} */ back) => {
    if (!list.isConnected) return;
    list.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back && opener.isConnected) opener.focus();
  };
  const outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !list.contains(event.target)) close(false);
  };
  for (const item of items) {
    if (!item) {
      if (list.lastElementChild && list.lastElementChild.tagName !== "HR") list.append(h("hr"));
      continue;
    }
    list.append(h("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : null,
      onclick: () => {
        close(true);
        item.act();
      },
    }, h("span", {}, item.label), item.hint && h("kbd", {}, item.hint)));
  }
  list.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=menuitem]")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close(true);
    } else if (event.key.length === 1 && /\S/.test(event.key)) {
      all.find((one) => one.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  });
  (document.querySelector("main") ?? document.body).append(list);
  const at = opener.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const top = at.bottom + size.height + 8 > innerHeight ? Math.max(8, at.top - size.height - 4) : at.bottom + 4;
  list.style.top = `${top}px`;
  list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  opener.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  /** @type {HTMLElement | null} */ (list.querySelector("[role=menuitem]"))?.focus();
}
