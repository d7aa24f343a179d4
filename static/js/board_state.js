// @ts-check
// Everything that is kept of one State, beside the board. Its forms are made once: news redraws what is shown around
// them, never what is typed.

import { asking, read } from "./api.js";
import { audience, copy, deedForm, stepForm } from "./board_forms.js";
import { groupOf, PARTIES, percent, sentence, small, steady, voted } from "./board_words.js";
import { day, fill, get, h, when } from "./dom.js";

/** A list, or words that say it is empty. @param {any[] | undefined} all @param {(one: any) => any} line @param {string} [none] */
const list = (all, line, none = "None.") => (all?.length ? h("ol", { class: "history" }, all.map((one) => h("li", { class: one.corrected || one.lifted ? "corrected" : null }, line(one)))) : h("p", { class: "muted" }, none));
/** @param {string} words */
const quote = (words) => words && h("q", { dir: "auto" }, words);
/** Parts of a sentence, as far as there are any. @param {any[]} parts */
const joined = (parts) => parts.filter(Boolean).join(", ");

export class StatePanel {
  /** @param {BoardAround} board @param {string} id */
  constructor(board, id) {
    this.board = board;
    this.id = id;
    this.name = board.name(id);
    /** @type {BoardState | null} */
    this.kept = null;
    /** What was there when one last looked, to tell what is new. @type {Set<string> | null} */
    this.seen = null;
    this.element = h("div", {}, copy("state"));
    this.news = get(".news", this.element);
    this.steps = board.may.has("sponsor") ? stepForm(board, { of: () => [id], sponsorship: () => this.kept?.sponsorship, done: () => this.#done() }) : null;
    const own = { delegation: id };
    const paths = { condition: "conditions", contact: "contacts", action: "actions", override: "overrides" };
    for (const fold of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-form]"))) {
      const key = /** @type {keyof typeof paths | "step"} */ (fold.dataset.form);
      const made = key === "step" ? this.steps?.element : deedForm(key, board, paths[key], own, () => this.#done(), `Kept: ${this.name}.`);
      if (made) fold.append(made);
      if (made && key === "condition") audience(made, this.name, board.may.has("steer"));
    }
    this.#draw(/** @type {BoardRow} */ (board.rows.get(id)));
  }

  /** Whether something typed here has not been recorded. */
  get touched() {
    return this.element.querySelector("form[data-touched]") !== null;
  }

  async #done() {
    await this.read(true);
    this.board.fresh();
  }

  /** Opens one of the forms and stands in it. @param {string} key */
  enter(key) {
    const fold = /** @type {HTMLDetailsElement} */ (get(`[data-form=${key}]`, this.element));
    fold.open = true;
    /** @type {HTMLElement | null} */ (fold.querySelector("form :is(input, select, textarea):enabled"))?.focus();
  }

  /** @param {boolean} [own] whether what is new was done here */
  async read(own) {
    try {
      this.kept = /** @type {BoardState} */ (await read(`/api/drafts/${this.board.draft}/board/${this.id}`));
    } catch (problem) {
      this.#say(sentence(problem));
      return;
    }
    const { sponsorship, contacts, actions, overrides } = this.kept;
    const all = [...sponsorship.steps.map((one) => [one.id, `${one.name} recorded “${one.words}”`]), ...sponsorship.conditions.map((one) => [one.id + Boolean(one.lifted), `${one.lifted ? "no longer" : "condition:"} ${one.words}`]),
      ...contacts.map((one) => [`c${one.at}`, `${one.name} noted a contact`]), ...actions.map((one) => [`a${JSON.stringify(one)}`, `${one.done ? "done" : "next"}: ${one.what}`]), ...overrides.map((one) => [`o${one.at}`, `${one.by} expects another vote`])];
    const fresh = all.filter(([key]) => this.seen && !this.seen.has(String(key)));
    if (own) this.news.hidden = true;
    else if (fresh.length) this.#say(`Meanwhile: ${fresh.map(([, words]) => words).join("; ")}.${this.touched ? " What you are typing is as you left it." : ""}`);
    this.seen = new Set(all.map(([key]) => String(key)));
    const { row } = this.kept;
    void steady(this.element, () => this.#draw(row));
    this.steps?.look();
  }

  /** @param {string} words */
  #say(words) {
    this.news.textContent = words;
    this.news.hidden = false;
  }

  /** @param {string} words @param {string} path @param {object} body */
  #button(words, path, body) {
    return h("button", { type: "button", class: "link", onclick: () => this.board.deed(async () => {
      await asking(path)(body);
      await this.#done();
    }) }, words);
  }

  /** @param {BoardRow} row */
  #draw(row) {
    const { board, kept } = this;
    const { sponsorship: s, expected: e } = row;
    const here = `/api/drafts/${board.draft}`;
    const steers = board.may.has("steer");
    fill(get(".facts", this.element), h("p", { class: "muted" }, joined([groupOf(row.group), PARTIES[row.party ?? ""], row.on_draft ? "on this draft" : "nobody on this draft", !row.votes && "does not vote"])),
      steers && h("button", { type: "button", class: "button target-button", "aria-pressed": String(row.target), onclick: () => board.target([this.id], !row.target) }, "◎ Target"));
    const next = kept?.actions[0];
    /** @type {Record<string, () => any>} */
    const parts = {
      sponsorship: () => [
        h("p", {}, h("b", { class: `stand is-${s.state}` }, s.words), s.since && ", since ", s.since && day(s.since), s.version && `, for ${s.version.name} `, s.version && !s.settled && h("b", { class: "hourglass" }, h("i", {}), s.answer ? "not yet for this version" : "not reconfirmed")),
        list(kept?.sponsorship.steps, (/** @type {SponsorStep} */ one) => [h("b", {}, day(one.on)), ` ${joined([one.words, one.capacity !== "co" && one.capacity, one.version?.name, { oral: "orally", written: "in writing" }[one.manner], one.who, one.where])}`, quote(one.note),
          small(`${joined([one.name, one.by])}, `, when(one.at), `. Seen by: ${one.audience.words}. `, one.corrected && "Put right since.", one.may_correct && !one.corrected && h("button", { type: "button", class: "link", onclick: () => {
            this.enter("step");
            this.steps?.correct(one);
          } }, "Put right"))], "Nothing is on record."),
      ],
      conditions: () => list(kept?.sponsorship.conditions, (/** @type {SponsorCondition} */ one) => [one.holds || one.lifted ? one.words : [h("s", { class: "broken" }, one.words), " ", small("broken")], quote(one.note),
        small(`${joined([one.version.name, one.by])}, `, when(one.at), `. Seen by: ${one.audience.words}. `, one.lifted ? `Lifted by ${one.lifted.by}.` : one.may_lift && this.#button("Lift", `/api/conditions/${one.id}/lifting`, {}))].flat()),
      pending: () => list(row.pending, (one) => [one.label || one.subject, one.since && ", since ", one.since && day(one.since), one.due && ", due ", one.due && day(one.due)], "Nothing that is shared."),
      contacts: () => list(kept?.contacts, (/** @type {BoardContact} */ one) => [h("b", {}, day(one.on)), ` ${joined([one.who, one.channel])}`, quote(one.said), small(`${one.name}, `, when(one.at))]),
      actions: () => list(kept?.actions, (/** @type {BoardAction} */ one) => [one.what, " ", h("small", { class: one.late ? "late" : null }, joined([one.owner_name, one.done && "done"]), one.due && ", by ", one.due && day(one.due)), " ",
        one === next && !one.done && this.#button("Done", `${here}/actions`, { delegation: this.id, what: one.what, owner: one.owner, due: one.due, done: true })]),
      votes: () => [
        e && h("p", {}, "Expected: ", voted(e.vote), small(` ${joined([percent(e.confidence), `absent ${percent(e.absence)}`])}`), e.override && [quote(e.override.reason), small(joined([e.override.source, e.override.by]), " ", steers && this.#button("Go by the record again", `${here}/overrides`, { delegation: this.id, paragraph: null, vote: null }))]),
        h("ul", { class: "years" }, (kept?.votes ?? []).map((one) => h("li", {}, voted(one.vote), small(joined([one.symbol.replace("A/RES/", "") || "this year", one.label, one.body === "committee" && "Committee", !one.label && one.body !== "committee" && row.sponsored.some((short) => one.symbol.endsWith(short)) && "sponsored"]))))),
      ],
      people: () => list(kept?.people, (one) => [one.name, small(` ${one.role}`)], "Nobody."),
      letters: () => list(kept?.letters, (one) => [one.subject, small(` ${joined([one.result, one.by, one.answer && `answered: ${one.answer}`])}, `, when(one.at))]),
    };
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-part]"))) fill(get("div", part), parts[part.dataset.part ?? ""]?.());
  }
}
