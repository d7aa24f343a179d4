// @ts-check
// Rows of words beside the paragraphs' own: what a proposal would say, what is being put together. What
// differs from the text it is made on is shown as a redline, also while it is typed.

import { runs } from "./difference.js";
import { h } from "./dom.js";
import { Decoration } from "./vendor.js";
import { plainNodes } from "./words.js";

/** Words as a redline. @param {Delta | null} base null: there is nothing to compare them with @param {Delta} text @returns {Node[]} */
export function redlined(base, text) {
  if (!base) return plainNodes(text.ops);
  return runs(base, text).flatMap(({ op, ops }) =>
    op === "keep" ? plainNodes(ops) : [h(op === "insert" ? "ins" : "del", {}, plainNodes(ops))]);
}

/** Implements Rows of editor.js. */
export class WordRows {
  /** @param {HTMLElement} place @param {Texts} texts
   * @param {WordRowsOptions} options */
  constructor(place, texts, options) {
    this.place = place;
    this.texts = texts;
    this.options = options;
    /** @type {string | null} */
    this.mounted = null;
    /** @type {Map<string, WordRow>} */
    this.rows = new Map();
  }

  /** Makes the row of a text; the element that holds it carries its id. @param {string} id @param {HTMLElement} element @param {HTMLElement} label */
  add(id, element, label) {
    element.dataset.id = id;
    const row = { element, label, words: h("div", { class: "words", dir: "auto" }) };
    this.rows.set(id, row);
    this.renew(id);
    return row;
  }

  /** @param {string} id */
  remove(id) {
    this.rows.delete(id);
  }

  /** @param {string} id */
  row(id) {
    return this.rows.get(id) ?? null;
  }

  /** @param {string} id */
  mayEdit(id) {
    return this.rows.has(id) && this.texts.texts.has(id) && this.options.mayEdit(id);
  }

  /** @returns {string[]} */
  order() {
    return [];
  }

  /** Footnotes are numbered where they stand in the text. */
  number() {}

  /** @param {string} id */
  redraw(id) {
    if (!this.rows.has(id)) return;
    this.draw(id);
    this.options.changed?.(id);
  }

  /** @param {string} id */
  draw(id) {
    const row = this.rows.get(id);
    const text = this.texts.texts.get(id);
    if (!row || !text || this.mounted === id) return;
    row.words.replaceChildren(...redlined(this.options.base(id), text.shown));
    row.words.classList.toggle("empty", text.shown.length() === 0);
  }

  /** @param {string} id */
  renew(id) {
    const row = this.rows.get(id);
    if (!row) return;
    const edit = this.mayEdit(id);
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["tabindex", "0"], ["aria-label", this.options.label(id)]]) {
      if (edit) row.words.setAttribute(/** @type {string} */ (name), /** @type {string} */ (value));
      else row.words.removeAttribute(/** @type {string} */ (name));
    }
    this.draw(id);
  }

  /** @param {string} id @returns {Decoration[]} */
  lay(id) {
    const base = this.options.base(id);
    const text = this.texts.texts.get(id);
    if (!base || !text) return [];
    let at = 0;
    return runs(base, text.shown).flatMap(({ op, ops, length }) => {
      const from = at;
      if (op !== "delete") at += length;
      if (op === "keep") return [];
      if (op === "insert") return [Decoration.inline(from, at, { class: "ins" })];
      return [Decoration.widget(from, () => h("del", { contenteditable: "false", "aria-hidden": "true" }, plainNodes(ops)),
        { side: -1, key: JSON.stringify(ops), ignoreSelection: true })];
    });
  }
}
