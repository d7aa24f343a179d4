// @ts-check
// How far a paragraph is agreed: set by the presidency, read by everyone; and packages that tie paragraphs.

import { asking } from "./api.js";
import { plain, words as spoken } from "./delta.js";
import { dialog, field } from "./dialogs.js";
import { announce, h, when } from "./dom.js";
import { STATES } from "./negotiation.js";
import { agreementWords } from "./strip.js";

/** Brackets stand around whole words. @param {string} text @param {{start: number, end: number}} range */
export function wholeWords(text, { start, end }) {
  const word = /[\p{L}\p{M}\p{N}]/u;
  if (start < end) {
    while (start > 0 && word.test(text[start - 1] ?? "") && word.test(text[start] ?? "")) start -= 1;
    while (end < text.length && word.test(text[end] ?? "") && word.test(text[end - 1] ?? "")) end += 1;
  }
  return { start, end };
}

/** What has happened to a paragraph's agreement. @param {Agreement | undefined} found */
const since = (found) => (found && found.since.length > 0
  ? h("details", { open: true }, h("summary", {}, "Until now"), h("ol", { class: "steps" }, found.since.map((one) =>
    h("li", {}, h("b", {}, STATES[one.state]?.name ?? one.state), `, ${one.by}, `, when(one.at), one.note && `: ${one.note}`))))
  : "");

/** @param {Setting} setting @param {string} id @param {{start: number, end: number} | null} selected */
export function openAgreement(setting, id, selected) {
  const { model } = setting;
  const found = model.agreement.get(id);
  const name = setting.name(id);
  const packages = model.packagesOf(id).map((one) => h("p", { class: "package-line" }, h("b", {}, `Package ${model.letter(one)}, ${one.name}: `), one.paragraphs.map(setting.name).join(", "), " ",
    setting.may.has("answer") && h("button", { class: "link", type: "button", onclick: () => {
      box.close();
      dissolve(setting, one);
    } }, "Dissolve …")));
  const facts = [
    found ? h("p", {}, h("b", {}, agreementWords(setting, id)), found.by && [`, ${found.by}, `, when(found.at)]) : "",
    found?.words ? h("blockquote", { dir: "auto" }, found.words.text) : "", found?.note ? h("p", { dir: "auto" }, found.note) : "",
    found?.changed ? h("p", { class: "notice eye" }, "Its words are other than when it was agreed.") : "", ...packages,
  ];
  if (!setting.may.has("answer")) {
    dialog({ title: `${name}: how far it is agreed`, body: [...facts, since(found)] });
    return;
  }
  const state = h("select", {}, Object.entries(STATES).filter(([key]) => key !== "deleted").map(([key, { name: word }]) => h("option", { value: key, selected: key === (found?.state ?? "open") }, word)));
  const who = h("fieldset", { class: "audiences who-list" }, h("legend", {}, ""));
  const words = setting.table.texts.get(id);
  selected = selected && words ? wholeWords(plain(words.shown), selected) : null;
  const quote = selected && words ? spoken(words.shown.slice(selected.start, selected.end)) : "";
  const only = h("input", { type: "checkbox", checked: true });
  const part = h("label", { class: "check" }, only, h("span", {}, "Only the words selected: ", h("q", {}, quote)));
  const note = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  const reopens = h("p", { class: "notice eye" }, `This reopens ${name}: dated, with your name.`);
  const show = () => {
    who.hidden = state.value !== "bracketed" && state.value !== "ad_ref";
    const legend = who.querySelector("legend");
    if (legend) legend.textContent = state.value === "bracketed" ? "Who has it in brackets" : "Whose word it is pending";
    part.hidden = !quote || state.value !== "bracketed";
    reopens.hidden = !["agreed", "ad_ref"].includes(found?.state ?? "") || ["agreed", "ad_ref"].includes(state.value);
  };
  state.addEventListener("change", show);
  void setting.delegations().then((all) => who.append(...all.map((one) => h("label", { class: "check" },
    h("input", { type: "checkbox", value: one.id, checked: found?.delegations.some((other) => other.id === one.id) ?? false }), one.name))), () => {});
  show();
  const ask = asking(`/api/drafts/${setting.draft}/agreement`);
  const box = dialog({
    title: `${name}: how far it is agreed`, action: "Set it", wide: true,
    body: [...facts, field("From now on", state), who, part, field("Note (may stay empty)", note), reopens, h("p", { class: "hint" }, "Seen by everyone on this draft."), since(found)],
    act: async () => {
      if (!(await setting.settled(id))) throw new Error("Something typed here has not reached the server yet. Please try again once it is saved.");
      const named = who.hidden ? [] : /** @type {HTMLInputElement[]} */ ([...who.querySelectorAll("input:checked")]).map((one) => one.value);
      setting.model.take(await ask({
        paragraph: id, state: state.value, delegations: named, note: note.value.trim(),
        words: !part.hidden && only.checked && selected ? { ...selected, version: setting.table.text(id).version } : null,
      }));
      announce(`${name}: ${STATES[state.value]?.name}`);
    },
  });
}

/** Ties paragraphs: one is agreed only with the others. @param {Setting} setting @param {string} id @param {(paragraph: any) => string} opening */
export function openPackage(setting, id, opening) {
  const name = h("input", { maxlength: 120, autocomplete: "off", required: true });
  const list = h("fieldset", { class: "audiences who-list" }, h("legend", {}, "Paragraphs that stand or fall together"),
    setting.table.paragraphs.filter((one) => !one.deleted && one.kind !== "formula").map((one) =>
      h("label", { class: "check" }, h("input", { type: "checkbox", value: one.id, checked: one.id === id }), opening(one))));
  const ask = asking(`/api/drafts/${setting.draft}/packages`);
  dialog({
    title: "A package", action: "Tie them", wide: true, body: [field("Name", name, "As it is called in the room: financing, survivors and data"), list, h("p", { class: "hint" }, "Seen by everyone on this draft.")],
    act: async () => {
      const paragraphs = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("input:checked")]).map((one) => one.value);
      if (paragraphs.length < 2) throw new Error("A package ties at least two paragraphs.");
      setting.model.take(await ask({ name: name.value.trim(), paragraphs }));
      announce("Tied");
    },
  });
}

/** @param {Setting} setting @param {Package} one */
function dissolve(setting, one) {
  const reason = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  const ask = asking(`/api/packages/${one.id}/dissolution`);
  dialog({
    title: `Dissolve the package ${one.name}`, action: "Dissolve it", danger: true, body: [h("p", {}, one.paragraphs.map(setting.name).join(", ")), field("Reason (may stay empty)", reason)],
    act: async () => void setting.model.take(await ask({ reason: reason.value.trim() })),
  });
}
