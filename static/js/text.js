// @ts-check
// One text as this page knows it: what the server holds, what is on its way there, what is typed
// meanwhile. No network and no page in here; the protocol is docs/live.md.
//
//     shown = content ∘ flights ∘ buffer
//
// `content` is the server's text at `version`. A flight is a change that was sent and not yet seen
// among the stored ones; there is at most one, but for a moment after a merge. `buffer` is what was
// typed since. Whatever others store is transformed past flights and buffer into what is shown.

import { Delta, isEmpty, same, shifted, split } from "./delta.js";

/** @typedef {import("./delta.js").Op} Op */
/** A change as it was sent: it is sent again just so.
 * @typedef {{draft?: string, text: string, id: string, base: number, ops: Op[]}} Sent */
/** @typedef {{change: Delta, sent: Sent}} Flight */
/** A stored change. @typedef {{version: number, ops: Op[], id: string, by?: unknown, at?: string}} Stored */
/** What is kept in the browser of a text with unconfirmed changes.
 * @typedef {{version: number, content: Op[], flights: {change: Op[], sent: Sent}[], buffer: Op[]}} Kept */

export class Text {
  /** @param {string} id @param {number} version @param {Op[]} ops */
  constructor(id, version, ops) {
    this.id = id;
    this.version = version;
    this.content = new Delta(ops);
    /** @type {Flight[]} */
    this.flights = [];
    this.buffer = new Delta();
    this.shown = this.content;
    /** Stored changes that came before their time. @type {Map<number, Stored>} */
    this.early = new Map();
    /** Why nothing more is sent of this text, when the server has refused. @type {string | null} */
    this.refused = null;
    /** Called with each change to what is shown that was not typed here. @type {(change: Delta) => void} */
    this.onForeign = () => {};
  }

  /** Whether anything typed here is not confirmed yet. */
  get pending() {
    return this.flights.length > 0 || !isEmpty(this.buffer);
  }

  /** Takes an edit made here to what is shown. @param {Delta} change */
  edit(change) {
    this.shown = this.shown.compose(change);
    this.buffer = this.buffer.compose(change);
  }

  /** Gives the next change to send, or null while one is on its way or nothing was typed.
   * @param {() => string} newId @returns {Sent | null} */
  next(newId) {
    if (this.flights.length > 0 || isEmpty(this.buffer) || this.refused !== null) return null;
    const sent = { text: this.id, id: newId(), base: this.version, ops: this.buffer.ops };
    this.flights = [{ change: this.buffer, sent }];
    this.buffer = new Delta();
    return sent;
  }

  /** Takes a stored change, in whatever order they come. @param {Stored} stored
   * @returns {Stored[]} those that have now been made, in order */
  receive(stored) {
    if (stored.version > this.version) this.early.set(stored.version, stored);
    return this.drain();
  }

  /** Whether a version is missing before one that has come. */
  get gap() {
    return this.early.size > 0;
  }

  /** @returns {Stored[]} */
  drain() {
    const made = [];
    for (;;) {
      const stored = this.early.get(this.version + 1);
      if (!stored) break;
      this.early.delete(stored.version);
      this.#store(stored);
      made.push(stored);
    }
    for (const version of this.early.keys()) if (version <= this.version) this.early.delete(version);
    return made;
  }

  /** @param {Stored} stored */
  #store(stored) {
    const change = new Delta(stored.ops);
    const at = this.flights.findIndex((flight) => flight.sent.id === stored.id);
    if (at < 0) {
      this.foreign(change);
      this.version = stored.version;
      return;
    }
    // One's own, and now the server's: past the flights that stand before it, as any other change.
    const [own] = this.flights.splice(at, 1);
    let over = change;
    this.flights = this.flights.map((flight, index) => {
      if (index >= at) return flight;
      const moved = { change: over.transform(flight.change, true), sent: flight.sent };
      over = flight.change.transform(over, false);
      return moved;
    });
    this.content = this.content.compose(change);
    this.version = stored.version;
    if (own && !same(over, own.change)) this.#mend();
  }

  /** Makes a change of others, to the server's text, in all that stands on it. @param {Delta} change */
  foreign(change) {
    this.content = this.content.compose(change);
    let over = change;
    this.flights = this.flights.map((flight) => {
      const moved = { change: over.transform(flight.change, true), sent: flight.sent };
      over = flight.change.transform(over, false);
      return moved;
    });
    const buffer = over.transform(this.buffer, true);
    over = this.buffer.transform(over, false);
    this.buffer = buffer;
    this.#show(over);
  }

  /** Forgets a flight that the server has stored elsewhere: it is taken out of what is shown.
   * @param {string} id */
  drop(id) {
    const at = this.flights.findIndex((flight) => flight.sent.id === id);
    if (at < 0) return;
    let base = this.content;
    for (const flight of this.flights.slice(0, at)) base = base.compose(flight.change);
    const [own] = this.flights.splice(at, 1);
    if (!own || isEmpty(own.change)) return;
    let over = own.change.invert(base);
    this.flights = this.flights.map((flight, index) => {
      if (index < at) return flight;
      const moved = { change: over.transform(flight.change, true), sent: flight.sent };
      over = flight.change.transform(over, false);
      return moved;
    });
    const buffer = over.transform(this.buffer, true);
    over = this.buffer.transform(over, false);
    this.buffer = buffer;
    this.#show(over);
  }

  /** @param {Delta} change */
  #show(change) {
    if (isEmpty(change)) return;
    this.shown = this.shown.compose(change);
    this.onForeign(change);
  }

  /** Stands on what the server says when the algebra of both sides did not agree. What is shown
   * stays; what differs from the server's text is typed anew. */
  #mend() {
    let base = this.content;
    for (const flight of this.flights) base = base.compose(flight.change);
    this.buffer = base.diff(this.shown);
  }

  /** Puts the server's text in place of everything; what was typed and not confirmed is forgotten.
   * @param {number} version @param {Op[]} ops */
  reset(version, ops) {
    const was = this.shown;
    this.content = new Delta(ops);
    this.version = version;
    this.flights = [];
    this.buffer = new Delta();
    this.early.clear();
    this.shown = this.content;
    if (!same(was, this.shown)) this.onForeign(was.diff(this.shown));
  }

  /** Takes the server's text while the page keeps showing what was typed on another one.
   * @param {number} version @param {Op[]} ops */
  adopt(version, ops) {
    if (!this.pending) {
      this.reset(version, ops);
      return;
    }
    this.content = new Delta(ops);
    this.version = version;
    this.flights = [];
    this.early.clear();
    this.#mend();
  }

  /** Cuts the text at a position of the server's text (a `split` move).
   * @param {number} at @param {number} version the version of this text that has lost its end
   * @param {Text} to the text that begins with what stood behind the cut
   * @returns {{cut: number}} where the cut lies in what is shown */
  splitInto(at, version, to) {
    let position = at;
    const before = [];
    const behind = [];
    for (const flight of this.flights) {
      const [left, right] = split(flight.change, position);
      position = flight.change.transformPosition(position, false);
      if (!isEmpty(left)) before.push({ change: left, sent: flight.sent });
      if (!isEmpty(right)) behind.push({ change: right, sent: flight.sent });
    }
    const [left, right] = split(this.buffer, position);
    const cut = this.buffer.transformPosition(position, false);
    to.content = this.content.slice(at);
    to.flights = behind;
    to.buffer = right;
    to.shown = this.shown.slice(cut);
    this.content = this.content.slice(0, at);
    this.version = version;
    this.flights = before;
    this.buffer = left;
    this.shown = this.shown.slice(0, cut);
    return { cut };
  }

  /** Takes in all of another text at a position of the server's text (a `merge` move).
   * @param {Text} other @param {number} at where its words begin here @param {number} version
   * @returns {{at: number}} where the other's words begin in what is shown */
  take(other, at, version) {
    const blank = at - this.content.length();
    const grown = new Delta().retain(this.content.length());
    if (blank > 0) grown.insert(" ".repeat(blank));
    this.foreign(grown.concat(other.content).chop());
    this.version = version;
    let base = new Delta();
    for (const flight of this.flights) base = base.compose(flight.change);
    this.join(
      other.flights.map((flight) => ({ change: shifted(flight.change, at), sent: flight.sent })),
      shifted(other.buffer, at),
    );
    other.content = new Delta();
    other.flights = [];
    other.buffer = new Delta();
    other.shown = other.content;
    let start = at;
    for (const change of [base, this.buffer]) start = change.transformPosition(start, true);
    return { at: start };
  }

  /** Takes over what was typed on the same version of the server's text, beside what is pending here.
   * @param {Flight[]} flights @param {Delta} typed */
  join(flights, typed) {
    let over = new Delta();
    for (const flight of this.flights) over = over.compose(flight.change);
    const moved = [];
    for (const flight of flights) {
      moved.push({ change: over.transform(flight.change, false), sent: flight.sent });
      over = flight.change.transform(over, true);
    }
    typed = over.transform(typed, false);
    let foreign = new Delta();
    for (const flight of moved) foreign = foreign.compose(flight.change);
    const buffer = foreign.transform(this.buffer, true);
    const shown = this.buffer.transform(foreign, false);
    const joined = buffer.transform(typed, false);
    this.flights = [...this.flights, ...moved];
    this.buffer = buffer.compose(joined);
    this.#show(shown.compose(joined));
  }

  /** What to keep in the browser. @returns {Kept} */
  kept() {
    return {
      version: this.version,
      content: this.content.ops,
      flights: this.flights.map((flight) => ({ change: flight.change.ops, sent: flight.sent })),
      buffer: this.buffer.ops,
    };
  }

  /** Puts back what was kept. @param {string} id @param {Kept} kept */
  static from(id, kept) {
    const text = new Text(id, kept.version, kept.content);
    text.flights = kept.flights.map((flight) => ({ change: new Delta(flight.change), sent: flight.sent }));
    text.buffer = new Delta(kept.buffer);
    for (const flight of text.flights) text.shown = text.shown.compose(flight.change);
    text.shown = text.shown.compose(text.buffer);
    return text;
  }
}
