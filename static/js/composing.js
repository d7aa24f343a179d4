// @ts-check
// Words that are put together on this page alone until they are handed in as a whole: a compromise, or
// one's own proposal as it is to stand after the paragraph has changed.

import { Editor } from "./editor.js";
import { h } from "./dom.js";
import { Text } from "./text.js";
import { WordRows } from "./writing.js";

const ID = "composing";

/** One text that is nowhere else. */
class Alone extends EventTarget {
  /** @param {Op[]} ops */
  constructor(ops) {
    super();
    this.texts = new Map([[ID, new Text(ID, 0, ops)]]);
  }

  /** @param {string} _id */
  text(_id) {
    return /** @type {Text} */ (this.texts.get(ID));
  }

  /** @param {string} id @param {Delta} change */
  edit(id, change) {
    this.text(id).edit(change);
  }
}

export class Composer {
  /** @param {string} label what the words are @param {Delta} base @param {Op[]} ops the words to begin with
   * @param {() => void} changed */
  constructor(label, base, ops, changed) {
    this.alone = new Alone(ops);
    this.element = h("div", { class: "composer" });
    const rows = new WordRows(this.element, this.alone, { base: () => base, mayEdit: () => true, label: () => label, changed });
    const row = rows.add(ID, this.element, this.element);
    this.element.append(row.words);
    this.editor = new Editor(this.alone, rows, {
      marks: () => [], carets: () => [], onCaret: () => {}, stopped: () => null,
      deed: () => Promise.resolve(null), settled: () => Promise.resolve(true), comment: () => {}, enter: () => {},
    });
    // What the rows could not say before the text was there.
    rows.renew(ID);
  }

  get ops() {
    return this.alone.text(ID).shown.ops;
  }

  focus() {
    this.editor.mount(ID, Number.MAX_SAFE_INTEGER);
  }

  end() {
    this.editor.end();
    this.element.remove();
  }
}
