// @ts-check
// Handing out: which text, with which changes and comments, as which file.

import { dialog, field } from "./dialogs.js";
import { h } from "./dom.js";

const ENDINGS = [["docx", "Word"], ["pdf", "PDF"], ["xml", "XML (Akoma Ntoso)"], ["html", "HTML"], ["txt", "Plain text"], ["json", "JSON"]];
/** What changes are handed out in. */
const TRACKED = new Set(["docx", "pdf", "html"]);
/** What has pages, and so lines to number. */
const PAGED = new Set(["docx", "pdf"]);

/** How much of what one sees goes into the file, in words for whoever asks.
 * @param {HandsOut} me @param {string} kind */
function scopes(me, kind) {
  const we = me.role === "presidency" ? "the presidency" : me.delegation?.name ?? "the Secretariat";
  const all = [["everyone", `${kind} before everyone`], ["all", `All ${kind.toLowerCase()} before ${we}`]];
  if (me.may.includes(kind === "Proposals" ? "propose" : "comment")) all.push(["mine", `${kind} of ${we} only`]);
  return all.map(([value, words]) => h("option", { value }, words ?? ""));
}

/** Opens the dialog.
 * @param {string} draft @param {Version[]} versions @param {HandsOut} me */
export function handOut(draft, versions, me) {
  const sorted = [...versions].sort((a, b) => b.number - a.number);
  const of = h("select", {}, h("option", { value: "" }, "The working text"), sorted.map((one) => h("option", { value: one.number }, one.name)));
  const changes = h("select", {}, h("option", { value: "" }, "Clean, without tracked changes"),
    h("optgroup", { label: "Tracked changes" }, sorted.map((one) => h("option", { value: one.number }, `Changes since ${one.name}`))),
    h("optgroup", { label: "Open proposals, tracked" }, scopes(me, "Proposals")));
  const comments = h("select", {}, h("option", { value: "" }, "None"), scopes(me, "Comments"));
  const lines = h("input", { type: "checkbox" });
  const links = h("ul", { class: "files" });
  const told = h("p", { class: "hint", role: "status" });
  const show = () => {
    const proposals = changes.value !== "" && !/^\d+$/.test(changes.value);
    if (proposals) of.value = "";
    of.disabled = proposals;
    const query = new URLSearchParams();
    if (of.value) query.set("version", of.value);
    if (changes.value) query.set(proposals ? "proposals" : "since", changes.value);
    if (comments.value) query.set("comments", comments.value);
    if (lines.checked) query.set("lines", "1");
    const tail = query.size ? `?${query}` : "";
    const fits = (/** @type {string} */ ending) => (!(proposals || comments.value) || ending === "docx")
      && (!changes.value || TRACKED.has(ending)) && (!lines.checked || PAGED.has(ending));
    links.replaceChildren(...ENDINGS.filter(([ending]) => fits(ending ?? ""))
      .map(([ending, name]) => h("li", {}, h("a", { class: "button", href: `/drafts/${draft}/export.${ending}${tail}`, download: true }, name ?? ""))),
    ...(query.size === Number(Boolean(of.value)) ? [h("li", {}, h("a", { class: "button", href: `/drafts/${draft}/print${of.value ? `?version=${of.value}` : ""}` }, "Print"))] : []));
    const inside = [proposals && changes.value, comments.value].some((scope) => scope && scope !== "everyone");
    told.textContent = inside ? "This file holds what not everyone on the draft may see." : "";
  };
  for (const control of [of, changes, comments, lines]) control.addEventListener("change", show);
  show();
  dialog({
    title: "Hand out",
    body: [field("Which text", of), field("Changes", changes), field("Comments", comments),
      h("label", { class: "check" }, lines, " Numbered lines, for the meeting room"), links, told],
  });
}
