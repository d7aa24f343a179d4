// @ts-check
// One side of a redline: the earlier or the later text out of what differs between them.

import { h } from "./dom.js";

const OTHER = /** @type {const} */ ({ old: "insert", new: "delete" });
const TAGS = /** @type {const} */ ({ keep: "span", insert: "ins", delete: "del" });

/** The place of a paragraph in a text, if it stands there. @param {RedlineParagraph} p @param {"old" | "new"} side */
export const place = (p, side) => (p.state === "inserted" && side === "old") || (p.state === "deleted" && side === "new") ? null : p;

/** Pieces without those that stand on the other side alone; where `op` is given, as if nothing differed.
 * @param {Piece[]} pieces @param {"old" | "new"} side @param {boolean} plain @returns {Piece[]} */
function sided(pieces, side, plain) {
  return pieces
    .filter((piece) => piece.op !== OTHER[side])
    .map((piece) => ({
      ...piece,
      op: plain ? "keep" : piece.op,
      ...(piece.note ? { note: sided(piece.note, side, plain) } : {}),
    }));
}

/** @param {RedlineParagraph[]} paragraphs @param {"old" | "new"} side @param {boolean} plain @returns {RedlineParagraph[]} */
function of(paragraphs, side, plain) {
  return paragraphs
    .filter((p) => place(p, side))
    .map((p) => {
      const label = side === "old" ? p.old_label : p.label;
      return { ...p, label, old_label: label, pieces: sided(p.pieces, side, plain) };
    });
}

/** One side with what differs from the other still marked, in the order of the redline.
 * @param {RedlineParagraph[]} paragraphs @param {"old" | "new"} side */
export const half = (paragraphs, side) => of(paragraphs, side, false);

/** One side as it reads, in its own order; what became of each paragraph is still its class.
 * @param {RedlineParagraph[]} paragraphs @param {"old" | "new"} side */
export function clean(paragraphs, side) {
  const found = of(paragraphs, side, true);
  return side === "new" ? found : found.toSorted((one, two) => (one.old_place ?? 0) - (two.old_place ?? 0));
}

/** A line's pieces as elements. @param {Piece[]} pieces */
export const saidOf = (pieces) => pieces.map((piece) => h(TAGS[piece.op], {}, piece.text ?? ""));
