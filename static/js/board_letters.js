// @ts-check
// Letters to a list of States, looked at one by one before anything goes; and the terms of the call for sponsors.

import { asking, post } from "./api.js";
import { choices, control, copy, fields, Picker } from "./board_forms.js";
import { dialog } from "./dialogs.js";
import { announce, counted, get, h, newId } from "./dom.js";

/** What was typed and did not go: the next time it is there again. @type {Record<string, any> | null} */
let kept = null;

/** @param {BoardAround} board @param {string[]} ids @param {string} question "keep", "sponsor" or "" */
export function letters(board, ids, question) {
  const inner = h("div", { class: "board-form" }, copy("letters"));
  const words = h("div", {}, copy("words"));
  const picker = new Picker(board, () => {}, () => subject.focus());
  const [subject, body] = [control(inner, "subject"), control(inner, "body")];
  const write = () => {
    const asked = fields(inner).question;
    const begun = /** @type {HTMLElement | null} */ (words.querySelector(`[data-question="${asked}"]`));
    subject.value = kept?.subject ?? begun?.dataset.subject ?? "";
    body.value = kept?.body ?? begun?.textContent ?? "";
  };
  inner.prepend(picker.element);
  choices(inner, board);
  /** @type {HTMLInputElement} */ (get(`[name=question][value="${kept?.question ?? question}"]`, inner)).checked = true;
  get(".radios", inner).addEventListener("change", write);
  for (const one of [subject, body]) one.addEventListener("input", () => (kept = fields(inner)));
  inner.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".fill")) return;
    body.setRangeText(event.target.textContent ?? "", body.selectionStart ?? 0, body.selectionEnd ?? 0, "end");
    kept = fields(inner);
    body.focus();
  });
  picker.set(ids);
  write();
  dialog({
    title: "Write to States", action: "Look at the letters", wide: true, body: [inner],
    act: async () => {
      const sent = { ...fields(inner), question: fields(inner).question || null, delegations: picker.ids };
      if (!picker.ids.length) throw new Error("Name the States to write to.");
      preview(board, sent, await post(`/api/drafts/${board.draft}/letters/preview`, { id: newId(), ...sent }), () => letters(board, picker.ids, question));
    },
  });
  (ids.length ? subject : picker.input).focus();
}

/** @param {BoardAround} board @param {object} sent @param {{letters: BoardLetter[], by_mail: boolean}} made @param {() => void} back */
function preview(board, sent, made, back) {
  const ask = asking(`/api/drafts/${board.draft}/letters`);
  const name = (/** @type {BoardLetter} */ { delegation }) => (typeof delegation === "string" ? board.name(delegation) : delegation.name);
  const many = counted(made.letters.length, "letter");
  let done = false;
  const box = dialog({
    title: "The letters", action: `${made.by_mail ? "Send" : "Save"} ${many}`, wide: true, cancel: "Back to the words",
    body: [h("p", {}, made.by_mail ? `${many}: they go by mail when you press Send.` : `${many}. No mail server is set up here: you get them as files (.eml) to send with your own program.`),
      h("div", { class: "previews" }, made.letters.map((one, at) => h("details", { open: at === 0 }, h("summary", {}, name(one), h("small", {}, ` ${one.to.length ? [one.to].flat().join(", ") : "no address known"}`)), h("p", {}, h("b", {}, one.subject)), h("p", { class: "letter", dir: "auto" }, one.body))))],
    act: async () => {
      const told = await ask(sent);
      done = true;
      kept = null;
      board.fresh();
      const link = told.zip && h("a", { class: "button primary", download: "letters.zip", href: `data:application/zip;base64,${told.zip}` }, "Save letters.zip");
      dialog({ title: "The letters are made", wide: true, body: [link || "", h("ul", { class: "history" }, told.letters.map((/** @type {BoardLetter} */ one) => h("li", {}, h("b", {}, name(one)), `: ${one.result}`)))] });
      announce(`${many}: done`);
      link?.focus();
    },
  });
  box.addEventListener("close", () => done || back());
}

/** @param {BoardAround} board */
export function terms(board) {
  const { call, me } = board.now();
  const ask = asking(`/api/drafts/${board.draft}/call`);
  const inner = h("div", { class: "board-form" }, copy("call"));
  control(inner, "mode").value = call.mode;
  control(inner, "group").value = call.group;
  control(inner, "listed").checked = call.listed;
  const walls = /** @type {HTMLElement[]} */ ([...inner.querySelectorAll("[data-wall]")]);
  for (const wall of walls) {
    const now = call[/** @type {"deadline" | "closes"} */ (wall.dataset.wall)];
    const zone = control(wall, "zone");
    if (![.../** @type {any} */ (zone).options].some((one) => one.value === me.zone)) zone.append(h("option", { value: me.zone }, me.zone));
    zone.value = me.zone;
    if (now) {
      control(wall, "local").value = now.local;
      get(".hint", wall).textContent = now.both;
    }
  }
  dialog({
    title: "Terms of the call", action: "Keep these terms", wide: true, body: [inner],
    act: async () => {
      const { mode, group, listed } = fields(inner);
      const [deadline, closes] = walls.map((wall) => {
        const { local, zone, second } = fields(wall);
        return local ? { local, zone, ...(second && { second: second === "true" }) } : null;
      });
      try {
        await ask({ mode, group: mode === "closed" ? group : "", listed, deadline, closes });
      } catch (problem) {
        // It may be that the clocks go back over it: then one says which of the two is meant.
        for (const wall of walls) /** @type {HTMLElement} */ (control(wall, "second").closest("label")).hidden = false;
        throw problem;
      }
      announce("The terms are kept.");
      board.fresh();
    },
  });
}
