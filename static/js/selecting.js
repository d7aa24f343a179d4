// @ts-check
// What is selected in the words of a paragraph, and the button beside it that comments on it.

import { get, h } from "./dom.js";
import { offsetIn } from "./words.js";

/** The paragraph in which all of the selection lies. */
export function selectedParagraph() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const of = (/** @type {Node | null} */ node) => (node instanceof Element ? node : node?.parentElement)?.closest("#paragraphs .paragraph > .words:not(.over)");
  const words = of(selection.anchorNode);
  return words && words === of(selection.focusNode) ? (words.closest(".paragraph")?.getAttribute("data-id") ?? null) : null;
}

/** What is selected in a paragraph. @param {Sheet} sheet @param {Editor | null} editor @param {string} id */
export function selectedIn(sheet, editor, id) {
  if (editor?.view && editor.id === id) {
    const { from, to } = editor.view.state.selection;
    return { start: from, end: to };
  }
  const selection = document.getSelection();
  const words = sheet.row(id)?.words;
  if (!selection || selection.isCollapsed || !words) return null;
  const range = selection.getRangeAt(0);
  const start = offsetIn(words, range.startContainer, range.startOffset);
  const end = offsetIn(words, range.endContainer, range.endOffset);
  return start === null || end === null ? null : { start, end };
}

/** The button that stands above selected words. */
export function commentBubble() {
  const bubble = h("button", { class: "bubble button", type: "button", hidden: true, "data-holds-caret": true, "data-keeps-editing": true, "data-do": "comment" }, "Comment");
  get(".sheet").append(bubble);
  document.addEventListener("selectionchange", () => {
    const range = selectedParagraph() ? document.getSelection()?.getRangeAt(0) : null;
    bubble.hidden = !range;
    if (!range) return;
    const at = range.getBoundingClientRect();
    const from = get(".sheet").getBoundingClientRect();
    bubble.style.top = `${at.top - from.top - 48}px`;
    bubble.style.left = `${Math.max(8, Math.min(at.left - from.left + at.width / 2 - 50, from.width - 120))}px`;
  });
}
