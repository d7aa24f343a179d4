// @ts-check
// The document in the middle: one row a paragraph, with its label in the margin; footnotes at the end.

import { printedNumber } from "./delta.js";
import { fill, h } from "./dom.js";
import { carried, markedNodes, plainNodes, selectIn, selectionIn } from "./words.js";

export class Sheet {
  /** @param {HTMLElement} place @param {HTMLElement} notes @param {Table} table
   * @param {{mayEdit: boolean, marks: (id: string) => Mark[], last?: (paragraph: Paragraph) => string}} options */
  constructor(place, notes, table, options) {
    this.place = place;
    this.notes = notes;
    this.table = table;
    this.options = options;
    /** @type {Map<string, SheetRow>} */
    this.rows = new Map();
    /** The paragraph whose words the editor shows, not this sheet. @type {string | null} */
    this.mounted = null;
    this.shape = "";
    /** @type {(() => void)[]} */
    this.after = [];
  }

  /** Sets the rows in the order of the table, and their labels. */
  arrange() {
    const wanted = this.table.paragraphs;
    const there = new Set(wanted.map((paragraph) => paragraph.id));
    for (const [id, row] of this.rows) {
      if (there.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    /** @type {Element | null} */
    let before = null;
    if (this.rows.size === 0) this.place.replaceChildren();
    for (const paragraph of wanted) {
      const row = this.rows.get(paragraph.id) ?? this.#row(paragraph);
      this.#label(row, paragraph);
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : this.place.firstElementChild;
      if (next !== row.element) this.place.insertBefore(row.element, next);
      before = row.element;
    }
    this.number();
    this.#changed();
  }

  /** @param {Paragraph} paragraph @returns {SheetRow} */
  #row(paragraph) {
    const label = h("button", {
      class: "label", type: "button", "data-menu": paragraph.id, "aria-haspopup": "menu", "aria-expanded": "false",
    });
    const words = h("div", { class: "words", dir: "auto" });
    const side = h("div", { class: "side" });
    const element = h("div", { class: "paragraph", id: `p-${paragraph.id}`, role: "group" }, label, words, side);
    element.dataset.id = paragraph.id;
    const row = { element, label, words, side, shape: "", drawn: null };
    this.rows.set(paragraph.id, row);
    return row;
  }

  /** @param {SheetRow} row @param {Paragraph} paragraph */
  #label(row, paragraph) {
    const name = paragraph.label || "Opening words";
    const shape = `${paragraph.kind} ${paragraph.level} ${paragraph.label} ${paragraph.deleted}`;
    if (row.shape !== shape) {
      row.shape = shape;
      const gone = paragraph.deleted ? " gone" : "";
      row.element.className = `paragraph ${paragraph.kind}${paragraph.level ? ` level-${paragraph.level}` : ""}${gone}`;
      row.element.setAttribute("aria-label", paragraph.deleted ? `${name}, deleted` : name);
      fill(row.label, paragraph.label || "¶", paragraph.deleted && h("span", { class: "tag" }, "deleted"));
      row.label.setAttribute("aria-label", `${name}${paragraph.deleted ? ", deleted" : ""}: menu`);
      const last = this.options.last?.(paragraph);
      if (last) {
        row.label.dataset.last = last;
        row.label.setAttribute("aria-description", last);
      }
      this.#roles(row, paragraph, name);
      const number = printedNumber(paragraph.label);
      if (number && !paragraph.deleted) row.words.dataset.number = number;
      else delete row.words.dataset.number;
    }
    if (row.drawn !== this.table.texts.get(paragraph.id)?.shown) this.draw(paragraph.id);
  }

  /** @param {SheetRow} row @param {Paragraph} paragraph @param {string} name */
  #roles(row, paragraph, name) {
    const { words } = row;
    for (const attribute of ["role", "tabindex", "aria-multiline", "aria-label", "aria-level", "aria-description"]) {
      words.removeAttribute(attribute);
    }
    if (this.options.mayEdit && !paragraph.deleted) {
      words.setAttribute("role", "textbox");
      words.setAttribute("aria-multiline", "true");
      words.setAttribute("tabindex", "0");
      words.setAttribute("aria-label", `Words of ${name}`);
    } else if (paragraph.kind === "heading" || paragraph.kind === "annex") {
      words.setAttribute("role", "heading");
      words.setAttribute("aria-level", "2");
    }
  }

  /** Draws a paragraph's words, unless the editor shows them. @param {string} id */
  draw(id) {
    const row = this.rows.get(id);
    const text = this.table.texts.get(id);
    if (!row || !text || this.mounted === id) return;
    const selected = selectionIn(row.words);
    const before = row.words.textContent ?? "";
    row.drawn = text.shown;
    row.words.replaceChildren(...markedNodes(text.shown, this.options.marks(id)));
    if (selected) selectIn(row.words, selected.map((at) => carried(at, before, row.words.textContent ?? "")));
    row.words.classList.toggle("empty", text.shown.length() === 0);
  }

  /** Numbers all footnotes and sets them out at the end. */
  number() {
    let count = 0;
    /** @type {HTMLElement[]} */
    const items = [];
    for (const paragraph of this.table.paragraphs) {
      const row = this.rows.get(paragraph.id);
      if (!row) continue;
      for (const mark of /** @type {NodeListOf<HTMLElement>} */ (row.words.querySelectorAll("sup.note"))) {
        const link = mark.firstElementChild;
        if (!link) continue;
        if (paragraph.deleted) {
          link.textContent = "*";
          continue;
        }
        count += 1;
        const number = String(count);
        if (link.textContent !== number) {
          link.textContent = number;
          link.setAttribute("href", `#note-${number}`);
          link.setAttribute("aria-label", `Footnote ${number}`);
        }
        items.push(h("li", { id: `note-${number}`, dir: "auto" }, plainNodes(JSON.parse(mark.dataset.note ?? "[]")),
          " ", h("a", { class: "back", href: `#p-${paragraph.id}`, "aria-label": `Back to ${paragraph.label || "the text"}` }, "↑")));
      }
    }
    this.notes.hidden = items.length === 0;
    const list = this.notes.querySelector("ol");
    /** @type {string} */
    const shape = items.map((item) => item.outerHTML).join("");
    if (list && this.shape !== shape) {
      this.shape = shape;
      list.replaceChildren(...items);
    }
  }

  /** Draws one row from nothing, after the editor had it. @param {string} id */
  renew(id) {
    const row = this.rows.get(id);
    const paragraph = this.table.paragraph(id);
    if (!row || !paragraph) return;
    row.shape = "";
    row.drawn = null;
    this.#label(row, paragraph);
    this.number();
  }

  /** Draws what a change has touched. @param {string} id @param {boolean} touchesNotes */
  redraw(id, touchesNotes) {
    this.draw(id);
    if (touchesNotes) this.number();
    else {
      const row = this.rows.get(id);
      if (row?.words.querySelector("sup.note")) this.number();
    }
    this.#changed();
  }

  #changed() {
    for (const tell of this.after) tell();
  }

  /** @param {string} id */
  row(id) {
    return this.rows.get(id) ?? null;
  }

  /** @param {string} id */
  mayEdit(id) {
    return this.options.mayEdit && this.table.paragraph(id)?.deleted === false;
  }

  /** The paragraphs that the caret walks through. */
  order() {
    return this.table.paragraphs.filter((paragraph) => !paragraph.deleted).map((paragraph) => paragraph.id);
  }
}
