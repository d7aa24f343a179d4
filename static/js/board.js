// @ts-check
// The board: reads it, keeps it current while several work on it, and ties its parts together.

import { asking, read, Refused } from "./api.js";
import { choices, copy, recordPlace } from "./board_forms.js";
import { letters, terms } from "./board_letters.js";
import { StatePanel } from "./board_state.js";
import { BoardTable } from "./board_table.js";
import { mark, meant, ORDER, sentence, span, sponsors, steady, unsettled, VOTES } from "./board_words.js";
import { dialog } from "./dialogs.js";
import { announce, counted, day, fill, get, h, isTyping, listed } from "./dom.js";
import { Live } from "./live.js";

/** What others do comes one by one; what follows from it (totals, the picture over time) is read after a while. */
const AFTER_MS = 1_500;
const SOON_MS = 150;
const FEW = 4;

const root = get("#board");
const draft = root.dataset.draft ?? "";
const may = new Set(root.dataset.may?.split(" "));
const steers = may.has("steer");
const table = new BoardTable(get("#states"));
const panel = get("#panel");
const picture = get("#picture");
const live = new Live();
const looks = ["search", "show", "region", "by"].map((id) => /** @type {HTMLSelectElement} */ (get(`#${id}`)));

/** @type {BoardData} */
let board;
/** @type {BoardOutlook | null} */
let expected = null;
let view = "table";
/** What the open picture was drawn of. */
let drawn = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {StatePanel | null} */
let state = null;
/** Those in which something was typed that is not recorded. @type {Map<string, StatePanel>} */
const begun = new Map();
/** @type {ReturnType<typeof recordPlace> | null} */
let recording = null;
/** @type {Element | null} */
let back = null;

/** @type {BoardAround} */
const around = {
  draft, may, rows: table.rows, open,
  now: () => board,
  name: (id) => table.rows.get(id)?.name ?? "A State",
  target: (ids, on) => around.deed(async () => {
    await asking(`/api/drafts/${draft}/targets`)({ delegations: ids, target: on });
    await refresh(true);
    announce(`${listed(ids.map(around.name))}: ${on ? "a target" : "no target"} now`);
  }),
  deed: (act) => act().catch((problem) => void dialog({ title: "This was not done", body: [h("p", {}, sentence(problem))] })),
  fresh: () => later(SOON_MS, true),
  show: (look) => {
    go("table");
    for (const select of looks) if (select.id in look) select.value = look[select.id] ?? "";
    table.look(look);
    announce(`${counted(table.shown.length, "State")} shown`);
  },
};

/** @param {number} pause @param {boolean} [own] */
function later(pause, own) {
  clearTimeout(timer);
  timer = setTimeout(() => refresh(own).catch(() => {}), pause);
}

/** @param {boolean} [own] after something done here: then what no longer belongs to what is shown leaves it */
async function refresh(own) {
  clearTimeout(timer);
  const { value } = /** @type {HTMLInputElement} */ (get("#on"));
  board = await read(`/api/drafts/${draft}/board${value ? `?on=${value}` : ""}`);
  table.begin(board);
  if (own) table.arrange();
  for (const one of [...begun.values(), recording]) if (one) choices(one.element, around);
  if (board.predecessors.length) expected = await read(`/api/drafts/${draft}/outlook`);
  head();
  void state?.read();
}

// What stands at the top -----------------------------------------------------------------------------

/** @param {string} words @param {() => void} act */
const link = (words, act) => h("button", { type: "button", class: "link", onclick: act }, words);
/** @param {BoardRow[]} rows */
const few = (rows) => listed([...rows.slice(0, FEW).map((row) => row.name), ...(rows.length > FEW ? [`${rows.length - FEW} more`] : [])]);
/** @param {BoardRow[]} rows @param {string} question */
const write = (rows, question) => letters(around, rows.map((row) => row.delegation), question);
/** @param {string} term @param {any} value @param {any[]} more */
const figure = (term, value, ...more) => h("div", {}, h("dt", {}, term), h("dd", {}, h("strong", {}, value), more.map((one) => one && h("span", {}, one))));

/** The figures, the warnings, the choices, and the picture that is open. */
function head() {
  const rows = [...table.rows.values()];
  const with_ = rows.filter(sponsors);
  const asked = with_.filter(unsettled);
  const targets = rows.filter((row) => row.target);
  const missing = targets.filter((row) => !sponsors(row));
  const { call, result } = board;
  void steady(get("#figures"), () => fill(get("#figures"),
    figure("Sponsors", with_.length, `${with_.filter((row) => row.sponsorship.state === "confirmed").length} confirmed in the portal`),
    asked.length > 0 && figure("Reconfirmed", `${with_.length - asked.length} of ${with_.length}`, link(`Show the ${asked.length}`, () => around.show({ show: "unsettled" })), steers && link(`Remind the ${asked.length} …`, () => write(asked, "keep"))),
    targets.length > 0 && figure("Targets", `${targets.length - missing.length} of ${targets.length}`, missing.length ? `missing: ${few(missing)}` : "all sponsor", missing.length > 0 && link("Show", () => around.show({ show: "missing" })), missing.length > 0 && steers && link("Write …", () => write(missing, "sponsor"))),
    call.tabled ? figure("Tabled", call.tabled.symbol, call.tabled.on && day(call.tabled.on)) : figure("Tabling deadline", call.deadline?.left ?? "not set", call.deadline?.both, `${call.mode === "open" ? "Open call" : `Closed: ${call.group || "a group"}`}; list ${call.listed ? "shown to everyone" : "not shown"}${call.closes ? `, ${call.open ? "closes" : "closed"} ${call.closes.both}` : ""}`),
    (result ?? expected) && figure(result ? `The vote in the ${result.body}` : "Expected", ORDER.map((vote) => h("span", { class: "voted", title: VOTES[vote] }, mark(vote), result ? result.totals[vote] : span(expected?.totals[vote]), h("span", { class: "said" }, ` ${VOTES[vote]} `))), link("Outlook", () => go("outlook")))));
  /** @type {Map<string, BoardRow[]>} */
  const broken = new Map();
  for (const row of rows) for (const one of row.conditions) if (!one.holds && !/^(declined|withdrawn)$/.test(row.sponsorship.state)) broken.set(one.words, [...(broken.get(one.words) ?? []), row]);
  void steady(get("#warnings"), () => fill(get("#warnings"), [...broken].map(([words, some]) => h("p", { class: "notice warn" }, h("b", {}, `“${words}” no longer holds.`), " It would lose us ", some.map((row, at) => [at ? ", " : "", link(row.name, () => open(row.delegation))]).flat(), "."))));
  for (const option of /** @type {NodeListOf<HTMLOptionElement>} */ (root.querySelectorAll("#show option"))) option.textContent = `${option.dataset.words} (${table.count(option.value)})`;
  const region = get("#region");
  if (region.childElementCount < 2) region.append(...[...new Set(rows.map((row) => row.group))].filter(Boolean).sort().map((one) => h("option", {}, one)));
  draw();
}

// The table, or a picture ----------------------------------------------------------------------------

/** @param {string} to */
function go(to) {
  view = to;
  history.replaceState(null, "", to === "table" ? location.pathname + location.search : `#${to}`);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-view]"))) button.setAttribute("aria-pressed", String(button.dataset.view === to));
  get("#pane").hidden = get("#legend").hidden = to !== "table";
  picture.hidden = to === "table";
  picture.dataset.shows = to;
  draw();
}

/** Draws the picture anew when what it shows has changed. */
function draw() {
  const shape = view === "table" ? "" : JSON.stringify([view, board, [...table.rows.values()]]);
  if (shape === drawn) return;
  drawn = shape;
  // They are sent for when somebody would rather look.
  void steady(picture, async () => (await import("./board_pictures.js")).PICTURES[view]?.(picture, around)).catch((problem) => {
    drawn = "";
    fill(picture, h("p", { class: "notice bad", role: "alert" }, sentence(problem)));
  });
}

// Beside the table -----------------------------------------------------------------------------------

/** @param {string} title @param {HTMLElement} inner */
function beside(title, inner) {
  if (!panel.contains(document.activeElement)) back = document.activeElement;
  const heading = get("#panel-head");
  heading.textContent = title;
  get("#panel-body").replaceChildren(inner);
  panel.hidden = false;
  table.mark(state?.id ?? "");
  heading.focus();
}

function shut() {
  const id = state?.id ?? "";
  state = null;
  panel.hidden = true;
  table.mark("");
  if (table.shown.includes(id) && view === "table") table.focus(id);
  else if (back instanceof HTMLElement && back !== document.body && back.isConnected) back.focus();
  else table.focus(table.at);
}

/** @param {string} id @param {string} [form] */
function open(id, form) {
  if (state?.id !== id) {
    state = begun.get(id) ?? new StatePanel(around, id);
    for (const [other, kept] of begun) if (!kept.touched) begun.delete(other);
    begun.set(id, state);
    void state.read();
  }
  beside(around.name(id), state.element);
  if (form) state.enter(form);
}

/** @param {string[]} ids @param {string} [step] */
function record(ids, step) {
  state = null;
  recording ??= recordPlace(around);
  // They are named there from now on.
  table.choose(ids, false);
  beside("Record what States said", recording.element);
  recording.open(ids, step);
}

panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) shut();
});
window.addEventListener("beforeunload", (event) => {
  if ([...begun.values()].some((one) => one.touched) || recording?.element.querySelector("form[data-touched]")) event.preventDefault();
});

// Keys and buttons -----------------------------------------------------------------------------------

/** Those that are selected, else the row one stands on. */
const those = () => (table.chosen.size ? [...table.chosen] : [table.at]);
/** @type {Record<string, () => unknown>} */
const deeds = {
  record: () => record([...table.chosen]),
  letters: () => letters(around, [...table.chosen], "sponsor"),
  call: () => terms(around),
  keys: () => dialog({ title: "Keys", wide: true, body: [h("div", {}, copy("keys"))] }),
  target: () => around.target([...table.chosen], true),
  untarget: () => around.target([...table.chosen], false),
  unselect: () => table.choose([...table.chosen], false),
  shut,
};
/** @type {Record<string, () => unknown>} */
const anywhere = { "/": () => get("#search").focus(), "?": deeds.keys ?? shut, ...(may.has("sponsor") && { r: deeds.record }) };
/** @type {Record<string, () => unknown>} */
const onRow = steers ? {
  c: () => open(table.at, "contact"), n: () => open(table.at, "action"), v: () => open(table.at, "override"), l: () => letters(around, those(), "sponsor"),
  t: () => around.target(those(), !table.rows.get(table.at)?.target),
} : {};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target) || document.querySelector("dialog[open]")) return;
  const row = meant(event, "#states tbody") && table.at;
  const step = may.has("sponsor") && /** @type {HTMLTemplateElement} */ (get("#of-step")).content.querySelectorAll("[name=step]")[Number(key) - 1]?.getAttribute("value");
  const act = anywhere[key] ?? (row ? (step ? () => record(those(), step) : onRow[key]) : null);
  if (!act) return;
  event.preventDefault();
  act();
});
for (const select of looks) select.addEventListener("input", () => around.show({ [select.id]: select.value }));
get("#search").addEventListener("keydown", (event) => {
  const search = /** @type {HTMLInputElement} */ (event.target);
  if (event.key === "Enter" || event.key === "ArrowDown") {
    event.preventDefault();
    const best = table.best(search.value);
    if (!best) return announce("No State answers to this.");
    // One went to it: the others come back around it.
    if (event.key === "Enter") around.show({ search: "" });
    table.focus(best);
  } else if (event.key === "Escape") around.show({ search: "" });
});
get("#on").addEventListener("change", () => around.deed(refresh));
root.addEventListener("click", (event) => {
  const { dataset } = meant(event, "button") ?? root;
  if (dataset.view) go(dataset.view);
  deeds[dataset.do ?? ""]?.();
});
document.addEventListener("click", (event) => {
  if (!meant(event, ".files")) get(".files").removeAttribute("open");
});
table.addEventListener("open", (event) => open(/** @type {CustomEvent} */ (event).detail));
table.addEventListener("choose", () => {
  get("#chosen").hidden = table.chosen.size === 0;
  get("#many").textContent = `${table.chosen.size} selected`;
});

// Live -----------------------------------------------------------------------------------------------

/** @param {string} mood @param {string} words */
function status(mood, words) {
  const place = get("#status");
  if (place.dataset.mood !== mood) announce(words);
  place.dataset.mood = mood;
  place.textContent = words;
}

live.addEventListener("up", async () => {
  try {
    const joined = await live.ask("join", { draft });
    if (!joined.ok) live.stop("Your place on this draft has ended.");
    else {
      await refresh();
      status("live", "Up to date");
    }
  } catch (problem) {
    if (problem instanceof Refused && /40[34]/.test(String(problem.status))) live.stop("Your place on this draft has ended.");
  }
});
live.addEventListener("down", () => status("waiting", "Waiting for the connection; what you see may be old"));
live.addEventListener("over", (event) => status("over", `${/** @type {CustomEvent} */ (event).detail} What you see may be old.`));
live.addEventListener("board", (event) => {
  const { draft: on, board: row } = /** @type {CustomEvent} */ (event).detail;
  if (on !== draft) return;
  table.told(row);
  head();
  if (state?.id === row.delegation) void state?.read();
  later(AFTER_MS);
});
for (const name of ["sponsors", "version"]) live.addEventListener(name, () => later(SOON_MS));

async function main() {
  board = await read(`/api/drafts/${draft}/board`);
  performance.mark("told");
  table.begin(board);
  head();
  void root.offsetHeight;
  performance.measure("drawn", "told");
  if (root.querySelector(`[data-view="${CSS.escape(location.hash.slice(1))}"]`)) go(location.hash.slice(1));
  root.dataset.ready = "true";
  live.start();
}

main().catch((problem) => {
  if (problem instanceof Refused && problem.status === 401) location.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
  status("over", sentence(problem));
});
