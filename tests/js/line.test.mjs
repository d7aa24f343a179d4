// A transaction gives a change and a change gives a transaction, either way without loss.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Delta, printedNumber, split } from "../../static/js/delta.js";
import { apply, fromPlain, isStorable, NOTE, PARAGRAPH, toChange, toDoc, toText } from "../../static/js/line.js";
import { EditorState } from "../../static/js/vendor.js";
import { random } from "./server.mjs";

const SCRIPTS = ["reaffirming ", "подтверждая ", "إذ تؤكد ", "重申", "réaffirmant ", "reafirmando ", "😀"];

function randomText(pick, notes = true) {
  const text = new Delta();
  for (let n = pick(6); n >= 0; n -= 1) {
    const attributes = pick(3) === 0 ? { italic: true } : null;
    if (notes && pick(5) === 0) text.insert({ note: randomText(pick, false).ops }, attributes);
    else text.insert(SCRIPTS[pick(SCRIPTS.length)], attributes);
  }
  return text;
}

/** A position that does not lie inside a character. */
function place(text, pick, from = 0) {
  const words = text.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
  let at = from + pick(words.length - from + 1);
  if (/[\udc00-\udfff]/.test(words[at] ?? "")) at += 1;
  return at;
}

function randomTransaction(state, pick) {
  let tr = state.tr;
  for (let n = pick(3); n >= 0; n -= 1) {
    const text = toText(tr.doc.content);
    const from = place(text, pick);
    const to = place(text, pick, from);
    const italic = PARAGRAPH.marks.em.create();
    const what = pick(5);
    if (what === 0) tr = tr.insertText(SCRIPTS[pick(SCRIPTS.length)], from, to);
    else if (what === 1 && from < to) tr = tr.delete(from, to);
    else if (what === 2) tr = tr.addMark(from, to, italic);
    else if (what === 3) tr = tr.removeMark(from, to, italic);
    else tr = tr.insert(from, PARAGRAPH.nodes.note.create({ ops: randomText(pick, false).ops }));
  }
  return tr;
}

test("20,000 random transactions give their change, and the change gives them back", () => {
  const pick = random(75);
  for (let n = 0; n < 20_000; n += 1) {
    const before = randomText(pick);
    const state = EditorState.create({ doc: toDoc(PARAGRAPH, before) });
    const tr = randomTransaction(state, pick);
    const change = toChange(tr);
    const after = before.compose(change);
    assert.deepEqual(after.ops, toText(tr.doc.content).ops);
    assert.deepEqual(toText(apply(state.tr, change, PARAGRAPH).doc.content).ops, after.ops);
    assert.deepEqual(after.compose(change.invert(before)).ops, before.ops);
  }
});

test("a change to a footnote's words reaches them in place", () => {
  const text = new Delta().insert("See").insert({ note: [{ insert: "Resolution 70/1." }] }).insert(".");
  const change = new Delta().retain(3).retain({ note: [{ retain: 11 }, { insert: "7" }, { delete: 1 }] });
  const state = EditorState.create({ doc: toDoc(PARAGRAPH, text) });
  const tr = apply(state.tr, change, PARAGRAPH);
  assert.deepEqual(toText(tr.doc.content).ops, text.compose(change).ops);
  assert.deepEqual(text.compose(toChange(tr)).ops, text.compose(change).ops);
});

test("words that the server would refuse are seen before they are sent", () => {
  const state = EditorState.create({ doc: toDoc(NOTE, new Delta().insert("words")) });
  assert.ok(isStorable(state.tr.insertText("ok 😀", 0)));
  assert.ok(!isStorable(state.tr.insertText("bell\u0007", 0)));
  assert.ok(!isStorable(state.tr.insertText("\ud83d", 0)));
});

test("plain words become one line", () => {
  assert.deepEqual(fromPlain("  one\r\ntwo\t three\n\n").ops, [{ insert: "one two three" }]);
  assert.deepEqual(fromPlain(" \n ").ops, []);
});

test("a change is split where its text is split; what is put in at the cut stays before it", () => {
  const change = new Delta().retain(3).insert("x").delete(4);
  assert.deepEqual(split(change, 5).map((half) => half.ops), [
    [{ retain: 3 }, { insert: "x" }, { delete: 2 }], [{ delete: 2 }],
  ]);
});

test("a label gives the number that is printed", () => {
  const cases = { "PP10": "", "OP4": "4.", "OP4 bis": "4 bis.", "OP4 (a)": "(a)", "OP": "", "PP3 (b)": "(b)",
    "Annex II, 1": "1.", "Annex": "", "OP4 (a) (ii)": "(ii)", "OP4 (a) (ii) a.": "a." };
  for (const [label, printed] of Object.entries(cases)) assert.equal(printedNumber(label), printed, label);
});
