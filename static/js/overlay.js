// @ts-check
// Proposals laid into their paragraph as a redline, each difference with its author; where they want
// different things of the same words, the words are marked.

import { tag, stretches } from "./redline.js";
import { h } from "./dom.js";
import { pieceNodes } from "./words.js";

/** @typedef {import("./words.js").Piece} Piece */
/** @typedef {import("./delta.js").Op} Op */
/** @typedef {{proposals: string[], start: number, end: number, words: string}} Collision */
/** @typedef {{paragraph: string, version: number, ops: Op[], pieces: Piece[], result: Op[], collisions: Collision[]}} Laid */
/** @typedef {Piece & {collides?: boolean}} Marked */

/** @param {Piece} piece */
const lengthOf = (piece) => (piece.note ? 1 : (piece.text ?? "").length);

/** The pieces cut where collisions begin and end, and marked within them. An insertion is marked where it
 * stands in a stretch that collides, or at its edge. @param {Piece[]} pieces @param {{start: number, end: number}[]} collisions @returns {Marked[]} */
export function withCollisions(pieces, collisions) {
  if (collisions.length === 0) return pieces;
  /** @type {Marked[]} */
  const out = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.op === "insert") {
      out.push({ ...piece, collides: collisions.some(({ start, end }) => start <= at && at <= end) });
      continue;
    }
    const from = at;
    at += lengthOf(piece);
    const cuts = [from, ...collisions.flatMap(({ start, end }) => [start, end]).filter((cut) => from < cut && cut < at), at].sort((a, b) => a - b);
    for (let index = 0; index + 1 < cuts.length; index += 1) {
      const [start = 0, end = 0] = [cuts[index], cuts[index + 1]];
      if (start === end) continue;
      const part = piece.note ? piece : { ...piece, text: (piece.text ?? "").slice(start - from, end - from) };
      out.push({ ...part, collides: collisions.some((one) => one.start < end && start < one.end) });
    }
  }
  return out;
}

/** A redline with the authors beside their words. @param {Piece[]} pieces @param {{start: number, end: number}[]} collisions @param {import("./redline.js").Authors} authors */
export function laidNodes(pieces, collisions, authors) {
  const marked = withCollisions(pieces, collisions);
  return stretches(/** @type {any} */ (marked)).flatMap((stretch) => {
    /** @type {Node[]} */
    const nodes = stretch.pieces.flatMap((piece) => {
      const inner = pieceNodes([piece]);
      return /** @type {Marked} */ (piece).collides ? [h("mark", { class: "collides" }, inner)] : inner;
    });
    if (stretch.changed && stretch.by) nodes.push(tag(stretch.by, authors));
    return nodes;
  });
}

/** Whose the differences are, each with a hue. @param {Piece[]} pieces @returns {import("./redline.js").Authors} */
export function authorsIn(pieces) {
  const authors = new Map();
  for (const { op, by } of pieces) if (op !== "keep" && by && !authors.has(by)) authors.set(by, { count: 1, hue: (authors.size % 8) + 1 });
  return authors;
}
