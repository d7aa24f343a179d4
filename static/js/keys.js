// @ts-check
// Keys by their names ("Mod-i", "Shift-Enter"), and what they do in an editor.

import { Plugin } from "./vendor.js";

const MAC = /Mac|iP(hone|[oa]d)/.test(globalThis.navigator?.platform ?? "");

/** What a key press is called; Mod is Ctrl, on a Mac Cmd. @param {KeyboardEvent} event @param {boolean} [mac] */
export function nameOf({ key, code, shiftKey, ctrlKey, altKey, metaKey }, mac = MAC) {
  const [mod, other] = mac ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  const held = `${shiftKey ? "Shift-" : ""}${mod ? "Mod-" : ""}${altKey ? "Alt-" : ""}${other ? "Other-" : ""}`;
  if (key.length > 1) return held + key;
  // Where a keyboard has no Latin letters a letter counts by its place: Ctrl Z takes back in every script. Ctrl and
  // Alt together may be AltGr, which types other signs.
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return held + (place && mod && !altKey && !/[a-z]/i.test(key) ? place : key).toLowerCase();
}

/** @param {Record<string, () => boolean>} bindings */
export const keymap = (bindings) => new Plugin({
  props: { handleKeyDown: (/** @type {any} */ _view, /** @type {KeyboardEvent} */ event) => bindings[nameOf(event)]?.() ?? false },
});
