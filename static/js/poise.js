// @ts-check
// A delegate clicks into a paragraph and types, as in Word: that begins a proposal. Until the first key
// only a caret stands there, and beside it what else may be done.

import { Delta } from "./delta.js";
import { h } from "./dom.js";
import { fromHtml, fromPlain } from "./line.js";
import { offsetIn } from "./words.js";

export class Poise {
  /** @param {Sheet} sheet
   * @param {PoiseOptions} options */
  constructor(sheet, options) {
    this.sheet = sheet;
    this.options = options;
    /** @type {Place | null} */
    this.at = null;
    /** What is typed while the proposal is being begun. @type {(string | Delta)[] | null} */
    this.keys = null;
    this.caret = h("span", { class: "poised-caret", "aria-hidden": "true" });
    const button = (/** @type {string} */ label, /** @type {() => void} */ act) => h("button", { class: "button", type: "button", onclick: act }, label);
    this.bar = h("div", { class: "poise", role: "group", "aria-label": "This paragraph" },
      h("span", { class: "hint" }, "Type to propose a change"),
      button("Propose a change", () => void this.#begin([])),
      options.positions && button("Take a position", () => this.#leaveTo((id) => options.position(id))),
      button("Comment", () => this.#leaveTo((id) => options.comment(id))));
    sheet.place.addEventListener("click", (event) => this.#click(event));
    sheet.place.addEventListener("keydown", (event) => this.#key(event));
    sheet.place.addEventListener("paste", (event) => this.#paste(event));
    sheet.place.addEventListener("focusout", (event) => {
      if (this.at && !this.keys && !(event.relatedTarget instanceof Node && this.bar.contains(event.relatedTarget)) && document.hasFocus()) this.leave();
    });
    sheet.table.addEventListener("foreign", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.text === this.at?.id && !this.keys) this.leave();
    });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = event.target instanceof Element ? event.target : null;
    const words = target?.closest(".words");
    const id = words?.closest("[data-id]")?.getAttribute("data-id");
    if (!words || !id || this.sheet.row(id)?.words !== words || target?.closest("a, button") || !this.options.may(id)) return;
    const selection = document.getSelection();
    const place = (/** @type {Node | null | undefined} */ node, /** @type {number | undefined} */ offset) => (node ? offsetIn(words, node, offset ?? 0) : null);
    const one = place(selection?.anchorNode, selection?.anchorOffset);
    const two = place(selection?.focusNode, selection?.focusOffset);
    const size = this.sheet.table.text(id).shown.length();
    this.#stand({ id, start: Math.min(one ?? size, two ?? size), end: Math.max(one ?? size, two ?? size) }, /** @type {HTMLElement} */ (words));
  }

  /** @param {Place} at @param {HTMLElement} words */
  #stand(at, words) {
    this.leave();
    this.at = at;
    words.tabIndex = -1;
    words.focus({ preventScroll: true });
    const row = this.sheet.row(at.id)?.element;
    const selection = document.getSelection();
    if (!row || !selection?.rangeCount) return;
    const range = selection.getRangeAt(0);
    const rects = range.getClientRects();
    const rect = rects[rects.length - 1];
    const from = row.getBoundingClientRect();
    if (rect && range.collapsed) {
      this.caret.style.left = `${rect.left - from.left}px`;
      this.caret.style.top = `${rect.top - from.top}px`;
      this.caret.style.height = `${rect.height}px`;
      row.append(this.caret);
    }
    const below = words.getBoundingClientRect();
    this.bar.style.top = `${below.bottom - from.top + 4}px`;
    row.append(this.bar);
  }

  leave() {
    this.at = null;
    this.caret.remove();
    this.bar.remove();
  }

  /** @param {(id: string) => void} act */
  #leaveTo(act) {
    const id = this.at?.id;
    this.leave();
    if (id) act(id);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.target instanceof Element) || !event.target.matches(".words")) return;
    if (this.keys) {
      // The proposal is on its way: what is typed meanwhile is not lost.
      if (!event.ctrlKey && !event.metaKey && !event.altKey && (event.key.length === 1 || event.key === "Backspace")) {
        this.keys.push(event.key);
        event.preventDefault();
      }
      return;
    }
    if (!this.at) return;
    if (event.key === "Escape") {
      this.leave();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const { at } = this;
      this.leave();
      this.options.split(at);
    } else if (event.key.length === 1 || event.key === "Backspace" || event.key === "Delete" || event.key === "Process") {
      event.preventDefault();
      void this.#begin(event.key === "Process" ? [] : [event.key]);
    }
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    if (!this.at || this.keys || !event.clipboardData) return;
    event.preventDefault();
    const html = event.clipboardData.getData("text/html");
    void this.#begin([html ? fromHtml(html, true) : fromPlain(event.clipboardData.getData("text/plain"))]);
  }

  /** @param {(string | Delta)[]} keys */
  async #begin(keys) {
    const { at } = this;
    if (!at) return;
    this.keys = keys;
    this.bar.remove();
    try {
      await this.options.begin(at, keys);
    } finally {
      this.keys = null;
      this.leave();
    }
  }
}
