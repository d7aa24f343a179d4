// @ts-check
// A redline (docs/api.md, "A redline paragraph") as elements: what was inserted, deleted and moved, and
// whose each stretch is.

import { h } from "./dom.js";

const HUES = 8;
const TAGS = /** @type {const} */ ({ keep: "span", insert: "ins", delete: "del" });
/** What a document prints before a paragraph, read from its label: OP4 prints "4.", OP4 (a) prints "(a)". */
const SUB = /(\([a-z0]+\)|[a-z0]+\.)( [a-z]+(?: \d+)?)?$/;
const NUMBERED = /^(?:OP|Annex(?: [IVXLCDM0]+)?(?: [a-z]+(?: \d+)?)?, )(\d.*)$/;

/** @param {RedlineParagraph} p */
function printed(p) {
  // What was merged has no number any more.
  const label = p.state === "merged" ? "" : p.label || p.old_label;
  if (p.kind === "sub") return SUB.exec(label)?.[0] ?? "";
  const found = NUMBERED.exec(label);
  return found && (p.kind === "operative" || p.kind === "annex_item") ? `${found[1]}.` : "";
}

/** Successive pieces that one author changed: one stretch. @param {Piece[]} pieces @returns {{by: string | null, changed: boolean, pieces: Piece[]}[]} */
export function stretches(pieces) {
  /** @type {{by: string | null, changed: boolean, pieces: Piece[]}[]} */
  const found = [];
  for (const piece of pieces) {
    const inside = piece.op === "keep" && piece.note?.some((p) => p.op !== "keep");
    const changed = piece.op !== "keep" || inside === true;
    const by = inside ? (piece.note?.find((p) => p.op !== "keep")?.by ?? null) : (piece.by ?? null);
    const last = found.at(-1);
    if (last && last.changed === changed && (!changed || last.by === by)) last.pieces.push(piece);
    else found.push({ by: changed ? by : null, changed, pieces: [piece] });
  }
  return found;
}

/** Who changed what is shown, how often, and which of the eight hues stands beside their name.
 * @param {Redline} redline @returns {Authors} */
export function authorsOf(redline) {
  /** @type {Authors} */
  const authors = new Map();
  /** @param {string | null | undefined} name */
  const count = (name) => {
    if (!name) return;
    const known = authors.get(name);
    if (known) known.count += 1;
    else authors.set(name, { count: 1, hue: (authors.size % HUES) + 1 });
  };
  for (const p of redline.paragraphs) {
    const whole = p.state === "inserted" || p.state === "deleted";
    if (p.state !== "same" && p.state !== "changed") count(p.by);
    for (const stretch of stretches(p.pieces)) {
      if (stretch.changed && !(whole && stretch.by === (p.by ?? stretch.by) && p.by)) count(stretch.by);
    }
  }
  return authors;
}

/** @param {RedlineParagraph} p */
function fate(p) {
  switch (p.state) {
    case "inserted":
      return "inserted";
    case "deleted":
      return "deleted";
    case "moved":
      return p.old_label && p.old_label !== p.label ? `moved, was ${p.old_label}` : "moved";
    case "split":
      return `split from ${p.old_label || "the paragraph before"}`;
    case "merged":
      return `merged into ${p.label || "the paragraph before"}`;
    default:
      return p.old_label && p.label && p.old_label !== p.label ? `was ${p.old_label}` : "";
  }
}

/** Numbers of footnotes: new ones as the newer text has them, deleted ones as the older had. */
class Numbers {
  before = 0;
  now = 0;

  /** @param {Piece["op"]} op */
  next(op) {
    if (op !== "insert") this.before += 1;
    if (op !== "delete") this.now += 1;
    return op === "delete" ? this.before : this.now;
  }
}

/** @param {Piece} piece @param {(Node | string)[]} children */
function marked(piece, children) {
  const tag = TAGS[piece.op];
  const inner = piece.italic ? [h("em", {}, ...children)] : children;
  return tag === "span" ? inner : [h(tag, piece.at ? { datetime: piece.at } : {}, ...inner)];
}

/** @param {string} name @param {Authors} authors */
export const tag = (name, authors) => h("span", { class: `by who-${authors.get(name)?.hue ?? 1}` }, h("span", { class: "said" }, " (changed by "), name, h("span", { class: "said" }, ") "));

/** What a paragraph was called in last year's resolution: "75/62: PP14"; "" where there is none.
 * @param {LastYear | null | undefined} last @param {string} id @param {string} label */
export function lastYear(last, id, label) {
  if (!last || !label) return "";
  const was = last.labels[id];
  return was === undefined ? "new" : `${last.number}: ${was}`;
}

/** @param {RedlineParagraph} p @param {Authors} authors @param {Numbers} numbers @param {string} last */
function paragraph(p, authors, numbers, last) {
  const words = h(p.kind === "heading" || p.kind === "annex" ? "h3" : "p", { class: "words" });
  const notes = h("ul", { class: "paragraph-notes" });
  const number = printed(p);
  if (number) words.append(h("span", { class: "number" }, number), " ");
  const whole = p.state === "inserted" || p.state === "deleted" ? (p.by ?? null) : null;
  for (const stretch of stretches(p.pieces)) {
    for (const piece of stretch.pieces) {
      if (piece.note === undefined) {
        words.append(...marked(piece, [piece.text ?? ""]));
        continue;
      }
      const mark = String(numbers.next(piece.op));
      words.append(...marked({ ...piece, italic: false }, [h("sup", {}, h("span", { class: "said" }, "footnote "), mark)]));
      // Inside an inserted or deleted note everything is inserted or deleted.
      const inner = piece.note.map((part) => (piece.op === "keep" ? part : { ...part, op: piece.op }));
      // What changed in a note that stays is credited there, not at its mark.
      const credit = piece.op === "keep" && stretch.changed && stretch.by && tag(stretch.by, authors);
      notes.append(h("li", {}, h("sup", {}, mark), " ", ...inner.flatMap((part) => marked(part, [part.text ?? ""])), credit));
    }
    const here = stretch.pieces.some((piece) => piece.op !== "keep");
    if (here && stretch.by && stretch.by !== whole) words.append(tag(stretch.by, authors));
  }
  if (p.state !== "same" && p.state !== "changed" && p.by) words.append(tag(p.by, authors));
  const what = fate(p);
  const label = (p.state === "merged" && p.old_label) || p.label || p.old_label;
  const margin = label || what
    ? h("p", { class: "label", "data-last": last || null }, label, what && h("span", { class: `fate ${p.state}` }, label && h("span", { class: "said" }, ", "), what))
    : null;
  const level = p.level ? ` level-${p.level}` : "";
  return h("div", { class: `paragraph ${p.kind}${level} ${p.state}`, id: `p-${p.id}` }, margin, words, notes.childElementCount > 0 && notes);
}

/** Shows a redline in a container, in place of what it holds. @param {HTMLElement} container @param {Redline} redline */
export function renderRedline(container, redline) {
  const authors = authorsOf(redline);
  const numbers = new Numbers();
  container.replaceChildren(...redline.paragraphs.map((p) => paragraph(p, authors, numbers, p.state === "inserted" ? "" : lastYear(redline.last, p.id, p.label || p.old_label))));
}
