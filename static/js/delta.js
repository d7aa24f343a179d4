// @ts-check
// The change algebra in the browser: quill-delta with footnotes as embedded lines of their own.
// It gives the same answers as drafting/text/changes.py, which says what a change is.

import { Delta } from "./vendor.js";

/** @typedef {import("./vendor.js").Op} Op */

/** @param {Op[]} a @param {Op[]} b @param {boolean} _keepNull */
const composeNote = (a, b, _keepNull) => new Delta(a).compose(new Delta(b)).ops;
Delta.registerEmbed("note", {
  compose: composeNote,
  invert: (/** @type {Op[]} */ a, /** @type {Op[]} */ b) => new Delta(a).invert(new Delta(b)).ops,
  transform: (/** @type {Op[]} */ a, /** @type {Op[]} */ b, first) =>
    new Delta(a).transform(new Delta(b), first).ops,
});

export { Delta };

/** Stands for a footnote among plain characters. */
export const NOTE_PLACEHOLDER = "\ufffc";

/** What the server refuses in words: control characters, line ends, half characters. */
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f\ufffc\ufffe\uffff\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Makes words fit for one line: line ends and tabs become blanks, what cannot be kept goes.
 * @param {string} words */
export function clean(words) {
  return words.replace(/[\r\n\t\u2028\u2029\u000b\u000c]+/g, " ").replace(FORBIDDEN, "");
}

/** Tells whether words hold nothing that the server would refuse. @param {string} words */
export function isClean(words) {
  FORBIDDEN.lastIndex = 0;
  return !FORBIDDEN.test(words);
}

/** Length of an operation in UTF-16 units; a footnote counts one. @param {Op} op */
export function opLength(op) {
  if (typeof op.delete === "number") return op.delete;
  if (typeof op.retain === "number") return op.retain;
  if (typeof op.insert === "string") return op.insert.length;
  return 1;
}

/** Tells whether a change does nothing. @param {Delta | null | undefined} change */
export const isEmpty = (change) => !change || change.ops.length === 0;

/** Tells whether two changes are the same. @param {Delta} a @param {Delta} b */
export const same = (a, b) => alike(a.ops, b.ops);

/** Whether two values of JSON say the same, in whatever order their fields stand.
 * @param {any} a @param {any} b @returns {boolean} */
function alike(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => alike(a[key], b[key]));
}

/** A text's characters, each footnote as NOTE_PLACEHOLDER. @param {Delta} text */
export const plain = (text) =>
  text.ops.map((op) => (typeof op.insert === "string" ? op.insert : NOTE_PLACEHOLDER)).join("");

/** A text's words as a person reads them aloud: footnotes left out. @param {Delta} text */
export const words = (text) => plain(text).replaceAll(NOTE_PLACEHOLDER, "");

/** Parts of a change before and behind a position of its base text; words inserted exactly at the
 * cut stay before it: drafting/text/changes.py, `split`.
 * @param {Delta} change @param {number} at @returns {[Delta, Delta]} */
export function split(change, at) {
  const left = new Delta();
  const right = new Delta();
  let passed = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) {
      (passed <= at ? left : right).push(op);
      continue;
    }
    const length = opLength(op);
    const before = Math.max(0, Math.min(length, at - passed));
    if (before > 0) left.push(cut(op, before));
    if (before < length) right.push(cut(op, length - before));
    passed += length;
  }
  return [left.chop(), right.chop()];
}

/** @param {Op} op @param {number} length @returns {Op} */
function cut(op, length) {
  if (typeof op.delete === "number") return { delete: length };
  if (typeof op.retain === "number") return { ...op, retain: length };
  return op;
}

/** A change as made to a text with `by` units set before its base.
 * @param {Delta} change @param {number} by */
export function shifted(change, by) {
  if (isEmpty(change) || by === 0) return change;
  return new Delta().retain(by).concat(change);
}

/** Where words stand after a change; words inserted at either border stay outside.
 * @param {{start: number, end: number}} range @param {Delta} change */
export function movedRange(range, change) {
  if (range.start === range.end) {
    const at = change.transformPosition(range.start, true);
    return { start: at, end: at };
  }
  const start = change.transformPosition(range.start, false);
  return { start, end: Math.max(start, change.transformPosition(range.end, true)) };
}

/** The number a document prints before a paragraph of that label: drafting/text/numbering.py.
 * @param {string} label */
export function printedNumber(label) {
  const sub = PRINTED_SUB.exec(label);
  if (sub) return sub[0].trim();
  const top = PRINTED_NUMBER.exec(label);
  return top ? `${top[1]}.` : "";
}

const SERIES =
  "bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies|undecies|duodecies|terdecies|quaterdecies|quindecies";
const PRINTED_SUB = new RegExp(` (\\([a-z0]+\\)|[a-z0]+\\.)( (?:${SERIES})| bis [0-9]+)?$`);
const PRINTED_NUMBER = /^(?:OP|Annex(?: [IVXLCDM0]+)?(?: [a-z]+(?: [0-9]+)?)?, )([0-9]+.*)$/;

/** What kind of edit it is, to tell which belong together. @param {Delta} change */
export function kindOf(change) {
  const inserts = change.ops.filter((op) => op.insert !== undefined);
  const deletes = change.ops.some((op) => op.delete !== undefined);
  if (inserts.length === 1 && !deletes && typeof inserts[0]?.insert === "string") return "type";
  return deletes && inserts.length === 0 ? "delete" : "whole";
}
