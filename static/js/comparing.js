// @ts-check
// Two files against each other (docs/api.md, "Two files against each other"). Both are sent anew for each answer:
// the server keeps neither.

import { counted, fill, get, h, isTyping } from "./dom.js";
import { renderRedline } from "./redline.js";
import { clean, half, place, saidOf } from "./sides.js";
import { Waiting } from "./waiting.js";

/** @typedef {"old" | "new"} Side */
/** @typedef {{number: string, symbol: string, title: string, paragraphs: number, findings: {where: string, what: string}[]}} About */
/** @typedef {{old: About, new: About, summary: {sentence: string}, masthead: {what: string, words: string, pieces: Piece[]}[], paragraphs: RedlineParagraph[]}} Comparison */

const SIDES = /** @type {const} */ (["old", "new"]);
const NAMES = { old: "the earlier text", new: "the later text" };
const MOST_BYTES = 20 * 1024 * 1024;

/** @type {{old: File | null, new: File | null}} */
const files = { old: null, new: null };
/** @type {Comparison | null} */
let shown = null;
/** @type {HTMLElement[]} */
let changes = [];
let at = -1;

const result = get("#result");
const sheet = get("#redline");
const problem = get("#problem");
const waiting = new Waiting(() => get("#go").focus());

// The two texts -----------------------------------------------------------------------------------

/** @param {Side} side @param {string} [sentence] */
function complain(side, sentence = "") {
  const place = get(`#${side}-error`);
  place.hidden = !sentence;
  place.textContent = sentence;
  for (const field of [get(`#${side}-file`), get(`#${side}-text`)]) {
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

/** @param {number} bytes */
const size = (bytes) => (bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** @param {Side} side @param {File | null} file @param {boolean} [pasted] */
function take(side, file, pasted = false) {
  files[side] = file;
  complain(side);
  const drop = h("button", { type: "button", class: "button quiet", onclick: () => forget(side) }, "Remove", h("span", { class: "said" }, ` ${NAMES[side]}`));
  fill(get(`#${side}-chosen`), file && [pasted ? "The pasted text" : h("b", {}, file.name), `, ${size(file.size)} `, drop]);
  get(`[data-side=${side}]`).classList.toggle("taken", file !== null);
  if (!pasted) /** @type {HTMLTextAreaElement} */ (get(`#${side}-text`)).value = "";
}

/** @param {Side} side */
function forget(side) {
  const input = /** @type {HTMLInputElement} */ (get(`#${side}-file`));
  input.value = "";
  take(side, null);
  input.focus();
}

for (const side of SIDES) {
  const zone = get(`[data-side=${side}]`);
  const input = /** @type {HTMLInputElement} */ (get(`#${side}-file`));
  const text = /** @type {HTMLTextAreaElement} */ (get(`#${side}-text`));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) take(side, file);
  });
  text.addEventListener("input", () => {
    input.value = "";
    take(side, text.value.trim() ? new File([text.value], "pasted.txt", { type: "text/plain" }) : null, true);
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const dropped = [...(event.dataTransfer?.files ?? [])];
    const [first, second] = dropped;
    if (!first) return;
    take(side, first);
    // Two files dropped at once: the second is the other text.
    if (second) take(side === "old" ? "new" : "old", second);
  });
}
// A file dropped beside a zone must not replace the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());

get("#swap").addEventListener("click", () => {
  const texts = SIDES.map((side) => /** @type {HTMLTextAreaElement} */ (get(`#${side}-text`)));
  const [mine = "", theirs = ""] = texts.map((text) => text.value);
  const { old, new: later } = files;
  take("old", later, theirs !== "");
  take("new", old, mine !== "");
  texts.forEach((text, n) => {
    text.value = n ? mine : theirs;
  });
  if (shown && old && later) void compare();
});

// Asking ------------------------------------------------------------------------------------------

/** Sends both files; gives the answer, or nothing where it was cancelled or refused (which is then said).
 * @param {string} stage @param {string} [as] */
async function ask(stage, as) {
  const missing = SIDES.filter((side) => files[side] === null);
  for (const side of SIDES) complain(side, missing.includes(side) ? `Please choose a file for ${NAMES[side]}, or paste it.` : "");
  problem.hidden = true;
  if (missing[0]) {
    get(`#${missing[0]}-file`).focus();
    return null;
  }
  if (SIDES.reduce((sum, side) => sum + (files[side]?.size ?? 0), 0) > MOST_BYTES) {
    return refuse("The two files are larger than 20 MB together; nothing was sent.");
  }
  const form = new FormData();
  for (const side of SIDES) form.append(side, /** @type {File} */ (files[side]));
  if (as) form.append("as", as);
  const controller = waiting.begin(stage);
  try {
    const answer = await fetch("/api/compare", { method: "POST", body: form, cache: "no-store", credentials: "same-origin", signal: controller.signal });
    if (answer.ok) return as ? await answer.blob() : await answer.json();
    const said = await answer.json().catch(() => null);
    if (!said?.files) return refuse(said?.detail ?? "The server cannot compare just now. Both files are kept in this page; please try again.");
    for (const side of SIDES) complain(side, said.files[side]);
  } catch {
    if (!controller.signal.aborted) return refuse("The server cannot be reached, or a file has changed on your disk since you chose it. Please try again.");
  } finally {
    waiting.end(controller);
  }
  return null;
}

/** @param {string} sentence */
function refuse(sentence) {
  problem.hidden = false;
  problem.textContent = sentence;
  return null;
}

async function compare() {
  const answer = /** @type {Comparison | null} */ (await ask("Reading and comparing …"));
  if (!answer) return;
  shown = answer;
  show(answer);
  get("#summary").focus();
}

get("#files").addEventListener("submit", (event) => {
  event.preventDefault();
  void compare();
});

for (const button of get("#out").querySelectorAll("button")) {
  button.addEventListener("click", async () => {
    const file = await ask("Making the file …", button.value);
    if (!(file instanceof Blob)) return;
    const href = URL.createObjectURL(file);
    const names = SIDES.map((side) => (files[side]?.name ?? "text").replace(/\.\w+$/, ""));
    h("a", { href, download: `${names[1]} changes since ${names[0]}.${button.value}` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
}

// Showing -----------------------------------------------------------------------------------------

/** @param {About} about @param {Side} side */
const called = (about, side) => about.symbol || about.number || about.title || files[side]?.name || NAMES[side];

/** @param {Comparison} answer */
function show(answer) {
  result.hidden = false;
  get("#summary").textContent = `${answer.summary.sentence}.`;
  get("#between").textContent = `From ${called(answer.old, "old")} to ${called(answer.new, "new")}.`;
  const found = SIDES.flatMap((side) => answer[side].findings.map((one) => h("li", {}, h("b", {}, `${files[side]?.name ?? NAMES[side]}, ${one.where}: `), one.what)));
  fill(get("#findings"), found);
  get("#findings").hidden = found.length === 0;
  const lines = answer.masthead.map((one) => [h("dt", {}, one.words), h("dd", {}, saidOf(one.pieces))]);
  fill(get("#masthead"), ...lines);
  get("#masthead").hidden = lines.length === 0;
  draw();
}

const viewed = () => /** @type {HTMLInputElement} */ (get("#views :checked")).value;

function draw() {
  if (!shown) return;
  const view = viewed();
  const { paragraphs } = shown;
  sheet.className = `sheet redline view-${view}`;
  if (view === "old" || view === "new") renderRedline(sheet, { paragraphs: clean(paragraphs, view) });
  else if (view === "beside") beside(paragraphs);
  else renderRedline(sheet, { paragraphs });
  changes = [...sheet.querySelectorAll(view === "beside" ? ".pair.differs" : ".paragraph:not(.same)")].map((one) => /** @type {HTMLElement} */ (one));
  for (const one of changes) one.tabIndex = -1;
  at = -1;
  get("#step").hidden = changes.length === 0;
  get("#at").textContent = "";
  list(paragraphs, view);
}

/** @param {RedlineParagraph[]} paragraphs */
function beside(paragraphs) {
  const halves = SIDES.map((side) => {
    const cell = h("div");
    renderRedline(cell, { paragraphs: half(paragraphs, side) });
    for (const one of cell.children) one.id = `${side}-${one.id}`;
    return new Map([...cell.children].map((one) => [one.id.slice(side.length + 3), one]));
  });
  const heads = SIDES.map((side) => h("h3", {}, shown ? called(shown[side], side) : ""));
  const rows = paragraphs.map((p) => h("div", { class: `pair${p.state === "same" ? "" : " differs"}`, id: `p-${p.id}` }, halves.map((cells) => cells.get(p.id) ?? h("div", { class: "paragraph none" }))));
  fill(sheet, h("div", { class: "pair heads" }, heads), rows);
}

/** @param {RedlineParagraph[]} paragraphs @param {string} view */
function list(paragraphs, view) {
  const jump = get("#jump");
  const changed = paragraphs.filter((p) => p.state !== "same" && (view === "old" || view === "new" ? place(p, view) : true));
  jump.hidden = changed.length === 0;
  get("summary", jump).textContent = counted(changed.length, "paragraph that differs", "paragraphs that differ");
  fill(
    get("ol", jump),
    changed.map((p) => h("li", {}, h("a", { href: `#p-${p.id}`, onclick: (/** @type {Event} */ event) => {
      event.preventDefault();
      go(get(`[id="p-${p.id}"]`));
    } }, (p.state === "merged" && p.old_label) || p.label || p.old_label || p.kind), ` ${p.state} `, h("span", { class: "muted" }, words(p)))),
  );
}

/** The first words of a paragraph. @param {RedlineParagraph} p */
function words(p) {
  const all = p.pieces.filter((piece) => p.state === "deleted" || piece.op !== "delete").map((piece) => piece.text ?? "").join("");
  return all.length > 60 ? `${all.slice(0, all.lastIndexOf(" ", 60))} …` : all;
}

/** @param {HTMLElement} element */
function go(element) {
  const found = changes.indexOf(element);
  if (found >= 0) at = found;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
  get("#at").textContent = found >= 0 ? `${found + 1} of ${changes.length}` : "";
}

/** @param {number} by */
function step(by) {
  if (changes.length === 0) return;
  const next = changes[at < 0 ? (by > 0 ? 0 : changes.length - 1) : (at + by + changes.length) % changes.length];
  if (next) go(next);
}

get("#previous").addEventListener("click", () => step(-1));
get("#next").addEventListener("click", () => step(1));
get("#views").addEventListener("change", draw);
document.addEventListener("keydown", (event) => {
  if (result.hidden || !event.altKey || event.ctrlKey || event.metaKey || (isTyping(event.target) && !get("#views").contains(/** @type {Node} */ (event.target)))) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  step(event.key === "ArrowDown" ? 1 : -1);
});
