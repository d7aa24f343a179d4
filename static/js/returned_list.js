// @ts-check
// A plan of what a returned file holds (docs/api.md, "A Word file that came back"), as elements.

import { fill, h, when } from "./dom.js";
import { renderRedline } from "./redline.js";

/** @typedef {{key: string, kind: string, author: string, at: string | null, paragraph: string | null, label: string, after_label: string, split_at: number | null, paragraph_kind: string, level: number, pieces: Piece[], sure: boolean, why: string, gone: boolean, known: boolean}} Item */
/** @typedef {{author: string, at: string | null, words: string}} Reply */
/** @typedef {{key: string, author: string, at: string | null, paragraph: string, label: string, quote: string, words: string, replies: Reply[], resolved: boolean, on_words: boolean, new_by: string, thread: string | null, seen_by: string | null, why: string}} Said */
/** @typedef {{name: string, tracked: boolean, scrubbed: boolean, proposals: number, comments: number, mine: boolean, delegation: string | null}} Author */
/** @typedef {{author: string, at: string | null, label: string, words: string, why: string}} Left */

const KINDS = /** @type {Record<string, string>} */ ({
  amend: "Amend",
  insert: "Insert",
  delete: "Delete",
  move: "Move",
  split: "Split",
  merge: "Merge with the paragraph before",
});

/** What an author is called; nobody where nothing was tracked. @param {string} name */
export const called = (name) => name || "Not tracked";

/** Where a paragraph stands after a move. @param {Item} item */
const place = (item) => (item.after_label ? `behind ${item.after_label}` : "at the beginning");

/** @param {Item} item */
function title(item) {
  const what = KINDS[item.kind] ?? item.kind;
  if (item.kind === "insert") return item.label ? `Insert after ${item.label}` : "Insert at the beginning";
  if (item.kind === "move") return `Move ${item.label} ${item.after_label ? `behind ${item.after_label}` : "to the beginning"}`;
  if (item.kind === "merge") return `Merge ${item.label} with the paragraph before`;
  return `${what} ${item.label}`;
}

/** Pieces as they stood before. @param {Piece[]} pieces @returns {Piece[]} */
const before = (pieces) =>
  pieces
    .filter((piece) => piece.op !== "insert")
    .map((piece) => ({ ...piece, op: /** @type {const} */ ("keep"), by: null, ...(piece.note ? { note: before(piece.note) } : {}) }));

/** A cut mark where a paragraph would be split. @param {Piece[]} pieces @param {number} at @returns {Piece[]} */
function cut(pieces, at) {
  /** @type {Piece[]} */
  const out = [];
  let passed = 0;
  for (const piece of pieces) {
    const size = piece.note ? 1 : (piece.text ?? "").length;
    if (piece.text !== undefined && passed < at && at <= passed + size) {
      const words = piece.text;
      out.push({ ...piece, text: words.slice(0, at - passed) });
      out.push({ op: "insert", text: " ¶ " });
      if (at < passed + size) out.push({ ...piece, text: words.slice(at - passed) });
    } else out.push(piece);
    passed += size;
  }
  return out;
}

/** @param {Item} item @param {Piece[]} pieces */
function sheet(item, pieces) {
  const box = h("div", { class: "redline words-of", dir: "auto" });
  const state = /** @type {const} */ ("changed");
  // The authors' names stand above: here only what differs.
  const bare = pieces.map((piece) => ({ ...piece, by: null }));
  renderRedline(box, /** @type {any} */ ({ paragraphs: [{ id: item.key, kind: item.paragraph_kind, level: 0, label: "", old_label: "", state, pieces: bare }] }));
  for (const element of box.querySelectorAll("[id]")) element.removeAttribute("id");
  return box;
}

/** @param {string} author @param {string | null} at */
const whose = (author, at) => h("span", { class: "whose" }, called(author), at && [", ", when(at)]);

/** @param {Item} item @param {boolean} may @returns {HTMLLIElement} */
export function itemRow(item, may) {
  const box = h("input", { type: "checkbox", id: `take-${item.key}`, name: "items", value: item.key, "data-author": item.author, "data-sure": item.sure && !item.known, disabled: !may || item.gone });
  const notes = [
    item.gone && h("p", { class: "why warn" }, "This paragraph has since been deleted here; it cannot come in."),
    item.known && h("p", { class: "why" }, "There is a proposal here already that says the same."),
    item.why && h("p", { class: "why warn" }, item.why),
  ];
  const after = item.split_at === null ? item.pieces : cut(item.pieces, item.split_at);
  const isNew = item.kind === "insert";
  return h(
    "li",
    { class: "item", "data-key": item.key },
    h("div", { class: "item-head" }, box, h("label", { for: box.id }, h("b", {}, title(item)), " ", whose(item.author, item.at))),
    notes,
    h(
      "div",
      { class: "halves" },
      h("div", { class: "half" }, h("p", { class: "side-name" }, "As the version has it"), isNew ? h("p", { class: "muted" }, "Nothing stands here.") : sheet(item, before(item.pieces))),
      h("div", { class: "half" }, h("p", { class: "side-name" }, "As the file has it", item.kind === "move" && `: ${place(item)}`), sheet(item, after)),
    ),
  );
}

/** @param {Said} said @returns {HTMLLIElement} */
export function commentRow(said) {
  const box = h("input", { type: "checkbox", id: `take-${said.key}`, name: "comments", value: said.key, "data-author": said.new_by, "data-sure": true });
  const head = said.thread ? `Replies in a thread on ${said.label}` : `Comment on ${said.label}`;
  // A thread that is here has its audience: what is chosen below is not asked for it.
  const seen = said.seen_by && h("p", { class: "why" }, `Seen by all who see the thread: ${said.seen_by}.`);
  return h(
    "li",
    { class: "item", "data-key": said.key },
    h("div", { class: "item-head" }, box, h("label", { for: box.id }, h("b", {}, head), " ", whose(said.author, said.at), said.resolved && h("span", { class: "tag" }, "resolved"))),
    said.why && h("p", { class: "why warn" }, said.why),
    seen,
    said.quote && h("blockquote", { class: "quote", dir: "auto" }, said.quote),
    h("p", { class: "comment-words", dir: "auto" }, said.words),
    said.replies.length > 0 && h("ul", { class: "replies" }, ...said.replies.map((reply) => h("li", { dir: "auto" }, whose(reply.author, reply.at), ": ", reply.words))),
  );
}

/** @param {Left} left */
export const leftRow = (left) =>
  h("li", {}, h("p", { class: "left-head" }, left.label && h("b", {}, left.label, " "), whose(left.author, left.at)), left.words && h("p", { class: "left-words", dir: "auto" }, left.words), h("p", { class: "why" }, left.why));

/** One name in the file, and whose its changes are to be.
 * @param {Author} author @param {string} own @param {{id: string, name: string}[]} others @param {() => void} changed */
export function authorRow(author, own, others, changed) {
  const id = `author-${Math.random().toString(36).slice(2)}`;
  const said = [author.proposals && `${author.proposals} ${author.proposals === 1 ? "change" : "changes"}`, author.comments && `${author.comments} ${author.comments === 1 ? "comment" : "comments"}`].filter(Boolean).join(", ");
  const choice = h(
    "select",
    { id, "data-author": author.name, onchange: changed },
    h("option", { value: "own" }, own),
    ...others.map((one) => h("option", { value: one.id }, `${one.name} (on their word)`)),
    h("option", { value: "none" }, "Leave out"),
  );
  choice.value = author.delegation ?? (author.mine ? "own" : "none");
  if (!choice.value) choice.value = "own";
  const name = author.scrubbed ? "Nobody named: the names were removed from this file" : author.name || "Differences that were not tracked";
  return h("div", { class: "author" }, h("label", { for: id }, h("b", {}, name), said && ` (${said})`), choice);
}

/** @param {Element} list @param {Node[]} rows */
export const fillList = (list, rows) => fill(list, ...rows);
