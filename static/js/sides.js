// @ts-check
// One side of a redline: the earlier or the later text out of what differs between them.

import { h } from "./dom.js";

const OTHER = /** @type {const} */ ({ old: "insert", new: "delete" });
/** What the end of the paragraph before is called, that stands there as a row of its own. */
const CONTINUES = /** @type {const} */ ({ old: "split", new: "merged" });
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
      const continues = p.state === CONTINUES[side];
      const label = continues ? "" : side === "old" ? p.old_label : p.label;
      /** @type {RedlineParagraph["state"]} */
      const state = p.state === "split" || p.state === "merged" ? "changed" : p.state;
      return { ...p, label, old_label: label, state, continues, pieces: sided(p.pieces, side, plain) };
    });
}

/** One side with what differs from the other still marked, in the order of the redline.
 * @param {RedlineParagraph[]} paragraphs @param {"old" | "new"} side */
export const half = (paragraphs, side) => of(paragraphs, side, false);

/** One side as it reads, in its own order; what became of each paragraph is still its class.
 * @param {RedlineParagraph[]} paragraphs @param {"old" | "new"} side */
export function clean(paragraphs, side) {
  const found = of(paragraphs, side, true);
  if (side === "old") found.sort((one, two) => (one.old_place ?? 0) - (two.old_place ?? 0));
  /** @type {RedlineParagraph[]} */
  const whole = [];
  for (const p of found) {
    const before = whole.at(-1);
    if (before && p.continues) before.pieces = [...before.pieces, ...p.pieces];
    else whole.push(p);
  }
  return whole;
}

/** A line's pieces as elements. @param {Piece[]} pieces */
export const saidOf = (pieces) => pieces.map((piece) => h(TAGS[piece.op], {}, piece.text ?? ""));
