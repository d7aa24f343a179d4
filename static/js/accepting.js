// @ts-check
// The presidency accepts: as it stands, or with the words it makes of it; and then looks at what becomes
// of the other proposals, in two steps.

import { asking, read } from "./api.js";
import { Delta } from "./delta.js";
import { dialog, field } from "./dialogs.js";
import { announce, fill, h } from "./dom.js";
import { listed, ownersOf, purpose } from "./negotiation.js";
import { pieceNodes } from "./words.js";

/** @param {Setting} setting @returns {Accept} */
export const accepting = (setting) => (paragraph, proposals, words, place) => {
  if (!words) {
    confirmWith(setting, paragraph, proposals, null, "Accept as it stands");
    return;
  }
  const [one] = proposals;
  const name = proposals.length === 1 && one ? `${ownersOf(one)}: ${purpose(one)}, in your words` : `The compromise for ${setting.name(paragraph ?? "")}`;
  setting.compose(place, name, new Delta(words.base), words.ops, "Accept these words …", (ops) =>
    confirmWith(setting, paragraph, proposals, ops, "Accept with these words"));
};

/** Asks for the reason, and does it; gives whether it was done. @param {Setting} setting @param {string | null} paragraph @param {Proposal[]} proposals @param {Op[] | null} ops @param {string} action @returns {Promise<boolean>} */
function confirmWith(setting, paragraph, proposals, ops, action) {
  const reason = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  const ask = asking(`/api/drafts/${setting.draft}/acceptances`);
  return new Promise((resolve) => {
    let done = false;
    dialog({
      title: action, action: "Accept",
      body: [h("ul", {}, proposals.map((one) => h("li", {}, h("strong", {}, ownersOf(one)), `: ${purpose(one)}`))),
        h("p", {}, ops ? "The working text takes these words; the proposals are marked as accepted as modified." : "The working text takes the words as proposed."),
        field("Reason (may stay empty)", reason, "Read with the proposal by everyone who sees it")],
      act: async () => {
        if (paragraph && !(await setting.settled(paragraph))) throw new Error("Something typed here has not reached the server yet. Please try again once it is saved.");
        const answer = await ask({
          paragraph, version: paragraph ? setting.table.text(paragraph).version : 0, proposals: proposals.map((one) => one.id), ops, reason: reason.value.trim(),
        });
        done = true;
        setting.done(answer);
        announce(`Accepted: ${listed(proposals.map(ownersOf))}`);
        if (answer.reconciliation) setTimeout(() => reconcile(setting, paragraph, answer.reconciliation));
      },
    }).addEventListener("close", () => resolve(done));
  });
}

/** Asks the server what has become of the proposals on a paragraph. @param {Setting} setting @param {string} paragraph */
export async function lookAgain(setting, paragraph) {
  try {
    reconcile(setting, paragraph, await read(`/api/drafts/${setting.draft}/paragraphs/${paragraph}/reconciliation`), true);
  } catch (error) {
    setting.trouble(/** @type {Error} */ (error).message);
  }
}

/** Two steps: which proposals are overtaken, and how the others now stand.
 * @param {Setting} setting @param {string | null} paragraph @param {Reconciliation} found @param {boolean} [asked] */
function reconcile(setting, paragraph, { moot, rebased }, asked = false) {
  const name = paragraph ? setting.name(paragraph) : "the text";
  if (moot.length === 0 && rebased.length === 0) {
    if (asked) dialog({ title: `Other proposals on ${name}`, body: [h("p", {}, "None is pending.")] });
    return;
  }
  const called = (/** @type {string} */ id) => {
    const one = setting.model.proposals.get(id);
    return one ? `${ownersOf(one)}: ${purpose(one)}` : "A proposal";
  };
  const ask = asking(`/api/drafts/${setting.draft}/reconciliations`);
  const second = () => {
    if (rebased.length === 0) return;
    dialog({
      title: `Second: how the others on ${name} now stand`, wide: true,
      body: [h("p", { class: "hint" }, "Each was carried over to the new words. Those whose words have moved are marked “needs its author’s eye” until the delegation confirms."),
        h("ol", { class: "positions" }, rebased.map((one) => h("li", {}, h("p", {}, h("strong", {}, called(one.proposal)), one.standing !== "current" && h("b", { class: "eye" }, " needs its author’s eye")), one.why && h("p", {}, one.why),
          h("div", { class: "side-by-side" }, h("section", {}, h("h3", {}, "As it was"), h("p", { class: "words", dir: "auto" }, pieceNodes(one.was))),
            h("section", {}, h("h3", {}, "As it is now"), h("p", { class: "words", dir: "auto" }, pieceNodes(one.now)))))))],
    });
  };
  if (moot.length === 0) {
    second();
    return;
  }
  const lines = moot.map(({ proposal, why }) => {
    const tick = h("input", { type: "checkbox", checked: true });
    const reason = h("input", { maxlength: 500, "aria-label": `Reason: ${called(proposal)}`, dir: "auto" });
    reason.value = why;
    return { proposal, tick, reason, element: h("li", {}, h("label", { class: "check" }, tick, called(proposal)), reason) };
  });
  const list = h("ol", { class: "positions" });
  fill(list, lines.map((one) => one.element));
  dialog({
    title: `First: what is overtaken on ${name}`, wide: true, action: "Mark the ticked as overtaken", cancel: "Leave all as they are",
    body: [h("p", { class: "hint" }, "The tool suggests these, because what they ask for is done or can no longer be done. You decide; each stays readable with the reason."), list],
    act: async () => {
      const ticked = lines.filter((one) => one.tick.checked).map((one) => ({ proposal: one.proposal, reason: one.reason.value.trim() }));
      if (ticked.length > 0) await ask({ moot: ticked });
    },
  }).addEventListener("close", () => setTimeout(second));
}
