// @ts-check
// The draft as this page knows it: all its texts, their order, and how they follow the server.
// Knows the protocol of docs/live.md and nothing of sockets or pages: those are handed in.

import { Delta, isEmpty, same } from "./delta.js";
import { Text } from "./text.js";

/** @typedef {import("./text.js").Sent} Sent */
/** @typedef {import("./text.js").Stored} Stored */
/** @typedef {import("./delta.js").Op} Op */
/** @typedef {{id: string, kind: string, level: number, label: string, deleted: boolean}} Paragraph */
/** @typedef {Paragraph & {version: number, ops: Op[]}} FullParagraph */
/** @typedef {{seq: number, paragraphs: FullParagraph[]} & Record<string, any>} State */
/** @typedef {{kind: string, text: string, at: number, version: number, to?: string, to_version?: number, into?: string}} Move */
/** @typedef {{draft?: string, seq: number, deed: any, paragraphs: Paragraph[], texts: Record<string, {version: number, ops: Op[]}>, moves: Move[]}} DeedEvent */
/** @typedef {Stored & {text: string, move?: Move}} ChangeEvent */
/** @typedef {{ok: boolean, refusal?: string, detail?: string} & Record<string, any>} Answer */
/** @typedef {{text: string, mine: Delta, theirs: Delta, joined: Delta}} Meeting */

/**
 * What the table asks of the outside.
 * @typedef {object} Outside
 * @property {(event: string, payload: object) => Promise<Answer>} ask sends an event; rejects when the connection is lost
 * @property {() => Promise<State>} fetchState
 * @property {(text: Text) => Promise<void>} keep keeps a text's unconfirmed changes, or forgets them when there are none
 * @property {(seconds: number) => Promise<void>} pause
 * @property {() => string} newId
 */

/** Refusals after which the same change may well be taken later. */
const LATER = new Set(["NotStored", "TooMany"]);
const LONGEST_PAUSE_S = 20;
/** Kinds of proposals that have words of their own. */
const WORDED = new Set(["amend", "alternative", "insert"]);

export class Table extends EventTarget {
  /** @param {string} draft @param {Outside} outside */
  constructor(draft, outside) {
    super();
    this.draft = draft;
    this.outside = outside;
    this.seq = 0;
    /** @type {Paragraph[]} */
    this.paragraphs = [];
    /** @type {Map<string, Text>} */
    this.texts = new Map();
    /** Whether changes can be sent: connected, joined and caught up. */
    this.ready = false;
    /** Why nothing can be stored just now, in the server's words. @type {string | null} */
    this.notStored = null;
    /** @type {Map<number, DeedEvent>} */
    this.earlyDeeds = new Map();
    /** Changes of texts that are not known yet. @type {Map<string, Stored[]>} */
    this.unknown = new Map();
    /** Acknowledged changes of which not all parts have been seen. @type {Map<string, {text: string, version: number}[]>} */
    this.acks = new Map();
    /** @type {Set<string>} */
    this.sending = new Set();
    this.round = 0;
    /** How many times it is being asked what was missed, and what has come meanwhile. */
    this.asking = 0;
    /** @type {ChangeEvent[]} */
    this.heard = [];
    /** How many changes were sent. */
    this.sent = 0;
    /** When the connection was lost or the page loaded, until all is caught up. */
    this.away = false;
  }

  /** @param {string} name @param {any} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} id */
  text(id) {
    const text = this.texts.get(id);
    if (!text) throw new Error(`no text ${id}`);
    return text;
  }

  /** @param {string} id */
  paragraph(id) {
    return this.paragraphs.find((paragraph) => paragraph.id === id) ?? null;
  }

  /** How many texts have changes that are not confirmed. */
  get pendingCount() {
    let count = 0;
    for (const text of this.texts.values()) if (text.pending) count += 1;
    return count;
  }

  // Beginning and coming back ---------------------------------------------------------------------

  /** Takes the state of the draft; `kept` are texts put back from the browser's store.
   * @param {State} state @param {Text[]} [kept] */
  begin(state, kept = []) {
    this.seq = state.seq;
    this.paragraphs = state.paragraphs.map(withoutOps);
    for (const text of kept) {
      this.#add(text);
      for (const flight of text.flights) this.sent = Math.max(this.sent, flight.n);
    }
    for (const one of textsOf(state)) this.know(one);
    this.away = kept.length > 0;
  }

  /** Takes a text that may be typed in besides the paragraphs' own: a proposal's words, while it is a draft.
   * @param {{id: string, version: number, ops: Op[]}} told */
  know({ id, version, ops }) {
    if (!this.texts.has(id)) this.#add(new Text(id, version, ops));
  }

  /** Lets go of a text that nothing is typed in any more. @param {string} id */
  letGo(id) {
    const text = this.texts.get(id);
    if (text && !text.pending) this.texts.delete(id);
  }

  /** @param {Text} text */
  #add(text) {
    this.texts.set(text.id, text);
    text.onForeign = (change) => this.#tell("foreign", { text: text.id, change });
    this.#takeEarly(text);
  }

  /** @param {Text} text */
  #takeEarly(text) {
    const early = this.unknown.get(text.id);
    this.unknown.delete(text.id);
    for (const stored of early ?? []) if (stored.version > text.version) text.receive(stored);
  }

  /** Sits down at the table and catches up; call it each time there is a connection. */
  async arrive() {
    const round = ++this.round;
    const current = () => round === this.round;
    this.sending.clear();
    const joined = await this.outside.ask("join", { draft: this.draft });
    if (!current()) return null;
    if (!joined.ok) return joined;
    const met = this.away ? this.#remember() : new Map();
    await this.#catchUp(current);
    if (!current()) return null;
    this.ready = true;
    this.#meetings(met);
    this.away = false;
    this.#watchGaps();
    this.resend();
    return joined;
  }

  /** The connection is gone: what is typed now is kept. */
  leave() {
    this.round += 1;
    this.ready = false;
    this.away = true;
    this.sending.clear();
  }

  /** @returns {Map<string, {mine: Delta, base: Delta}>} */
  #remember() {
    const met = new Map();
    for (const text of this.texts.values()) {
      if (text.pending) met.set(text.id, { mine: text.shown, base: text.content });
    }
    return met;
  }

  /** @param {Map<string, {mine: Delta, base: Delta}>} met */
  #meetings(met) {
    for (const [id, was] of met) {
      const text = this.texts.get(id);
      if (!text || same(text.shown, was.mine) || same(text.content, was.base)) continue;
      this.#tell("meeting", { text: id, mine: was.mine, theirs: text.content, joined: text.shown });
    }
  }

  /** @param {() => boolean} current */
  async #catchUp(current) {
    if (this.asking === 0) this.heard = [];
    this.asking += 1;
    try {
      await this.#learn(current);
    } finally {
      this.asking -= 1;
    }
    if (!current()) return;
    this.#deeds();
    this.#watchGaps();
  }

  /** @param {() => boolean} current */
  async #learn(current) {
    let seq = this.seq;
    /** @type {State | null} */
    let state = null;
    for (let tries = 0; ; tries += 1) {
      /** @type {Record<string, number>} */
      const texts = {};
      if (state) for (const one of textsOf(state)) texts[one.id] = 0;
      for (const text of this.texts.values()) texts[text.id] = text.version;
      /** @type {Answer} */
      let answer;
      do {
        answer = await this.outside.ask("catch_up", { draft: this.draft, seq, texts });
        if (!current()) return;
        if (!answer.ok) throw new Error(answer.detail ?? "catch_up was refused");
      } while (!answer.reload && this.#asksMore(answer.changes, texts));
      if (!answer.reload) {
        this.#replay(answer.changes, state);
        break;
      }
      const again = state !== null && tries > 0;
      const fresh = await this.outside.fetchState();
      if (!current()) return;
      if (again && fresh.seq === seq) {
        // More has happened than the server tells one by one.
        this.#replay({}, fresh);
        break;
      }
      state = fresh;
      seq = fresh.seq;
    }
    this.#settle();
    for (const text of this.texts.values()) void this.outside.keep(text);
    this.#tell("pending");
  }

  /** Sets the versions from which the texts that took over what is pending here must be told.
   * @param {Record<string, ChangeEvent[]>} changes @param {Record<string, number>} texts */
  #asksMore(changes, texts) {
    let more = false;
    for (const list of Object.values(changes)) {
      for (const { move } of list) {
        const other = move?.kind === "split" ? move.to : move?.into;
        const from = move?.kind === "split" ? (move.to_version ?? 0) : (move?.version ?? 0);
        if (other && (texts[other] ?? Infinity) > from) {
          texts[other] = from;
          more = true;
        }
      }
    }
    return more;
  }

  /** Makes missed changes, and then stands on the state.
   * @param {Record<string, ChangeEvent[]>} changes @param {State | null} state */
  #replay(changes, state) {
    for (const stored of this.heard.sort((a, b) => a.version - b.version)) {
      const list = (changes[stored.text] ??= []);
      if (stored.version > (list.at(-1)?.version ?? 0)) list.push(stored);
    }
    /** What was typed and goes on in a text that the page knows at a later version. @type {Text[]} */
    const going = [];
    for (const text of [...this.texts.values()]) this.#carry(text, changes, going);
    if (state) this.#stand(changes, state);
    for (const one of going) this.texts.get(one.id)?.join(one.flights, one.buffer);
    if (!state) return;
    this.#tell("state", state);
    this.#tell("structure", { moves: [] });
  }

  /** Takes a text through what it has missed. What is pending goes on as the server makes a late change
   * go on: behind a split in the other half, after a merge in the text that took this one in.
   * @param {Text} text @param {Record<string, ChangeEvent[]>} changes @param {Text[]} going */
  #carry(text, changes, going) {
    /** @param {Text} on */
    const goOn = (on) => {
      on.hollow = true;
      this.#carry(on, changes, going);
      if (on.pending) going.push(on);
    };
    for (const stored of changes[text.id] ?? []) {
      if (stored.version <= text.version) continue;
      const { move } = stored;
      if (move?.kind === "split" && move.to) {
        const to = new Text(move.to, move.to_version ?? 0, []);
        const was = text.shown.length();
        const { cut } = text.splitInto(move.at, stored.version, to);
        text.onForeign(new Delta().retain(cut).delete(was - cut));
        if (text.hollow || this.texts.has(to.id)) goOn(to);
        else {
          this.#add(to);
          this.#carry(to, changes, going);
        }
      } else if (move?.kind === "merge" && move.into) {
        const into = new Text(move.into, move.version, []);
        const was = text.shown;
        Object.assign(into, text.handOn(move.at));
        if (!text.hollow && !same(was, text.shown)) text.onForeign(was.diff(text.shown));
        text.receive(stored);
        goOn(into);
      } else text.receive(stored);
    }
  }

  /** @param {Record<string, ChangeEvent[]>} changes @param {State} state */
  #stand(changes, state) {
    this.seq = state.seq;
    for (const seq of this.earlyDeeds.keys()) if (seq <= state.seq) this.earlyDeeds.delete(seq);
    this.paragraphs = state.paragraphs.map(withoutOps);
    const all = textsOf(state);
    for (const { id, version, ops } of all) {
      const text = this.texts.get(id);
      if (!text) {
        this.know({ id, version, ops });
        for (const stored of changes[id] ?? []) this.text(id).receive(stored);
      } else if (text.version < version || (text.version === version && !same(text.content, new Delta(ops)))) {
        text.adopt(version, ops);
      }
    }
    const there = new Set(all.map((one) => one.id));
    for (const text of [...this.texts.values()]) {
      if (!there.has(text.id) && !text.pending) this.texts.delete(text.id);
    }
  }

  // What the server tells --------------------------------------------------------------------------

  /** @param {ChangeEvent} event */
  change(event) {
    if (this.asking > 0) this.heard.push(event);
    const text = this.texts.get(event.text);
    if (!text) {
      const waiting = this.unknown.get(event.text) ?? [];
      waiting.push(event);
      this.unknown.set(event.text, waiting);
      return;
    }
    const made = text.receive(event);
    for (const one of made) this.#tell("made", { text: text.id, stored: one });
    this.#settle();
    this.#deeds();
    this.#kept(text);
    this.#watchGaps();
    this.pump();
  }

  /** @param {DeedEvent} event */
  deed(event) {
    if (event.seq <= this.seq) return;
    this.earlyDeeds.set(event.seq, event);
    this.#deeds();
    this.#watchGaps();
    this.pump();
  }

  /** A version was sealed: labels are new, words are not.
   * @param {{seq: number, paragraphs: Paragraph[]} & Record<string, any>} event */
  sealed(event) {
    if (event.seq <= this.seq) return;
    this.earlyDeeds.set(event.seq, { deed: null, texts: {}, moves: [], ...event });
    this.#deeds();
    this.#watchGaps();
  }

  /** Makes the deeds whose turn it is; what is still being asked for comes before them. */
  #deeds() {
    while (this.asking === 0) {
      const event = this.earlyDeeds.get(this.seq + 1);
      if (!event || !this.#isReadyFor(event)) return;
      this.earlyDeeds.delete(event.seq);
      this.#make(event);
    }
  }

  /** Whether all changes that a deed builds on have come. @param {DeedEvent} event */
  #isReadyFor(event) {
    return event.moves.every((move) => {
      const text = this.texts.get(move.text);
      if (!text) return false;
      if (move.kind === "split") return text.version === move.version - 1;
      const into = this.texts.get(move.into ?? "");
      const emptied = event.texts[move.text];
      return (
        into !== undefined && into.version === move.version - 1 &&
        (!emptied || text.version === emptied.version - 1)
      );
    });
  }

  /** @param {DeedEvent} event */
  #make(event) {
    const moved = [];
    for (const move of event.moves) {
      const text = this.text(move.text);
      if (move.kind === "split" && move.to) {
        const after = event.texts[move.to];
        const to = new Text(move.to, move.to_version ?? 0, []);
        const { cut } = text.splitInto(move.at, move.version, to);
        const blank = after ? to.content.length() - new Delta(after.ops).length() : 0;
        if (move.to_version === undefined && after) to.version = after.version - (blank > 0 ? 1 : 0);
        // A merge taken back: the text was there, and changes that follow may have come to it already.
        const was = this.texts.get(to.id);
        if (was?.gap) {
          this.unknown.set(to.id, [...was.early.values()]);
          to.heard = was.heard;
        }
        this.texts.set(to.id, to);
        to.onForeign = (change) => this.#tell("foreign", { text: to.id, change });
        // The page must know of the cut before anything else happens to the halves.
        this.#tell("split", { text: text.id, to: to.id, at: cut });
        if (blank > 0 && after && to.version === after.version - 1) {
          to.foreign(new Delta().delete(blank));
          to.version = after.version;
          to.drain();
        }
        this.#takeEarly(to);
        moved.push(to);
      } else if (move.kind === "merge" && move.into) {
        const into = this.text(move.into);
        const { at } = into.take(text, move.at, move.version);
        text.version = event.texts[move.text]?.version ?? text.version + 1;
        this.#tell("merge", { text: text.id, into: into.id, at });
        moved.push(into);
      }
      moved.push(text);
    }
    this.seq = event.seq;
    this.paragraphs = event.paragraphs.map(withoutOps);
    let behind = false;
    for (const [id, after] of Object.entries(event.texts)) {
      const text = this.texts.get(id);
      if (!text) this.#add(new Text(id, after.version, after.ops));
      else if (text.version < after.version) {
        if (text.pending) behind = true;
        else text.reset(after.version, after.ops);
      }
      if (text?.refused && !this.paragraph(id)?.deleted) text.refused = null;
    }
    for (const text of moved) {
      text.drain();
      this.#kept(text);
    }
    this.#settle();
    this.#tell("structure", event);
    if (behind) this.catchUpNow();
  }

  /** Asks for what is missing when it does not come by itself within two seconds. */
  #watchGaps() {
    if (this.gapWatched || !this.#hasGap()) return;
    this.gapWatched = true;
    const round = this.round;
    void this.outside.pause(2).then(() => {
      this.gapWatched = false;
      if (!this.ready || !this.#hasGap()) return;
      if (round === this.round) this.catchUpNow();
      else this.#watchGaps(); // One has come back meanwhile: what is missing now has its own two seconds.
    });
  }

  #hasGap() {
    if (this.earlyDeeds.size > 0 || this.unknown.size > 0) return true;
    for (const text of this.texts.values()) if (text.gap) return true;
    return false;
  }

  /** Asks the server for what this page has missed. */
  catchUpNow() {
    const round = this.round;
    this.unknown.clear();
    this.#catchUp(() => round === this.round).then(
      () => round === this.round && this.pump(),
      (error) => this.#tell("trouble", error),
    );
  }

  // What is sent -----------------------------------------------------------------------------------

  /** Takes an edit made on this page. @param {string} id @param {Delta} change */
  edit(id, change) {
    if (isEmpty(change)) return;
    const text = this.text(id);
    text.edit(change);
    this.#tell("edited", { text: id, change });
    this.#kept(text);
    this.pump();
  }

  /** @param {Text} text */
  #kept(text) {
    void this.outside.keep(text);
    this.#tell("pending");
  }

  /** Sends what can be sent. */
  pump() {
    if (!this.ready) return;
    for (const text of this.texts.values()) {
      const sent = text.next(this.outside.newId, this.sent + 1);
      if (!sent) continue;
      this.sent += 1;
      void this.#send(sent);
    }
  }

  /** Sends again what was on its way when the connection was lost. */
  resend() {
    const all = [...this.texts.values()].flatMap((text) => (text.refused === null ? text.flights : []));
    for (const { sent } of all.sort((a, b) => a.n - b.n)) void this.#send(sent);
    this.pump();
  }

  /** @param {Sent} sent */
  async #send(sent) {
    if (this.sending.has(sent.id)) return;
    this.sending.add(sent.id);
    const round = this.round;
    let pause = 1;
    // Kept before it is sent: a page that dies now must not send these words under another id.
    await Promise.all(this.#holders(sent.id).map((text) => this.outside.keep(text)));
    while (round === this.round && this.#holders(sent.id).length > 0) {
      let answer;
      try {
        answer = await this.outside.ask("change", { draft: this.draft, ...sent });
      } catch {
        return; // Lost: it goes again after the next arrival, under the same id.
      }
      if (round !== this.round) return;
      if (answer.ok) {
        this.#setNotStored(null);
        this.#acknowledge(sent.id, answer);
        return;
      }
      if (!LATER.has(answer.refusal ?? "")) {
        this.#refuse(sent.id, answer);
        return;
      }
      this.#setNotStored(answer.detail ?? "This could not be stored just now.");
      await this.outside.pause(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_S);
    }
  }

  /** @param {string | null} reason */
  #setNotStored(reason) {
    if (this.notStored === reason) return;
    this.notStored = reason;
    this.#tell("pending");
  }

  /** @param {string} id */
  #holders(id) {
    return [...this.texts.values()].filter((text) => text.flights.some((flight) => flight.sent.id === id));
  }

  /** @param {string} id @param {Answer} answer */
  #acknowledge(id, answer) {
    const parts = /** @type {(Stored & {text: string})[]} */ (answer.parts);
    this.acks.set(id, parts.map((part) => ({ text: part.text, version: part.version })));
    for (const part of parts) {
      const stored = { version: part.version, ops: part.ops, id, at: answer.at, by: null };
      const text = this.texts.get(part.text);
      if (this.asking > 0) this.heard.push({ ...stored, text: part.text });
      if (text) for (const one of text.receive(stored)) this.#tell("made", { text: text.id, stored: one });
      else this.unknown.set(part.text, [...(this.unknown.get(part.text) ?? []), stored]);
    }
    this.sending.delete(id);
    this.#settle();
    this.#deeds();
    for (const part of parts) {
      const text = this.texts.get(part.text);
      if (text) this.#kept(text);
    }
    this.#watchGaps();
    this.pump();
  }

  /** Lets go of changes that the server has stored in other texts than this page thought. */
  #settle() {
    for (const [id, parts] of this.acks) {
      if (!parts.every((part) => (this.texts.get(part.text)?.version ?? -1) >= part.version)) continue;
      this.acks.delete(id);
      for (const text of this.#holders(id)) {
        text.drop(id);
        this.#kept(text);
      }
    }
  }

  /** @param {string} id @param {Answer} answer */
  #refuse(id, answer) {
    this.sending.delete(id);
    for (const text of this.#holders(id)) {
      text.refused = answer.detail ?? "The server did not take this.";
      this.#tell("refused", { text: text.id, refusal: answer.refusal, detail: text.refused });
    }
    this.#tell("pending");
  }

  /** Forgets what was typed in a text and refused. @param {string} id */
  forget(id) {
    const text = this.text(id);
    text.refused = null;
    text.reset(text.version, text.content.ops);
    this.#kept(text);
  }

  /** Sends again what was refused, for instance after its paragraph was restored. @param {string} id */
  retry(id) {
    this.text(id).refused = null;
    this.resend();
  }
}

/** All texts of a state that may be typed in: the paragraphs', and those of proposals one is writing.
 * @param {State} state @returns {{id: string, version: number, ops: Op[]}[]} */
function textsOf(state) {
  const writing = (state.proposals ?? []).filter((/** @type {any} */ one) => WORDED.has(one.kind) && one.may.includes("write"));
  return [...state.paragraphs, ...writing];
}

/** @param {any} paragraph @returns {Paragraph} */
function withoutOps(paragraph) {
  const { id, kind, level, label, deleted } = paragraph;
  return { id, kind, level, label, deleted };
}
