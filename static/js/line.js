// @ts-check
// One line of text in ProseMirror, and the way between its transactions and changes. The document is
// flat, so a position in it is a position in the text, in UTF-16 units.

import { clean, Delta, isClean } from "./delta.js";
import { AddMarkStep, AttrStep, Fragment, RemoveMarkStep, ReplaceStep, Schema, Slice } from "./vendor.js";

/** @typedef {import("./vendor.js").Node} PmNode */

const em = { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] };
const text = { group: "inline" };

/** A paragraph's words: characters, italics, footnotes. */
export const PARAGRAPH = new Schema({
  nodes: {
    doc: { content: "inline*" },
    text,
    note: {
      group: "inline",
      inline: true,
      atom: true,
      selectable: true,
      draggable: false,
      attrs: { ops: { default: [] } },
      toDOM: () => ["sup", { class: "note" }, ["a", {}, "*"]],
    },
  },
  marks: { em },
});

/** A footnote's words. */
export const NOTE = new Schema({ nodes: { doc: { content: "inline*" }, text }, marks: { em } });

/** @param {Schema} schema @param {Delta} words @returns {Fragment} */
export function fragment(schema, words) {
  const italic = schema.marks.em;
  const nodes = words.ops.map((op) => {
    const marks = op.attributes?.italic && italic ? [italic.create()] : [];
    if (typeof op.insert === "string") return schema.text(op.insert, marks);
    const note = schema.nodes.note;
    if (!note || !op.insert) throw new Error("no footnote can stand here");
    return note.create({ ops: op.insert.note }, undefined, marks);
  });
  return Fragment.from(nodes);
}

/** @param {Schema} schema @param {Delta} words @returns {PmNode} */
export function toDoc(schema, words) {
  const doc = schema.nodes.doc;
  if (!doc) throw new Error("no doc");
  return doc.create(null, fragment(schema, words));
}

/** @param {Fragment} content @param {Delta} [into] */
export function toText(content, into = new Delta()) {
  content.forEach((node) => {
    const italic = node.marks.some((mark) => mark.type.name === "em") ? { italic: /** @type {const} */ (true) } : null;
    if (node.isText) into.insert(node.text ?? "", italic);
    else into.insert({ note: node.attrs.ops }, italic);
  });
  return into;
}

/** The change a transaction makes. @param {Transaction} tr @returns {Delta} */
export function toChange(tr) {
  let all = new Delta();
  tr.steps.forEach((step, index) => {
    const change = new Delta();
    if (step instanceof ReplaceStep) {
      change.retain(step.from);
      toText(step.slice.content, change);
      change.delete(step.to - step.from);
    } else if (step instanceof AddMarkStep) {
      change.retain(step.from).retain(step.to - step.from, { italic: true });
    } else if (step instanceof RemoveMarkStep) {
      change.retain(step.from).retain(step.to - step.from, { italic: null });
    } else if (step instanceof AttrStep) {
      const was = tr.docs[index]?.nodeAt(step.pos)?.attrs.ops ?? [];
      const now = new Delta(/** @type {Op[]} */ (step.value));
      change.retain(step.pos).retain({ note: new Delta(was).diff(now).ops });
    } else throw new Error("a step that a flat line does not know");
    all = all.compose(change.chop());
  });
  return all;
}

/** Makes a change in a transaction. @param {Transaction} tr @param {Delta} change @param {Schema} schema */
export function apply(tr, change, schema) {
  const italic = schema.marks.em;
  let at = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) {
      const nodes = fragment(schema, new Delta([op]));
      tr.step(new ReplaceStep(at, at, new Slice(nodes, 0, 0)));
      at += nodes.size;
    } else if (typeof op.delete === "number") {
      tr.step(new ReplaceStep(at, at + op.delete, Slice.empty));
    } else {
      const length = typeof op.retain === "number" ? op.retain : 1;
      if (typeof op.retain === "object") {
        const was = tr.doc.nodeAt(at)?.attrs.ops ?? [];
        tr.step(new AttrStep(at, "ops", new Delta(was).compose(new Delta(op.retain.note)).ops));
      }
      if (op.attributes && italic) {
        const end = at + length;
        if (op.attributes.italic) tr.step(new AddMarkStep(at, end, italic.create()));
        else if (op.attributes.italic === null) tr.step(new RemoveMarkStep(at, end, italic.create()));
      }
      at += length;
    }
  }
  return tr;
}

/** Words that were typed or put in by the system, made fit: null when they are fit already.
 * @param {Transaction} tr @returns {boolean} whether all inserted words can be stored */
export function isStorable(tr) {
  return tr.steps.every((step) => {
    if (!(step instanceof ReplaceStep)) return true;
    let fit = true;
    step.slice.content.forEach((node) => {
      if (node.isText && !isClean(node.text ?? "")) fit = false;
    });
    return fit;
  });
}

// Pasting ----------------------------------------------------------------------------------------

const BLOCKS = /^(P|DIV|LI|TR|TD|TH|BR|H[1-6]|BLOCKQUOTE|PRE|UL|OL|TABLE|DT|DD|HR)$/;
const SILENT = /^(SCRIPT|STYLE|HEAD|TITLE|META|LINK|TEMPLATE|OBJECT|SVG|DEL|S|STRIKE|XML|NOSCRIPT|IFRAME|TEXTAREA|SELECT)$/i;

/** The one place where HTML is read: into a document of its own, which is never shown, runs nothing and fetches
 * nothing. The content policy lets no other make any. @type {(html: string) => string} */
const readable = (() => {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const policy = types?.createPolicy("drafting-paste", { createHTML: (/** @type {string} */ html) => html });
  return (html) => policy ? policy.createHTML(html) : html;
})();

/** The words of pasted HTML as one line: italics, words, and the footnotes of Word and of this page.
 * @param {string} html @param {boolean} notes whether footnotes can stand there */
export function fromHtml(html, notes) {
  // The content policy would refuse styles, and say so, even in a document that is never shown.
  const tame = html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(\s*=)/gi, " data-style$1"));
  const root = new DOMParser().parseFromString(readable(tame), "text/html").body;
  const out = new Delta();
  read(root, false, out, notes ? root : null);
  return tidy(out);
}

/** @param {globalThis.Node} node @param {boolean} italic @param {Delta} out @param {HTMLElement | null} root */
function read(node, italic, out, root) {
  if (node.nodeType === 3) {
    out.insert(clean((node.nodeValue ?? "").replace(/[ \t\r\n\f]+/g, " ")), italic ? { italic: true } : null);
    return;
  }
  if (node.nodeType !== 1) return;
  const element = /** @type {HTMLElement} */ (node);
  if (SILENT.test(element.tagName) || /:/.test(element.tagName)) return;
  const style = (element.getAttribute("data-style") ?? "").toLowerCase();
  if (/mso-element:\s*(footnote|endnote|comment)/.test(style)) return;
  if (/display:\s*none|mso-hide:\s*all/.test(style) || /text-decoration:[^;]*line-through/.test(style)) return;
  if (element.matches("sup.note") && element.dataset.note) {
    if (root) out.insert({ note: noteOps(element.dataset.note) });
    return;
  }
  if (element.matches('a[data-style*="mso-footnote-id"], a[data-style*="mso-endnote-id"], a[href*="#_ftn"]')) {
    const note = root && wordNote(element, root);
    if (note) out.insert({ note });
    return;
  }
  const block = BLOCKS.test(element.tagName);
  if (/^(I|EM|CITE)$/.test(element.tagName)) italic = true;
  const said = /font-style:\s*(\w+)/.exec(style);
  if (said) italic = said[1] === "italic" || said[1] === "oblique";
  if (block) out.insert(" ");
  for (const child of element.childNodes) read(child, italic, out, root);
  if (block) out.insert(" ");
}

/** @param {string} json @returns {Op[]} */
function noteOps(json) {
  try {
    const ops = JSON.parse(json);
    if (Array.isArray(ops) && ops.every((op) => typeof op.insert === "string")) {
      return tidy(new Delta(ops.map((op) => ({
        insert: clean(op.insert), ...(op.attributes?.italic === true ? { attributes: { italic: true } } : {}),
      })))).ops;
    }
  } catch {
    // Not ours after all.
  }
  return [];
}

/** The words of a footnote of Word, whose mark this is. @param {HTMLElement} mark @param {HTMLElement} root */
function wordNote(mark, root) {
  const id = /mso-(?:foot|end)note-id:\s*([\w-]+)/.exec(mark.getAttribute("data-style") ?? "")?.[1];
  const body = id && root.querySelector(`div#${CSS.escape(id)}`);
  if (!body) return null;
  const out = new Delta();
  for (const child of body.childNodes) read(child, false, out, null);
  return tidy(out).ops;
}

/** Words from plain text, as one line. @param {string} words */
export const fromPlain = (words) => tidy(new Delta().insert(clean(words)));

/** Blanks joined, none at either end; what holds nothing goes. @param {Delta} words */
function tidy(words) {
  const out = new Delta();
  let blank = true;
  for (const op of words.ops) {
    if (typeof op.insert !== "string") {
      out.push(op);
      blank = false;
      continue;
    }
    let part = op.insert.replace(/ {2,}/g, " ");
    if (blank) part = part.replace(/^ /, "");
    if (part === "") continue;
    blank = part.endsWith(" ");
    out.push({ ...op, insert: part });
  }
  const last = out.ops.at(-1);
  if (last && typeof last.insert === "string" && last.insert.endsWith(" ")) {
    last.insert = last.insert.slice(0, -1);
    if (last.insert === "") out.ops.pop();
  }
  return out;
}
