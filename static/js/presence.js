// @ts-check
// Who is at the table, and who edits where since when.

import { Delta } from "./delta.js";
import { fill, h, when } from "./dom.js";

const HUES = 8;
const REMEMBERED = 200;
const BETWEEN_MS = 260;

export class Presence extends EventTarget {
  /** @param {Table} table @param {(event: string, payload: object) => void} say @param {string} printed what one’s own side is called */
  constructor(table, say, printed) {
    super();
    this.table = table;
    this.say = say;
    this.printed = printed;
    /** @type {string | null} */
    this.own = null;
    /** @type {Map<string, Person>} */
    this.people = new Map();
    /** Where others stand, in what is shown here. @type {Map<string, {text: string, at: number}>} */
    this.carets = new Map();
    /** @type {Map<string, {version: number, change: Delta}[]>} */
    this.log = new Map();
    /** @type {CaretTold[]} */
    this.early = [];
    this.sent = 0;
    this.last = "";
    this.drawn = "";
    for (const name of ["foreign", "edited"]) {
      table.addEventListener(name, (event) => {
        const { text, change } = /** @type {CustomEvent} */ (event).detail;
        for (const caret of this.carets.values()) {
          if (caret.text === text) caret.at = change.transformPosition(caret.at, name === "edited");
        }
      });
    }
    table.addEventListener("made", (event) => {
      const { text, stored } = /** @type {CustomEvent} */ (event).detail;
      const log = this.log.get(text) ?? [];
      log.push({ version: stored.version, change: new Delta(stored.ops) });
      if (log.length > REMEMBERED) log.shift();
      this.log.set(text, log);
      const waiting = this.early.filter((told) => told.text === text);
      if (waiting.length) {
        this.early = this.early.filter((told) => told.text !== text);
        for (const told of waiting) this.#place(told);
        this.#tell();
      }
    });
    table.addEventListener("split", (event) => {
      const { text, to, at } = /** @type {CustomEvent} */ (event).detail;
      for (const caret of this.carets.values()) {
        if (caret.text === text && caret.at > at) Object.assign(caret, { text: to, at: caret.at - at });
      }
    });
    table.addEventListener("merge", (event) => {
      const { text, into, at } = /** @type {CustomEvent} */ (event).detail;
      for (const caret of this.carets.values()) if (caret.text === text) Object.assign(caret, { text: into, at: caret.at + at });
    });
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("moved"));
  }

  /** Takes who is there when this page sits down. @param {string} own @param {Person[]} people */
  begin(own, people) {
    this.own = own;
    this.people = new Map(people.map((person) => [person.key, person]));
    this.carets.clear();
    this.early = [];
    this.#tell();
    this.last = "";
  }

  /** @param {{joined: Person[], left: string[], carets: CaretTold[]}} event */
  told(event) {
    for (const person of event.joined) this.people.set(person.key, person);
    for (const key of event.left) {
      this.people.delete(key);
      this.carets.delete(key);
    }
    for (const told of event.carets) this.#place(told);
    this.#tell();
  }

  /** @param {CaretTold} told */
  #place(told) {
    const person = this.people.get(told.key);
    if (person) {
      person.text = told.text;
      person.text_since = told.since;
    }
    if (told.key === this.own) return;
    const text = told.text ? this.table.texts.get(told.text) : null;
    if (!told.text || !text) {
      this.carets.delete(told.key);
      return;
    }
    if (told.version > text.version) {
      this.early.push(told);
      return;
    }
    let at = told.end;
    for (const one of this.log.get(told.text) ?? []) if (one.version > told.version) at = one.change.transformPosition(at);
    for (const flight of text.flights) at = flight.change.transformPosition(at, true);
    at = text.buffer.transformPosition(at, true);
    this.carets.set(told.key, { text: told.text, at: Math.min(at, text.shown.length()) });
  }

  /** The others in a paragraph. @param {string} id */
  in(id) {
    return [...this.people.values()].filter((person) => person.text === id && person.key !== this.own);
  }

  /** @param {string} id @returns {Caret[]} */
  caretsIn(id) {
    const found = [];
    for (const [key, caret] of this.carets) {
      const person = this.people.get(key);
      if (person && caret.text === id) found.push({ at: caret.at, name: this.called(person), colour: this.hue(key) });
    }
    return found;
  }

  /** What somebody is called beside the words: their delegation; within one's own, their name.
   * @param {Person} person */
  called(person) {
    return person.delegation && person.delegation !== this.printed ? person.delegation : person.name;
  }

  /** @param {string} key */
  hue(key) {
    return ([...this.people.keys()].sort().indexOf(key) % HUES) + 1;
  }

  /** Says where this page edits, at most four times a second.
   * @param {string} draft @param {string | null} id @param {number} start @param {number} end */
  caret(draft, id, start, end) {
    this.next = { draft, id, start, end };
    if (this.timer) return;
    const wait = Math.max(0, this.sent + BETWEEN_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sent = Date.now();
      const { next } = this;
      if (next) this.#send(next);
    }, wait);
  }

  /** @param {{draft: string, id: string | null, start: number, end: number}} next */
  #send({ draft, id, start, end }) {
    const text = id ? this.table.texts.get(id) : null;
    if (!id || !text) {
      if (this.last !== "none") this.say("caret", { draft, text: null, version: null, start: null, end: null });
      this.last = "none";
      return;
    }
    // In the words that the server has: what is not confirmed here is not there yet.
    let base = text.content;
    const back = [];
    for (const flight of text.flights) {
      back.unshift(flight.change.invert(base));
      base = base.compose(flight.change);
    }
    back.unshift(text.buffer.invert(base));
    for (const change of back) {
      start = change.transformPosition(start);
      end = change.transformPosition(end);
    }
    const said = { draft, text: id, version: text.version, start, end };
    const shape = JSON.stringify(said);
    if (shape === this.last) return;
    this.last = shape;
    this.say("caret", said);
  }

  /** Draws who is there. @param {HTMLElement} place */
  draw(place) {
    const summary = place.querySelector("summary");
    const list = place.querySelector("ul");
    if (!summary || !list) return;
    const all = [...this.people.values()].sort((a, b) => a.delegation.localeCompare(b.delegation) || a.name.localeCompare(b.name));
    const shape = JSON.stringify([all, this.own]);
    if (shape === this.drawn) return;
    this.drawn = shape;
    const delegations = [...new Set(all.map((person) => person.delegation || person.name))];
    const few = delegations.slice(0, 3).join(", ");
    summary.textContent = all.length === 0 ? "At the table: only you so far" : `At the table: ${few}${delegations.length > 3 ? ` and ${delegations.length - 3} more` : ""}`;
    fill(list, all.map((person) => {
      const paragraph = person.text ? this.table.paragraph(person.text) : null;
      return h("li", {}, h("span", { class: `who who-${this.hue(person.key)}`, "aria-hidden": "true" }),
        h("span", {}, h("strong", {}, person.name), person.key === this.own && " (you)",
          h("span", { class: "muted" }, person.delegation && ` ${person.delegation}`, ", since ", when(person.since),
            paragraph && person.text_since && [", in ", paragraph.label || "the opening words", " since ", when(person.text_since)])));
    }));
  }
}
