// A little server with the answers of docs/live.md, for the tests of the page's protocol: it mirrors
// services/editing (`_placed`) and the split and merge of services/deeds, and is told to be slow,
// to lose connections and to be unable to store.

import { Delta, split, shifted, isEmpty } from "../../static/js/delta.js";

/** @typedef {{version: number, ops: any[], id: string, content: Delta, move?: any}} Entry */

export class Server {
  /** @param {string[]} paragraphs */
  constructor(paragraphs) {
    this.draft = "draft";
    this.seq = 0;
    /** @type {{id: string, kind: string, level: number, label: string, deleted: boolean}[]} */
    this.order = [];
    /** @type {Map<string, {content: Delta, version: number, log: Entry[], first: Delta}>} */
    this.texts = new Map();
    /** @type {Map<string, {text: string, version: number, ops: any[]}[]>} */
    this.stored = new Map();
    /** @type {Set<(event: string, data: any) => void>} */
    this.listeners = new Set();
    this.full = false;
    this.tellsMoves = true;
    /** Changes that wait to be told, composed; null when each is told at once.
     * @type {{change: any, sender: any}[] | null} */
    this.waiting = null;
    this.made = 0;
    for (const words of paragraphs) this.#begin(new Delta().insert(words), this.order.length);
  }

  #begin(content, at) {
    const id = `p${++this.made}`;
    this.texts.set(id, { content, version: 0, log: [], first: content });
    this.order.splice(at, 0, { id, kind: "preambular", level: 0, label: id, deleted: false });
    return id;
  }

  /** @returns {any} */
  state() {
    return {
      seq: this.seq,
      paragraphs: this.order.map((p) => ({
        ...p, version: this.texts.get(p.id).version, ops: this.texts.get(p.id).content.ops,
      })),
    };
  }

  ask(event, payload, sender) {
    if (event === "join") return { ok: true, seq: this.seq };
    if (event === "catch_up") return this.#catchUp(payload);
    if (event === "change") return this.#change(payload, sender);
    throw new Error(event);
  }

  #catchUp({ seq, texts }) {
    if (seq !== this.seq) return { ok: true, reload: true };
    const changes = {};
    for (const [id, text] of this.texts) {
      const version = texts[id];
      if (version === undefined) return { ok: true, reload: true };
      const missed = text.log.slice(version).map((entry) => ({
        text: id, version: entry.version, ops: entry.ops, id: entry.id,
        ...(entry.move && this.tellsMoves ? { move: entry.move } : {}),
      }));
      if (missed.length) changes[id] = missed;
    }
    return { ok: true, reload: false, changes };
  }

  #change({ text, id, base, ops }, sender) {
    if (this.full) return { ok: false, refusal: "NotStored", detail: "The disk is full." };
    const before = this.stored.get(id);
    if (before) return { ok: true, parts: before, at: "now" };
    const parts = [];
    for (const [target, change] of together(this.#placed(text, base, new Delta(ops)))) {
      parts.push({ text: target, ...this.#append(target, change, id) });
    }
    this.stored.set(id, parts);
    for (const part of parts) {
      const change = { draft: this.draft, ...part, id, by: {} };
      if (this.waiting) this.waiting.push({ change, sender });
      else this.tell("change", change, sender);
    }
    return { ok: true, parts, at: "now" };
  }

  #placed(textId, base, change) {
    const text = this.texts.get(textId);
    const placed = [];
    for (const entry of text.log.slice(base)) {
      const stored = new Delta(entry.ops);
      const move = entry.move;
      if (move?.kind === "merge") {
        return [...placed, ...this.#placed(move.into, move.version, shifted(change, move.at))];
      }
      if (move?.kind === "split") {
        const [head, tail] = split(change, move.at);
        change = head;
        if (!isEmpty(tail)) placed.push(...this.#placed(move.to, move.to_version, tail));
      }
      change = stored.transform(change, true);
    }
    if (!isEmpty(change) || placed.length === 0) placed.push([textId, change]);
    return placed;
  }

  #append(id, change, changeId, move) {
    const text = this.texts.get(id);
    const content = text.content.compose(change);
    if (content.ops.some((op) => op.insert === undefined)) throw new Error("does not fit the text");
    text.content = content;
    text.version += 1;
    text.log.push({ version: text.version, ops: change.ops, id: changeId, content, move });
    return { version: text.version, ops: change.ops };
  }

  split(id, at) {
    const text = this.texts.get(id);
    const tail = text.content.slice(at);
    const place = this.order.findIndex((p) => p.id === id) + 1;
    const to = this.#begin(tail, place);
    const move = { kind: "split", text: id, at, to, version: text.version + 1, to_version: 0 };
    this.#append(id, new Delta().retain(at).delete(text.content.length() - at).chop(), `deed${this.seq}`, move);
    const words = tail.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
    const blank = words.length - words.trimStart().length;
    if (blank) this.#append(to, new Delta().delete(blank), `deed${this.seq}`);
    const { to_version: _unsaid, ...told } = move;
    this.#deed([id, to], [this.tellsMoves ? move : told]);
    return to;
  }

  /** @param {string} id @param {string} blank what comes between the words of both */
  merge(id, blank = " ") {
    const place = this.order.findIndex((p) => p.id === id);
    const into = this.order.slice(0, place).reverse().find((p) => !p.deleted);
    if (!into || this.order[place].deleted) return;
    const text = this.texts.get(id);
    const target = this.texts.get(into.id);
    const length = target.content.length();
    const at = length + blank.length;
    this.#append(into.id, new Delta().retain(length).insert(blank).concat(text.content), `deed${this.seq}`);
    this.merged = { id, into: into.id, at: length, drop: blank.length, version: target.version };
    const move = { kind: "merge", text: id, into: into.id, at, version: target.version };
    this.#append(id, new Delta().delete(text.content.length()), `deed${this.seq}`, move);
    this.order[place].deleted = true;
    this.#deed([into.id, id], [move]);
  }

  /** Takes the last merge back. */
  unmerge() {
    if (!this.merged) return;
    const { id, into, drop, version } = this.merged;
    const paragraph = (/** @type {string} */ one) => this.order.find((p) => p.id === one);
    if (!paragraph(id).deleted || paragraph(into).deleted || this.texts.get(id).content.length()) return;
    const text = this.texts.get(into);
    let { at } = this.merged;
    for (const entry of text.log.slice(version)) at = new Delta(entry.ops).transformPosition(at, !drop);
    const tail = text.content.slice(at);
    paragraph(id).deleted = false;
    const { version: to_version } = this.#append(id, tail, `deed${this.seq}`);
    const move = { kind: "split", text: into, at, to: id, version: text.version + 1, to_version };
    this.#append(into, new Delta().retain(at).delete(tail.length()).chop(), `deed${this.seq}`, move);
    if (drop && tail.ops[0]?.insert.startsWith(" ")) this.#append(id, new Delta().delete(drop), `deed${this.seq}`);
    this.merged = null;
    this.#deed([into, id], [move]);
  }

  #deed(touched, moves) {
    this.seq += 1;
    const texts = {};
    for (const id of touched) {
      const text = this.texts.get(id);
      texts[id] = { version: text.version, ops: text.content.ops };
    }
    this.tell("deed", {
      draft: this.draft, seq: this.seq, deed: { id: `deed${this.seq - 1}` },
      paragraphs: structuredClone(this.order), texts, moves,
    });
  }

  /** Tells what waits as live/telling does: composed, and to each sender what stands around their own. */
  flush() {
    const waiting = this.waiting ?? [];
    if (this.waiting) this.waiting = [];
    for (const listener of this.listeners) {
      /** @type {Map<string, any>} */
      const open = new Map();
      const told = [];
      for (const { change, sender } of waiting) {
        const last = open.get(change.text);
        if (sender === listener) open.delete(change.text);
        else if (last && last.version + 1 === change.version) {
          const ops = new Delta(last.ops).compose(new Delta(change.ops)).ops;
          const base = last.base ?? last.version - 1;
          Object.assign(last, change, { ops, base, ids: [...(last.ids ?? [last.id]), change.id] });
        } else {
          open.set(change.text, { ...change });
          told.push(open.get(change.text));
        }
      }
      for (const data of told) listener("change", structuredClone(data));
    }
  }

  tell(event, data, besides) {
    if (event === "deed") this.flush();
    for (const listener of this.listeners) if (listener !== besides) listener(event, structuredClone(data));
  }
}

/** Makes one change of those that have come together in one text: a split may be merged back. */
function together(placed) {
  const found = new Map();
  for (const [id, change] of placed) {
    const before = found.get(id);
    found.set(id, before ? before.compose(before.transform(change, true)) : change);
  }
  return found;
}

/** Time that passes only when told to: what is due runs in a chosen order. */
export class Clock {
  constructor() {
    this.now = 0;
    /** @type {{at: number, n: number, run: () => void}[]} */
    this.due = [];
    this.n = 0;
  }

  after(delay, run) {
    this.due.push({ at: this.now + delay, n: this.n++, run });
  }

  /** Runs all that is due, until nothing is. */
  async runAll() {
    for (;;) {
      await settled();
      if (this.due.length === 0) return;
      this.due.sort((a, b) => a.at - b.at || a.n - b.n);
      const next = this.due.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
    }
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Numbers that look random and are the same each time. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
