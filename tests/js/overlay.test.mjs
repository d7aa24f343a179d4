// Where proposals collide, the words are marked: no more and no fewer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withCollisions } from "../../static/js/overlay.js";

const keep = (text) => ({ op: "keep", text, italic: false });
const gone = (text, by) => ({ op: "delete", text, italic: false, by });
const put = (text, by) => ({ op: "insert", text, italic: false, by });
const said = (pieces) => pieces.map((one) => `${one.op[0]}${one.collides ? "!" : ""}:${one.text ?? "note"}`);

test("without collisions nothing is marked", () => {
  const pieces = [keep("all "), gone("States", "Mexico"), put("parties", "Mexico")];
  assert.deepEqual(withCollisions(pieces, []), pieces);
});

test("kept and deleted words are cut where a collision begins and ends", () => {
  const pieces = [keep("urges all "), gone("States parties", "Mexico"), put("signatories", "Chile"), keep(" to act")];
  assert.deepEqual(said(withCollisions(pieces, [{ start: 10, end: 16 }])), ["k:urges all ", "d!:States", "d: parties", "i:signatories", "k: to act"]);
});

test("insertions at one place collide", () => {
  const pieces = [keep("all States"), put(" parties", "Mexico"), put(" and others", "Chile"), keep(" of")];
  assert.deepEqual(said(withCollisions(pieces, [{ start: 10, end: 10 }])), ["k:all States", "i!: parties", "i!: and others", "k: of"]);
});

test("a footnote counts one", () => {
  const pieces = [keep("a"), { op: "keep", note: [keep("A/1")], italic: false }, keep("bc")];
  assert.deepEqual(said(withCollisions(pieces, [{ start: 1, end: 3 }])), ["k:a", "k!:note", "k!:b", "k:c"]);
});
