// @ts-check
// The strip beneath a paragraph: how far it is agreed, who stands where, and a slip for each proposal.

import { fill, h } from "./dom.js";
import { KINDS, listed, LIVE, ownersOf, STANCES, STAGES, STATES } from "./negotiation.js";

const FEW = 4;

/** What one reads of a paragraph's agreement. @param {Setting} setting @param {string} id */
export function agreementWords({ model }, id) {
  const found = model.agreement.get(id);
  const state = found?.state ?? "untouched";
  const names = listed((found?.delegations ?? []).map((one) => one.name));
  const who = names && (state === "bracketed" ? ` by ${names}` : `, pending ${names}`);
  return `${STATES[state]?.name ?? state}${who}`;
}

/** @param {Position} one */
const qualities = (one) => [one.weight, one.certainty === "preliminary" && "preliminary"].filter(Boolean).join(", ");

/** "Mexico (essential, preliminary), Chile". @param {Position[]} some @returns {(Node | string)[]} */
export function holders(some) {
  if (some.length > FEW) return [`${some.length} delegations`];
  return some.flatMap((one, index) => [
    index > 0 ? ", " : "", h("span", { class: one.certainty === "preliminary" ? "preliminary" : null }, one.delegation.name),
    qualities(one) ? h("small", {}, ` (${qualities(one)})`) : "",
  ]);
}

export class Strip {
  /** @param {Setting} setting @param {StripOptions} options */
  constructor(setting, options) {
    this.setting = setting;
    this.options = options;
    /** @type {Map<string, {element: HTMLElement, shape: string}>} */
    this.strips = new Map();
    /** What was settled while this page looked on. @type {Set<string>} */
    this.fresh = new Set();
    /** Paragraphs whose settled proposals are shown too. @type {Set<string>} */
    this.past = new Set();
  }

  /** Draws the strip of a paragraph, if anything in it has changed. @param {string} id */
  draw(id) {
    const row = this.setting.sheet.row(id);
    if (!row) {
      this.strips.delete(id);
      return;
    }
    const slips = this.#slips(id);
    const known = this.strips.get(id);
    const shape = slips.map((one) => one.outerHTML).join("");
    if (known?.shape === shape && known.element.isConnected) return;
    if (slips.length === 0) {
      known?.element.remove();
      this.strips.delete(id);
      return;
    }
    const strip = known?.element.isConnected ? known.element : h("div", { class: "strip", role: "group", "aria-label": `Negotiation of ${this.setting.name(id)}` });
    const active = strip.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : null;
    fill(strip, slips);
    if (active) /** @type {HTMLElement | null} */ (strip.querySelector(`[data-key="${CSS.escape(active)}"]`))?.focus();
    if (!strip.isConnected) row.words.after(strip);
    this.strips.set(id, { element: strip, shape });
  }

  /** @param {string} id @returns {HTMLElement[]} */
  #slips(id) {
    const { model } = this.setting;
    const all = model.proposalsAt(id);
    const live = all.filter((one) => LIVE.has(one.stage));
    // What was discarded before anybody else saw it is nobody’s news.
    const past = all.filter((one) => !LIVE.has(one.stage) && one.put_forward_at !== null);
    const shown = this.past.has(id) ? past : past.filter((one) => this.fresh.has(one.id) || this.options.pressed(one.id));
    const opening = this.options.opening(id);
    return [
      this.#agreement(id),
      ...model.stances(id).map(([stance, some]) => this.#stance(id, stance, some)),
      ...live.map((one) => this.#proposal(one)),
      ...shown.map((one) => this.#proposal(one)),
      (past.length > shown.length || this.past.has(id)) && h("button", { class: "slip of-past", type: "button", "data-key": "past", "aria-pressed": String(this.past.has(id)), onclick: () => {
        if (!this.past.delete(id)) this.past.add(id);
        this.draw(id);
      } }, this.past.has(id) ? "Hide settled" : `${past.length - shown.length} settled`),
      opening && h("button", { class: "slip of-opening", type: "button", "data-key": "opening", title: opening.why, onclick: () => this.options.mend(id) },
        h("span", { class: "said" }, "Suggested repair: "), h("del", {}, opening.found), " ", h("ins", {}, opening.wanted), h("b", {}, "Mend")),
    ].filter((one) => one instanceof HTMLElement);
  }

  /** @param {string} id */
  #agreement(id) {
    const { model } = this.setting;
    const state = model.stateOf(id);
    const packages = model.packagesOf(id);
    if (state === "untouched" && packages.length === 0) return null;
    const found = model.agreement.get(id);
    return h("button", { class: `slip of-state is-${state}`, type: "button", "data-key": "state", onclick: () => this.options.agreement(id) },
      STATES[state]?.letter && h("b", { "aria-hidden": "true" }, STATES[state]?.letter),
      h("span", {}, agreementWords(this.setting, id)),
      found?.changed && h("em", {}, "words changed since"),
      packages.map((one) => h("span", { class: "tie" }, `package ${model.letter(one)}`)));
  }

  /** @param {string} id @param {string} stance @param {Position[]} some */
  #stance(id, stance, some) {
    return h("button", {
      class: `slip of-stance${some.some((one) => one.mine && (one.due || one.aligns_with?.changed)) ? " asks" : ""}`, type: "button", "data-key": stance, onclick: () => this.options.positions(id),
    }, h("b", {}, `${STANCES[stance]}: `), h("span", {}, holders(some)));
  }

  /** @param {Proposal} one */
  #proposal(one) {
    const { model } = this.setting;
    const { plus, minus } = model.support(one.id);
    const pressed = this.options.pressed(one.id);
    const collides = pressed && this.options.collides(one.id);
    const draft = one.stage === "draft";
    const live = LIVE.has(one.stage);
    const eye = live && one.standing !== "current" ? (one.mine ? "needs your eye" : "needs its author’s eye") : "";
    return h("button", {
      class: `slip of-proposal${draft ? " is-draft" : ""}${live ? "" : " over"}${collides ? " collides" : ""}`, type: "button", "data-key": one.id,
      "aria-pressed": String(pressed), title: draft ? `Being written. Seen by: ${one.audience.words}` : `Seen by: ${one.audience.words}`, onclick: () => this.options.toggle(one),
    }, h("span", { class: "whose" }, ownersOf(one)), h("span", {}, KINDS[one.kind] ?? one.kind),
      plus > 0 && h("span", { class: "plus" }, `+${plus}`, h("span", { class: "said" }, " in support")),
      minus > 0 && h("span", { class: "minus" }, `−${minus}`, h("span", { class: "said" }, " object")),
      draft && h("em", {}, one.audience.words), !live && h("em", {}, STAGES[one.stage] ?? one.stage),
      live && one.response && h("em", {}, "being considered"),
      eye && h("strong", { class: "eye" }, eye), collides && h("strong", { class: "eye" }, "collides"));
  }
}
