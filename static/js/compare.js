// @ts-check
// Two texts of a draft against each other, as the server tells their difference.

import { asking, read } from "./api.js";
import { counted, fill, get, h, when } from "./dom.js";
import { authorsOf, renderRedline } from "./redline.js";

/** @typedef {{suggested: string, reasons: string[], decided: {nature: string, by: string, at: string} | null}} Nature */
/** @typedef {RedlineParagraph & {nature?: Nature}} Judged */

const place = get("#redline");
const summary = get("#summary");

/** How many paragraphs differ, and how. @param {Redline} redline */
function inWords(redline) {
  /** @type {Record<string, number>} */
  const of = {};
  for (const p of redline.paragraphs) of[p.state] = (of[p.state] ?? 0) + 1;
  const parts = ["changed", "inserted", "deleted", "moved"].flatMap((state) => {
    const number = of[state];
    return number ? [`${number} ${state}`] : [];
  });
  if (parts.length === 0) return "Nothing differs.";
  const last = parts.pop();
  return `Paragraphs: ${parts.length ? `${parts.join(", ")} and ${last}` : last}; ${of["same"] ?? 0} unchanged.`;
}

/** @param {Redline} redline */
function legend(redline) {
  const list = get("#legend");
  list.replaceChildren();
  for (const [author, { count, hue }] of authorsOf(redline)) {
    const line = document.createElement("li");
    const tag = document.createElement("span");
    tag.className = `by who-${hue}`;
    tag.textContent = author;
    line.append(tag, ` ${counted(count, "change")}`);
    list.append(line);
  }
  list.hidden = list.childElementCount === 0;
}

/** @param {Redline} redline */
function offerOnly(redline) {
  const label = get("#only");
  const box = /** @type {HTMLInputElement} */ (get("input", label));
  const same = redline.paragraphs.filter((p) => p.state === "same").length;
  label.hidden = same === 0 || same === redline.paragraphs.length;
  const show = () => place.classList.toggle("only", box.checked && !label.hidden);
  box.addEventListener("change", show);
  show();
}

/** A person's last word, or else what the tool suggests. @param {Judged} p */
const natureOf = (p) => p.nature?.decided?.nature ?? p.nature?.suggested ?? "none";

/** @param {Judged[]} changed */
function split(changed) {
  if (changed.length === 0) return;
  const parts = KINDS.map((kind) => `${changed.filter((p) => natureOf(p) === kind).length} ${kind}`);
  const decided = changed.filter((p) => p.nature?.decided).length;
  parts.push(decided ? `${decided} of them decided by the presidency` : "as the tool suggests");
  get("#split").textContent = `Changes: ${parts.join(", ")}.`;
  get("#nature").hidden = false;
}

/** Shows what a change counts as, with the reasons; those who decide are given buttons by the page.
 * @param {Judged} p @param {Nature} nature @param {() => void} told */
function verdict(p, nature, told) {
  const row = h("div", { class: "nature" }, /** @type {HTMLTemplateElement} */ (get("#judged")).content.cloneNode(true));
  const element = get(`[id="p-${p.id}"]`);
  const label = p.label || p.old_label;
  const ask = asking(`/api/drafts/${draft}/verdicts`);
  const buttons = row.querySelectorAll("button");
  const draw = () => {
    const { decided, suggested, reasons } = nature;
    element.dataset["nature"] = natureOf(p);
    fill(get("b", row), natureOf(p));
    fill(get("[data-how]", row), decided ? "decided" : "suggested");
    get("summary", row).title = reasons.join("; ");
    fill(
      get("ul", row),
      ...reasons.map((reason) => h("li", {}, reason)),
      decided && h("li", {}, `decided by ${decided.by}, `, when(decided.at), `; the tool suggested: ${suggested}`),
    );
    for (const button of buttons) button.ariaPressed = String(button.value === decided?.nature);
  };
  for (const button of buttons) {
    button.onclick = async () => {
      const wrong = get("[role=alert]", row);
      try {
        nature.decided = (await ask({ from: Number(from), to: Number(to), paragraph: p.id, verdict: button.value })).verdict;
        draw();
        told();
        fill(wrong);
      } catch (problem) {
        fill(wrong, problem instanceof Error && problem.message);
      }
    };
  }
  for (const name of row.querySelectorAll("[data-label]")) fill(name, label);
  draw();
  element.append(row);
}

/** @param {Judged[]} paragraphs */
function judge(paragraphs) {
  const changed = paragraphs.filter((p) => natureOf(p) !== "none");
  const told = () => split(changed);
  for (const p of changed) if (p.nature) verdict(p, p.nature, told);
  const select = /** @type {HTMLSelectElement} */ (get("#nature select"));
  const filter = () => {
    place.dataset["nature"] = select.value;
  };
  select.addEventListener("change", filter);
  filter();
  told();
}

const KINDS = /** @type {const} */ (["technical", "substantive"]);
const { draft = "", from = "", to = "" } = place.dataset;
summary.textContent = "Reading both texts …";
place.setAttribute("aria-busy", "true");
try {
  const asked = new URLSearchParams({ from, ...(to ? { to } : {}) });
  /** @type {Redline} */
  const redline = await read(`/api/drafts/${draft}/redline?${asked}`);
  renderRedline(place, redline);
  legend(redline);
  offerOnly(redline);
  summary.textContent = inWords(redline);
  judge(redline.paragraphs);
} catch (problem) {
  place.hidden = true;
  summary.textContent = problem instanceof Error ? problem.message : "The difference could not be read.";
} finally {
  place.removeAttribute("aria-busy");
}
