// @ts-check
// Where delegations stand: taking a position, reading them all, the presidency's answer, and what became
// of one's earlier positions in a new version.

import { asking, post, read } from "./api.js";
import { choice, chosen, dialog, field } from "./dialogs.js";
import { announce, counted, fill, h, newId, when } from "./dom.js";
import { OUTCOMES, ownersOf, STANCES } from "./negotiation.js";
import { pieceNodes } from "./words.js";

const ON_PARAGRAPH = ["retain", "delete", "amend", "support", "can_live_with", "reserve", "object"];
const ON_PROPOSAL = ["support", "can_live_with", "reserve", "object"];
/** @type {Record<string, string>} */
const MEANT = {
  retain: "keep the paragraph as it is", delete: "the paragraph should go", amend: "other words, by a proposal", support: "", can_live_with: "not ours, but acceptable",
  reserve: "no answer yet", object: "not acceptable",
};
/** @type {Record<string, string>} */
const MARKS = { met: "Met", partly: "Partly", not_met: "Not met" };

/** @param {string} name @param {string} legend @param {[string, string, string?][]} options @param {string} on */
const radios = (name, legend, options, on) =>
  h("fieldset", { class: "audiences radios" }, h("legend", {}, legend), options.map(([value, label, hint]) =>
    h("label", { class: "check" }, h("input", { type: "radio", name, value, checked: value === on }), h("span", {}, label, hint && h("small", { class: "muted" }, ` ${hint}`)))));

/** @param {HTMLElement} place @param {string} name */
const picked = (place, name) => /** @type {HTMLInputElement | null} */ (place.querySelector(`input[name="${name}"]:checked`))?.value ?? "";

/** Takes a position for one's delegation. @param {Setting} setting @param {{paragraph?: string, proposal?: string, stance?: string}} on */
export function takePosition(setting, on) {
  const { model, me } = setting;
  const thing = on.proposal ?? on.paragraph ?? "";
  const own = model.own(thing, setting.side);
  const proposal = on.proposal ? model.proposals.get(on.proposal) : null;
  const about = proposal ? `${ownersOf(proposal)}’s proposal on ${proposal.label}` : setting.name(thing);
  const others = model.positionsOn(thing).filter((one) => !one.mine);
  const audiences = me.audiences.filter((/** @type {any} */ one) => ["delegation", "presidency", "everyone"].includes(one.kind));
  const before = audiences.findIndex((/** @type {any} */ one) => one.kind === own?.audience.kind);
  const to = choice(audiences, before >= 0 ? before : Math.max(0, audiences.findIndex((/** @type {any} */ one) => one.kind === "presidency")), "position");
  const stances = on.proposal ? ON_PROPOSAL : ON_PARAGRAPH;
  const stance = radios("stance", `${me.delegation?.name ?? "We"} would`, stances.map((one) => [one, STANCES[one] ?? one, MEANT[one]]), on.stance ?? (own && own.stance !== "none" ? own.stance : (stances[0] ?? "")));
  const weight = radios("weight", "To us it is", [["essential", "essential"], ["desirable", "desirable"], ["", "not said"]], own?.weight ?? "");
  const certainty = radios("certainty", "Our capital", [["preliminary", "has not confirmed it yet", "preliminary"], ["confirmed", "has confirmed it", "confirmed"]], own?.certainty ?? "preliminary");
  const remark = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
  remark.value = own?.remark ?? "";
  const aligned = h("select", {}, h("option", { value: "" }, "with nobody’s in particular"),
    others.map((one) => h("option", { value: one.id, selected: own?.aligns_with?.position === one.id }, `with ${one.delegation.name}: ${STANCES[one.effective]}`)));
  const follows = h("input", { type: "checkbox", checked: own?.aligns_with?.follows ?? false });
  const following = h("label", { class: "check" }, follows, "Follow it: ours changes when theirs does. Otherwise we are asked.");
  const show = () => {
    following.hidden = !aligned.value;
  };
  aligned.addEventListener("change", show);
  show();
  const ask = asking(`/api/drafts/${setting.draft}/positions`);
  const send = async (/** @type {string} */ stanceSaid) => {
    const audience = audiences[chosen(to)];
    setting.model.take(await ask({
      [on.proposal ? "proposal" : "paragraph"]: thing, stance: stanceSaid, weight: picked(box, "weight") || null, certainty: picked(box, "certainty"), remark: remark.value.trim(),
      audience: audience?.kind, aligns_with: aligned.value || null, follows: Boolean(aligned.value) && follows.checked,
    }));
    announce(`${STANCES[stanceSaid]}, seen by: ${audience?.words}`);
  };
  const box = dialog({
    title: `Our position on ${about}`, action: "Take this position", wide: true, act: () => send(picked(box, "stance")),
    body: [
      
      h("div", { class: "position-form" }, stance, h("div", {}, weight, certainty, to)),
      others.length ? h("div", { class: "field" }, h("label", { for: "aligns-with" }, "It aligns"), aligned, following) : "",
      field("Remark (may stay empty)", remark),
      own && own.stance !== "none" ? h("button", { class: "link danger", type: "button", onclick: () => void send("none").then(() => box.close(), (error) => setting.trouble(error.message)) }, "Take our position back") : "",
    ],
  });
  aligned.id = "aligns-with";
}

/** @param {Setting} setting @param {Position} one @param {() => void} [close] */
function line(setting, one, close) {
  const answer = (/** @type {string} */ outcome) => setting.respond(`/api/positions/${one.id}/response`, outcome, `${one.delegation.name}: ${STANCES[one.effective]}, ${one.label}`,
    [{ kind: "presidency", words: `${one.delegation.name} and the presidency` }, ...(one.audience.kind === "everyone" ? [{ kind: "everyone", words: "Everyone on this draft" }] : [])]);
  return h("li", {},
    h("p", {}, h("strong", {}, one.delegation.name), ": ", h("b", { class: `stance-${one.effective}` }, STANCES[one.effective]),
      one.weight && `, ${one.weight}`, `, ${one.certainty}`, " ", h("span", { class: "audience" }, `Seen by: ${one.audience.words}`)),
    one.remark && h("p", { dir: "auto" }, one.remark),
    one.aligns_with && h("p", { class: "muted" }, `${one.aligns_with.follows ? "Follows" : "Aligns with"} ${one.aligns_with.delegation}`),
    one.mine && one.aligns_with?.changed && h("p", { class: "notice eye" }, `${one.aligns_with.delegation} now says: ${STANCES[one.aligns_with.stance]}. Does ours still stand?`),
    one.mark && h("p", { class: "muted" }, `${MARKS[one.mark.mark]} in ${one.mark.version}, says ${one.delegation.name}`),
    one.response && h("p", { class: "notice response" }, h("strong", {}, `The presidency: ${OUTCOMES[one.response.outcome] ?? one.response.outcome}. `), one.response.reason),
    h("p", { class: "muted" }, `${one.name || one.by}, `, when(one.at), one.earlier.length > 0 ? ["; before: ", ...one.earlier.flatMap((was, index) => [index ? ", " : "", `${STANCES[was.stance]} (${was.certainty}), `, when(was.at)])] : null),
    one.may.includes("respond") && h("div", { class: "card-deeds" }, Object.entries({ accepted: "Accepted …", will_consider: "Will consider …", not_retained: "Not retained …" }).map(([outcome, label]) =>
      h("button", { class: "link", type: "button", onclick: () => {
        close?.();
        answer(outcome);
      } }, label))),
    one.mine && setting.may.has("take_position") && h("button", { class: "link", type: "button", onclick: () => {
      close?.();
      setting.position(one.proposal ? { proposal: one.proposal } : { paragraph: one.paragraph ?? "" });
    } }, one.certainty === "preliminary" ? "Confirm or change …" : "Change …"));
}

/** All positions on a paragraph and on the proposals beside it. @param {Setting} setting @param {string} id */
export function openPositions(setting, id) {
  const { model } = setting;
  const name = setting.name(id);
  const groups = [
    h("ol", { class: "positions" }, model.positionsOn(id).map((one) => line(setting, one, () => box.close()))),
    ...model.proposalsAt(id).filter((one) => model.positionsOn(one.id).length > 0).flatMap((proposal) => [
      h("h3", {}, `On ${ownersOf(proposal)}’s proposal`), h("ol", { class: "positions" }, model.positionsOn(proposal.id).map((one) => line(setting, one, () => box.close()))),
    ]),
  ];
  const own = setting.may.has("take_position") && (model.own(id, setting.side)?.stance ?? "none") === "none";
  const box = dialog({
    title: `Positions on ${name}`, wide: true,
    body: [...groups, own ? h("button", { class: "button", type: "button", onclick: () => {
      box.close();
      setting.position({ paragraph: id });
    } }, "Take a position …") : ""],
  });
}

/** The presidency answers. @param {Setting} setting @param {string} path @param {string} outcome @param {string} about @param {{kind: string, words: string}[]} audiences */
export function respond(setting, path, outcome, about, audiences) {
  const reason = h("textarea", { rows: "3", maxlength: 2000, dir: "auto" });
  const to = choice(audiences, 0, "reason");
  const legend = to.querySelector("legend");
  if (legend) legend.textContent = "Who may read the reason";
  const ask = asking(path);
  const said = OUTCOMES[outcome] ?? outcome;
  dialog({
    title: `${said[0]?.toUpperCase()}${said.slice(1)}`, action: "Answer",
    body: [h("p", {}, about), field("Reason", reason), to],
    act: async () => {
      setting.model.take(await ask({ outcome, reason: reason.value.trim(), audience: audiences[chosen(to)]?.kind }));
      announce(`Answered: ${said}`);
    },
  });
}

// What became of earlier positions ----------------------------------------------------------------

/** A line above the text while there is something to mark; pressed, it opens the review.
 * @param {Setting} setting @param {HTMLElement} place */
export function offerReview(setting, place) {
  const count = setting.model.due.length;
  place.hidden = count === 0;
  if (count === 0) return fill(place);
  if (place.dataset.count === String(count) && place.childElementCount) return;
  place.dataset.count = String(count);
  fill(place, h("p", {}, h("strong", {}, "There is a new version. "), `What became of ${counted(count, "position")} you took before it? `,
    h("button", { class: "button", type: "button", onclick: () => void openReview(setting) }, "See and mark them …")));
}

/** @param {Setting} setting */
async function openReview(setting) {
  let found;
  try {
    found = await read(`/api/drafts/${setting.draft}/review`);
  } catch (error) {
    setting.trouble(/** @type {Error} */ (error).message);
    return;
  }
  const entry = (/** @type {any} */ { position, became, why, pieces, label }) => {
    const marks = h("div", { class: "row", role: "group", "aria-label": `What became of it: ${label}` });
    const show = () => {
      fill(marks, Object.entries(MARKS).map(([mark, word]) => h("button", { class: "button", type: "button", "aria-pressed": String(position.mark?.mark === mark && !position.due), onclick: async () => {
        try {
          ({ position } = setting.model.take(await post(`/api/positions/${position.id}/mark`, { id: newId(), mark })));
          announce(`${label}: ${word}`);
          show();
        } catch (error) {
          fill(marks, h("p", { class: "notice bad" }, /** @type {Error} */ (error).message));
        }
      } }, word)));
    };
    show();
    return h("li", {}, h("p", {}, h("strong", {}, label || position.label), `: we said ${STANCES[position.stance]}${position.weight ? `, ${position.weight}` : ""}. `, h("b", {}, why)),
      pieces?.length ? h("p", { class: "words", dir: "auto" }, pieceNodes(pieces)) : null, marks);
  };
  dialog({
    title: "Your earlier positions", wide: true,
    body: [h("p", { class: "hint" }, `Taken before ${found.version}. What you mark is seen by whoever sees the position.`), h("ol", { class: "positions" }, found.positions.map(entry))],
  });
}
