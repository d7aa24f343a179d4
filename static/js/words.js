// @ts-check
// Words as elements: italics, footnote marks, what a comment stands beside, redline pieces.

import { opLength } from "./delta.js";
import { h } from "./dom.js";

/** A footnote's mark; its number is set when the whole text is numbered. @param {Op[]} ops */
export function noteMark(ops) {
  const link = h("a", { href: "#notes", role: "doc-noteref" }, "*");
  const mark = h("sup", { class: "note" }, link);
  mark.dataset.note = JSON.stringify(ops);
  return mark;
}

/** Words without marks. @param {Op[]} ops @returns {Node[]} */
export function plainNodes(ops) {
  return ops.map((op) => {
    const node = typeof op.insert === "string" ? document.createTextNode(op.insert) : noteMark(op.insert?.note ?? []);
    return op.attributes?.italic ? h("em", {}, node) : node;
  });
}

/** Words with marks laid over them. @param {Delta} text @param {Mark[]} marks @returns {Node[]} */
export function markedNodes(text, marks) {
  if (marks.length === 0) return plainNodes(text.ops);
  /** @type {Node[]} */
  const nodes = [];
  let at = 0;
  for (const op of text.ops) {
    const length = opLength(op);
    const cuts = new Set([0, length]);
    for (const mark of marks) {
      for (const edge of [mark.start - at, mark.end - at]) if (edge > 0 && edge < length) cuts.add(edge);
    }
    const edges = [...cuts].sort((a, b) => a - b);
    for (let index = 0; index + 1 < edges.length; index += 1) {
      const from = edges[index] ?? 0;
      const to = edges[index + 1] ?? 0;
      const piece = typeof op.insert === "string" ? { ...op, insert: op.insert.slice(from, to) } : op;
      const over = marks.filter((mark) => mark.start < at + to && mark.end > at + from);
      const inner = plainNodes([piece]);
      if (over.length === 0) nodes.push(...inner);
      else {
        nodes.push(h("span", { class: over.map((mark) => mark.class).join(" "), "data-marks": over.map((mark) => mark.key).join(" ") }, inner));
      }
    }
    at += length;
  }
  return nodes;
}

/** Pieces of a redline: insertions and deletions, each with who and when.
 * @param {Piece[]} pieces @param {(piece: Piece) => string} [say] the words of the title */
export function pieceNodes(pieces, say = said) {
  return pieces.map((piece) => {
    /** @type {Node[]} */
    const inner = piece.note
      ? [h("span", { class: "note-piece" }, "[footnote: ", pieceNodes(piece.note, say), "]")]
      : [document.createTextNode(piece.text ?? "")];
    const words = piece.italic ? [h("em", {}, inner)] : inner;
    if (piece.op === "keep") return words.length === 1 && words[0] ? words[0] : h("span", {}, words);
    const title = say(piece);
    return h(piece.op === "insert" ? "ins" : "del", { title, "data-by": piece.by || null }, words);
  });
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** @param {Piece} piece */
function said(piece) {
  const what = piece.op === "insert" ? "Inserted" : "Deleted";
  return `${what}${piece.by ? ` by ${piece.by}` : ""}${piece.at ? `, ${DAY.format(new Date(piece.at))}` : ""}`;
}

/** Where a point of the page lies in the words of an element, in units; null when it lies elsewhere.
 * @param {Element} root @param {Node} node @param {number} offset */
export function offsetIn(root, node, offset) {
  if (!root.contains(node)) return null;
  let at = 0;
  const count = (/** @type {Node} */ one) => {
    if (one.nodeType === 3) return (one.nodeValue ?? "").length;
    if (one instanceof Element && one.matches("sup.note")) return 1;
    // Carets, and words that are shown as taken away, are no part of the text.
    if (one instanceof Element && one.matches("[data-caret], del")) return 0;
    let sum = 0;
    for (const child of one.childNodes) sum += count(child);
    return sum;
  };
  const mark = (node instanceof Element ? node : node.parentElement)?.closest("del, sup.note");
  if (mark && root.contains(mark)) {
    node = mark.parentNode ?? root;
    offset = [...node.childNodes].indexOf(mark) + 1;
  }
  let one = node;
  if (one.nodeType === 3) at += offset;
  else for (let index = 0; index < offset; index += 1) at += count(/** @type {Node} */ (one.childNodes[index]));
  while (one !== root) {
    for (let before = one.previousSibling; before; before = before.previousSibling) at += count(before);
    one = /** @type {Node} */ (one.parentNode);
  }
  return at;
}

// What somebody has selected while the words are drawn again: counted in characters of the element.

/** The two ends of the selection, when both lie in this element. @param {HTMLElement} root @returns {number[] | null} */
export function selectionIn(root) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !root.contains(selection.anchorNode) || !root.contains(selection.focusNode)) return null;
  return [[selection.anchorNode, selection.anchorOffset], [selection.focusNode, selection.focusOffset]].map(([node, offset]) => {
    const range = document.createRange();
    range.setStart(root, 0);
    range.setEnd(/** @type {Node} */ (node), /** @type {number} */ (offset));
    return range.toString().length;
  });
}

/** Selects words again, from one end to the other. @param {HTMLElement} root @param {number[]} ends */
export function selectIn(root, ends) {
  const places = ends.map((end) => placeOf(root, end));
  const [one, two] = places;
  if (one && two) document.getSelection()?.setBaseAndExtent(one.node, one.offset, two.node, two.offset);
}

/** @param {HTMLElement} root @param {number} at */
function placeOf(root, at) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
    if (at <= node.data.length) return { node, offset: at };
    at -= node.data.length;
    last = { node, offset: node.data.length };
  }
  return last;
}

/** Where a place in words stands in the words as they are now: by what is the same at both ends.
 * @param {number} at @param {string} before @param {string} after */
export function carried(at, before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  if (at <= head) return at;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return at >= before.length - tail ? at + after.length - before.length : Math.min(at, after.length - tail);
}
