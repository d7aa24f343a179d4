// The picture of the whole text: every paragraph once, in order, within the width; packages tied.

import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "../../static/js/progress.js";

const item = (n, more = {}) => ({ id: `p${n}`, label: `PP${n}`, part: "Preamble", length: 120 * (1 + (n % 5)), state: "open", open: 0, essential: 0, packages: [], ...more });

test("every paragraph stands once, in order, within the width, and none over another", () => {
  for (const width of [280, 358, 700, 1100]) {
    const items = Array.from({ length: 150 }, (_, n) => item(n, n > 70 ? { part: "Operative part" } : {}));
    const { cells, height, heads } = picture(items, width);
    assert.deepEqual(cells.map((one) => one.id), items.map((one) => one.id));
    for (const [index, one] of cells.entries()) {
      assert.ok(one.x >= 0 && one.x + one.width <= width && one.y + one.height <= height);
      const next = cells[index + 1];
      if (next) assert.ok(next.y > one.y || (next.y === one.y && next.x > one.x + one.width));
    }
    assert.deepEqual(heads.map((one) => one.part), ["Preamble", "Operative part"]);
  }
});

test("longer paragraphs are wider", () => {
  const { cells } = picture([item(1, { length: 50 }), item(2, { length: 900 })], 700);
  assert.ok(cells[1].width > 2 * cells[0].width);
});

test("a package of three has two ties, and one of one has none", () => {
  const items = [item(1, { packages: ["A"] }), item(2), item(3, { packages: ["A"] }), item(4, { packages: ["A", "B"] })];
  assert.deepEqual(picture(items, 600).ties.map((one) => one.letter), ["A", "A"]);
});
