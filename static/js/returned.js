// @ts-check
// A Word file that came back: read, shown side by side, and brought in when a person says so. The server keeps
// nothing between the two: the same file is sent again with what was chosen.

import { counted, fill, get, h, newId } from "./dom.js";
import { authorRow, commentRow, fillList, itemRow, leftRow } from "./returned_list.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("./returned_list.js").Item} Item */
/** @typedef {{kind: string, delegation: string | null, words: string}} Audience */
/** @typedef {{sha256: string, mark: string, version: {key: string, name: string, known: boolean}, versions: {key: string, name: string, fit: number}[], other_draft: boolean, matched: number, by_identity: number, paragraphs: number, authors: import("./returned_list.js").Author[], items: Item[], comments: import("./returned_list.js").Said[], here_already: number, left: import("./returned_list.js").Left[], findings: {where: string, what: string}[], may: {propose: boolean, circles: {kind: string, words: string}[], on_the_word_of: {id: string, name: string}[], audiences: Audience[]}}} Plan */

const MOST_BYTES = 20 * 1024 * 1024;
const UNREACHED = "The server cannot be reached, or the file has changed on your disk since you chose it. Nothing was stored; please try again.";

const fileForm = get("#file-form");
const draft = fileForm.dataset["draft"] ?? "";
const input = /** @type {HTMLInputElement} */ (get("#file"));
const planForm = /** @type {HTMLFormElement} */ (get("#plan"));
const bring = /** @type {HTMLButtonElement} */ (get("#bring"));
const circle = /** @type {HTMLSelectElement} */ (get("#circle"));
const audience = /** @type {HTMLSelectElement} */ (get("#audience"));
const waiting = new Waiting(() => get("#look").focus());

/** @type {File | null} */
let file = null;
/** @type {Plan | null} */
let plan = null;
let id = newId();
let asked = "";

/** @param {string} selector @param {string} [sentence] */
function complain(selector, sentence = "") {
  const place = get(selector);
  place.hidden = !sentence;
  place.textContent = sentence;
  if (selector !== "#file-error") return;
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** Sends a form; gives the answer, or nothing where it was refused (which is then said) or cancelled.
 * @param {string} path @param {FormData} form @param {string} stage @param {string} wrong @returns {Promise<any>} */
async function send(path, form, stage, wrong) {
  const controller = waiting.begin(stage);
  complain(wrong);
  try {
    const answer = await fetch(path, { method: "POST", body: form, cache: "no-store", credentials: "same-origin", signal: controller.signal });
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) return said;
    complain(wrong, said?.detail ?? (answer.status === 413 ? "This file is larger than 20 MB; nothing was stored." : UNREACHED));
  } catch {
    if (!controller.signal.aborted) complain(wrong, UNREACHED);
  } finally {
    waiting.end(controller);
  }
  return null;
}

// Until now the button would have sent the form nowhere.
/** @type {HTMLButtonElement} */ (get("#look")).disabled = false;

// The file ----------------------------------------------------------------------------------------

/** @param {File | undefined} chosen */
function take(chosen) {
  file = chosen ?? null;
  plan = null;
  planForm.hidden = true;
  complain("#file-error");
}

input.addEventListener("change", () => take(input.files?.[0]));
fileForm.addEventListener("dragover", (event) => {
  event.preventDefault();
  fileForm.classList.add("over");
});
fileForm.addEventListener("dragleave", () => fileForm.classList.remove("over"));
fileForm.addEventListener("drop", (event) => {
  event.preventDefault();
  fileForm.classList.remove("over");
  const dropped = event.dataTransfer?.files;
  if (!dropped?.[0]) return;
  input.files = dropped;
  take(dropped[0]);
  void look();
});
// A file dropped beside the zone must not replace the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());

/** Reads the file against a version; without one, against the one it names or fits best. @param {string} [version] */
async function look(version) {
  // It may have been chosen before this script was here.
  file ??= input.files?.[0] ?? null;
  if (!file) {
    complain("#file-error", "Please choose a file.");
    input.focus();
    return;
  }
  if (file.size > MOST_BYTES) {
    complain("#file-error", "This file is larger than 20 MB; nothing was sent.");
    return;
  }
  const form = new FormData();
  form.append("file", file);
  if (version) form.append("version", version);
  const found = /** @type {Plan | null} */ (await send(`/api/drafts/${draft}/returned/look`, form, "Reading and comparing …", "#file-error"));
  if (!found) return;
  plan = found;
  show(found);
  get("#summary").focus();
}

fileForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void look();
});

// The plan ----------------------------------------------------------------------------------------

/** @param {Plan} found */
function show(found) {
  get("#done").hidden = true;
  planForm.hidden = false;
  complain("#bring-error");
  const { items, comments } = found;
  get("#summary").textContent = items.length || comments.length
    ? `The file holds ${counted(items.length, "change")} and ${counted(comments.length, "comment")}`
    : "The file holds nothing that could come in";
  about(found);
  const own = found.may.on_the_word_of.length ? "The presidency’s own" : "Ours";
  const telling = found.authors.filter((author) => author.proposals > 0 || author.comments > 0);
  get("#whose").hidden = !telling.length;
  fillList(get("#authors"), telling.map((author) => authorRow(author, own, found.may.on_the_word_of, () => choose(author.name))));
  get("#proposals").hidden = !items.length;
  fillList(get("#items"), items.map((item) => itemRow(item, found.may.propose)));
  get("#said").hidden = !comments.length;
  fillList(get("#comments"), comments.map(commentRow));
  get("#left").hidden = !found.left.length;
  fillList(get("#leftovers"), found.left.map(leftRow));
  get("#noticed").hidden = !found.findings.length;
  fillList(get("#findings"), found.findings.map((finding) => h("li", {}, finding.where === "document" ? "" : `${finding.where}: `, finding.what)));
  get("#circle-field").hidden = !items.length || !found.may.circles.length;
  fillList(circle, found.may.circles.map((one) => h("option", { value: one.kind }, one.words)));
  get("#audience-field").hidden = !comments.length;
  fillList(audience, found.may.audiences.map((one, n) => h("option", { value: n }, one.words)));
  get("#bring-bar").hidden = !items.length && !comments.length;
  for (const author of telling) choose(author.name);
}

/** @param {Plan} found */
function about(found) {
  const pick = h("select", { id: "version", onchange: () => void look(pick.value) }, ...found.versions.map((one) => h("option", { value: one.key }, `${one.name} (${Math.round(one.fit * 100)} % of its words)`)));
  pick.value = found.version.key;
  const many = counted(found.paragraphs, "paragraph");
  fill(
    get("#about"),
    h("div", { class: "field" }, h("label", { for: "version" }, "Compared with"), pick),
    h("p", { class: "hint" }, found.version.known ? "The file itself says that it was made of this version." : "The file does not say what it was made of; this is what it fits best, or what you chose. Look whether it is right."),
    h("p", { class: "hint" }, `${found.matched} of ${many} were found in the file, ${found.by_identity} of them by their identity.`),
    found.version.key === "working" && found.items.some((item) => item.author === "") && h("p", { class: "notice" }, "The working text goes on: where the file differs and nothing was tracked, the words may be older ones of the text itself."),
    found.other_draft && h("p", { class: "notice" }, "This file was handed out from another draft."),
    found.here_already > 0 && h("p", { class: "hint" }, `${counted(found.here_already, "comment")} of the file ${found.here_already === 1 ? "is" : "are"} here already.`),
    !found.may.propose && found.items.length > 0 && h("p", { class: "notice" }, "Your role makes no proposals: only the comments can come in."),
  );
}

/** @param {string} name @returns {HTMLInputElement[]} */
const boxes = (name) => /** @type {HTMLInputElement[]} */ ([...planForm.querySelectorAll(`input[name="${name}"]`)]);
/** @param {string} author */
const whoseChoice = (author) => /** @type {HTMLSelectElement | undefined} */ ([...planForm.querySelectorAll("select[data-author]")].find((one) => /** @type {HTMLElement} */ (one).dataset["author"] === author));

/** Ticks what of an author comes in as a rule: nothing of whoever is left out, and of what nobody
 * tracked only in a file in which nothing is tracked. @param {string} author */
function choose(author) {
  const out = whoseChoice(author)?.value === "none";
  const tracked = plan?.items.some((item) => item.author !== "") ?? false;
  for (const box of [...boxes("items"), ...boxes("comments")]) {
    if (box.dataset["author"] !== author) continue;
    box.checked = !out && !box.disabled && (box.dataset["sure"] !== undefined || (author === "" && !tracked));
    box.closest("li")?.classList.toggle("out", out);
    if (author === "" && tracked && box.name === "items") box.checked = false;
  }
  count();
}

function count() {
  const items = boxes("items").filter((box) => box.checked).length;
  const comments = boxes("comments").filter((box) => box.checked).length;
  const both = [items && counted(items, "proposal"), comments && counted(comments, "comment")].filter(Boolean).join(" and ");
  bring.textContent = both ? `Bring in ${both}` : "Nothing is chosen";
  bring.disabled = !both;
}

planForm.addEventListener("change", count);
for (const button of planForm.querySelectorAll("button[data-all], button[data-none]")) {
  button.addEventListener("click", () => {
    const { all, none } = /** @type {HTMLElement} */ (button).dataset;
    for (const box of boxes(all ?? none ?? "")) {
      const out = whoseChoice(box.dataset["author"] ?? "")?.value === "none";
      box.checked = all !== undefined && !box.disabled && !out;
    }
    count();
  });
}

// Bringing it in ----------------------------------------------------------------------------------

planForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!plan || !file) return;
  const heard = plan.may.audiences[Number(audience.value || 0)];
  const authors = [...planForm.querySelectorAll("select[data-author]")].flatMap((one) => {
    const choice = /** @type {HTMLSelectElement} */ (one);
    return choice.value === "none" ? [] : [{ name: choice.dataset["author"] ?? "", delegation: choice.value === "own" ? null : choice.value }];
  });
  const fields = {
    version: plan.version.key,
    sha256: plan.sha256,
    mark: plan.mark,
    items: boxes("items").filter((box) => box.checked).map((box) => box.value),
    comments: boxes("comments").filter((box) => box.checked).map((box) => box.value),
    authors,
    circle: circle.value || "owners",
    audience: { kind: heard?.kind ?? "everyone", delegation: heard?.delegation ?? null },
  };
  // The same choice goes under the same id, so that trying again has no second effect.
  const fresh = JSON.stringify(fields);
  if (asked && asked !== fresh) id = newId();
  asked = fresh;
  const form = new FormData();
  form.append("file", file);
  form.append("asked", JSON.stringify({ id, ...fields }));
  bring.disabled = true;
  const done = await send(`/api/drafts/${draft}/returned`, form, "Bringing it in …", "#bring-error");
  bring.disabled = false;
  if (!done) return;
  planForm.hidden = true;
  fileForm.hidden = true;
  get("#done").hidden = false;
  get("#done-title").textContent = "The file has come in";
  const seen = circle.selectedOptions[0]?.textContent;
  get("#done-words").textContent = [
    done.proposals.length > 0 && `${counted(done.proposals.length, "proposal")}${seen ? `, seen by: ${seen}` : ""}.`,
    done.threads.length > 0 && `${counted(done.threads.length, "comment")}, seen by: ${heard?.words}.`,
  ].filter(Boolean).join(" ");
  get("#done-title").focus();
});

get("#again").addEventListener("click", () => {
  input.value = "";
  take(undefined);
  fileForm.hidden = false;
  get("#done").hidden = true;
  input.focus();
});
