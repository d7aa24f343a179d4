// @ts-check
// Ties the parts of the negotiation together: the strips and desks of all paragraphs, proposals that are
// being written, and what the dialogs need.

import { post, read } from "./api.js";
import { accepting, lookAgain } from "./accepting.js";
import { openAgreement, openPackage } from "./agreement.js";
import { Composer } from "./composing.js";
import { Delta, words as plainWords } from "./delta.js";
import { Desk } from "./desk.js";
import { dialog, field } from "./dialogs.js";
import { announce, counted, h, newId } from "./dom.js";
import { Editor } from "./editor.js";
import { LIVE, Negotiation, ownersOf, purpose, WORDED } from "./negotiation.js";
import { Openings } from "./openings.js";
import { Poise } from "./poise.js";
import { offerReview, openPositions, respond, takePosition } from "./positions.js";
import { Strip } from "./strip.js";
import { WordRows } from "./writing.js";

const SENTENCE_MS = 600;
const STANDING_MS = 2500;
/** What nobody negotiates. */
const FIXED = new Set(["formula"]);

export class Negotiating {
  /** @param {string} draft @param {Table} table @param {Sheet} sheet @param {any} me @param {AroundNegotiation} around */
  constructor(draft, table, sheet, me, around) {
    this.table = table;
    this.sheet = sheet;
    this.around = around;
    this.may = new Set(me.may);
    this.model = new Negotiation();
    this.model.first = () => table.paragraphs[0]?.id;
    /** What is put together in which place, and how that ends. @type {Map<HTMLElement, () => void>} */
    this.composing = new Map();
    /** What was marked in each paragraph. @type {Map<string, string>} */
    this.marked = new Map();
    /** @type {Set<string>} */
    this.stale = new Set();
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.looking = new Map();
    const rows = new WordRows(sheet.place, table, {
      base: (id) => {
        const one = this.model.proposals.get(id);
        return one?.kind === "amend" ? new Delta(one.base) : null;
      },
      mayEdit: (id) => this.model.proposals.get(id)?.may.includes("write") === true,
      label: (id) => `Words of your proposal on ${this.model.proposals.get(id)?.label || "the text"}`,
      changed: (id) => this.desk.typed(id),
    });
    /** @type {Setting} */
    this.setting = {
      draft, table, sheet, model: this.model, me, side: me.side ?? me.delegation?.id ?? "", may: this.may, rows, name: around.name, settled: around.settled, trouble: around.trouble,
      delegations: async () => this.delegations ?? (await read(`/api/drafts/${draft}/people`)).delegations,
      position: (on) => takePosition(this.setting, on),
      respond: (path, outcome, about, audiences) => respond(this.setting, path, outcome, about, audiences),
      revise: (one) => this.#revise(one),
      leave: (id) => {
        if (this.writer?.id === id) this.writer.unmount();
      },
      look: (id) => this.#look(id, 0),
      caughtUp: () => table.catchUpNow(),
      done: (answer) => {
        if (answer.paragraphs) table.deed(answer);
        else table.catchUpNow();
      },
      compose: (place, label, base, ops, action, submit) => this.#compose(place, label, base, ops, action, submit),
    };
    this.desk = new Desk(this.setting, { changed: (id) => this.strip.draw(id), accept: accepting(this.setting) });
    this.strip = new Strip(this.setting, {
      pressed: (id) => this.desk.pressed.has(id), collides: (id) => this.desk.collides(id), toggle: (one) => this.desk.toggle(one),
      positions: (id) => openPositions(this.setting, id), agreement: (id) => openAgreement(this.setting, id, around.selected(id)),
      opening: (id) => this.openings?.of(id) ?? null, mend: (id) => void this.openings?.mend(id),
    });
    this.openings = this.may.has("edit_text")
      ? new Openings(draft, table, { edit: around.edit, settled: around.settled, changed: (ids) => ids.forEach((id) => this.strip.draw(id)) }) : null;
    this.writer = this.may.has("propose") ? new Editor(table, rows, {
      marks: () => [], carets: () => [], onCaret: around.caret, stopped: around.stopped, deed: () => Promise.resolve(null), settled: around.settled, comment: () => {},
      enter: () => announce("A proposal is one paragraph. To split it, use the menu of the paragraph."),
    }) : null;
    this.poise = this.may.has("propose") && !this.may.has("edit_text") ? new Poise(sheet, {
      may: (id) => table.paragraph(id)?.deleted === false && !FIXED.has(table.paragraph(id)?.kind ?? ""), positions: this.may.has("take_position"),
      begin: ({ id, start, end }, keys) => this.propose("amend", { paragraph: id, version: table.text(id).version }, { start, end, keys }),
      split: ({ id, start }) => this.#split(id, start), position: (id) => this.setting.position({ paragraph: id }), comment: around.comment,
    }) : null;
    this.review = h("div", { class: "notice review", hidden: true });
    this.model.addEventListener("changed", (event) => this.#changed(/** @type {CustomEvent} */ (event).detail.paragraphs));
    for (const name of ["foreign", "edited"]) {
      table.addEventListener(name, (event) => {
        const { text } = /** @type {CustomEvent} */ (event).detail;
        this.desk.typed(text);
        if (this.openings && table.paragraph(text)) this.openings.later();
      });
    }
    table.addEventListener("made", (event) => this.#made(/** @type {CustomEvent} */ (event).detail.text));
    table.addEventListener("structure", (event) => {
      for (const text of Object.keys(/** @type {CustomEvent} */ (event).detail.texts ?? {})) this.#made(text);
      this.drawAll();
      this.openings?.later();
    });
  }

  /** @param {any} state */
  begin(state) {
    this.delegations = state.delegations;
    this.model.begin(state);
    for (const one of this.model.proposals.values()) this.#texts(one);
  }

  /** The words of a proposal are a text of the table while one may write them. @param {Proposal} proposal */
  #texts(proposal) {
    if (WORDED.has(proposal.kind) && proposal.may.includes("write")) this.table.know(proposal);
    else if (this.table.texts.has(proposal.id)) {
      this.setting.leave(proposal.id);
      this.table.letGo(proposal.id);
    }
  }

  /** @param {Proposal} proposal */
  told(proposal) {
    const before = this.model.proposals.get(proposal.id);
    this.#texts(proposal);
    if (before && LIVE.has(before.stage) && !LIVE.has(proposal.stage)) {
      this.desk.pressed.delete(proposal.id);
      if (before.stage !== "draft") this.strip.fresh.add(proposal.id);
    }
    this.model.proposal(proposal);
    const said = before ? (before.stage !== proposal.stage && proposal.stage) : proposal.stage === "put_forward" && "put_forward";
    if (said && (!proposal.mine || said !== "put_forward")) announce(`${ownersOf(proposal)}, ${purpose(proposal)}: ${said.replaceAll("_", " ")}`);
  }

  /** A version was sealed: one's positions from before it wait to be marked. */
  async sealed() {
    if (!this.may.has("take_position") || ![...this.model.positions.values()].some((one) => one.mine)) return;
    try {
      const { positions } = await read(`/api/drafts/${this.setting.draft}/review`);
      for (const { position } of positions) this.model.position(position);
    } catch {
      // They are told with the next state.
    }
  }

  /** Whether this person is writing a proposal. */
  get writes() {
    return [...this.model.proposals.values()].some((one) => one.stage === "draft" && one.may.includes("write"));
  }

  /** Whether a text is the words of a proposal. @param {string} id */
  holds(id) {
    return this.model.proposals.has(id);
  }

  // What is drawn ----------------------------------------------------------------------------------

  /** @param {Set<string>} paragraphs */
  #changed(paragraphs) {
    for (const id of paragraphs) this.stale.add(id);
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      const stale = [...this.stale];
      this.stale.clear();
      for (const id of stale) this.#draw(id);
      offerReview(this.setting, this.review);
      this.around.drawn();
    });
  }

  /** @param {string} id */
  #draw(id) {
    const marks = JSON.stringify(this.marks(id));
    if ((this.marked.get(id) ?? "[]") !== marks) {
      this.marked.set(id, marks);
      this.around.marked(id);
    }
    if (this.desk.open.has(id) || this.model.proposalsAt(id).some((one) => this.desk.pressed.has(one.id))) this.desk.draw(id);
    else this.strip.draw(id);
  }

  drawAll() {
    for (const paragraph of this.table.paragraphs) this.#draw(paragraph.id);
  }

  /** The words that are in brackets, as marks. @param {string} id @returns {Mark[]} */
  marks(id) {
    const found = this.model.agreement.get(id);
    const text = this.table.texts.get(id)?.shown;
    if (found?.state !== "bracketed" || !text) return [];
    const all = text.length();
    if (found.words?.start === null) return [];
    let { start, end } = /** @type {{start: number, end: number}} */ (found.words ?? { start: 0, end: all });
    if (found.words) {
      // They may have moved since it was said; where they are not to be found nothing is marked.
      const said = text.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
      if (said.slice(start, end) !== found.words.text) start = said.indexOf(found.words.text);
      if (start < 0) return [];
      end = start + found.words.text.length;
    }
    if (end <= start) return [];
    return [{ start, end, class: "bracketed", key: "" }, { start, end: start + 1, class: "bracket-open", key: "" }, { start: end - 1, end, class: "bracket-close", key: "" }];
  }

  /** Words are stored. Of a proposal: the sentence for the floor follows. Of a paragraph: what stands on it may have
   * moved; one's own proposals are looked at, and those that are laid in. @param {string} text */
  #made(text) {
    if (this.model.proposals.has(text)) {
      this.#look(text, SENTENCE_MS);
      return;
    }
    for (const one of this.model.proposalsAt(text)) if (LIVE.has(one.stage) && (one.mine || this.desk.pressed.has(one.id))) this.#look(one.id, STANDING_MS);
  }

  /** @param {string} id @param {number} pause */
  #look(id, pause) {
    clearTimeout(this.looking.get(id));
    this.looking.set(id, setTimeout(async () => {
      try {
        this.told((await read(`/api/proposals/${id}`)).proposal);
      } catch {
        // It is told again with the next change.
      }
    }, pause));
  }

  // Proposing --------------------------------------------------------------------------------------

  /** Begins a proposal and opens it to be written. @param {string} kind @param {object} fields
   * @param {{start?: number, end?: number, keys?: (string | Delta)[]}} [caret] */
  async propose(kind, fields, { start = Number.MAX_SAFE_INTEGER, end = start, keys = [] } = {}) {
    let made;
    try {
      made = (await post(`/api/drafts/${this.setting.draft}/proposals`, { id: newId(), kind, ...fields })).proposal;
    } catch (error) {
      this.around.trouble(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#open(made, start, end, keys);
    announce(`Your proposal ${purpose(made)}. Only you see it: ${made.audience.words}.`);
  }

  /** @param {Proposal} made @param {number} start @param {number} end @param {(string | Delta)[]} keys */
  #open(made, start, end, keys) {
    this.told(made);
    this.desk.press(made.id);
    if (this.writer?.mount(made.id, start, end)) this.writer.press(keys);
    else this.desk.open.get(this.model.home(made) ?? "")?.cards.get(made.id)?.title.focus();
  }

  /** @param {Proposal} one */
  async #revise(one) {
    try {
      const { proposal } = await post(`/api/proposals/${one.id}/revision`, { id: newId() });
      this.desk.pressed.delete(one.id);
      this.#open(proposal, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, []);
    } catch (error) {
      this.around.trouble(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {string} id @param {number} at */
  #split(id, at) {
    const text = this.table.text(id);
    if (at <= 0 || at >= text.shown.length()) {
      announce("Put the caret between two words to propose a split.");
      return;
    }
    const one = plainWords(text.shown.slice(0, at)).slice(-60);
    const two = plainWords(text.shown.slice(at)).slice(0, 60);
    dialog({
      title: `Propose to split ${this.around.name(id)}`, action: "Begin the proposal",
      body: [h("p", { class: "words", dir: "auto" }, `… ${one}`), h("p", { class: "words", dir: "auto" }, `${two} …`)],
      act: () => this.propose("split", { paragraph: id, version: text.version, at }),
    });
  }

  /** @param {any} paragraph */
  #move(paragraph) {
    const select = this.around.places(paragraph);
    dialog({
      title: `Propose to move ${paragraph.label}`, body: [field("To stand", select)], action: "Begin the proposal",
      act: () => this.propose("move", { paragraph: paragraph.id, after: select.value }),
    });
  }

  /** What the menu of a paragraph offers. @param {any} paragraph @returns {Choice[]} */
  menu(paragraph) {
    const { id, kind, level, label, deleted } = paragraph;
    const name = label || "the opening words";
    /** @type {Choice[]} */
    const items = [null];
    const order = this.table.paragraphs;
    const version = () => this.table.text(id).version;
    const begin = (/** @type {string} */ what, /** @type {object} */ fields) => () => void this.propose(what, fields);
    const delegate = this.may.has("propose") && !this.may.has("edit_text");
    if (delegate && !deleted) {
      const like = { paragraph_kind: FIXED.has(kind) ? "preambular" : kind, level: FIXED.has(kind) ? 0 : level };
      if (!FIXED.has(kind)) {
        items.push({ label: `Propose a change to ${name}`, act: () => void this.propose("amend", { paragraph: id, version: version() }) }, { label: "Propose an alternative", act: () => void this.propose("alternative", { paragraph: id, version: version() }) },
          { label: "Propose a paragraph before it", act: begin("insert", { paragraph: order[order.indexOf(paragraph) - 1]?.id ?? null, ...like, ops: [] }) });
      }
      items.push({ label: "Propose a paragraph after it", act: begin("insert", { paragraph: id, ...like, ops: [] }) });
      if (!FIXED.has(kind)) {
        items.push({ label: `Propose to delete ${name}`, act: begin("delete", { paragraph: id }) }, { label: "Propose to move it …", act: () => this.#move(paragraph) },
          { label: "Propose to merge it with the one before", act: begin("merge", { paragraph: id }) });
        if (this.poise?.at?.id === id) items.push({ label: "Propose to split it at the caret", act: () => this.#split(id, this.poise?.at?.start ?? 0), hint: "Enter" });
      }
    }
    if (this.may.has("take_position") && !FIXED.has(kind)) items.push(null, { label: `Take a position on ${name} …`, act: () => this.setting.position({ paragraph: id }) });
    if (this.model.positionsOn(id).length > 0) items.push({ label: `Positions on ${name} …`, act: () => openPositions(this.setting, id) });
    if (this.may.has("answer") && !deleted) {
      const selected = this.around.selected(id);
      items.push({ label: "Agreement …", act: () => openAgreement(this.setting, id, selected) }, { label: "Package …", act: () => openPackage(this.setting, id, this.around.opening) },
        { label: "What becomes of its proposals …", act: () => void lookAgain(this.setting, id) });
      if (!FIXED.has(kind)) items.push({ label: "Write an alternative as a proposal", act: () => void this.propose("alternative", { paragraph: id, version: version() }) });
    }
    return items;
  }

  /** @param {HTMLElement} place @param {string} label @param {Delta} base @param {Op[]} ops @param {string} action @param {(ops: Op[]) => Promise<unknown>} submit */
  #compose(place, label, base, ops, action, submit) {
    this.composing.get(place)?.();
    const end = () => {
      this.composing.delete(place);
      composer.end();
      place.replaceChildren();
      this.drawAll();
    };
    const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
    const composer = new Composer(label, base, ops, () => {});
    place.append(h("div", { class: "composing" }, h("h2", {}, label), composer.element, wrong,
      h("div", { class: "row" }, h("button", { class: "button", type: "button", onclick: end }, "Cancel"),
        h("button", { class: "button primary", type: "button", onclick: async () => {
          try {
            if ((await submit(composer.ops)) !== false) end();
          } catch (error) {
            wrong.textContent = error instanceof Error ? error.message : String(error);
            wrong.hidden = false;
          }
        } }, action))));
    this.composing.set(place, end);
    composer.focus();
  }

  /** "3 proposals" for the outline. @param {string} id */
  count(id) {
    const open = this.model.proposalsAt(id).filter((one) => one.stage === "put_forward").length;
    return open ? counted(open, "proposal") : "";
  }
}
