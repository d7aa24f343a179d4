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
/** A change that was sent; the page counts what it sends by `n`.
 * @typedef {{change: Delta, sent: Sent, n: number}} Flight */
/** A stored change; or several composed, from the version `base` on, and then `ids` names them all.
 * @typedef {{version: number, ops: Op[], id: string, by?: unknown, at?: string, base?: number, ids?: string[]}} Stored */
/** What is kept in the browser of a text with unconfirmed changes.
 * @typedef {{version: number, content: Op[], flights: {change: Op[], sent: Sent, n: number}[], buffer: Op[]}} Kept */

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
    /** Whether its words are not known, only what was typed in it. */
    this.hollow = false;
    /** Stored changes that came before their time, by the version they stand on. @type {Map<number, Stored>} */
    this.early = new Map();
    /** The newest version that was heard of. */
    this.heard = version;
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
   * @param {() => string} newId @param {number} n @returns {Sent | null} */
  next(newId, n) {
    if (this.flights.length > 0 || isEmpty(this.buffer) || this.refused !== null) return null;
    const sent = { text: this.id, id: newId(), base: this.version, ops: this.buffer.ops };
    this.flights = [{ change: this.buffer, sent, n }];
    this.buffer = new Delta();
    return sent;
  }

  /** Takes a stored change, in whatever order they come. @param {Stored} stored
   * @returns {Stored[]} those that have now been made, in order */
  receive(stored) {
    if (stored.version > this.version) {
      const base = stored.base ?? stored.version - 1;
      // One by one they fit wherever one stands; several composed do not.
      if (!stored.ids || !this.early.has(base)) this.early.set(base, stored);
      this.heard = Math.max(this.heard, stored.version);
    }
    return this.drain();
  }

  /** Whether a version is missing: one before those that came early, or one that came in a composed
   * change which does not fit what stands here. */
  get gap() {
    return this.heard > this.version;
  }

  /** @returns {Stored[]} */
  drain() {
    const made = [];
    for (;;) {
      const stored = this.early.get(this.version);
      // What one has sent oneself must be told apart from what others did: it is asked for again.
      if (!stored || this.flights.some((flight) => stored.ids?.includes(flight.sent.id))) break;
      this.early.delete(this.version);
      this.#store(stored);
      made.push(stored);
    }
    for (const base of this.early.keys()) if (base < this.version) this.early.delete(base);
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
    const own = /** @type {Flight} */ (this.flights[at]);
    const before = this.flights.slice(0, at);
    const moved = past(change, before);
    if (!same(moved.over, own.change) && !this.hollow) this.#keepShowing(own.change, moved.over, at);
    this.flights = [...moved.list, ...this.flights.slice(at + 1)];
    this.content = this.content.compose(change);
    this.version = stored.version;
  }

  /** Makes a change of others, to the server's text, in all that stands on it. @param {Delta} change */
  foreign(change) {
    this.content = this.content.compose(change);
    this.#pass(change, 0);
  }

  /** Makes a change beneath what stands from a flight on. @param {Delta} change @param {number} from */
  #pass(change, from) {
    const { list, over } = past(change, [...this.flights.slice(from), { change: this.buffer }]);
    this.buffer = /** @type {{change: Delta}} */ (list.pop()).change;
    this.flights = [...this.flights.slice(0, from), .../** @type {Flight[]} */ (list)];
    this.#show(over);
  }

  /** The words on which a flight stands. @param {number} at */
  #beneath(at) {
    return this.flights.slice(0, at).reduce((base, flight) => base.compose(flight.change), this.content);
  }

  /** Forgets a flight that the server has stored elsewhere: it is taken out of what is shown.
   * @param {string} id */
  drop(id) {
    const at = this.flights.findIndex((flight) => flight.sent.id === id);
    if (at < 0) return;
    const base = this.#beneath(at);
    const [own] = this.flights.splice(at, 1);
    if (own && !isEmpty(own.change)) this.#pass(own.change.invert(base), at);
  }

  /** @param {Delta} change */
  #show(change) {
    if (isEmpty(change)) return;
    this.shown = this.shown.compose(change);
    this.onForeign(change);
  }

  /** One's own flight was stored otherwise than it is shown, as where two of one's own meet at one place
   * and the later one was stored first. What is shown stays: one's own words are set there anew.
   * @param {Delta} mine @param {Delta} theirs @param {number} at */
  #keepShowing(mine, theirs, at) {
    const base = this.#beneath(at);
    const behind = this.flights.slice(at + 1);
    const { list, over } = past(mine.invert(base).compose(theirs), behind);
    const shown = behind.reduce((words, flight) => words.compose(flight.change), base.compose(mine));
    this.flights = [...this.flights.slice(0, at + 1), ...list];
    this.buffer = over.invert(shown).compose(this.buffer);
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
    this.heard = version;
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
    this.heard = version;
    this.buffer = this.content.diff(this.shown);
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
      if (!isEmpty(left)) before.push({ ...flight, change: left });
      if (!isEmpty(right)) behind.push({ ...flight, change: right });
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
    const { flights, buffer } = other.handOn(at);
    this.join(flights, buffer);
    other.content = new Delta();
    other.shown = other.content;
    let start = at;
    for (const change of [base, this.buffer]) start = change.transformPosition(start, true);
    return { at: start };
  }

  /** Gives away what is pending, as made to a text in which this one's words begin at a position.
   * @param {number} at */
  handOn(at) {
    const flights = this.flights.map((flight) => ({ ...flight, change: shifted(flight.change, at) }));
    const buffer = shifted(this.buffer, at);
    this.flights = [];
    this.buffer = new Delta();
    this.shown = this.content;
    return { flights, buffer };
  }

  /** Takes over what was typed on the same version of the server's text, beside what is pending here.
   * @param {Flight[]} flights @param {Delta} typed */
  join(flights, typed) {
    // In the order in which they were sent, and so will be stored; what was not sent comes last.
    const unsent = { n: Infinity, sent: null };
    let mine = [...this.flights, { ...unsent, change: this.buffer }];
    let theirs = [...flights, { ...unsent, change: typed }];
    const all = [];
    for (let [one, other] = [mine[0], theirs[0]]; one && other; [one, other] = [mine[0], theirs[0]]) {
      const parts = one.sent?.id === other.sent?.id;
      if (!parts && one.n < other.n) {
        mine = mine.slice(1);
        theirs = past(one.change, theirs).list;
        all.push(one);
        continue;
      }
      theirs = theirs.slice(1);
      let { change } = other;
      if (parts) {
        // Two parts of one change, in one text again.
        change = one.change.transform(change, true);
        theirs = past(other.change.transform(one.change, false), theirs).list;
        mine = mine.slice(1);
        all.push({ ...one, change: one.change.compose(change) });
      } else all.push(other);
      const through = past(change, mine);
      mine = through.list;
      this.#show(through.over);
    }
    this.buffer = all.pop()?.change ?? new Delta();
    this.flights = /** @type {Flight[]} */ (all);
  }

  /** What to keep in the browser. @returns {Kept} */
  kept() {
    return {
      version: this.version,
      content: this.content.ops,
      flights: this.flights.map(({ change, sent, n }) => ({ change: change.ops, sent, n })),
      buffer: this.buffer.ops,
    };
  }

  /** Puts back what was kept. @param {string} id @param {Kept} kept */
  static from(id, kept) {
    const text = new Text(id, kept.version, kept.content);
    text.flights = kept.flights.map(({ change, sent, n }) => ({ change: new Delta(change), sent, n: n ?? 0 }));
    text.buffer = new Delta(kept.buffer);
    for (const flight of text.flights) text.shown = text.shown.compose(flight.change);
    text.shown = text.shown.compose(text.buffer);
    return text;
  }
}

/** Takes changes that stand one on another past one that was stored before them.
 * @template {{change: Delta}} T @param {Delta} over @param {T[]} list
 * @returns {{list: T[], over: Delta}} the changes on it, and itself on top of them all */
function past(over, list) {
  const moved = list.map((one) => {
    const change = over.transform(one.change, true);
    over = one.change.transform(over, false);
    return { ...one, change };
  });
  return { list: moved, over };
}
