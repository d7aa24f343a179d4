// The difference of two strings as the bundle has it: right, as small as can be, in whole characters.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { random } from "./server.mjs";

const diff = createRequire(import.meta.url)("../../static/vendor/diff.cjs");
const side = (made, without) => made.filter(([op]) => op !== without).map(([, words]) => words).join("");

test("what is kept and deleted makes the one, what is kept and inserted the other; no character is cut", () => {
  const pick = random(11);
  const signs = ["a", "b", " ", "🕊️", "👩‍🚀", "é", "重", "إ"];
  const line = (most) => Array.from({ length: pick(most) }, () => signs[pick(signs.length)]).join("");
  for (let round = 0; round < 5000; round += 1) {
    const one = line(40);
    const two = pick(2) ? line(40) : one.slice(0, pick(one.length + 1)) + line(4) + one;
    if (/^[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(two)) continue;
    const made = diff(one, two);
    assert.equal(side(made, diff.INSERT), one);
    assert.equal(side(made, diff.DELETE), two);
    for (const [, words] of made) assert.doesNotMatch(words, /^[\udc00-\udfff]|[\ud800-\udbff]$/);
  }
});

test("it keeps as much as can be kept", () => {
  assert.deepEqual(diff("abc", "xbz").filter(([op]) => op === 0), [[0, "b"]]);
  assert.deepEqual(diff("all States of", "all States parties of"), [[0, "all States "], [1, "parties "], [0, "of"]]);
});

test("texts that have nothing in common are replaced, and soon", () => {
  const pick = random(12);
  const line = (length) => Array.from({ length }, () => "abcdefgh"[pick(8)]).join("");
  const [one, two] = [line(60_000), line(50_000)];
  const made = diff(`same ${one} end`, `same ${two} end`);
  assert.equal(side(made, diff.INSERT), `same ${one} end`);
  assert.equal(side(made, diff.DELETE), `same ${two} end`);
  assert.ok(made.length < 6);
});
