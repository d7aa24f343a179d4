// @ts-check
// One's own sponsorship: one line, the steps that may be taken next, and how it came to this.

import { asking, post } from "./api.js";
import { forTheBoard, momentWords } from "./consent.js";
import { choice, chosen, confirmDialog, dialog, field } from "./dialogs.js";
import { announce, day, h, newId, today, when } from "./dom.js";

/** The steps a delegation takes by itself, in the order of their buttons. @type {[string, string, string][]} */
const STEPS = [
  ["said", "We will sponsor", "primary"], ["confirmed", "Confirmed in the portal", ""], ["awaiting", "We await our capital", ""],
  ["positive", "We are positive", ""], ["declined", "We decline", ""], ["withdrawn", "Withdraw", "danger"],
];
/** @type {Record<string, string>} */
const MEANT = {
  said: "Said here, it is your word. The document names you once you have confirmed it in the portal too.",
  confirmed: "You have clicked in e-deleGATE. Only this is printed in the document.",
  awaiting: "Your capital has not decided yet.",
  positive: "You are inclined to sponsor, and promise nothing.",
  declined: "You do not sponsor this text.",
  withdrawn: "You are no longer named as a sponsor. The step is dated and stays on record; you may come back later.",
};
/** @type {Record<string, string>} */
const STATES = {
  approached: "You have been asked to sponsor", positive: "You are positive", awaiting: "You await your capital", said: "You said that you will sponsor",
  confirmed: "You have confirmed in the portal", declined: "You have declined", withdrawn: "You have withdrawn",
};
const PRIVATE = new Set(["positive", "awaiting"]);
const COMMITTED = new Set(["said", "confirmed"]);
/** @type {[string, string][]} */
const CONDITIONS = [["", "No condition"], ["as_circulated", "The text stays as circulated"], ["stays", "A paragraph stays"], ["goes", "A paragraph goes"], ["unchanged", "A paragraph stays word for word"]];

/** @param {OwnPage} page */
export const paragraphs = (page) => h("select", {}, page.mine.paragraphs.map(({ id, label }) => h("option", { value: id }, label)));

/** @param {OwnPage} page @param {number} [number] */
export function versions(page, number) {
  const sorted = [...page.mine.versions].sort((a, b) => b.number - a.number);
  return h("select", {}, sorted.map((one) => h("option", { value: one.number, selected: one.number === number }, one.name)));
}

/** @param {OwnPage} page */
export function sponsorshipLine(page) {
  const { own, call, deadline } = page.mine;
  const waits = !own.settled && COMMITTED.has(own.state);
  // Where one is asked anew, the answers stand in the list beneath.
  const anew = page.mine.consent?.asked === true;
  const deeds = STEPS.filter(([step]) => own.may.includes(step) && step !== own.state && !(anew && step === "withdrawn"))
    .map(([step, words, kind]) => h("button", { class: `button ${anew ? "" : kind}`, type: "button", "data-key": `step-${step}`, onclick: () => openStep(page, step) }, words));
  const conditions = own.conditions.filter((one) => !one.lifted);
  return [
    h("p", { class: "state" }, waits && h("span", { "aria-hidden": "true" }, "⧗ "), h("strong", {}, own.eligible ? (STATES[own.state] ?? "You have said nothing about sponsoring yet") : "Your delegation does not sponsor resolutions"),
      own.version && `, for ${own.version.name}`, own.since && [", since ", day(own.since)], COMMITTED.has(own.state) && own.capacity !== "co" && `, as ${own.capacity === "main" ? "a main" : "an additional"} sponsor`,
      own.prints && (call.tabled ? ". You are named in the document" : ". You will be named in the document"), "."),
    conditions.length > 0 && h("ul", { class: "conditions" }, conditions.map((one) => h("li", {}, one.holds ? "On condition: " : h("strong", {}, "No longer true: "), one.words, one.note && ` (${one.note})`,
      h("span", { class: "hint" }, ` Seen by: ${one.audience.words}. `),
      one.may_lift && h("button", { class: "link", type: "button", "data-key": `lift-${one.id}`, onclick: () => confirmDialog("Lift the condition?", `Your sponsorship will no longer depend on this: ${one.words}.`, "Lift it", async () => {
        await post(`/api/conditions/${one.id}/lifting`, { id: newId() });
        page.reload();
      }) }, "Lift")))),
    deadline && h("p", { class: `deadline${deadline.over ? " over" : ""}` }, call.tabled ? "Sponsors may join until " : "The document names who has confirmed by ",
      ...momentWords(deadline), "."),
    deeds.length > 0 && (anew ? h("details", {}, h("summary", {}, "Another step"), h("div", { class: "row deeds" }, deeds)) : h("div", { class: "row deeds" }, deeds)),
    !["declined", "withdrawn", "not_approached"].includes(own.state) && own.may.length > 0
      && h("p", { class: "more" }, h("button", { class: "link", type: "button", "data-key": "condition", onclick: () => openCondition(page) }, "Add a condition …")),
    own.steps.length > 0 && trace(page, own.steps),
  ].flat();
}

/** How it came to this: every step, by whom and who sees it; what was recorded on one's word can be put right.
 * @param {OwnPage} page @param {SponsorStep[]} steps */
function trace(page, steps) {
  // Once the delegation has spoken itself, what was recorded before stands in the trace alone.
  const latest = steps.find((one) => !one.corrected);
  const theirs = latest && latest.recorded !== "delegation" && latest.recorded !== "link" && latest.may_correct ? latest : null;
  const correct = (/** @type {SponsorStep} */ one) => h("button", { class: "link", type: "button", "data-key": `correct-${one.id}`, onclick: () => openStep(page, one.step, one) }, "Correct …");
  return [
    theirs && h("p", { class: "theirs" }, `Recorded on your word by ${theirs.by}: “${theirs.words}”, `, day(theirs.on), ". ",
      theirs === steps[0] && OWN_WORD.has(theirs.step) && [h("button", { class: "link", type: "button", "data-key": "right", onclick: () => void affirm(page, theirs) }, "That is right"), " "], correct(theirs)),
    h("details", { class: "trace" }, h("summary", {}, `How it came to this (${steps.length})`), h("ol", {}, steps.map((one) => h("li", { class: one.corrected ? "corrected" : null },
      h("p", {}, day(one.on), ": ", h("strong", {}, one.words), one.version && ` for ${one.version.name}`, one.manner && `, ${one.manner}`, one.who && `, ${one.who}`, one.where && `, ${one.where}`, one.corrected && " (put right later)"),
      one.note && h("p", { dir: "auto" }, one.note),
      h("p", { class: "hint" }, `Recorded by ${[one.name, one.by].filter(Boolean).join(", ")}, `, when(one.at), `. Seen by: ${one.audience.words}. `, one.may_correct && !one.corrected && one !== theirs && correct(one)))))),
  ].flat();
}

/** Steps that a delegation may say itself when they were recorded on its word. */
const OWN_WORD = new Set(["positive", "awaiting", "said", "confirmed", "declined"]);

/** Makes what was recorded on one's word one's own. @param {OwnPage} page @param {SponsorStep} was */
async function affirm(page, was) {
  const audience = PRIVATE.has(was.step) ? { audience: was.audience.kind } : {};
  const version = was.version ? { version: was.version.number } : {};
  try {
    await post(`/api/drafts/${page.draft}/sponsorship`, { id: newId(), delegations: null, step: was.step, ...version, ...audience, after: page.mine.own.last });
    announce("It is your own word now.");
  } catch (problem) {
    announce(problem instanceof Error ? problem.message : "This was not possible.");
  }
  page.reload();
}

/** The fields of a condition. @param {OwnPage} page @param {[string, string][]} kinds */
function conditionFields(page, kinds) {
  const kind = h("select", {}, kinds.map(([value, words]) => h("option", { value }, words)));
  const which = paragraphs(page);
  const whichField = field("Which paragraph", which);
  const show = () => {
    whichField.hidden = !["stays", "goes", "unchanged"].includes(kind.value);
  };
  kind.addEventListener("change", show);
  show();
  return { element: h("div", {}, field("On what condition", kind), whichField), kind, fields: () => ({ kind: kind.value, paragraph: whichField.hidden ? null : which.value }) };
}

/** @param {OwnPage} page */
function openCondition(page) {
  const { own } = page.mine;
  const condition = conditionFields(page, CONDITIONS.slice(1));
  const version = versions(page, own.version?.number);
  const note = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  const audiences = reaches(own.delegation.name);
  const to = choice(audiences, 2, "reach");
  const ask = asking(`/api/drafts/${page.draft}/conditions`);
  dialog({
    title: "A condition of our sponsorship", action: "Make it a condition",
    body: [condition.element, field("In which text", version), field("Note (may stay empty)", note), to],
    act: async () => {
      await ask({ ...condition.fields(), version: Number(version.value), note: note.value.trim(), audience: audiences[chosen(to)]?.kind });
      announce("Recorded.");
      page.reload();
    },
  });
}

/** How far a delegation may let a thing go, narrowest first. @param {string} name */
const reaches = (name) => [{ kind: "delegation", words: `${name} only` }, { kind: "presidency", words: `${name} and the presidency` }, { kind: "board", words: forTheBoard(name) }];

/** Steps that answer for a sponsorship there is: never what was said instead. */
const ANSWERS = new Set(["kept", "not_yet", "withdrawn"]);

/** Takes a step, or puts right one that was recorded. @param {OwnPage} page @param {string} first @param {SponsorStep} [was] */
export function openStep(page, first, was) {
  const { own } = page.mine;
  const name = own.delegation.name;
  const last = Math.max(...page.mine.versions.map((one) => one.number));
  const ask = asking(`/api/drafts/${page.draft}/sponsorship`);
  const askCondition = asking(`/api/drafts/${page.draft}/conditions`);
  // What may follow is not asked here: what is put right was not said, and the server judges from before it.
  const steps = was ? [["approached", "Nothing: we were only asked", ""], ...STEPS.filter(([step]) => step === was.step || !ANSWERS.has(step))] : [];
  if (was && !steps.some(([step]) => step === was.step)) steps.unshift([was.step, was.words, ""]);
  const step = h("select", {}, steps.map(([value, words]) => h("option", { value, selected: value === first }, words)));
  const version = versions(page, was?.version?.number ?? last);
  const on = h("input", { type: "date", required: true, max: today(), value: was?.on ?? today() });
  const note = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  note.value = was?.note ?? "";
  const audiences = reaches(name);
  const to = choice(audiences, Math.max(0, audiences.findIndex((one) => one.kind === (was?.audience.kind ?? "presidency"))), "reach");
  const seen = h("p", { class: "hint" }, `Seen by: ${was ? was.audience.words : forTheBoard(name)}`);
  const condition = conditionFields(page, CONDITIONS);
  const meant = h("p", {});
  const committed = field("For which text", version);
  const conditional = condition.element;
  const show = () => {
    const now = was ? step.value : first;
    meant.textContent = MEANT[now] ?? "";
    committed.hidden = !COMMITTED.has(now);
    conditional.hidden = Boolean(was) || now !== "said";
    to.hidden = Boolean(was) || !PRIVATE.has(now);
    seen.hidden = !to.hidden;
  };
  step.addEventListener("change", show);
  show();
  const action = STEPS.find(([value]) => value === first)?.[1] ?? "Record it";
  dialog({
    title: was ? "Put right what was recorded" : action, action: was ? "Put it right" : action, danger: first === "withdrawn" && !was,
    body: [
      was ? h("p", { class: "hint" }, `Recorded by ${was.by} on `, day(was.on), `: ${was.words}. The step stays on record as put right.`) : "",
      was ? field("What was said", step) : "", meant, committed, conditional, was || first === "confirmed" ? field("On", on) : "",
      field("Note (may stay empty)", note), to, seen,
    ],
    act: async () => {
      const now = was ? step.value : first;
      /** @type {Record<string, any>} */
      const fields = { delegations: null, step: now, note: note.value.trim(), on: on.value, corrects: was?.id ?? null, after: own.last };
      if (COMMITTED.has(now)) fields.version = Number(version.value);
      if (!was && PRIVATE.has(now)) fields.audience = audiences[chosen(to)]?.kind;
      await ask(fields);
      if (!conditional.hidden && condition.kind.value) await askCondition({ ...condition.fields(), version: Number(version.value) });
      announce(was ? "Put right." : `Recorded: ${action}.`);
      page.reload();
    },
  });
}
