// @ts-check
// "Also" and "further": what the server finds wrong beside the neighbours, offered to the presidency as
// one press.

import { read } from "./api.js";
import { Delta } from "./delta.js";
import { announce } from "./dom.js";

const AGAIN_MS = 1500;

export class Openings {
  /** @param {string} draft @param {Table} table
   * @param {OpeningsOptions} options */
  constructor(draft, table, options) {
    this.draft = draft;
    this.table = table;
    this.options = options;
    /** @type {Map<string, Opening>} */
    this.found = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.round = 0;
  }

  /** What is wrong with a paragraph's opening, in the words that are shown. @param {string} id */
  of(id) {
    const one = this.found.get(id);
    return one && this.table.texts.get(id)?.version === one.version ? one : null;
  }

  /** Looks again, once it is quiet. @param {number} [pause] */
  later(pause = AGAIN_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), pause);
  }

  async look() {
    const round = ++this.round;
    const before = [...this.found.keys()];
    try {
      const { openings } = await read(`/api/drafts/${this.draft}/openings`);
      if (round !== this.round) return;
      this.found = new Map(openings.map((/** @type {Opening} */ one) => [one.paragraph, one]));
      this.options.changed([...new Set([...before, ...this.found.keys()])]);
    } catch {
      // They are hints: without a connection there are none.
    }
  }

  /** @param {string} id */
  async mend(id) {
    const wanted = this.of(id);
    if (!wanted || !(await this.options.settled(id)) || this.table.text(id).version !== wanted.version) {
      announce("The words have just changed. Please look again.");
      await this.look();
      return;
    }
    this.found.delete(id);
    this.options.edit(id, new Delta(wanted.ops));
    this.options.changed([id]);
    announce(`Mended: ${wanted.wanted}`);
  }
}
