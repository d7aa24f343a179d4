// @ts-check
// A proposal in full: whose it is and who sees it, its words, the sentence for the floor, who stands
// where, what has become of it, and what may be done with it.

import { asking, read } from "./api.js";
import { Delta } from "./delta.js";
import { choice, chosen, confirmDialog, dialog, field } from "./dialogs.js";
import { announce, fill, h, when } from "./dom.js";
import { LIVE, OUTCOMES, ownersOf, purpose, STANCES, WORDED } from "./negotiation.js";
import { holders } from "./strip.js";
import { redlined } from "./writing.js";

/** @type {Record<string, string>} */
const STEPS = {
  begun: "begun", put_forward: "put forward", reopened: "pending again", widened: "shown to everyone", shared: "shared", withdrawn: "withdrawn", accepted: "accepted", modified: "accepted as modified",
  not_retained: "not retained", will_consider: "will be considered", moot: "overtaken", superseded: "replaced", confirmed: "confirmed by its author",
};

export class Card {
  /** @param {Setting} setting @param {string} id @param {CardOptions} options */
  constructor(setting, id, options) {
    this.setting = setting;
    this.id = id;
    this.options = options;
    this.shape = "";
    this.title = h("h2", { tabindex: "-1" });
    this.seen = h("p", { class: "card-seen" });
    this.news = h("div", { class: "card-news" });
    this.body = h("div", { class: "card-words" });
    this.sentence = h("div", { class: "card-sentence" });
    this.foot = h("div", { class: "card-foot" });
    this.composing = h("div", { class: "card-compose" });
    this.element = h("article", { class: "card" },
      h("header", { class: "card-head" }, this.title, h("button", { class: "link", type: "button", onclick: options.close, "data-close": true }, "Close")),
      this.seen, this.news, this.body, this.sentence, this.foot, this.composing);
  }

  get proposal() {
    return /** @type {Proposal} */ (this.setting.model.proposals.get(this.id));
  }

  get writes() {
    return WORDED.has(this.proposal.kind) && this.proposal.may.includes("write");
  }

  draw() {
    const p = this.proposal;
    const { model, side } = this.setting;
    // The sentence follows the words by itself; all else is drawn again when something else has changed.
    const shape = JSON.stringify([{ ...p, sentence: null, ops: p.stage === "draft" ? null : p.ops, version: null, pieces: null }, model.positionsOn(p.id), model.own(p.id, side), this.setting.name(p.paragraph ?? "")]);
    this.#sentence(p);
    if (shape === this.shape) return;
    this.shape = shape;
    const what = purpose(p);
    this.element.className = `card${p.stage === "draft" ? " is-draft" : ""}${LIVE.has(p.stage) ? "" : " over-with"}`;
    this.element.setAttribute("aria-label", `${ownersOf(p)}: ${what}`);
    fill(this.title, p.stage === "draft" ? [h("strong", {}, ownersOf(p)), ` ${p.owners.length > 1 ? "prepare" : "prepares"} a proposal ${what.startsWith("to ") ? "" : "for "}${what}`] : [h("strong", {}, ownersOf(p)), ` ${p.owners.length > 1 ? "propose" : "proposes"} ${what}`]);
    fill(this.seen, h("span", { class: `audience for-${p.audience.kind}` }, p.stage === "draft" ? `Only ${p.audience.words.replace(/ only$/, "")} ${p.owners.length > 1 ? "see" : "sees"} this` : `Seen by: ${p.audience.words}`),
      " ", p.put_forward_at ? ["put forward ", when(p.put_forward_at)] : ["begun ", when(p.begun_at)], p.made_on && `, on ${p.made_on}`);
    this.#news(p);
    this.#words(p);
    this.#foot(p);
  }

  // Its words --------------------------------------------------------------------------------------

  /** @param {Proposal} p */
  #words(p) {
    const { rows, table } = this.setting;
    if (this.writes) {
      table.know(p);
      if (!rows.row(p.id)) rows.add(p.id, this.element, this.title);
      const row = rows.row(p.id);
      if (row && !row.words.isConnected) fill(this.body, row.words);
      rows.renew(p.id);
      return;
    }
    if (rows.row(p.id)) {
      this.setting.leave(p.id);
      rows.remove(p.id);
    }
    if (!WORDED.has(p.kind) || (p.kind === "amend" && LIVE.has(p.stage))) {
      fill(this.body);
      return;
    }
    const base = p.kind === "amend" ? new Delta(p.base) : null;
    const words = redlined(base, new Delta(p.ops));
    fill(this.body, h("p", { class: "words", dir: "auto" }, p.kind === "amend" ? words : h("ins", {}, words)));
  }

  // What has happened ------------------------------------------------------------------------------

  /** @param {Proposal} p */
  #news(p) {
    const live = LIVE.has(p.stage);
    const at = p.label || "the paragraph";
    const said = /** @type {Record<string, string>} */ ({
      moved: `Other words of ${at} have changed since this was written; it was carried over.`,
      touched: `Words of ${at} that this touches have changed since; nothing was guessed.`,
      gone: `${at} was deleted since.`,
    })[p.standing];
    fill(this.news,
      live && said && h("div", { class: "notice eye" }, h("p", {}, h("strong", {}, p.mine ? "Needs your eye. " : "Needs its author’s eye. "), said),
        p.may.includes("confirm") && p.standing !== "gone" && h("button", { class: "button", type: "button", onclick: () => void this.#confirm() }, "Look at old and new …")),
      p.response && h("p", { class: "notice response" }, h("strong", {}, `The presidency: ${OUTCOMES[p.response.outcome] ?? p.response.outcome}. `), p.response.reason, " ", h("span", { class: "muted" }, when(p.response.at))),
      this.setting.model.stances(p.id).map(([stance, some]) => h("p", { class: "card-stance" }, h("b", {}, `${STANCES[stance]}: `), holders(some))),
      p.steps.length > 1 && h("details", {}, h("summary", {}, "What has happened"), h("ol", { class: "steps" }, p.steps.map((step) =>
        h("li", {}, `${STEPS[step.step] ?? step.step.replaceAll("_", " ")}, ${step.by}${step.name && step.name !== step.by ? ` (${step.name})` : ""}, `, when(step.at), step.reason && `: ${step.reason}`)))));
  }

  /** Old and new side by side, for its author. */
  async #confirm() {
    const { setting } = this;
    let p;
    try {
      ({ proposal: p } = await read(`/api/proposals/${this.id}`));
    } catch (error) {
      setting.trouble(/** @type {Error} */ (error).message);
      return;
    }
    const text = setting.table.texts.get(p.paragraph ?? "");
    const now = p.kind === "amend" ? (text?.shown ?? new Delta()) : null;
    const carried = new Delta(p.rebased ?? p.ops);
    const ask = asking(`/api/proposals/${p.id}/confirmation`);
    const send = async (/** @type {any[] | null} */ ops) => {
      setting.model.take(await ask({ paragraph: p.paragraph, version: text?.version ?? 0, ops }));
      setting.caughtUp(p.id);
      announce("Confirmed");
    };
    const box = dialog({
      title: `${p.label}: your proposal, old and new`, wide: true, action: "It stands as carried over", act: () => send(null),
      body: [
        p.why && h("p", {}, p.why),
        h("div", { class: "side-by-side" },
          h("section", {}, h("h3", {}, "As you wrote it"), h("p", { class: "words", dir: "auto" }, p.base.length && p.kind === "amend" ? redlined(new Delta(p.base), new Delta(p.ops)) : redlined(null, new Delta(p.ops)))),
          h("section", {}, h("h3", {}, "Carried over to what the paragraph says now"), h("p", { class: "words", dir: "auto" }, redlined(now, carried)))),
        WORDED.has(p.kind) && h("button", { class: "link", type: "button", onclick: () => {
          box.close();
          setting.compose(this.composing, `Your words for ${p.label}`, now ?? new Delta(), carried.ops, "Confirm these words", send);
        } }, "Write it otherwise first …") || "",
      ],
    });
  }

  // The sentence for the floor ---------------------------------------------------------------------

  /** @param {Proposal} p */
  #sentence(p) {
    if (p.sentence.words === null || p.sentence.made === null) {
      // The tool's own sentence is made when somebody looks.
      this.setting.look(p.id);
      return;
    }
    const { words, by_hand: byHand, out_of_step: apart, made } = p.sentence;
    const shape = JSON.stringify(p.sentence) + p.may.includes("sentence");
    if (this.sentence.dataset.shape === shape || this.sentence.querySelector("textarea")) return;
    this.sentence.dataset.shape = shape;
    const may = p.may.includes("sentence");
    const set = asking(`/api/proposals/${p.id}/sentence`);
    const put = (/** @type {string | null} */ sentence) => set({ sentence }).then((done) => this.setting.model.take(done), (error) => this.setting.trouble(error.message));
    if (!words && !may) {
      fill(this.sentence);
      return;
    }
    const said = h("span", {});
    fill(this.sentence,
      h("p", { class: "floor" }, h("span", { class: "floor-label" }, "For the floor: "), h("q", { dir: "auto" }, words || "…")),
      apart && h("p", { class: "notice eye" }, h("strong", {}, "Out of step with the words. "), "The words now make: ", h("q", { dir: "auto" }, made)),
      h("div", { class: "card-deeds" },
        h("button", { class: "link", type: "button", onclick: async () => {
          await navigator.clipboard?.writeText(words).catch(() => {});
          said.textContent = "Copied";
          announce("Copied");
        } }, "Copy"), said,
        may && h("button", { class: "link", type: "button", onclick: () => this.#editSentence(p, put) }, "Edit the sentence"),
        may && apart && h("button", { class: "link", type: "button", onclick: () => put(words) }, "Keep mine"),
        may && byHand && h("button", { class: "link", type: "button", onclick: () => put(null) }, "Let the tool write it")));
  }

  /** @param {Proposal} p @param {(sentence: string) => Promise<void>} put */
  #editSentence(p, put) {
    const text = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
    text.value = p.sentence.words ?? "";
    const end = () => {
      fill(this.sentence);
      this.sentence.dataset.shape = "";
      this.#sentence(this.proposal);
      this.title.focus();
    };
    fill(this.sentence, field("The sentence for the floor", text),
      h("div", { class: "row" }, h("button", { class: "button", type: "button", onclick: end }, "Cancel"),
        h("button", { class: "button primary", type: "button", onclick: () => void put(text.value.trim()).then(end) }, "Keep this sentence")));
    text.focus();
  }

  // What may be done -------------------------------------------------------------------------------

  /** @param {Proposal} p */
  #foot(p) {
    const { setting } = this;
    const may = (/** @type {string} */ what) => p.may.includes(what);
    const draft = p.stage === "draft";
    const button = (/** @type {string} */ label, /** @type {() => void} */ act, kind = "") => h("button", { class: `button ${kind}`, type: "button", onclick: act }, label);
    const link = (/** @type {string} */ label, /** @type {() => void} */ act) => h("button", { class: "link", type: "button", onclick: act }, label);
    const own = setting.model.own(p.id, setting.side);
    const beside = p.kind !== "amend" && p.kind !== "delete" && p.kind !== "split";
    fill(this.foot,
      h("div", { class: "row" },
        may("put_forward") && button("Put forward …", () => this.#putForward(this.proposal), "primary"),
        may("widen") && button("Show to everyone …", () => this.#widen(this.proposal)),
        may("take_position") && (own && own.stance !== "none"
          ? [h("span", { class: "own-stance" }, `${own.delegation.name}: ${STANCES[own.effective]}`), button("Change …", () => setting.position({ proposal: p.id }))]
          : [button("Support …", () => setting.position({ proposal: p.id, stance: "support" })), button("Object …", () => setting.position({ proposal: p.id, stance: "object" })),
            button("Other …", () => setting.position({ proposal: p.id }))]),
        may("accept") && beside && [button("Accept as it stands …", () => this.options.accept(p.paragraph, [this.proposal], null, this.composing), "primary"),
          WORDED.has(p.kind) && button("With other words …", () => this.options.accept(p.paragraph, [this.proposal], { base: p.ops, ops: p.ops }, this.composing))],
        may("respond") && [button("Will consider …", () => this.#respond(this.proposal, "will_consider")), button("Not retained …", () => this.#respond(this.proposal, "not_retained"))]),
      h("div", { class: "card-deeds" },
        may("share") && link("Draft together with …", () => this.#share(this.proposal)),
        may("revise") && link("Revise", () => void setting.revise(p)),
        may("withdraw") && link(draft ? "Discard …" : "Withdraw …", () => this.#withdraw(this.proposal))));
  }

  /** @param {Proposal} p */
  #putForward(p) {
    const to = choice(p.wider, 0, "forward");
    const ask = asking(`/api/proposals/${p.id}/circulation`);
    dialog({
      title: `Put forward: ${purpose(p)}`, action: "Put it forward",
      body: [p.sentence.words && h("blockquote", { class: "floor" }, p.sentence.words) || "", to,
        h("p", { class: "hint" }, `Until now: ${p.audience.words}. Once put forward it can be withdrawn or revised, not unseen.`)],
      act: async () => {
        if (this.writes && !(await this.setting.settled(p.id))) throw new Error("Something typed here has not reached the server yet. Please try again once it is saved.");
        const wider = p.wider[chosen(to)];
        this.setting.model.take(await ask({ audience: wider?.kind }));
        announce(`Put forward. Seen by: ${wider?.words}`);
      },
    });
  }

  /** @param {Proposal} p */
  #widen(p) {
    const ask = asking(`/api/proposals/${p.id}/circulation`);
    confirmDialog("Show to everyone", `Now seen by: ${p.audience.words}. From then on: everyone on this draft. This cannot be taken back.`, "Show to everyone on this draft",
      async () => this.setting.model.take(await ask({ audience: "everyone" })));
  }

  /** @param {Proposal} p */
  #withdraw(p) {
    const draft = p.stage === "draft";
    const reason = h("textarea", { rows: "2", maxlength: 2000, dir: "auto" });
    const ask = asking(`/api/proposals/${p.id}/withdrawal`);
    dialog({
      title: draft ? "Discard this draft" : "Withdraw this proposal", action: draft ? "Discard" : "Withdraw", danger: true,
      body: [h("p", {}, draft ? "Nobody else has seen it." : `It stays readable as withdrawn, dated, for: ${p.audience.words}.`), draft ? "" : field("Reason (may stay empty)", reason)],
      act: async () => {
        this.setting.leave(p.id);
        this.setting.model.take(await ask({ reason: reason.value.trim() }));
        this.setting.caughtUp(p.id);
        if (draft) this.options.close();
      },
    });
  }

  /** @param {Proposal} p */
  #share(p) {
    void this.setting.delegations().then((all) => {
      const free = all.filter((one) => one.drafts !== false && !p.owners.some((owner) => owner.delegation === one.id));
      const select = h("select", {}, free.map((one) => h("option", { value: one.id }, one.name)));
      const ask = asking(`/api/proposals/${p.id}/owners`);
      const warn = h("p", { class: "notice" });
      const say = () => {
        warn.textContent = `${select.selectedOptions[0]?.textContent} will see all of this draft and type in it with you. It will be put forward in both names. This cannot be taken back.`;
      };
      select.addEventListener("change", say);
      say();
      dialog({
        title: "Draft together", action: "Share the draft", body: free.length ? [field("With which delegation", select), warn] : [h("p", {}, "There is no other delegation on this draft.")],
        act: async () => this.setting.model.take(await ask({ delegation: select.value })),
      });
    }, (error) => this.setting.trouble(error.message));
  }

  /** @param {Proposal} p @param {"will_consider" | "not_retained"} outcome */
  #respond(p, outcome) {
    this.setting.respond(`/api/proposals/${p.id}/response`, outcome, `${ownersOf(p)}: ${purpose(p)}`,
      p.audience.kind === "everyone" ? [{ kind: "presidency", words: `${ownersOf(p)} and the presidency` }, { kind: "everyone", words: "Everyone on this draft" }] : [{ kind: "presidency", words: p.audience.words }]);
  }

  end() {
    this.setting.leave(this.id);
    this.setting.rows.remove(this.id);
    this.element.remove();
  }
}
