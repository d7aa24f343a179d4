// @ts-check
// A delegation's own page: what waits for its answer, what has changed since it last read, and what waits for its
// capital. Three lists, and nothing else.

import { post, read, Refused } from "./api.js";
import { answers, asked, changesBetween, showIn } from "./consent.js";
import { announce, counted, day, fill, get, h, listed, newId } from "./dom.js";
import { Live } from "./live.js";
import { capitalEntry, openInstruction } from "./mine_capital.js";
import { openStep, sponsorshipLine } from "./mine_sponsorship.js";

const AGAIN_MS = 400;
/** Of so many changed paragraphs or fewer, the words are shown at once. */
const FEW = 6;

const root = get("#mine");
const draft = root.dataset.draft ?? "";
const table = `/drafts/${draft}`;

/** @type {OwnPage} */
let page;
let shown = "";

/** Reads all that the page shows. @returns {Promise<OwnPage>} */
async function readAll() {
  /** @type {Mine} */
  const mine = await read(`/api/drafts/${draft}/mine`);
  const { name = "", role = "" } = root.dataset;
  return { draft, mine, name: mine.own.delegation.name, me: name, capital: role === "capital", reload: () => void load() };
}

async function load() {
  const trouble = get("#trouble");
  try {
    page = await readAll();
  } catch (problem) {
    if (problem instanceof Refused && problem.status === 401) location.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    trouble.textContent = problem instanceof Error ? problem.message : String(problem);
    trouble.hidden = false;
    return;
  }
  trouble.hidden = true;
  const now = JSON.stringify(page.mine);
  if (now !== shown) draw();
  shown = now;
  root.removeAttribute("aria-busy");
  root.dataset.ready = "true";
}

/** Draws the lists; who stood on a button stands on the same one again, or at the head of its list. */
function draw() {
  const { mine } = page;
  const at = document.activeElement;
  const key = at instanceof HTMLElement && root.contains(at) ? at.dataset.key : undefined;
  const list = at?.closest("section")?.querySelector("h2");
  fill(get("#own"), sponsorshipLine(page));
  const { consent } = mine;
  get("#answer-count").textContent = mine.answer.length ? String(mine.answer.length) : "";
  fill(get("#answer"), mine.answer.length === 0 && !consent?.asked ? nothing("Nobody waits for an answer from you.") : h("ul", { class: "cards" },
    consent?.asked && h("li", { class: "card" }, consentCard(consent)), mine.answer.filter((one) => one.kind !== "consent").map((one) => h("li", { class: "card" }, item(one)))));
  fill(get("#changed"), changed());
  const waiting = mine.waiting.length;
  get("#waiting-count").textContent = waiting ? String(waiting) : "";
  fill(get("#waiting"),
    waiting === 0 ? nothing("You wait for no instructions.") : h("ul", { class: "cards" }, mine.waiting.map((one) => h("li", { class: "card" }, capitalEntry(page, one)))),
    h("p", {}, h("button", { class: "button", type: "button", "data-key": "ask", onclick: () => openInstruction(page) }, "We asked our capital …")),
    mine.received.length > 0 && h("details", { "data-key": "received" }, h("summary", {}, `Answered before (${mine.received.length})`),
      h("ul", { class: "cards" }, mine.received.map((one) => h("li", { class: "card" }, capitalEntry(page, one))))));
  if (key || list) {
    const back = key && root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    else if (list instanceof HTMLElement && !document.querySelector("dialog[open]")) list.focus({ preventScroll: true });
  }
}

/** @param {string} words */
const nothing = (words) => h("p", { class: "muted none" }, words);

/** @param {string | null} since */
const sinceWords = (since) => since && h("p", { class: "hint" }, "Since ", day(since.slice(0, 10)));

/** A place for a redline, shown at once or on demand. @param {VersionName} from @param {VersionName} to @param {ChangedParagraph[]} changed @param {boolean} open @param {string} key */
function redline(from, to, changed, open, key) {
  const place = h("div", { class: "redline" });
  const button = h("button", { class: "link", type: "button", "data-key": key, "aria-expanded": "false", onclick: () => show(Boolean(place.hidden)) }, "");
  const show = (/** @type {boolean} */ open) => {
    place.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Hide the changes" : "See only these changes";
    if (open && place.childElementCount === 0) void showIn(place, changesBetween(draft, from.number, to.number, changed));
  };
  show(open);
  return [h("p", { class: "see" }, button), place];
}

/** @param {Consent} consent */
function consentCard(consent) {
  const { own } = page.mine;
  const { from, to } = consent;
  const answer = answers(draft, own, consent, get("#answer"), () => {
    // Who answers for a version has read it.
    void post(`/api/drafts/${draft}/readings`, { id: newId(), version: to.number }).catch(() => {}).then(load);
  });
  return [
    h("h3", {}, asked(consent)),
    h("p", {}, `You sponsored ${from.name}; the text is ${to.name} now. Does your sponsorship hold?`, own.answer === "not_yet" && " You said: not yet."),
    redline(from, to, consent.changed, consent.changed.length <= FEW, "consent-redline"), answer,
  ].flat();
}

/** @param {AnswerItem} one */
function item(one) {
  const words = [h("h3", {}, one.words), sinceWords(one.since)];
  const { own } = page.mine;
  if (one.kind === "approached") {
    const step = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ kind) =>
      own.may.includes(name) && h("button", { class: `button ${kind}`, type: "button", "data-key": `answer-${name}`, onclick: () => openStep(page, name) }, label);
    return [...words, h("div", { class: "row" }, step("said", "We will sponsor", "primary"), step("awaiting", "We await our capital", ""), step("declined", "We decline", ""))];
  }
  const href = one.thread ? `${table}#thread-${one.thread}` : table;
  return [...words, h("p", {}, h("a", { class: "button", href }, one.kind === "position" ? "See and mark it" : "Read and answer"))];
}

function changed() {
  const one = page.mine.changed;
  if (!one) return nothing("Nothing. You have read the text as it was last sealed.");
  const { from, to, paragraphs } = one;
  const mark = h("button", { class: "button", type: "button", "data-key": "read", onclick: async () => {
    await post(`/api/drafts/${draft}/readings`, { id: newId(), version: to.number });
    announce(`${to.name} is marked as read.`);
    void load();
  } }, "I have read it");
  const labels = (/** @type {string} */ nature) => paragraphs.filter((p) => (p.nature === "technical") === (nature === "technical")).map((p) => p.label || "the opening words");
  const technical = labels("technical");
  const others = labels("substantive");
  const above = page.mine.consent;
  const same = above?.asked && above.from.number === from.number;
  return h("div", { class: "card" },
    h("h3", {}, `${to.name}, since ${from.name}`),
    h("p", {}, others.length > 0 ? listed(others) : "No substantive change", technical.length > 0 && `; technical: ${technical.length > 3 ? counted(technical.length, "paragraph") : listed(technical)}`),
    same ? h("p", { class: "hint" }, "The changes are shown above.") : redline(from, to, paragraphs, false, "changed-redline"),
    h("div", { class: "row" }, mark, h("a", { class: "link", href: `${table}/versions/${to.number}` }, `${to.name}, the whole text`)));
}

// Live --------------------------------------------------------------------------------------------

const live = new Live();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(() => void load(), AGAIN_MS);
};
live.addEventListener("up", async () => {
  const joined = await live.ask("join", { draft }).catch(() => null);
  if (joined && !joined.ok) live.stop(joined.detail ?? "");
  else soon();
});
for (const name of ["sponsors", "version", "position", "thread"]) live.addEventListener(name, soon);
live.addEventListener("over", (event) => {
  const trouble = get("#trouble");
  trouble.textContent = /** @type {CustomEvent} */ (event).detail;
  trouble.hidden = false;
});

await load();
live.start();
