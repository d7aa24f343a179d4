// Keys have one name each, on every keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf } from "../../static/js/keys.js";

const press = (key, held = "", code = "") => ({
  key, code, shiftKey: held.includes("s"), ctrlKey: held.includes("c"), altKey: held.includes("a"), metaKey: held.includes("m"),
});

test("keys are called by what is held and what is pressed", () => {
  assert.equal(nameOf(press("i", "c"), false), "Mod-i");
  assert.equal(nameOf(press("Z", "cs"), false), "Shift-Mod-z");
  assert.equal(nameOf(press("f", "ca"), false), "Mod-Alt-f");
  assert.equal(nameOf(press("Enter", "s"), false), "Shift-Enter");
  assert.equal(nameOf(press("Backspace"), false), "Backspace");
});

test("on a Mac it is Cmd, and Ctrl is something else", () => {
  assert.equal(nameOf(press("i", "m"), true), "Mod-i");
  assert.equal(nameOf(press("Enter", "c"), true), "Other-Enter");
});

test("without Latin letters a letter counts by its place, but not with AltGr", () => {
  assert.equal(nameOf(press("я", "c", "KeyZ"), false), "Mod-z");
  assert.equal(nameOf(press("ш", "c", "KeyI"), false), "Mod-i");
  assert.equal(nameOf(press("y", "c", "KeyZ"), false), "Mod-y");
  assert.equal(nameOf(press("đ", "ca", "KeyF"), false), "Mod-Alt-đ");
  assert.equal(nameOf(press("я", "", "KeyZ"), false), "я");
});
