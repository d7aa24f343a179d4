// @ts-check
// What happened to a paragraph's words: who, when and what; and the purging of what never belonged.

import { post, read } from "./api.js";
import { dialog } from "./dialogs.js";
import { announce, h, newId, when } from "./dom.js";
import { pieceNodes } from "./words.js";

/** @param {string} draft @param {string} paragraph @param {string} name @param {boolean} mayPurge */
export async function openHistory(draft, paragraph, name, mayPurge) {
  const path = `/api/drafts/${draft}/paragraphs/${paragraph}`;
  const place = h("div", { class: "history", "aria-live": "polite" }, h("p", {}, "Looking it up …"));
  const box = dialog({ title: `History of ${name}`, wide: true, body: [place] });
  let entries;
  try {
    ({ entries } = await read(`${path}/history`));
  } catch (error) {
    place.replaceChildren(h("p", { class: "notice bad" }, error instanceof Error ? error.message : String(error)));
    return;
  }
  if (entries.length === 0) {
    place.replaceChildren(h("p", {}, "Its words have not changed since the draft was begun."));
    return;
  }
  place.replaceChildren(h("ol", { class: "entries" }, entries.map((/** @type {any} */ entry) => h("li", {},
    h("p", { class: "entry-head" }, h("strong", {}, entry.by), " ", when(entry.at), entry.summary && `, ${entry.summary}`),
    h("p", { class: "entry-words redline", dir: "auto" }, pieceNodes(entry.pieces)),
    (Array.isArray(entry.purged) ? entry.purged : []).map((/** @type {any} */ purge) =>
      h("p", { class: "muted" }, `${purge.characters} characters were purged by ${purge.by}, `, when(purge.at))),
    mayPurge && !entry.deed && h("button", { class: "link danger", type: "button", onclick: () => purge(path, entry, box) }, "Purge these words …")))));
}

/** @param {string} path @param {any} entry @param {HTMLDialogElement} behind */
function purge(path, entry, behind) {
  const id = newId();
  dialog({
    title: "Purge words from the history", action: "Purge", danger: true,
    body: [
      h("p", {}, "For words that were pasted by mistake and have been taken out of the text since. They are replaced by blocks of the same length wherever the history holds them; who wrote, when, and how many characters were purged stays readable."),
      h("p", { class: "entry-words redline" }, pieceNodes(entry.pieces)),
      h("p", { class: "notice bad" }, "This cannot be undone."),
    ],
    act: async () => {
      const done = await post(`${path}/purge`, { id, from: entry.from, to: entry.to });
      behind.close();
      announce(`${done.purged} characters purged`);
    },
  });
}
