// @ts-check
// A roll call: the votes of all States on the whole text or a part, pasted as printed, or marked State by State.

import { asking } from "./api.js";
import { field } from "./dialogs.js";
import { announce, fill, h, today } from "./dom.js";

/** @typedef {"Y" | "N" | "A" | "absent"} Vote */

export const VOTES = /** @type {const} */ ({ Y: "Yes", N: "No", A: "Abstaining", absent: "Absent" });
/** What a key means: in English, and as the board in the room shows it. @type {Record<string, Vote>} */
const KEYS = { y: "Y", n: "N", a: "A", "-": "absent", "–": "absent", Delete: "absent", Backspace: "absent" };
const ORDER = /** @type {Vote[]} */ (["absent", "Y", "N", "A"]);

/** A compact sheet of all States: Y, N, A or – marks one and goes on to the next; arrows walk; a click goes round.
 * @param {{key: string, name: string}[]} states */
export function grid(states) {
  /** @type {Map<string, Vote>} */
  const votes = new Map(states.map(({ key }) => [key, "absent"]));
  const sum = h("p", { class: "sum", role: "status" });
  const buttons = states.map(({ key, name }, index) =>
    h("button", { type: "button", class: "vote", "data-state": key, tabindex: index === 0 ? 0 : -1, onclick: () => turn(index) }, h("span", {}, name), h("b", { "aria-hidden": "true" })));
  const place = h("div", { class: "votes", role: "group", "aria-label": "The vote of each State", "aria-describedby": "vote-keys" }, buttons);

  /** @param {number} index @param {Vote} vote */
  function set(index, vote) {
    const state = states[index];
    if (!state) return;
    votes.set(state.key, vote);
    draw(index);
  }

  /** @param {number} index */
  function draw(index) {
    const { key, name } = /** @type {{key: string, name: string}} */ (states[index]);
    const vote = votes.get(key) ?? "absent";
    const button = /** @type {HTMLElement} */ (buttons[index]);
    button.dataset.vote = vote;
    button.setAttribute("aria-label", `${name}: ${VOTES[vote]}`);
    /** @type {HTMLElement} */ (button.lastElementChild).textContent = vote === "absent" ? "–" : vote;
  }

  function count() {
    const of = (/** @type {Vote} */ vote) => [...votes.values()].filter((one) => one === vote).length;
    sum.textContent = `Yes ${of("Y")}, No ${of("N")}, Abstaining ${of("A")}, Absent ${of("absent")}`;
  }

  /** @param {number} index */
  function turn(index) {
    const at = ORDER.indexOf(votes.get(states[index]?.key ?? "") ?? "absent");
    set(index, ORDER[(at + 1) % ORDER.length] ?? "absent");
    go(index);
    count();
  }

  /** @param {number} index */
  function go(index) {
    const to = Math.max(0, Math.min(buttons.length - 1, index));
    for (const [at, button] of buttons.entries()) button.tabIndex = at === to ? 0 : -1;
    buttons[to]?.focus();
  }

  /** How many stand in one column as the page is laid out now. */
  const rows = () => buttons.filter((button) => button.offsetLeft === buttons[0]?.offsetLeft).length;

  place.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const vote = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + rows(), ArrowLeft: at - rows(), Home: 0, End: buttons.length - 1 }[event.key];
    if (!vote && to === undefined) return;
    event.preventDefault();
    if (vote) {
      set(at, vote);
      count();
      go(at + 1);
    } else if (to !== undefined) go(to);
  });

  const find = h("input", { type: "search", autocomplete: "off", onkeydown: (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const wanted = find.value.trim().toLowerCase();
    const at = wanted ? states.findIndex(({ key, name }) => name.toLowerCase().startsWith(wanted) || key.toLowerCase() === wanted) : -1;
    const near = at >= 0 ? at : states.findIndex(({ name }) => wanted !== "" && name.toLowerCase().includes(wanted));
    if (near >= 0) go(near);
    else announce(`No State is called ${find.value}.`);
  } });
  const all = (/** @type {Vote} */ vote) => () => {
    states.forEach((_, index) => set(index, vote));
    count();
  };
  states.forEach((_, index) => draw(index));
  count();
  return {
    element: h("div", { class: "marking" },
      h("p", { class: "hint", id: "vote-keys" }, "Y, N, A or – marks a State and goes on to the next; arrow keys walk; a click goes round."),
      h("div", { class: "row" }, field("Go to a State", find), h("button", { type: "button", class: "button", onclick: all("Y") }, "All Yes"), h("button", { type: "button", class: "button", onclick: all("absent") }, "All absent")),
      sum, place),
    votes: () => Object.fromEntries(votes),
  };
}

/** The form with which a roll call of this draft is recorded. @param {string} draft @param {RecordView} view @param {(told: any) => void} done */
export function rollCallForm(draft, view, done) {
  const body = h("select", {}, h("option", { value: "committee" }, "in the Committee"), h("option", { value: "plenary" }, "in the plenary"));
  const on = h("input", { type: "date", required: true, max: today(), value: today() });
  const part = h("select", {}, h("option", { value: "" }, "the whole"), view.paragraphs.map(({ id, label }) => h("option", { value: id }, label)));
  const text = h("textarea", { rows: "7", dir: "auto", placeholder: "In favour: …\nAgainst: …\nAbstaining: …" });
  const file = fileInto(text);
  const marking = grid(view.states);
  const pasted = h("div", {}, field("The roll call, as printed or as CSV", text, "As in a press release or the verbatim record; or two columns, State and vote."), file);
  const how = h("div", { class: "how", role: "group", "aria-label": "How it is recorded" });
  let marks = false;
  const show = () => {
    fill(how, [["Paste it", false], ["Mark State by State", true]].map(([words, on]) =>
      h("button", { type: "button", class: "button", "aria-pressed": String(on === marks), onclick: () => {
        marks = on === true;
        show();
      } }, String(words))));
    pasted.hidden = marks;
    marking.element.hidden = !marks;
  };
  show();
  const ask = asking(`/api/drafts/${draft}/roll-calls`);
  return form("Record the vote", [h("div", { class: "fields" }, field("Vote", body), field("On", on), field("On what", part)), how, pasted, marking.element], async () => {
    const fields = { body: body.value, on: on.value, paragraph: part.value || null };
    done(await ask(marks ? { ...fields, votes: marking.votes() } : { ...fields, text: text.value }));
    announce("The vote is recorded.");
  });
}

/** A file whose words are read into a text box, by the browser. @param {HTMLTextAreaElement} text */
export function fileInto(text) {
  const input = h("input", { type: "file", accept: ".csv,.txt,text/csv,text/plain", onchange: async () => {
    const file = input.files?.[0];
    if (file) text.value = await file.text();
  } });
  return field("or a file", input, "It is read here, into the box above; nothing is sent before you say so.");
}

/** A form that says why it was refused, and loses nothing. @param {string} action @param {(Node | string)[]} body @param {() => Promise<void>} act */
export function form(action, body, act) {
  const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
  const button = h("button", { class: "button primary" }, action);
  return h("form", { onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.hidden = true;
    try {
      await act();
    } catch (problem) {
      wrong.textContent = problem instanceof Error ? problem.message : String(problem);
      wrong.hidden = false;
    }
    button.disabled = false;
  } }, body, wrong, h("div", { class: "row" }, button));
}
