// @ts-check
// Consent is given for a version. When the words have changed since, a sponsor sees what changed, and that alone, and
// says whether its sponsorship holds. Used by the table and by a delegation's own page.

import { asking, read } from "./api.js";
import { dialog, field } from "./dialogs.js";
import { announce, counted, fill, h, listed } from "./dom.js";

/** Who reads a step that is for the board. @param {string} name the delegation's */
export const forTheBoard = (name) => `${name}, the presidency and the secretariat`;

/** @param {Piece[]} pieces @returns {Node[]} */
const nodes = (pieces) => pieces.map((piece) => {
  const inner = piece.note ? h("span", { class: "muted" }, "[footnote: ", nodes(piece.note), "]") : document.createTextNode(piece.text ?? "");
  const words = piece.italic ? h("em", {}, inner) : inner;
  return piece.op === "insert" ? h("ins", {}, words) : piece.op === "delete" ? h("del", {}, words) : words;
});

/** @param {RedlineParagraph} p */
function change(p) {
  const was = p.old_label && p.label && p.old_label !== p.label ? `, was ${p.old_label}` : "";
  return h("section", { class: `change ${p.state}` },
    h("h3", {}, p.label || p.old_label || "The opening words", h("small", {}, ` ${p.state}${was}`)),
    h("p", { class: "words", dir: "auto" }, nodes(p.pieces)));
}

/** The paragraphs of a redline that have changed, and no others; technical changes are folded when there are others.
 * @param {Redline} redline @param {ChangedParagraph[]} changed */
function changes(redline, changed) {
  const natures = new Map(changed.map((one) => [one.paragraph, one.nature]));
  const technical = redline.paragraphs.filter((p) => natures.get(p.id) === "technical");
  const others = redline.paragraphs.filter((p) => natures.has(p.id) && !technical.includes(p));
  return h("div", { class: "changes" }, others.map(change),
    technical.length > 0 && h("details", { open: others.length === 0 }, h("summary", {}, counted(technical.length, "technical change")), technical.map(change)));
}

/** @param {string} draft @param {number} from @param {number} to @param {ChangedParagraph[]} changed */
export const changesBetween = async (draft, from, to, changed) => changes(await read(`/api/drafts/${draft}/redline?from=${from}&to=${to}`), changed);

/** A deadline in the mission's time and in New York's. @param {Deadline} at @returns {Child[]} */
export const momentWords = ({ mission, new_york: there, left }) => [h("strong", {}, mission), mission === there ? "" : ` (${there})`, `; ${left}`];

/** Shows, in a place, what a promise comes to; or why not. @param {HTMLElement} place @param {Promise<Node>} coming */
export async function showIn(place, coming) {
  place.setAttribute("aria-busy", "true");
  fill(place, h("p", { class: "muted" }, "Reading …"));
  try {
    fill(place, await coming);
  } catch (problem) {
    fill(place, h("p", { class: "notice bad", role: "alert" }, problem instanceof Error ? problem.message : String(problem)));
  }
  place.removeAttribute("aria-busy");
}

/** The sentence of a consent. @param {Consent} consent */
export const asked = ({ changed }) =>
  `The text you sponsored has changed: ${listed(changed.filter((one) => one.nature !== "technical").map((one) => one.label || "the opening words"))}.`;

/** Keep, not yet, withdraw. `done` is told what the server answered; why it refused stays when `place` is drawn anew.
 * @param {string} draft @param {Sponsorship} own @param {Consent} consent @param {HTMLElement} place @param {(told: any) => void} done */
export function answers(draft, own, consent, place, done) {
  const ask = asking(`/api/drafts/${draft}/sponsorship`);
  const refused = place.querySelector(".consent-deeds > .bad:not([hidden])")?.textContent;
  const wrong = h("p", { class: "notice bad", role: "alert", hidden: !refused }, refused);
  const to = consent.to;
  const say = async (/** @type {string} */ step, /** @type {string} */ note) => {
    const told = await ask({ delegations: null, step, version: to.number, note, after: own.last });
    announce(step === "kept" ? `Your sponsorship holds for ${to.name}.` : step === "withdrawn" ? "Your sponsorship is withdrawn." : `You have not decided about ${to.name} yet.`);
    done(told);
  };
  const press = (/** @type {string} */ step) => async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    button.disabled = true;
    wrong.hidden = true;
    try {
      await say(step, "");
    } catch (problem) {
      wrong.textContent = problem instanceof Error ? problem.message : String(problem);
      wrong.hidden = false;
    }
    button.disabled = false;
  };
  const button = (/** @type {string} */ step, /** @type {string} */ words, /** @type {string} */ kind, /** @type {any} */ act) =>
    own.may.includes(step) && h("button", { class: `button ${kind}`, type: "button", "data-key": `consent-${step}`, onclick: act }, words);
  return h("div", { class: "consent-deeds" }, wrong, h("div", { class: "row" },
    button("kept", `Keep for ${to.name}`, "primary", press("kept")),
    own.answer !== "not_yet" && button("not_yet", "Not yet", "", press("not_yet")),
    button("withdrawn", "Withdraw …", "danger", () => {
      const note = h("textarea", { rows: "3", maxlength: 2000, dir: "auto" });
      dialog({
        title: "Withdraw our sponsorship", action: "Withdraw", danger: true,
        body: [h("p", {}, `${own.delegation.name} will not be named as a sponsor. The step is dated and stays on record; you may come back later.`),
          field("Why (may stay empty)", note, `Seen by: ${forTheBoard(own.delegation.name)}`)],
        act: () => say("withdrawn", note.value.trim()),
      });
    })), h("p", { class: "hint" }, `Seen by: ${forTheBoard(own.delegation.name)}`));
}
