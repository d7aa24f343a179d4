// @ts-check
// The forms of the board: made from the page's templates, they send their named fields and lose nothing that was typed;
// the choice of States by a few letters; and the form of a step, which is entered without leaving the keyboard.

import { asking } from "./api.js";
import { meant, named, sentence } from "./board_words.js";
import { announce, append, fill, get, h, listed, today } from "./dom.js";

const MOST = 7;
/** Steps that may stay between a delegation and the presidency. */
const QUIET = ["approached", "positive", "awaiting"];
/** What stays the same through a meeting, for the next form of a step. @type {Record<string, string>} */
const kept = {};

/** What a template holds. @param {string} name */
export const copy = (name) => /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (get(`#of-${name}`)).content.cloneNode(true));

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */
/** @param {ParentNode} place @param {string} name */
export const control = (place, name) => /** @type {HTMLInputElement} */ (get(`[name=${name}]`, place));
/** @param {ParentNode} place @returns {Control[]} */
const controls = (place) => [...place.querySelectorAll(/** @type {"input"} */ ("[name]"))];

/** Puts the versions, paragraphs and people of now into the choices. @param {ParentNode} place @param {BoardAround} board */
export function choices(place, board) {
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (place.querySelectorAll("[data-fill]"))) {
    const now = select.value;
    const fixed = [...select.options].filter((one) => one.value === "");
    const offered = { versions: board.now().versions.map((one) => [one.number, one.name]).reverse(), paragraphs: board.now().paragraphs.map((one) => [one.id, one.label]), people: board.now().people.map((one) => [one.id, one.name]) };
    fill(select, fixed, /** @type {Record<string, any[][]>} */ (offered)[select.dataset.fill ?? ""]?.map(([value, words]) => h("option", { value }, words)) ?? []);
    if (select.closest("[data-touched]") && [...select.options].some((one) => one.value === now)) select.value = now;
  }
}

/** The named fields of a form as its call wants them. @param {ParentNode} form */
export function fields(form) {
  /** @type {Record<string, any>} */
  const all = {};
  for (const one of controls(form)) {
    if (one.type === "radio" && !(/** @type {HTMLInputElement} */ (one).checked)) continue;
    const value = one.value.trim();
    all[one.name] = one.type === "checkbox" ? /** @type {HTMLInputElement} */ (one).checked : value === "" && "empty" in one.dataset ? null : "number" in one.dataset ? Number(value) : value;
  }
  return all;
}

/** Makes a form. What goes wrong is said in it; `act` gives the sentence that says what was done.
 * @param {string} name @param {BoardAround} board @param {(fields: Record<string, any>) => Promise<string>} act */
export function form(name, board, act) {
  const made = get("form", /** @type {any} */ (copy(name)));
  const form_ = /** @type {HTMLFormElement} */ (made);
  form_.classList.add("board-form");
  const wrong = get("[role=alert]", form_);
  for (const one of form_.querySelectorAll("[data-today]")) {
    one.setAttribute("value", today());
    one.setAttribute("max", today());
  }
  choices(form_, board);
  let busy = false;
  form_.addEventListener("input", () => {
    form_.dataset.touched = "true";
  });
  form_.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form_.requestSubmit();
  });
  form_.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    wrong.hidden = true;
    try {
      const said = await act(fields(form_));
      const stay = controls(form_).filter((one) => "keeps" in one.dataset).map((one) => /** @type {const} */ ([one, one.value]));
      form_.reset();
      for (const [one, value] of stay) one.value = value;
      delete form_.dataset.touched;
      form_.dispatchEvent(new Event("change"));
      announce(said);
    } catch (problem) {
      wrong.textContent = sentence(problem);
      wrong.hidden = false;
    }
    busy = false;
  });
  return form_;
}

/** A form that is one call. @param {string} name @param {BoardAround} board @param {string} path @param {object} more @param {() => Promise<unknown>} done @param {string} said */
export function deedForm(name, board, path, more, done, said) {
  let ask = asking(`/api/drafts/${board.draft}/${path}`);
  return form(name, board, async (sent) => {
    await ask({ ...more, ...condition(sent) });
    ask = asking(`/api/drafts/${board.draft}/${path}`);
    await done();
    return said;
  });
}

/** Some conditions are about no paragraph. @param {Record<string, any>} sent */
const condition = (sent) => ("kind" in sent && !/^(stays|goes|unchanged)$/.test(sent.kind) ? { ...sent, paragraph: null } : sent);

/** Who will see it, in words. @param {HTMLFormElement} form_ @param {string} names @param {boolean} quiet whether the secretariat may be left out */
export function audience(form_, names, quiet) {
  const select = control(form_, "audience");
  const now = select.value;
  fill(select, h("option", { value: "board" }, `${names}, the presidency and the secretariat`), quiet && h("option", { value: "presidency", selected: now === "presidency" }, `${names} and the presidency`));
}

/** Chooses States: a few letters, Enter; Enter alone goes on, Backspace takes the last one back. */
export class Picker {
  /** @param {BoardAround} board @param {() => void} changed @param {() => void} on */
  constructor(board, changed, on) {
    this.board = board;
    this.changed = changed;
    /** @type {string[]} */
    this.ids = [];
    /** @type {string[]} */
    this.offered = [];
    this.at = 0;
    const element = copy("picker");
    this.input = /** @type {HTMLInputElement} */ (get("input", element));
    this.list = get(".offers", element);
    this.tokens = get(".tokens", element);
    this.list.id = `offers-${Math.random().toString(36).slice(2)}`;
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.#offer(this.input.value));
    this.input.addEventListener("blur", () => this.#offer(""));
    this.input.addEventListener("keydown", (event) => this.#key(event, on));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.at = [...this.list.children].findIndex((one) => one === event.target);
      this.#add();
    });
    this.tokens.addEventListener("click", (event) => {
      const at = [...this.tokens.children].findIndex((one) => one === meant(event, "button")?.parentElement);
      if (at < 0) return;
      this.set(this.ids.filter((_, index) => index !== at));
      this.input.focus();
    });
    this.element = /** @type {HTMLElement} */ (element.firstElementChild);
  }

  /** @param {string[]} ids */
  set(ids) {
    this.ids = [...ids];
    fill(this.tokens, ids.map((id) => h("li", {}, this.board.name(id), h("button", { type: "button", "aria-label": `Take ${this.board.name(id)} out` }, "×"))));
    this.changed();
  }

  /** @param {string} typed */
  #offer(typed) {
    const found = [...this.board.rows.values()].map((row) => ({ id: row.delegation, good: this.ids.includes(row.delegation) ? 0 : named(row, typed) }));
    this.offered = found.filter((one) => one.good).sort((a, b) => b.good - a.good).slice(0, MOST).map((one) => one.id);
    this.at = 0;
    this.#show();
  }

  #show() {
    const open = this.offered.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    fill(this.list, this.offered.map((id, index) => h("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": String(index === this.at) }, this.board.name(id))));
    if (open) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #add() {
    const id = this.offered[this.at];
    if (!id) return;
    this.input.value = "";
    this.#offer("");
    this.set([...this.ids, id]);
  }

  /** @param {KeyboardEvent} event @param {() => void} on */
  #key(event, on) {
    const { key } = event;
    const typed = this.input.value;
    if ((key === "ArrowDown" || key === "ArrowUp") && typed) {
      this.at = (this.at + (key === "ArrowDown" ? 1 : this.offered.length - 1)) % this.offered.length;
      this.#show();
    } else if (key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (typed) this.#add();
      else if (this.ids.length) on();
    } else if (key === "Backspace" && !typed && this.ids.length) this.set(this.ids.slice(0, -1));
    else if (key === "Escape" && typed) {
      this.input.value = "";
      this.#offer("");
    } else return;
    event.preventDefault();
  }
}

/** The form of a step, for the States that `of` gives.
 * @param {BoardAround} board
 * @param {{of: () => string[], sponsorship?: () => Sponsorship | undefined, done: (said: string) => unknown}} options */
export function stepForm(board, { of, sponsorship, done }) {
  const ask = asking(`/api/drafts/${board.draft}/sponsorship`);
  /** A call of its own for each State, so that a second try repeats nothing. @type {Map<string, ReturnType<typeof asking>>} */
  const hanging = new Map();
  /** @type {string | null} */
  let corrects = null;
  const names = () => listed(of().map((id) => board.name(id)));
  const made = form("step", board, async ({ kind, paragraph, ...step }) => {
    const delegations = of();
    if (!delegations.length) throw new Error("Name a State first.");
    if (!step.step) throw new Error("Choose a step: a number from 1 to 9.");
    const known = sponsorship?.();
    await ask({ delegations, ...step, capacity: step.capacity || null, corrects, ...(known && { after: known.last }) });
    if (kind) {
      for (const delegation of delegations) {
        const call = hanging.get(delegation) ?? asking(`/api/drafts/${board.draft}/conditions`);
        hanging.set(delegation, call);
        await call({ delegation, ...condition({ kind, paragraph }), version: step.version, note: "", audience: step.audience });
      }
    }
    hanging.clear();
    corrects = null;
    for (const name of ["manner", "where", "on"]) kept[name] = step[name];
    const said = `${names()}: ${made.querySelector("input:checked ~ span")?.textContent}`;
    await done(said);
    return said;
  });
  const look = () => {
    const step = fields(made).step;
    audience(made, names() || "The delegation", board.may.has("steer") && QUIET.includes(step));
    const may = sponsorship?.()?.may;
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (made.querySelectorAll("[name=step]"))) input.disabled = Boolean(may) && !corrects && !may?.includes(input.value);
    get(".correcting", made).hidden = corrects === null;
  };
  const choose = (/** @type {string} */ step) => {
    const input = /** @type {HTMLInputElement | null} */ (made.querySelector(`[value="${step}"]:not(:disabled)`));
    if (!input) return;
    input.checked = true;
    look();
    note.focus();
  };
  const note = control(made, "note");
  for (const [name, value] of Object.entries(kept)) control(made, name).value = value;
  if (sponsorship) get(".more", made).remove();
  made.addEventListener("change", look);
  get(".steps", made).addEventListener("keydown", (event) => {
    const step = made.querySelectorAll("[name=step]")[Number(event.key) - 1];
    if (step) choose(/** @type {HTMLInputElement} */ (step).value);
    else if (event.key === "Enter") note.focus();
    else return;
    event.preventDefault();
  });
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    made.requestSubmit();
  });
  look();
  return {
    element: made, look, choose, begin: () => /** @type {HTMLElement | null} */ (made.querySelector("[name=step]:checked, [name=step]:enabled"))?.focus(),
    /** Puts a step right. @param {SponsorStep} one */
    correct: (one) => {
      corrects = one.id;
      look();
      choose(one.step);
      for (const name of /** @type {const} */ (["note", "capacity", "manner", "who", "where", "on"])) control(made, name).value = one[name];
      control(made, "version").value = String(one.version?.number ?? "");
      control(made, "audience").value = one.audience.kind;
      made.dataset.touched = "true";
    },
  };
}

/** The place where a meeting is entered. @param {BoardAround} board */
export function recordPlace(board) {
  const log = h("ol", { class: "log", "aria-label": "Recorded here" });
  const picker = new Picker(board, () => steps?.look(), () => steps.begin());
  /** @type {ReturnType<typeof stepForm>} */
  const steps = stepForm(board, {
    of: () => picker.ids,
    done: (said) => {
      log.prepend(h("li", {}, said));
      picker.set([]);
      picker.input.focus();
      board.fresh();
    },
  });
  const element = h("div", {});
  steps.element.prepend(picker.element);
  append(element, [steps.element, log]);
  return {
    element,
    /** @param {string[]} ids @param {string} [step] */
    open: (ids, step) => {
      if (ids.length || !picker.ids.length) picker.set(ids);
      if (!ids.length) picker.input.focus();
      else if (step) steps.choose(step);
      else steps.begin();
    },
  };
}
