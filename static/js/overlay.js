// @ts-check
// Proposals laid into their paragraph as a redline, each difference with its author; where several want
// something else of the same words, the words are marked.

import { tag, stretches } from "./redline.js";
import { h } from "./dom.js";
import { pieceNodes } from "./words.js";

/** A redline with the authors beside their words. @param {Laid["pieces"]} pieces @param {string[]} numbers of the footnotes that the paragraph has */
export function laidNodes(pieces, numbers) {
  let notes = 0;
  const authors = new Map();
  for (const { op, by } of pieces) if (op !== "keep" && by && !authors.has(by)) authors.set(by, { count: 1, hue: (authors.size % 8) + 1 });
  return stretches(/** @type {any} */ (pieces)).flatMap((stretch) => {
    /** @type {Node[]} */
    const nodes = [];
    for (const piece of stretch.pieces) {
      const number = piece.note && piece.op !== "insert" ? numbers[notes++] : undefined;
      const same = piece.op === "keep" && piece.note?.every((part) => part.op === "keep");
      const inner = same ? [h("sup", {}, number ?? "*")] : pieceNodes([piece]);
      const last = nodes.at(-1);
      if (!(/** @type {any} */ (piece).meets)) nodes.push(...inner);
      else if (last instanceof HTMLElement && last.tagName === "MARK") last.append(...inner);
      else nodes.push(h("mark", { class: "collides" }, h("span", { class: "said" }, " [they collide:] "), inner));
    }
    if (stretch.changed && stretch.by) nodes.push(tag(stretch.by, authors));
    return nodes;
  });
}
