// The redline that is shown while a proposal is typed: whole words, nothing lost, nothing cut.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Delta } from "../../static/js/delta.js";
import { pieces, runs } from "../../static/js/difference.js";
import { random } from "./server.mjs";

const said = (old, now) => runs(new Delta().insert(old), new Delta().insert(now)).map(({ op, ops }) => [op, ops.map((one) => one.insert).join("")]);

test("a word is never cut", () => {
  assert.deepEqual(said("urges all States", "urges all State"), [["keep", "urges all "], ["delete", "States"], ["insert", "State"]]);
  assert.deepEqual(said("resolution 74/998 of", "resolution 75/998 of"), [["keep", "resolution "], ["delete", "74/998"], ["insert", "75/998"], ["keep", " of"]]);
});

test("words replaced one by one are one change", () => {
  assert.deepEqual(said("as soon as they can", "without further delay"), [["delete", "as soon as they can"], ["insert", "without further delay"]]);
});

test("what was put in without anything taken away stays narrow", () => {
  assert.deepEqual(said("all States of", "all States parties of"), [["keep", "all States "], ["insert", "parties "], ["keep", "of"]]);
});

test("italics and footnotes are compared too", () => {
  const base = new Delta().insert("Noting", { italic: true }).insert(" it").insert({ note: [{ insert: "A/1." }] });
  const text = new Delta().insert("Noting it").insert({ note: [{ insert: "A/2." }] });
  assert.deepEqual(pieces(base, text), [
    { op: "delete", text: "Noting", italic: true },
    { op: "insert", text: "Noting", italic: false },
    { op: "keep", text: " it", italic: false },
    { op: "delete", note: [{ op: "delete", text: "A/1.", italic: false }], italic: false },
    { op: "insert", note: [{ op: "insert", text: "A/2.", italic: false }], italic: false },
  ]);
});

test("kept and deleted make the old text, kept and inserted the new, in every script", () => {
  const pick = random(7);
  const some = ["States", " ", "parties", ",", " ", "75/62", "重申", "إذ تؤكد", "🕊️", "é", "—", " and ", "’s"];
  const line = () => Array.from({ length: 1 + pick(14) }, () => some[pick(some.length)]).join("");
  for (let round = 0; round < 2000; round += 1) {
    const [old, now] = [line(), line()];
    const found = said(old, now);
    assert.equal(found.filter(([op]) => op !== "insert").map(([, words]) => words).join(""), old);
    assert.equal(found.filter(([op]) => op !== "delete").map(([, words]) => words).join(""), now);
  }
});

test("words are the same in whatever order their fields came", () => {
  const base = new Delta([{ attributes: { italic: true }, insert: "Noting" }, { insert: { note: [{ attributes: { italic: true }, insert: "Ibid." }] } }]);
  const text = new Delta([{ insert: "Noting", attributes: { italic: true } }, { insert: { note: [{ insert: "Ibid.", attributes: { italic: true } }] } }]);
  assert.deepEqual(runs(base, text).map((run) => run.op), ["keep"]);
});
