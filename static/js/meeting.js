// @ts-check
// What was typed away from the server, met with what others did meanwhile: Mine, Theirs, Joined.
// The joined words are what the server has; the person may put back their own or the others'.

import { Delta, same, words } from "./delta.js";
import { announce, h } from "./dom.js";
import { plainNodes } from "./words.js";

/** @typedef {import("./table.js").Table} Table */

export class Meetings {
  /** @param {HTMLElement} place @param {Table} table
   * @param {{name: (id: string) => string, edit: (id: string, change: Delta) => void, show: (id: string) => void,
   *   restore: (id: string) => Promise<void>}} options */
  constructor(place, table, options) {
    this.place = place;
    this.table = table;
    this.options = options;
    /** @type {Map<string, HTMLElement>} */
    this.panels = new Map();
    table.addEventListener("meeting", (event) => this.#meet(/** @type {CustomEvent} */ (event).detail));
    table.addEventListener("refused", (event) => this.#refused(/** @type {CustomEvent} */ (event).detail));
    table.addEventListener("structure", () => this.#look());
  }

  /** @param {string} id @param {HTMLElement} panel */
  #show(id, panel) {
    this.panels.get(id)?.remove();
    this.panels.set(id, panel);
    this.place.append(panel);
    this.place.hidden = false;
  }

  /** @param {string} id */
  #close(id) {
    this.panels.get(id)?.remove();
    this.panels.delete(id);
    this.place.hidden = this.panels.size === 0;
  }

  /** @param {import("./table.js").Meeting} met */
  #meet({ text, mine, theirs, joined }) {
    const name = this.options.name(text);
    const put = (/** @type {Delta} */ wanted, /** @type {string} */ said) => {
      const now = this.table.text(text).shown;
      if (!same(now, wanted)) this.options.edit(text, now.diff(wanted));
      announce(said);
      this.#close(text);
      this.options.show(text);
    };
    const column = (/** @type {string} */ title, /** @type {string} */ hint, /** @type {Delta} */ words_, /** @type {HTMLElement} */ button) =>
      h("section", { class: "meeting-text" }, h("h3", {}, title), h("p", { class: "hint" }, hint),
        h("p", { class: "meeting-words", dir: "auto" }, plainNodes(words_.ops)), button);
    const panel = h("section", { class: "meeting", "aria-label": `Two texts of ${name}` },
      h("h2", {}, `${name} was changed by others while you were away`),
      h("p", {}, "Your words and theirs have been joined, and the joined words are stored. Nothing was dropped. If they do not read well, put one of the two back, or mend the joined words."),
      h("div", { class: "meeting-texts" },
        column("Mine", "As you left it", mine, h("button", { class: "button", type: "button", onclick: () => put(mine, "Your words were put back.") }, "Put mine back")),
        column("Theirs", "As the others have it", theirs, h("button", { class: "button", type: "button", onclick: () => put(theirs, "The others' words were put back.") }, "Put theirs back")),
        column("Joined", "As it stands now", joined, h("button", { class: "button primary", type: "button", onclick: () => {
          this.#close(text);
          this.options.show(text);
        } }, "Keep joined"))));
    this.#show(text, panel);
    announce(`${name} was changed by others while you were away. Your words and theirs have been joined.`);
  }

  /** @param {{text: string, refusal: string, detail: string}} refused */
  #refused({ text, detail }) {
    const name = this.options.name(text);
    const mine = this.table.text(text).shown;
    const gone = this.table.paragraph(text)?.deleted !== false;
    const said = h("p", { class: "hint" });
    const panel = h("section", { class: "meeting", "aria-label": `Words of ${name} that were not stored` },
      h("h2", {}, `What you typed in ${name} is not stored`),
      h("p", {}, detail),
      h("p", { class: "meeting-words", dir: "auto" }, plainNodes(mine.ops)), said,
      h("div", { class: "row" },
        h("button", { class: "button", type: "button", onclick: async () => {
          await navigator.clipboard?.writeText(words(mine)).catch(() => {});
          said.textContent = "Copied.";
        } }, "Copy my words"),
        gone && this.table.paragraph(text) && h("button", { class: "button primary", type: "button", onclick: () => this.options.restore(text) }, `Restore ${name} and store them`),
        !gone && h("button", { class: "button primary", type: "button", onclick: () => {
          this.#close(text);
          this.table.retry(text);
        } }, "Try again"),
        h("button", { class: "button danger", type: "button", onclick: () => {
          this.table.forget(text);
          this.#close(text);
        } }, "Discard my words")));
    this.#show(text, panel);
    announce(`What you typed in ${name} is not stored. ${detail}`);
  }

  /** A paragraph that was restored takes what was kept for it. */
  #look() {
    for (const id of [...this.panels.keys()]) {
      const text = this.table.texts.get(id);
      const paragraph = this.table.paragraph(id);
      if (text?.flights.length && text.refused === null && paragraph && !paragraph.deleted) {
        this.#close(id);
        this.table.retry(id);
      }
    }
  }
}

