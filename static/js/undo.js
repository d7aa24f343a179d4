// @ts-check
// Taking back one's own edits, and nobody else's: inverted changes, carried past what others do.
// One list for the whole draft, so that what was done last is undone first, deeds of structure too.

import { Delta, isEmpty, shifted, split } from "./delta.js";

const TOGETHER_MS = 700;
const MOST = 400;

/** @typedef {{text: string, change: Delta}} Part */
/** @typedef {{parts: Part[], at: number, kind: string} | {deed: string}} Entry */

export class Undo {
  constructor() {
    /** @type {Entry[]} */
    this.done = [];
    /** @type {Entry[]} */
    this.undone = [];
  }

  /** Notes an edit made here. @param {string} text @param {Delta} change @param {Delta} before
   * @param {string} kind edits of one kind that follow at once are taken back together */
  note(text, change, before, kind) {
    const back = change.invert(before);
    const last = this.done.at(-1);
    const now = Date.now();
    const part = last && "parts" in last && last.parts.length === 1 ? last.parts[0] : undefined;
    if (last && "parts" in last && part?.text === text && last.kind === kind && kind !== "whole" && now - last.at < TOGETHER_MS) {
      part.change = back.compose(part.change);
      last.at = now;
    } else {
      this.done.push({ parts: [{ text, change: back }], at: now, kind });
      if (this.done.length > MOST) this.done.shift();
    }
    this.undone = [];
  }

  /** @param {string} deed */
  noteDeed(deed) {
    this.done.push({ deed });
    this.undone = [];
  }

  /** A deed that was not done after all. @param {string} deed */
  forgetDeed(deed) {
    this.done = this.done.filter((entry) => !("deed" in entry) || entry.deed !== deed);
  }

  /** Closes the current group: what comes next is taken back by itself. */
  rest() {
    const last = this.done.at(-1);
    if (last && "parts" in last) last.at = 0;
  }

  /** Takes the last entry from a list and gives it. @param {"done" | "undone"} from */
  take(from) {
    return this[from].pop() ?? null;
  }

  /** Puts the way back of an entry just made on the other list.
   * @param {"done" | "undone"} to @param {Part[]} parts */
  put(to, parts) {
    this[to].push({ parts, at: 0, kind: "whole" });
  }

  /** Carries all entries past a change of others. @param {string} text @param {Delta} change */
  foreign(text, change) {
    for (const list of [this.done, this.undone]) {
      let over = change;
      for (let index = list.length - 1; index >= 0; index -= 1) {
        const entry = list[index];
        if (!entry || !("parts" in entry)) continue;
        for (const part of entry.parts) {
          if (part.text !== text) continue;
          const own = part.change;
          part.change = over.transform(own, true);
          over = own.transform(over, false);
        }
      }
      this.#sweep(list);
    }
  }

  /** @param {string} text @param {string} to @param {number} at */
  split(text, to, at) {
    for (const list of [this.done, this.undone]) {
      let position = at;
      for (let index = list.length - 1; index >= 0; index -= 1) {
        const entry = list[index];
        if (!entry || !("parts" in entry)) continue;
        entry.parts = entry.parts.flatMap((part) => {
          if (part.text !== text) return [part];
          const [left, right] = split(part.change, position);
          position = part.change.transformPosition(position, false);
          return [{ text, change: left }, { text: to, change: right }];
        });
      }
      this.#sweep(list);
    }
  }

  /** @param {string} text @param {string} into @param {number} at */
  merge(text, into, at) {
    for (const list of [this.done, this.undone]) {
      let position = at;
      for (let index = list.length - 1; index >= 0; index -= 1) {
        const entry = list[index];
        if (!entry || !("parts" in entry)) continue;
        for (const part of entry.parts) {
          if (part.text === text) {
            part.text = into;
            part.change = shifted(part.change, position);
          } else if (part.text === into) position = part.change.transformPosition(position, true);
        }
      }
    }
  }

  /** @param {Entry[]} list */
  #sweep(list) {
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const entry = list[index];
      if (!entry || !("parts" in entry)) continue;
      entry.parts = entry.parts.filter((part) => !isEmpty(part.change));
      if (entry.parts.length === 0) list.splice(index, 1);
    }
  }
}
