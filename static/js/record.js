// @ts-check
// The record of a resolution: this draft's tabling, votes and adoption; what it was in earlier years; and bringing
// those in.

import { asking, read } from "./api.js";
import { field } from "./dialogs.js";
import { announce, counted, day, fill, get, h, listed, today, when } from "./dom.js";
import { fileInto, form, rollCallForm } from "./roll_call.js";

const root = get("#record");
const { draft = "", title = "", symbol = "" } = root.dataset;
const base = `/api/drafts/${draft}`;

/** @param {RollCall} call */
function votes(call) {
  const { Y, N, A, absent } = call.totals;
  return h("li", {},
    h("span", {}, call.body === "plenary" ? "Plenary" : "Committee", ", ", day(call.on), call.part_label && [", ", h("strong", {}, call.part_label), " alone"], ": "),
    h("strong", { class: "totals" }, `${Y}–${N}–${A}`), h("span", { class: "muted" }, ` yes, no, abstaining; ${absent} absent`),
    call.no.length > 0 && call.no.length <= 8 && h("span", {}, `. No: ${listed(call.no)}`));
}

/** @param {{label: string, words: string, sentence?: string}} one */
const place = (one) => h("li", {}, h("strong", {}, one.label), one.words && [" ", h("q", {}, one.words)], one.sentence && `: ${one.sentence}`);

/** @param {Adoption} one */
function year(one) {
  const wholes = one.roll_calls.filter((call) => !call.part);
  const parts = one.roll_calls.filter((call) => call.part);
  return [
    h("p", { class: "when" }, one.tabled_as && ["Tabled as ", h("b", {}, one.tabled_as), one.tabled_on && [", ", day(one.tabled_on)], "; "].flat(),
      one.adopted_on ? [one.tabled_as ? "adopted " : "Adopted ", day(one.adopted_on)] : "not adopted yet", "."),
    one.override && h("div", { class: "notice override" }, h("p", {}, h("strong", {}, "Tabled with something left open. "), one.override.reason, h("span", { class: "muted" }, ` (${one.override.by}, `, when(one.override.at), ")")),
      h("ul", {}, one.override.left.map(place))),
    one.roll_calls.length > 0 ? h("ul", { class: "calls" }, wholes.map(votes), parts.map(votes)) : h("p", { class: "muted" }, one.adopted_on ? "No recorded vote is known here." : "No vote yet."),
    one.sponsors.length > 0 && h("details", {}, h("summary", {}, counted(one.sponsors.length, "sponsor")), h("p", {}, listed(one.sponsors))),
    one.additional.length > 0 && h("p", {}, `Additional sponsors: ${listed(one.additional)}`),
  ];
}

/** @param {RecordView} view */
function history(view) {
  if (view.adoptions.length === 0) return h("p", { class: "muted" }, "Nothing is on record yet. What is brought in below stands here, and the outlook on the vote is read from it.");
  const years = [...view.adoptions].sort((a, b) => (b.adopted_on ?? "9").localeCompare(a.adopted_on ?? "9"));
  return h("ol", { class: "years", reversed: true }, years.map((one) => h("li", {},
    h("h3", {}, one.draft && one.draft !== draft ? h("a", { href: `/drafts/${one.draft}` }, one.symbol || one.tabled_as) : one.symbol || one.tabled_as), year(one))));
}

/** A step of this draft that is folded away once it is done. @param {string} name @param {boolean} open @param {(Child | Child[])[]} body */
const stepBox = (name, open, ...body) => h("details", { class: "step", open }, h("summary", {}, name), body.flat());

/** @param {RecordView} view */
function own(view) {
  const now = view.own;
  const numbers = [...view.versions].sort((a, b) => b.number - a.number);
  const version = h("select", {}, numbers.map((one) => h("option", { value: one.number, selected: one.number === view.line.version.number }, one.name)));
  const as = h("input", { required: true, maxlength: 60, value: now?.tabled_as || (symbol.includes("/L.") ? symbol : ""), placeholder: "A/C.1/81/L.41", autocomplete: "off" });
  const on = h("input", { type: "date", required: true, max: today(), value: now?.tabled_on ?? today() });
  const table = asking(`${base}/tabling`);
  const printed = h("div", { class: "sponsor-line", "aria-live": "polite" });
  const reason = h("textarea", { rows: "3", maxlength: 1000, dir: "auto" });
  const why = field("Why it is tabled all the same", reason, "This goes on the record, and is shown with the tabling.");
  const open = h("div", { class: "left-open", "aria-live": "polite" });
  const show = () => {
    const line = view.lines.find((one) => one.version.number === Number(version.value)) ?? view.line;
    fill(printed, h("h3", {}, `The sponsors that will print, as of ${line.version.name}`),
      line.text ? h("p", { class: "printed" }, `${line.text}: draft resolution`) : h("p", { class: "muted" }, "Nobody is confirmed in the portal for this version yet."),
      line.additional && h("p", {}, `Additional sponsors: ${line.additional}`),
      line.left_out.length > 0 && [h("h4", {}, "Left out"), h("ul", {}, line.left_out.map(({ name, why }) => h("li", {}, h("strong", {}, name), `: ${why}`)))]);
    const left = line.left_open;
    reason.required = left.length > 0;
    const errors = line.version.number === view.lines[0]?.version.number ? view.errors : [];
    fill(open,
      left.length > 0 && h("div", { class: "notice bad" }, h("p", {}, h("strong", {}, `${line.version.name} cannot be tabled as it stands: `), `${counted(left.length, "thing")} left open. Settle it and seal a version, or say why the text is tabled with it.`),
        h("ul", {}, left.map(place))),
      left.length > 0 && why,
      errors.length > 0 && h("details", { class: "notice" }, h("summary", {}, `${counted(errors.length, "error")} of drafting in ${line.version.name}`), h("ul", {}, errors.map(place))));
  };
  version.addEventListener("change", show);
  show();
  const tabling = form(now?.tabled_as ? "Table it again" : "Table it", [
    h("div", { class: "fields" }, field("Symbol", as), field("Tabled on", on), field("Version", version)),
    printed, open,
  ], async () => {
    drawn(await table({ symbol: as.value.trim(), on: on.value, version: Number(version.value), reason: reason.required ? reason.value.trim() : "" }));
    announce("Tabled.");
  });
  const adopted = h("input", { required: true, maxlength: 60, value: now?.symbol ?? "", placeholder: "A/RES/81/47", autocomplete: "off" });
  const adoptedOn = h("input", { type: "date", required: true, max: today(), value: now?.adopted_on ?? today() });
  const adopt = asking(`${base}/adoption`);
  const adoption = form("Record the adoption", [h("div", { class: "fields" }, field("Symbol", adopted), field("Adopted on", adoptedOn))], async () => {
    drawn(await adopt({ symbol: adopted.value.trim(), on: adoptedOn.value }));
    announce("The adoption is recorded.");
  });
  const name = h("input", { required: true, maxlength: 300, value: title });
  const next = asking(`${base}/next`);
  const begin = form("Begin next year’s draft", [h("p", { class: "hint" }, "It begins with this text, and has its record: sponsors, votes, and what each State did. It is for the next session; what the year changes is offered there as technical updates."), field("Title", name)], async () => {
    location.assign(`/drafts/${(await next({ title: name.value.trim() })).draft}`);
  });
  return [
    now ? h("div", { class: "card" }, h("h3", {}, now.symbol || now.tabled_as), year(now)) : h("p", { class: "muted" }, "Not tabled yet."),
    stepBox("Tabling", !now?.tabled_as, tabling),
    stepBox("Record a vote", Boolean(now?.tabled_as) && !now?.adopted_on, rollCallForm(draft, view, drawn)),
    stepBox("Adoption", false, adoption),
    stepBox("Next year", Boolean(now?.adopted_on), begin),
  ];
}

function importing() {
  const ask = asking(`${base}/record`);
  const send = (/** @type {() => object} */ fields, /** @type {string} */ said) => async () => {
    draw(await ask(fields()));
    announce(said);
    get("#history-head").focus();
  };
  const csv = h("textarea", { rows: "6", required: true, dir: "auto", placeholder: "resolution,date,country,vote" });
  const names = h("textarea", { rows: "4", required: true, dir: "auto", placeholder: "Austria, Chile, Mexico and Switzerland" });
  const of = h("input", { required: true, maxlength: 60, placeholder: "A/RES/80/52", autocomplete: "off" });
  const as = h("input", { maxlength: 60, placeholder: "A/C.1/80/L.41", autocomplete: "off" });
  const on = h("input", { type: "date", max: today() });
  return [
    stepBox("Roll calls, from a CSV file", false, form("Bring in the votes", [field("Roll calls as CSV", csv, "One line for each State and vote, with its resolution and date."), fileInto(csv)], send(() => ({ votes: csv.value }), "The votes are on record."))),
    stepBox("A list of sponsors, as printed", false, form("Bring in the sponsors", [
      h("div", { class: "fields" }, field("Resolution", of), field("Tabled as (may stay empty)", as), field("On (may stay empty)", on)), field("Sponsors", names, "As the document prints them."),
    ], send(() => ({ sponsors: names.value, symbol: of.value.trim(), tabled_as: as.value.trim(), on: on.value || null }), "The sponsors are on record."))),
    stepBox("Whose Parties the board shows", false, form("Show them", [h("p", {}, "The States Parties and signatories of the Convention on Cluster Munitions, on the day one looks at.")], send(() => ({ parties: "ccm" }), "The board shows its Parties."))),
    stepBox("The record that comes with the tool", false, form("Bring it in", [h("p", {}, "The resolutions on the Convention on Cluster Munitions: sponsors and roll calls of earlier years.")], send(() => ({ ready: "ccm" }), "The record is brought in."))),
  ];
}

/** @param {RecordView} view */
function draw(view) {
  fill(get("#own"), ...own(view));
  fill(get("#history"), history(view));
  root.removeAttribute("aria-busy");
  root.dataset.ready = "true";
}

/** After a deed one stands at what it changed. @param {RecordView} view */
function drawn(view) {
  draw(view);
  get("#own-head").focus();
}

fill(get("#import"), ...importing());
try {
  draw(await read(`${base}/record`));
} catch (problem) {
  const trouble = get("#trouble");
  trouble.textContent = problem instanceof Error ? problem.message : String(problem);
  trouble.hidden = false;
}
