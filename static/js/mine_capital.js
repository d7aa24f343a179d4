// @ts-check
// What a delegation has asked its capital, and what came back. The words are the delegation's and its capital's alone.

import { asking } from "./api.js";
import { forTheBoard } from "./consent.js";
import { dialog, field } from "./dialogs.js";
import { announce, day, h, today, when } from "./dom.js";
import { paragraphs, versions } from "./mine_sponsorship.js";

/** @type {Record<string, string>} */
const SUBJECTS = { paragraph: "A paragraph", sponsorship: "Our sponsorship", vote: "Our vote" };
/** @type {Record<string, string>} */
const SHOWN = { nothing: "nothing", pending: "that we wait, and on what", due: "that we wait, on what, and until when" };
/** @type {Record<string, string>} */
const STANCES = { retain: "retain", delete: "delete", amend: "amend", support: "support", can_live_with: "can live with", reserve: "reserve", object: "object" };
/** @type {Record<string, string>} */
const STEPS = { asked: "Asked", received: "Answered", superseded: "Superseded", shown: "Shown otherwise" };

/** @param {string} name @param {string} legend @param {[string, string][]} options @param {string} on */
const radios = (name, legend, options, on) => h("fieldset", { class: "audiences" }, h("legend", {}, legend),
  options.map(([value, label]) => h("label", { class: "check" }, h("input", { type: "radio", name, value, checked: value === on }), h("span", {}, label))));

/** @param {HTMLElement} place */
const picked = (place) => /** @type {HTMLInputElement | null} */ (place.querySelector("input:checked"))?.value ?? "";

/** @param {OwnPage} page */
const alone = (page) => `Seen by ${page.name} and its capital alone.`;

/** @param {Instruction} one */
const about = (one) => (one.subject === "paragraph" ? one.label || "A paragraph" : (SUBJECTS[one.subject] ?? one.subject));

/** What the presidency is shown, and until which day. @param {string} shown @param {string | null} until */
function shownFields(shown, until) {
  const what = radios("shown", "The presidency is shown", Object.entries(SHOWN), shown);
  const day = h("input", { type: "date", min: today(), value: until });
  const dayField = field("Until which day (may stay empty)", day, "After that day it is shown nothing of this any more.");
  const show = () => {
    dayField.hidden = picked(what) === "nothing";
  };
  what.addEventListener("change", show);
  show();
  return { element: h("div", {}, what, dayField), fields: () => ({ shown: picked(what), shown_until: picked(what) === "nothing" ? null : day.value || null }) };
}

/** One thing that was asked. @param {OwnPage} page @param {Instruction} one */
export function capitalEntry(page, one) {
  const step = (/** @type {string} */ name, /** @type {string} */ words, /** @type {string} */ kind, /** @type {() => void} */ act) =>
    one.may.includes(name) && h("button", { class: kind, type: "button", "data-key": `${name}-${one.id}`, onclick: act }, words);
  return [
    h("h3", {}, about(one), one.late && h("span", { class: "tag late" }, "late")),
    h("p", {}, "Asked ", day(one.on), ` on ${one.version.name}`, one.asked_by && `, by ${one.asked_by}`, one.due && [", answer due ", h("strong", {}, day(one.due))], "."),
    one.words && h("blockquote", { dir: "auto" }, one.words),
    one.received && h("p", { class: "received" }, h("strong", {}, "Answered "), day(one.received.on), ": ", h("span", { dir: "auto" }, one.received.words)),
    one.state === "superseded" && h("p", {}, h("strong", {}, "Superseded")),
    h("p", { class: "hint" }, one.state === "asked" ? `The presidency is shown ${SHOWN[one.shown] ?? one.shown}` : "The presidency is shown nothing of this",
      one.state === "asked" && one.shown !== "nothing" && one.shown_until && [", until ", day(one.shown_until)], "."),
    h("div", { class: "row" }, step("received", "Received …", "button primary", () => openReceived(page, one)),
      step("shown", "What is shown …", "link", () => openShown(page, one)), step("superseded", "No longer needed …", "link", () => openSuperseded(page, one))),
    one.steps.length > 1 && h("details", { class: "trace" }, h("summary", {}, "What became of it"), h("ol", {}, one.steps.map((was) => h("li", {},
      h("p", {}, h("strong", {}, STEPS[was.step] ?? was.step), was.words && h("span", { dir: "auto" }, `: ${was.step === "shown" ? SHOWN[was.words] : was.words}`)), h("p", { class: "hint" }, `${was.by}, `, when(was.at)))))),
  ].flat();
}

/** Records what one's delegation has asked. @param {OwnPage} page */
export function openInstruction(page) {
  const subject = radios("subject", "About", Object.entries(SUBJECTS), "paragraph");
  const which = paragraphs(page);
  const whichField = field("Which paragraph", which);
  const version = versions(page);
  const words = h("textarea", { rows: "3", maxlength: 4000, dir: "auto" });
  const on = h("input", { type: "date", required: true, max: today(), value: today() });
  const due = h("input", { type: "date" });
  const by = h("input", { maxlength: 200, value: page.me });
  const shown = shownFields("nothing", null);
  subject.addEventListener("change", () => {
    whichField.hidden = picked(subject) !== "paragraph";
  });
  const ask = asking(`/api/drafts/${page.draft}/instructions`);
  dialog({
    title: "What we asked our capital", action: "Record it",
    body: [
      subject, whichField, field("What we asked", words, alone(page)),
      h("div", { class: "pair" }, field("Asked on", on), field("Answer due (may stay empty)", due)),
      // What goes beyond the delegation is for the mission to say.
      page.capital ? "" : shown.element, h("details", {}, h("summary", {}, "On which text, and by whom"), field("The text our capital has", version), field("Asked by", by)),
    ],
    act: async () => {
      await ask({
        subject: picked(subject), paragraph: whichField.hidden ? null : which.value, version: Number(version.value), on: on.value, due: due.value || null,
        asked_by: by.value.trim(), words: words.value.trim(), ...shown.fields(),
      });
      announce("Recorded.");
      page.reload();
    },
  });
}

/** @param {OwnPage} page @param {Instruction} one @param {string} title @param {string} action @param {(Node | string)[]} body @param {() => object} fields */
function takeStep(page, one, title, action, body, fields) {
  const ask = asking(`/api/instructions/${one.id}/steps`);
  dialog({
    title, action, body,
    act: async () => {
      await ask(fields());
      announce("Recorded.");
      page.reload();
    },
  });
}

/** The capital has answered: its words, one's positions confirmed, and the answer on sponsorship, in one step.
 * @param {OwnPage} page @param {Instruction} one */
function openReceived(page, one) {
  const words = h("textarea", { rows: "3", maxlength: 4000, dir: "auto" });
  const on = h("input", { type: "date", required: true, max: today(), value: today() });
  const confirm = h("input", { type: "checkbox", checked: true });
  const stances = page.capital ? [] : one.positions.map(({ stance }) => STANCES[stance] ?? stance);
  const sponsorship = radios("sponsorship", "Our sponsorship", [["", "no answer from this"], ["said", "we will sponsor"], ["confirmed", "confirmed in the portal"], ["declined", "we decline"]], "said");
  const answers = one.subject === "sponsorship" && !page.capital;
  takeStep(page, one, `${about(one)}: our capital has answered`, "Record it", [
    field("What it says", words, alone(page)), field("Received on", on),
    stances.length > 0 ? h("label", { class: "check" }, confirm, h("span", {}, `Confirm our preliminary position on ${one.label}: ${stances.join(", ")}`, h("small", { class: "hint" }, " Seen by those who see the position."))) : "",
    answers ? h("div", {}, sponsorship, h("p", { class: "hint" }, `Seen by: ${forTheBoard(page.name)}`)) : "",
  ], () => ({
    step: "received", on: on.value, words: words.value.trim(), confirm: stances.length > 0 && confirm.checked,
    sponsorship: answers ? picked(sponsorship) || null : null,
  }));
}

/** @param {OwnPage} page @param {Instruction} one */
function openShown(page, one) {
  const shown = shownFields(one.shown, one.shown_until);
  const due = h("input", { type: "date", value: one.due });
  takeStep(page, one, "What the presidency is shown", "Set it", [shown.element, field("Answer due (may stay empty)", due)], () => ({ step: "shown", on: today(), due: due.value || null, ...shown.fields() }));
}

/** @param {OwnPage} page @param {Instruction} one */
function openSuperseded(page, one) {
  const words = h("textarea", { rows: "2", maxlength: 4000, dir: "auto" });
  takeStep(page, one, "No longer needed", "Set it aside", [h("p", {}, "It stays on record and is waited for no more."), field("Why (may stay empty)", words, alone(page))],
    () => ({ step: "superseded", on: today(), words: words.value.trim() }));
}
