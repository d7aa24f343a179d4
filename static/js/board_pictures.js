// @ts-check
// Pictures of the board, for those who would rather look, each with the same as a table; and the outlook on the vote.

import { read } from "./api.js";
import { groupOf, mark, meant, ORDER, percent, RISK, small, span, sponsors, steady, talking, unsettled, voted, voteOf, VOTES } from "./board_words.js";
import { counted, day, fill, h } from "./dom.js";

const DAY_MS = 86_400_000;
const WIDE = 900;

/** @param {string} name @param {Record<string, any>} attributes @param {...any} children */
function s(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children.flat(9).filter((one) => one || one === 0));
  return element;
}
/** @param {number} x @param {number} y @param {any} words @param {string} [more] @param {string} [anchor] */
const words = (x, y, words, more = "", anchor = "start") => s("text", { x, y, class: more, "text-anchor": anchor }, words);
/** @param {number} high @param {string} label @param {string} role @param {...any} inner */
const chart = (high, label, role, ...inner) => s("svg", { viewBox: `0 0 ${WIDE} ${high}`, class: "chart", role, "aria-label": label }, inner);

/** @param {string} caption @param {string[]} heads @param {any[][]} rows */
const table = (caption, heads, rows) => h("details", { class: "as-table" }, h("summary", {}, caption), h("table", {},
  h("thead", {}, h("tr", {}, heads.map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((one) => h("td", {}, one)))))));
const AS_TABLE = "The same as a table";

// Sponsors over time ---------------------------------------------------------------------------------

/** @param {HTMLElement} place @param {BoardAround} board */
function time(place, board) {
  const { timeline, call } = board.now();
  const today = Date.now();
  const points = timeline.map((one) => ({ on: one.on, at: Math.min(today, Date.parse(`${one.on}T12:00`)), all: one.said + one.confirmed, confirmed: one.confirmed }));
  const wanted = [...board.rows.values()].filter((row) => row.target).length;
  const end = call.deadline ? Date.parse(call.deadline.at) : 0;
  // A negotiation of long ago is drawn to its end, not squeezed against today.
  const done = Math.max(end, points.at(-1)?.at ?? 0) + 14 * DAY_MS;
  const now = Math.min(today, done);
  const from = Math.min(points[0]?.at ?? now, now) - 2 * DAY_MS;
  const to = Math.max(now, end, from + 14 * DAY_MS) + 3 * DAY_MS;
  const most = Math.max(4, wanted, ...points.map((one) => one.all)) * 1.1;
  const [left, top, bottom, right] = [40, 24, 340, WIDE - 140];
  const x = (/** @type {number} */ at) => left + ((at - from) / (to - from)) * (right - left);
  const y = (/** @type {number} */ many) => bottom - (many / most) * (bottom - top);
  const last = points.at(-1) ?? { all: 0, confirmed: 0 };
  const line = (/** @type {"all" | "confirmed"} */ key) => s("path", { class: `line of-${key}`, d: `M${x(from)} ${y(0)}${points.map((one) => `H${x(one.at)}V${y(one[key])}`).join("")}H${x(now)}` });
  const flag = (/** @type {number} */ at, /** @type {string} */ kind) => s("g", { class: `flag of-${kind}` }, s("path", { d: `M${x(at)} ${top - 10}V${bottom}` }), words(x(at) + (x(at) < left + 70 ? 5 : -5), top, kind, "", x(at) < left + 70 ? "start" : "end"));
  const step = Math.ceil(most / 6);
  fill(place, h("h2", {}, "Sponsors over time"), h("p", { class: "muted" }, `${counted(last.all, "sponsor")}, ${last.confirmed} of them confirmed in the portal.`, call.deadline && ` Tabling deadline: ${call.deadline.both}, ${call.deadline.left}.`),
    chart(370, "Sponsors over time against the tabling deadline", "img",
      Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => [s("path", { class: "grid", d: `M${left} ${y(at * step)}H${right}` }), words(left - 8, y(at * step) + 4, at * step, "tick", "end")]),
      Array.from({ length: 6 }, (_, at) => from + ((to - from) * (at + 0.5)) / 6).map((at) => words(x(at), bottom + 22, new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(new Date(at).getFullYear() !== new Date().getFullYear() && { year: "numeric" }) }), "tick", "middle")),
      wanted > 0 && [s("path", { class: "wanted", d: `M${left} ${y(wanted)}H${right}` }), words(right + 6, y(wanted) + 4, `${wanted} targets`, "tick")],
      line("all"), line("confirmed"), words(x(now) + 6, y(last.all) + 4, `${last.all} said or confirmed`), last.all !== last.confirmed && words(x(now) + 6, y(last.confirmed) + 4, `${last.confirmed} in the portal`), now === today && flag(now, "today"), end > 0 && flag(end, "deadline")),
    table(AS_TABLE, ["Day", "Said or confirmed", "Confirmed in the portal"], points.map((one) => [one.on, one.all, one.confirmed])));
}

// The seats of the hall ------------------------------------------------------------------------------

/** A vote as a shape. @param {string} vote @param {number} x @param {number} y @param {number} r */
function shape(vote, x, y, r) {
  const c = r * 0.75;
  if (vote === "N") return s("path", { class: "cross", d: `M${x - c} ${y - c}L${x + c} ${y + c}M${x + c} ${y - c}L${x - c} ${y + c}` });
  if (vote === "absent") return s("path", { class: "cross", d: `M${x - c} ${y}H${x + c}` });
  return [s("circle", { cx: x, cy: y, r, class: vote === "Y" ? "" : "ring" }), vote === "A" && s("path", { d: `M${x} ${y - r}A${r} ${r} 0 0 0 ${x} ${y + r}Z` })];
}

/** @param {HTMLElement} place @param {BoardAround} board */
function seats(place, board) {
  const order = (/** @type {BoardRow} */ row) => ORDER.indexOf(voteOf(row)) + row.group;
  const rows = [...board.rows.values()].filter((row) => row.expected).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const rings = 8;
  const radii = Array.from({ length: rings }, (_, at) => 175 + at * 34);
  const each = rows.length / radii.reduce((sum, one) => sum + one, 0);
  let left = rows.length;
  // The rings are filled alike, and the seats taken from one side to the other.
  const places = radii.flatMap((radius, ring) => {
    const many = ring === rings - 1 ? left : Math.round(radius * each);
    left -= many;
    return Array.from({ length: many }, (_, at) => ({ radius, angle: Math.PI * (many > 1 ? at / (many - 1) : 0.5) }));
  }).sort((a, b) => a.angle - b.angle || a.radius - b.radius);
  const caption = h("p", { class: "muted", role: "status" }, "Point at a seat, or walk with the arrow keys: its State is named here. Enter opens it.");
  const all = rows.map((row, at) => {
    const { radius, angle } = places[at] ?? { radius: 0, angle: 0 };
    const [cx, cy] = [WIDE / 2 - radius * Math.cos(angle), 435 - radius * Math.sin(angle)];
    const said = `${row.name}: ${VOTES[voteOf(row)]}${sponsors(row) ? ", sponsor" : ""}`;
    return s("g", { class: `seat is-${voteOf(row)}`, role: "button", tabindex: at ? -1 : 0, "aria-label": said, "data-id": row.delegation }, s("title", {}, said), s("circle", { cx, cy, r: 12, class: "ground" }), shape(voteOf(row), cx, cy, 8), sponsors(row) && s("circle", { cx, cy, r: 11, class: "ring is-sponsor" }));
  });
  const count = (/** @type {string} */ vote) => rows.filter((row) => voteOf(row) === vote);
  const svg = chart(455, `Expected votes as seats: ${ORDER.map((vote) => `${VOTES[vote]} ${count(vote).length}`).join(", ")}`, "group", all, words(WIDE / 2, 405, count("Y").length, "sum", "middle"), words(WIDE / 2, 432, `of ${rows.length} would say Yes, if all come`, "tick", "middle"));
  for (const name of ["pointerover", "focusin"]) svg.addEventListener(name, (event) => caption.textContent = meant(event, ".seat")?.ariaLabel ?? caption.textContent);
  const press = (/** @type {Event} */ event) => meant(event, ".seat") && board.open(meant(event, ".seat")?.dataset.id ?? "");
  svg.addEventListener("click", press);
  svg.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    const at = all.indexOf(/** @type {any} */ (meant(event, ".seat")));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[key];
    const next = all[((to ?? at) + all.length) % all.length];
    if (key === "Enter" || key === " ") press(event);
    else if (to === undefined) return;
    event.preventDefault();
    all[at]?.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    if (to !== undefined) next?.focus();
  });
  fill(place, h("h2", {}, "Expected votes, seat by seat"), caption, svg, h("ul", { class: "legend" }, ORDER.map((vote) => h("li", {}, mark(vote), `${VOTES[vote]} ${count(vote).length}`)), h("li", {}, h("i", { class: "swatch" }), "sponsor")),
    table(AS_TABLE, ["Vote", "States", "Which"], ORDER.map((vote) => [VOTES[vote], count(vote).length, count(vote).map((row) => row.name).join(", ")])));
}

// The regions ----------------------------------------------------------------------------------------

/** @type {Record<string, [string, string, (row: BoardRow) => boolean][]>} */
const STACKS = {
  "Expected vote": ORDER.map((vote) => [vote, VOTES[vote] ?? "", (row) => voteOf(row) === vote]),
  Sponsorship: [
    ["confirmed", "Confirmed in the portal", (row) => row.sponsorship.state === "confirmed" && !unsettled(row)], ["said", "Said it will", (row) => row.sponsorship.state === "said" && !unsettled(row)], ["unsettled", "To reconfirm", unsettled],
    ["talking", "No answer yet", talking], ["rest", "None", (row) => !sponsors(row) && !talking(row)],
  ],
};
let stack = "Expected vote";

/** @param {HTMLElement} place @param {BoardAround} board */
function regions(place, board) {
  const rows = [...board.rows.values()].filter((row) => row.group);
  const parts = STACKS[stack] ?? [];
  const groups = [...new Set(rows.map((row) => row.group))].sort().map((group) => /** @type {const} */ ([group, rows.filter((row) => row.group === group)]));
  const unit = (WIDE - 150) / Math.max(1, ...groups.map(([, some]) => some.length));
  const many = (/** @type {BoardRow[]} */ some, /** @type {(row: BoardRow) => boolean} */ test) => some.filter(test).length;
  const bars = groups.map(([group, some], index) => {
    let x = 140;
    const y = index * 54 + 10;
    return s("g", {}, words(130, y + 22, groupOf(group), "name", "end"), parts.map(([kind, said, test]) => {
      const here = many(some, test);
      x += here * unit;
      const at = x - here * unit;
      return here > 0 && s("g", { class: `part-of is-${kind}` }, s("title", {}, `${group}: ${said} ${here}`), s("rect", { x: at + 1, y, width: here * unit - 2, height: 34 }), here * unit > 13 && words(x - (here * unit) / 2, y + 22, kind.length < 2 && here * unit > 30 ? `${kind} ${here}` : here, "", "middle"));
    }));
  });
  fill(place, h("h2", {}, "Regions"), h("div", { class: "group", role: "group", "aria-label": "Stacked by" }, Object.keys(STACKS).map((key) => h("button", { type: "button", class: "tool", "aria-pressed": String(key === stack), onclick: () => {
    stack = key;
    void steady(place, () => regions(place, board));
  } }, key))), chart(groups.length * 54 + 10, `Regions by ${stack}`, "img", bars),
  h("ul", { class: "legend" }, parts.map(([kind, said]) => h("li", {}, s("svg", { width: 18, height: 12 }, s("g", { class: `part-of is-${kind}` }, s("rect", { width: 18, height: 12 }))), said))),
  table(AS_TABLE, ["Group", ...parts.map(([, said]) => said)], groups.map(([group, some]) => [h("button", { type: "button", class: "link", onclick: () => board.show({ region: group }) }, group), ...parts.map(([, , test]) => many(some, test))])));
}

// The outlook ----------------------------------------------------------------------------------------

/** @type {Record<string, string>} */
const KINDS = { changed: "changed the last time", unsettled: "changed more than once", absent: "absent the last time", never_voted: "never voted" };
/** The paragraph whose own vote is looked at, and the earlier separate vote that was on the same words. */
const asked = { part: "", like: "" };

/** @param {HTMLElement} place @param {BoardAround} board */
async function outlook(place, board) {
  const now = /** @type {BoardOutlook} */ (await read(`/api/drafts/${board.draft}/outlook?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value))}`));
  // Meanwhile one may look at something else.
  if (place.dataset.shows !== "outlook") return;
  const ids = new Map([...board.rows.values()].map((row) => [row.key, row.delegation]));
  const state = (/** @type {{key: string, name: string}} */ { key, name }) => h("button", { type: "button", class: "link", onclick: () => board.open(ids.get(key) ?? "") }, name);
  const choose = (/** @type {"part" | "like"} */ key, /** @type {string} */ label, /** @type {string[][]} */ choices) => {
    const select = h("select", { onchange: () => {
      asked[key] = select.value;
      void steady(place, () => outlook(place, board));
    } }, choices.map(([value, said]) => h("option", { value, selected: value === asked[key] }, said)));
    return h("label", { class: "inline" }, label, " ", select);
  };
  const list = (/** @type {string} */ title, /** @type {any[]} */ all) => [h("h3", {}, title), all.length ? h("ul", { class: "moves" }, all.map((one) => h("li", {}, one))) : h("p", { class: "muted" }, "Nobody.")];
  const { compared } = now;
  fill(place, h("h2", {}, "Outlook"), h("div", { class: "group" }, choose("part", "The vote on", [["", "the whole text"], ...board.now().paragraphs.map((one) => [one.id, `${one.label}, a separate vote`])]),
    asked.part && now.earlier.length > 0 && choose("like", "as the vote on", [["", "no earlier paragraph"], ...now.earlier.map((one) => [one.part, `${one.label} of ${one.symbol} (${one.body})`])])),
  h("dl", { class: "totals" }, ORDER.map((vote) => h("div", {}, h("dt", {}, voted(vote)), h("dd", {}, span(now.totals[vote]))))),
  h("p", { class: "muted" }, `${now.basis} In ${Math.round(now.coverage * 100)} votes of 100 the totals should lie in these ranges.`),
  compared && [
    h("h3", {}, "Held against the vote"), h("p", {}, `${compared.hits} of ${compared.cast} votes cast in the ${compared.body} on `, day(compared.on), " were as expected: ", compared.totals.map((one, at) => `${at ? ", " : ""}${VOTES[one.vote]} ${one.actual} (${span([one.low, one.high])}${one.inside ? "" : ", outside"})`), "."),
    ...list("Otherwise than expected", compared.misses.map((one) => [state(one), ": expected ", voted(one.expected), ", voted ", voted(one.actual)])), ...list("Expected to vote, and absent", compared.absent),
  ],
  list("May be absent", now.states.filter((one) => one.absence >= RISK && one.vote !== "absent").sort((a, b) => b.absence - a.absence).map((one) => [state(one), small(` ${percent(one.absence)}`)])),
  list("Movements", now.movements.map((one) => [state(one), ": ", ...one.votes.flatMap((vote, at) => [at ? " → " : "", voted(vote.vote), small(` ${vote.on.slice(0, 4)} `)]), small(KINDS[one.kind], one.absences > 1 && `, ${one.kind === "absent" ? "" : "absent "}${one.absences} of ${one.roll_calls}${one.kind === "absent" ? " times" : ""}`)])),
  board.may.has("steer") && list("Our own word", now.states.filter((one) => one.override).map((one) => [state(one), ": ", voted(one.vote), small(` ${[one.override?.reason, one.override?.source, one.override?.by].filter(Boolean).join("; ")}`)])),
  table("Every State", ["State", "Vote", "Sure", "May be absent"], now.states.map((one) => [state(one), voted(one.vote), percent(one.confidence), percent(one.absence)])));
}

/** @type {Record<string, (place: HTMLElement, board: BoardAround) => unknown>} */
export const PICTURES = { time, seats, regions, outlook };
