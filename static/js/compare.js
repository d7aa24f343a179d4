// @ts-check
// Two texts of a draft against each other, as the server tells their difference.

import { read } from "./api.js";
import { counted, get } from "./dom.js";
import { authorsOf, renderRedline } from "./redline.js";

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
} catch (problem) {
  place.hidden = true;
  summary.textContent = problem instanceof Error ? problem.message : "The difference could not be read.";
} finally {
  place.removeAttribute("aria-busy");
}
