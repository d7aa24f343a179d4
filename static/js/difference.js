// @ts-check
// What differs between two texts, by whole words, while one of them is being typed. The server's own
// redline (drafting/text/diff.py) is the one that is handed out; this one is for the next key.

import { Delta, opLength } from "./delta.js";

/** @typedef {{op: "keep" | "insert" | "delete", ops: Op[], length: number}} Run */

/** A word with what holds it together (75/62, A/C.1/76/L.41, States’), a blank, or any other character. */
const TOKEN = /[\p{L}\p{M}\p{N}]+(?:[’'./-][\p{L}\p{M}\p{N}]+)*|\s+|[^]/gu;
/** Stand-ins for words: characters that are neither halves nor special. */
const FIRST = 0x100;
const MOST = 0xd000;

/** @param {Delta} text @returns {Op[]} */
const tokens = (text) =>
  text.ops.flatMap((op) => (typeof op.insert === "string" ? (op.insert.match(TOKEN) ?? []).map((word) => ({ ...op, insert: word })) : [op]));

/** What makes two operations the same, in whatever order their fields came. @param {Op} op @returns {string} */
const sameness = (op) =>
  JSON.stringify([op.attributes?.italic === true, typeof op.insert === "string" ? op.insert : (op.insert?.note ?? []).map(sameness)]);

/** What was kept, taken away and put in, in order; what was taken away stands first.
 * @param {Delta} base @param {Delta} text @returns {Run[]} */
export function runs(base, text) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const line = (/** @type {Op[]} */ ops) =>
    ops.map((op) => {
      const key = sameness(op);
      const sign = known.get(key) ?? String.fromCharCode(FIRST + Math.min(known.size, MOST));
      known.set(key, sign);
      return sign;
    }).join("");
  const old = tokens(base);
  const now = tokens(text);
  const changes = new Delta().insert(line(old)).diff(new Delta().insert(line(now)));
  /** @type {Run[]} */
  const found = [];
  let at = 0;
  let to = 0;
  for (const op of changes.ops) {
    const length = opLength(op);
    if (typeof op.insert === "string") add(found, "insert", now.slice(to, (to += length)));
    else if (op.delete) add(found, "delete", old.slice(at, (at += length)));
    else {
      add(found, "keep", old.slice(at, (at += length)));
      to += length;
    }
  }
  add(found, "keep", old.slice(at));
  return tidy(found);
}

/** @param {Run[]} found @param {Run["op"]} op @param {Op[]} ops */
function add(found, op, ops) {
  if (ops.length === 0) return;
  const last = found.at(-1);
  const run = last?.op === op ? last : { op, ops: [], length: 0 };
  if (run !== last) found.push(run);
  for (const one of ops) {
    const before = run.ops.at(-1);
    if (before && typeof before.insert === "string" && typeof one.insert === "string" && !before.attributes === !one.attributes) before.insert += one.insert;
    else run.ops.push({ ...one });
    run.length += opLength(one);
  }
}

/** Words that were replaced one by one are one change: a blank between two changes goes with them.
 * @param {Run[]} found */
function tidy(found) {
  /** @type {Run[]} */
  const out = [];
  /** @type {Op[]} */
  let gone = [];
  /** @type {Op[]} */
  let put = [];
  const flush = () => {
    add(out, "delete", gone);
    add(out, "insert", put);
    gone = [];
    put = [];
  };
  for (const [index, run] of found.entries()) {
    const next = found[index + 1];
    const blank = run.ops.length === 1 && typeof run.ops[0]?.insert === "string" && !run.ops[0].insert.trim();
    if (run.op === "delete") gone.push(...run.ops);
    else if (run.op === "insert") put.push(...run.ops);
    else if (blank && gone.length > 0 && put.length > 0 && next) {
      gone.push(...run.ops);
      put.push(...run.ops);
    } else {
      flush();
      add(out, "keep", run.ops);
    }
  }
  flush();
  return out;
}

/** The same as pieces of a redline. @param {Delta} base @param {Delta} text @returns {Piece[]} */
export const pieces = (base, text) =>
  runs(base, text).flatMap(({ op, ops }) => ops.map((one) => {
    const italic = one.attributes?.italic === true;
    if (typeof one.insert === "string") return { op, text: one.insert, italic };
    const note = (one.insert?.note ?? []).map((part) => ({ op, text: String(part.insert ?? ""), italic: part.attributes?.italic === true }));
    return { op, note, italic };
  }));
