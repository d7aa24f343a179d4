// @ts-check
// The desk beneath a paragraph: the proposals whose slips are pressed, laid into the words as one redline,
// and a card for each. Here the presidency builds a compromise and accepts.

import { post, read } from "./api.js";
import { Delta, same } from "./delta.js";
import { Card } from "./proposal_card.js";
import { pieces } from "./difference.js";
import { announce, fill, h, newId } from "./dom.js";
import { LIVE, listed, ownersOf } from "./negotiation.js";
import { laidNodes } from "./overlay.js";

const AGAIN_MS = 500;
/** What is laid into the words; all else stands in the card. */
const WITHIN = new Set(["amend", "delete", "split"]);

export class Desk {
  /** @param {Setting} setting @param {{changed: (paragraph: string) => void, accept: Accept}} options */
  constructor(setting, options) {
    this.setting = setting;
    this.options = options;
    /** @type {Set<string>} */
    this.pressed = new Set();
    /** By paragraph. @type {Map<string, OpenDesk>} */
    this.open = new Map();
  }

  /** @param {Proposal} proposal */
  toggle(proposal) {
    const on = !this.pressed.delete(proposal.id);
    if (on) this.pressed.add(proposal.id);
    const home = this.setting.model.home(proposal);
    if (home) this.draw(home);
    if (!on) this.#tidy(proposal);
    announce(`${ownersOf(proposal)}: ${on ? "laid in" : "lifted out"}`);
  }

  /** A draft that is closed before anything was written in it is not kept. @param {Proposal} proposal */
  #tidy(proposal) {
    const text = this.setting.table.texts.get(proposal.id);
    if (!text || text.pending || !proposal.may.includes("withdraw") || !same(text.shown, new Delta(proposal.base))) return;
    post(`/api/proposals/${proposal.id}/withdrawal`, { id: newId(), reason: "" }).then((done) => this.setting.model.take(done), () => {});
  }

  /** @param {string} id */
  press(id) {
    this.pressed.add(id);
    const proposal = this.setting.model.proposals.get(id);
    const home = proposal && this.setting.model.home(proposal);
    if (home) this.draw(home);
  }

  /** Whether a proposal wants other things of words than another that is laid in. @param {string} id */
  collides(id) {
    for (const { laid } of this.open.values()) if (laid?.collisions.some((one) => one.proposals.includes(id))) return true;
    return false;
  }

  /** Draws the desk of a paragraph, or takes it away. @param {string} id */
  draw(id) {
    const { model, sheet } = this.setting;
    const row = sheet.row(id);
    const all = model.proposalsAt(id).filter((one) => this.pressed.has(one.id));
    let open = this.open.get(id);
    // Words that are being put together stay, whatever becomes of the proposals meanwhile.
    const composing = open?.element.querySelector(".composer");
    if (!row || (all.length === 0 && !composing)) {
      if (open) this.#close(open);
      this.options.changed(id);
      return;
    }
    if (!open) {
      const head = h("div", { class: "desk-head" });
      open = {
        id, head, cards: new Map(), laid: null, asked: "", round: 0, over: h("div", { class: "words over", dir: "auto", role: "group" }),
        element: h("section", { class: "desk", "aria-label": `Proposals on ${this.setting.name(id)}` }, head),
      };
      this.open.set(id, open);
    }
    if (!open.element.isConnected) row.element.append(open.element);
    for (const [key, card] of open.cards) {
      if (all.some((one) => one.id === key) || card.element.querySelector(".composer")) continue;
      card.end();
      open.cards.delete(key);
    }
    for (const one of all) {
      const card = open.cards.get(one.id) ?? new Card(this.setting, one.id, { close: () => this.toggle(one), accept: this.options.accept });
      open.cards.set(one.id, card);
      card.draw();
      if (!card.element.isConnected) open.element.append(card.element);
    }
    this.#lay(open, all.filter((one) => WITHIN.has(one.kind) && LIVE.has(one.stage)));
    this.options.changed(id);
  }

  /** @param {OpenDesk} open */
  #close(open) {
    clearTimeout(open.timer);
    open.round += 1;
    for (const card of open.cards.values()) card.end();
    open.element.remove();
    this.#lift(open);
    this.open.delete(open.id);
  }

  /** @param {OpenDesk} open */
  #lift(open) {
    open.over.remove();
    open.laid = null;
    open.asked = "";
    const row = this.setting.sheet.row(open.id);
    if (row) delete row.element.dataset.overlaid;
    if (!open.head.querySelector(".composer")) fill(open.head);
  }

  /** The words of a paragraph, or of a proposal, have changed. @param {string} text */
  typed(text) {
    const home = this.setting.model.proposals.get(text);
    const open = this.open.get(home ? (this.setting.model.home(home) ?? "") : text);
    if (!open?.asked || (home && !this.pressed.has(text))) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => {
      open.asked = "";
      this.draw(open.id);
    }, AGAIN_MS);
  }

  /** Lays proposals into the words. One's own draft alone is a redline where it is written. @param {OpenDesk} open @param {Proposal[]} all */
  #lay(open, all) {
    const wanted = all.length > 1 ? all : all.filter((one) => one.kind !== "amend" || !one.may.includes("write"));
    if (wanted.length === 0) {
      this.#lift(open);
      return;
    }
    const text = this.setting.table.texts.get(open.id);
    const asked = `${wanted.map((one) => `${one.id}@${one.version}`)} ${text?.version}`;
    if (asked === open.asked) {
      this.#head(open, wanted);
      return;
    }
    open.asked = asked;
    const round = ++open.round;
    void this.#ask(open.id, wanted).then((laid) => {
      if (round !== open.round) return;
      open.laid = laid;
      this.#show(open, laid);
      this.#head(open, wanted);
      this.options.changed(open.id);
    }, (error) => {
      if (round !== open.round) return;
      open.asked = "";
      fill(open.head, h("p", { class: "notice bad" }, error.message));
    });
  }

  /** The server lays in what has words of its own; a paragraph that would go or be cut is shown by this page.
   * @param {string} id @param {Proposal[]} wanted @returns {Promise<Laid>} */
  async #ask(id, wanted) {
    const worded = wanted.filter((one) => one.kind === "amend");
    const { draft, table } = this.setting;
    /** @type {Laid} */
    const laid = await read(`/api/drafts/${draft}/paragraphs/${id}/overlay?proposals=${worded.map((one) => one.id).join(",")}`);
    for (const one of wanted) {
      const by = ownersOf(one);
      if (one.kind === "delete" && worded.length === 0) laid.pieces = laid.pieces.map((piece) => ({ ...piece, op: "delete", by }));
      if (one.kind === "split" && worded.length === 0) {
        const text = table.text(id).shown;
        const kept = (/** @type {number} */ from, /** @type {number | undefined} */ to = undefined) => pieces(text.slice(from, to), text.slice(from, to));
        laid.pieces = [...kept(0, one.at ?? 0), { op: "insert", text: " ¶ ", by }, ...kept(one.at ?? 0)];
      }
    }
    return laid;
  }

  /** @param {OpenDesk} open @param {Laid} laid */
  #show(open, laid) {
    const row = this.setting.sheet.row(open.id);
    if (!row) return;
    const { over } = open;
    over.setAttribute("aria-label", `${this.setting.name(open.id)} with proposals laid in`);
    if (row.words.dataset.number) over.dataset.number = row.words.dataset.number;
    fill(over, laidNodes(laid.pieces, [...row.words.querySelectorAll("sup.note")].map((mark) => mark.textContent ?? "*")));
    if (!over.isConnected) row.words.after(over);
    row.element.dataset.overlaid = "";
  }

  /** What is said of all that is laid in, and done with it. @param {OpenDesk} open @param {Proposal[]} wanted */
  #head(open, wanted) {
    const { model, may } = this.setting;
    const { laid } = open;
    if (open.head.querySelector(".composer")) return;
    const names = (/** @type {string[]} */ ids) => listed(ids.map((id) => ownersOf(/** @type {Proposal} */ (model.proposals.get(id) ?? { owners: [] }))));
    // What collides, and what is touched by others' words, needs words of the presidency's own.
    const apart = (laid?.collisions.length ?? 0) > 0 || wanted.some((one) => one.standing === "touched");
    const acceptable = wanted.filter((one) => one.may.includes("accept"));
    fill(open.head,
      laid && laid.collisions.length > 0 && h("div", { class: "notice collisions" },
        h("p", {}, h("strong", {}, "They collide: "), "more than one wants something else of the same words."),
        h("ul", {}, laid.collisions.map((one) => h("li", {}, names(one.proposals), ": ", one.words ? h("mark", { class: "collides" }, one.words) : "at the same place")))),
      may.has("answer") && acceptable.length > 0 && h("div", { class: "row" },
        !apart && h("button", { class: "button primary", type: "button", onclick: () => this.options.accept(open.id, acceptable, null, open.head) },
          acceptable.length > 1 ? "Accept all of them …" : "Accept as it stands …"),
        laid && acceptable.every((one) => one.kind === "amend") && h("button", { class: `button ${apart ? "primary" : ""}`, type: "button", onclick: () => this.options.accept(open.id, acceptable, { base: laid.ops, ops: laid.result }, open.head) }, "Build a compromise …")));
  }
}
