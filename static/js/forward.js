// @ts-check
// Last year's text forward: the technical updates this year's draft needs, offered to the presidency above the
// text and apart from its substance; and the masthead. Loaded when a draft descends from an adopted text.

import { asking, read } from "./api.js";
import { dialog, field } from "./dialogs.js";
import { announce, counted, fill, get, h, when } from "./dom.js";
import { pieceNodes } from "./words.js";

/** @typedef {{key: string, kind: string, certainty: "sure" | "likely" | "note", paragraph: string, label: string, version: number,
 *   found: string, wanted: string, why: string, pieces: Piece[], refused: {by: string, at: string} | null}} Update */
/** @typedef {{session: string, title: string, committee: string, agenda_item: string, agenda_title: string}} Masthead */
/** @typedef {{last: {number: string, session: number} | null, session: number | null, next: number | null, next_words: string, begun: boolean,
 *   masthead: Masthead, updates: Update[]}} ForwardPage */
/** @typedef {{table: Table, settled: () => Promise<boolean>, trouble: (sentence: string) => void,
 *   show: (id: string) => void, undo: (deed: string) => Promise<unknown>}} ForwardOptions */

const AGAIN_MS = 1500;
const AROUND = 48;
const KINDS = /** @type {Record<string, string>} */ ({
  recalled: "Resolutions recalled", session: "Session", agenda: "Agenda", tense: "Tense", style: "House style",
  number: "Number of States", meeting: "Meeting",
});
const UNSAVED = "Something typed here has not reached the server yet. Please try again once it is saved.";

/** What did not change is cut to what stands around the change. @param {Piece[]} pieces @returns {Piece[]} */
export function around(pieces) {
  return pieces.map((piece, index) => {
    const text = piece.text;
    if (piece.op !== "keep" || text === undefined) return piece;
    const start = index === 0 ? 0 : AROUND;
    const end = index === pieces.length - 1 ? 0 : AROUND;
    if (text.length <= start + end + 8) return piece;
    const from = text.slice(0, start).replace(/\S*$/, "");
    const to = end ? text.slice(-end).replace(/^\S*/, "") : "";
    return { ...piece, text: `${from}…${to}` };
  });
}

/** A session that somebody types, in figures. @param {number} session */
const sessionName = (session) => `${session}${{ one: "st", two: "nd", few: "rd" }[/** @type {"one"} */ (new Intl.PluralRules("en", { type: "ordinal" }).select(session))] ?? "th"} session`;

export class Forward {
  /** @param {HTMLElement} place @param {string} draft @param {ForwardOptions} options */
  constructor(place, draft, options) {
    this.place = place;
    this.draft = draft;
    this.options = options;
    /** @type {ForwardPage | null} */
    this.page = null;
    this.open = false;
    this.round = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** Ticks and words that were set by hand. @type {Map<string, boolean>} */
    this.ticks = new Map();
    /** @type {Map<string, string>} */
    this.words = new Map();
    this.told = h("p", { class: "forward-told", role: "status" });
    this.answering = asking(`/api/drafts/${draft}/updates`);
    this.setting = asking(`/api/drafts/${draft}/masthead`);
    const again = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.look(), AGAIN_MS);
    };
    for (const event of ["structure", "edited", "foreign"]) options.table.addEventListener(event, again);
  }

  async look() {
    const round = ++this.round;
    try {
      const page = await read(`/api/drafts/${this.draft}/updates`);
      if (round !== this.round) return;
      this.page = page;
      this.draw();
    } catch {
      // They are offers: without a connection there are none, and what was read stays.
    }
  }

  draw() {
    const { page, place } = this;
    if (!page?.last) {
      place.hidden = true;
      return;
    }
    const at = place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-at") : null;
    fill(place, ...(page.begun ? this.#begun(page) : this.#begin(page)), this.told);
    place.hidden = page.begun && page.updates.length === 0 && Boolean(page.masthead.agenda_item) && !this.told.hasChildNodes();
    if (at) /** @type {HTMLElement | null} */ (place.querySelector(`[data-at="${CSS.escape(at)}"]`) ?? place.querySelector("h2"))?.focus();
  }

  /** @param {ForwardPage} page @returns {(Child | Child[])[]} */
  #begin(page) {
    const next = page.next ?? 0;
    const session = h("input", { type: "number", min: (page.last?.session ?? 0) + 1, max: 120, value: next, "aria-label": "Session" });
    const start = h("button", { class: "button primary", type: "button", "data-at": "start", onclick: () => void this.#set({ session: session.valueAsNumber }) }, "");
    const name = () => fill(start, `Start this year’s draft (${session.valueAsNumber === next ? page.next_words : sessionName(session.valueAsNumber || next)})`);
    session.addEventListener("input", name);
    name();
    return [h("h2", { tabindex: "-1" }, `This is ${page.last?.number} as it was adopted`),
      h("p", {}, "Start this year’s draft from it: the masthead moves on, last year’s numbers stay beside the new ones, and what is only technical is offered to you, apart from substance."),
      h("div", { class: "row" }, start, h("label", { class: "other" }, "or another session: ", session))];
  }

  /** @param {ForwardPage} page @returns {(Child | Child[])[]} */
  #begun(page) {
    const due = page.updates.filter((one) => !one.refused);
    const refused = page.updates.filter((one) => one.refused);
    const changes = due.filter((one) => one.certainty !== "note");
    const notes = due.filter((one) => one.certainty === "note");
    const toggle = h("button", { class: "button quiet", type: "button", "data-at": "toggle", "aria-expanded": String(this.open), "aria-controls": "forward-list", onclick: () => {
      this.open = !this.open;
      this.draw();
    } }, this.open ? "Fold away" : "Look at them");
    const parts = [changes.length > 0 && counted(changes.length, "technical update"), notes.length > 0 && `${notes.length} to fill in`].filter(Boolean);
    const item = !page.masthead.agenda_item && h("button", { class: "to-fill", type: "button", "data-at": "masthead", onclick: () => this.masthead() }, "Agenda item: to be filled in …");
    const head = h("div", { class: "forward-head" },
      h("h2", { tabindex: "-1" }, parts.length > 0 ? `${parts.join(", ")}, for the ${page.masthead.session.toLowerCase()}` : `Nothing is due for the ${page.masthead.session.toLowerCase()}`),
      item, page.updates.length > 0 && toggle);
    if (!this.open || page.updates.length === 0) return [head];
    const ticked = () => changes.filter((one) => this.ticks.get(one.key) ?? one.certainty === "sure");
    const some = h("button", { class: "button primary", type: "button", "data-at": "some", onclick: () => void this.#answer({ accept: ticked().map((one) => ({ key: one.key })) }) });
    const counting = () => {
      fill(some, `Accept the ticked (${ticked().length})`);
      some.disabled = ticked().length === 0;
    };
    counting();
    return [head, h("div", { id: "forward-list" },
      h("p", { class: "hint" }, `Dates, sessions and lists that follow from the year, against ${page.last?.number}. Nothing here touches substance; each is a change of the presidency’s, on record, and can be undone.`),
      h("ol", { class: "updates" }, changes.map((one) => this.#change(one, counting)), notes.map((one) => this.#note(one))),
      changes.length > 0 && h("div", { class: "row" }, some, changes.length > 1 && h("button", { class: "button", type: "button", "data-at": "all", onclick: () => void this.#answer({ all: true }) }, `Accept all (${changes.length})`)),
      refused.length > 0 && h("details", { class: "refused" }, h("summary", {}, `Refused (${refused.length})`), h("ul", { class: "updates" }, refused.map((one) => this.#refused(one)))))];
  }

  /** @param {Update} one @param {boolean} [sure] */
  #name(one, sure = one.certainty === "sure") {
    return [h("button", { class: "link", type: "button", "aria-label": `Show ${one.label}`, onclick: () => this.options.show(one.paragraph) }, one.label), " ",
      h("b", {}, KINDS[one.kind] ?? one.kind), !sure && h("span", { class: "tag" }, one.certainty === "note" ? "to fill in" : "please look")];
  }

  /** @param {Update} one @param {() => void} counting */
  #change(one, counting) {
    const tick = h("input", { type: "checkbox", "data-at": `tick ${one.key}`, checked: this.ticks.get(one.key) ?? one.certainty === "sure", "aria-label": `${KINDS[one.kind] ?? one.kind} in ${one.label}` });
    tick.addEventListener("change", () => {
      this.ticks.set(one.key, tick.checked);
      counting();
    });
    return h("li", {}, tick, h("div", {}, h("p", { class: "update-name" }, this.#name(one)),
      h("p", { class: "words", dir: "auto" }, pieceNodes(around(one.pieces))), h("p", { class: "hint" }, one.why)),
    h("div", { class: "row" },
      h("button", { class: "button", type: "button", "data-at": `accept ${one.key}`, "aria-label": `Accept: ${KINDS[one.kind]} in ${one.label}`, onclick: () => void this.#answer({ accept: [{ key: one.key }] }) }, "Accept"),
      this.#refuse(one)));
  }

  /** @param {Update} one */
  #note(one) {
    const words = h("textarea", { rows: "2", maxlength: 2000, dir: "auto", "data-at": `words ${one.key}`, "aria-label": `What is to stand in ${one.label}` });
    words.value = this.words.get(one.key) ?? one.found;
    const put = h("button", { class: "button", type: "button", "data-at": `accept ${one.key}`, onclick: () => void this.#answer({ accept: [{ key: one.key, words: words.value.trim() }] }) }, "Put it in");
    const able = () => {
      put.disabled = !words.value.trim() || words.value.trim() === one.found;
    };
    words.addEventListener("input", () => {
      this.words.set(one.key, words.value);
      able();
    });
    able();
    return h("li", { class: "note" }, h("span", { "aria-hidden": "true" }, "✎"), h("div", {}, h("p", { class: "update-name" }, this.#name(one)), h("p", { class: "hint" }, one.why), words),
      h("div", { class: "row" }, put, this.#refuse(one, "Leave as it is")));
  }

  /** @param {Update} one @param {string} [label] */
  #refuse(one, label = "Refuse") {
    return h("button", { class: "button quiet", type: "button", "data-at": `refuse ${one.key}`, "aria-label": `${label}: ${KINDS[one.kind]} in ${one.label}`, onclick: () => void this.#answer({ refuse: [one.key] }) }, label);
  }

  /** @param {Update} one */
  #refused(one) {
    return h("li", {}, h("span", {}), h("div", {}, h("p", { class: "update-name" }, this.#name(one, true)), h("p", {}, one.found, one.wanted && [" → ", one.wanted]),
      one.refused && h("p", { class: "hint" }, `Refused by ${one.refused.by}, `, when(one.refused.at))),
    h("div", { class: "row" }, h("button", { class: "button", type: "button", "aria-label": `Bring back: ${KINDS[one.kind]} in ${one.label}`, onclick: () => void this.#answer({ restore: [one.key] }) }, "Bring back")));
  }

  /** @param {{accept?: {key: string, words?: string}[], refuse?: string[], restore?: string[], all?: boolean}} said */
  async #answer(said) {
    await this.#do(() => this.answering(said), (done) => {
      if (!done.deed) return said.restore ? "It is offered again." : "It stays as it is, and can be brought back below.";
      return done.deed.summary;
    });
  }

  /** @param {Record<string, unknown>} about */
  async #set(about) {
    await this.#do(() => this.setting(about), (done) => done.deed?.summary ?? "");
  }

  /** @param {() => Promise<any>} act @param {(done: any) => string} said */
  async #do(act, said) {
    try {
      if (!(await this.options.settled())) throw new Error(UNSAVED);
      const done = await act();
      if (done.paragraphs) this.options.table.deed(done);
      const sentence = said(done);
      fill(this.told, sentence, done.deed && [" ", h("button", { class: "link", type: "button", onclick: () => void this.#undo(done.deed.id) }, "Undo")]);
      announce(sentence);
    } catch (error) {
      this.options.trouble(error instanceof Error ? error.message : String(error));
    }
    await this.look();
  }

  /** @param {string} deed */
  async #undo(deed) {
    await this.options.undo(deed);
    fill(this.told);
    await this.look();
  }

  /** Asks what the masthead is to say. */
  masthead() {
    const now = this.page?.masthead;
    if (!now) return;
    const text = (/** @type {keyof Masthead} */ name, /** @type {string} */ example) => h("input", { maxlength: 300, autocomplete: "off", dir: "auto", value: now[name], placeholder: example });
    const session = h("input", { type: "number", min: 1, max: 120, value: this.page?.session ?? "" });
    const parts = {
      title: text("title", ""), committee: text("committee", "First Committee"),
      agenda_item: text("agenda_item", "Agenda item 100 (ff)"), agenda_title: text("agenda_title", "Main item: sub-item"),
    };
    dialog({
      title: "Masthead", action: "Set it",
      body: [field("Session", session), field("Committee", parts.committee), field("Agenda item", parts.agenda_item, "Its letter changes every year."),
        field("Agenda title", parts.agenda_title, "The provisional agenda at the end of the text follows it."), field("Title", parts.title)],
      act: async () => {
        /** @type {Record<string, unknown>} */
        const about = {};
        for (const [name, input] of Object.entries(parts)) if (input.value.trim() !== now[/** @type {"title"} */ (name)]) about[name] = input.value.trim();
        if (session.value && session.valueAsNumber !== this.page?.session) about["session"] = session.valueAsNumber;
        if (Object.keys(about).length === 0) return;
        const done = await this.setting(about);
        if (done.paragraphs) this.options.table.deed(done);
        announce(done.deed?.summary ?? "");
        await this.look();
      },
    });
  }
}

/** Shows above the text what the masthead says now; everybody sees it. @param {string} draft */
export async function drawMasthead(draft) {
  const { draft: now } = await read(`/api/drafts/${draft}`);
  const symbol = now.symbol || now.number;
  fill(get(".table-symbol"), symbol || "Draft");
  fill(get(".masthead-symbol"), symbol);
  fill(get(".sheet-title"), now.title);
  const item = now.agenda_item && (/genda/.test(now.agenda_item) ? now.agenda_item : `Agenda item ${now.agenda_item}`);
  const lines = [now.session, now.committee, item, now.agenda_title].filter(Boolean);
  fill(get(".masthead-about"), lines.flatMap((line, index) => (index ? [h("br"), line] : [line])));
  document.title = `${symbol || "Draft"} ${now.title}`;
}

/** @param {HTMLElement} place @param {string} draft @param {ForwardOptions} options */
export function offerForward(place, draft, options) {
  const made = new Forward(place, draft, options);
  void made.look();
  return made;
}
