// @ts-check
// The whole text at a glance: a cell for each paragraph in order, as wide as it is long, with its state as
// colour, pattern and letter; the proposals that are open; and the ties of packages.

import { fill, h } from "./dom.js";
import { STATES } from "./negotiation.js";


const CELL = 58;
const GAP = 5;
const BETWEEN = 30;
const HEAD = 26;
const UNIT = 0.16;
const LETTER = 7.5;

/** Sets the cells in lines, and ties those of one package. @param {Item[]} items @param {number} width @returns {Picture} */
export function picture(items, width) {
  /** @type {Cell[]} */
  const cells = [];
  const heads = [];
  let x = 0;
  let y = -CELL - BETWEEN;
  let part = "";
  for (const item of items) {
    const wide = Math.min(width, Math.round(Math.max(item.label.length * LETTER + 14, 34, 24 + item.length * UNIT)));
    if (item.part !== part || x + wide > width) {
      x = 0;
      y += CELL + BETWEEN;
      if (item.part !== part) {
        heads.push({ part: item.part, y: y + HEAD - 10 });
        y += HEAD;
        part = item.part;
      }
    }
    cells.push({ ...item, x, y, width: wide, height: CELL });
    x += wide + GAP;
  }
  /** @type {Map<string, Cell[]>} */
  const tied = new Map();
  for (const cell of cells) for (const letter of cell.packages) tied.set(letter, [...(tied.get(letter) ?? []), cell]);
  const ties = [...tied].flatMap(([letter, some]) => some.slice(1).map((to, index) => {
    const from = /** @type {Cell} */ (some[index]);
    const [a, b] = [from.x + from.width / 2, to.x + to.width / 2];
    const [bottom, end] = [from.y + CELL, from.y === to.y ? to.y + CELL : to.y];
    const bend = from.y === to.y ? [bottom + 20, bottom + 20] : [bottom + BETWEEN, end - BETWEEN];
    return { letter, path: `M${a} ${bottom}C${a} ${bend[0]} ${b} ${bend[1]} ${b} ${end}` };
  }));
  return { width, height: Math.max(0, y + CELL + BETWEEN), cells, ties, heads };
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string | null | false)} children */
function s(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return element;
}

/** What is drawn over a cell's ground, so that no state is known by its colour alone. @type {Record<string, string>} */
const PATTERNS = { bracketed: "M0 8L8 0M-2 2L2 -2M6 10L10 6", ad_ref: "M2 2h1.5v1.5h-1.5zM6 6h1.5v1.5h-1.5z", technical: "M0 4h8", deleted: "M0 0L8 8M8 0L0 8" };

export class Progress {
  /** @param {HTMLElement} place @param {Table} table @param {Negotiation} model @param {(id: string) => void} go */
  constructor(place, table, model, go) {
    this.place = place;
    this.table = table;
    this.model = model;
    this.shape = "";
    place.addEventListener("click", (event) => {
      const id = (event.target instanceof Element ? event.target.closest("[data-go]") : null)?.getAttribute("data-go");
      if (!id) return;
      event.preventDefault();
      go(id);
    });
    new ResizeObserver(() => this.draw()).observe(place);
  }

  /** @returns {Item[]} */
  #items() {
    const { model } = this;
    let part = "Preamble";
    return this.table.paragraphs.filter((one) => one.kind !== "formula").map((one) => {
      if (one.kind === "operative") part = "Operative part";
      if (one.kind === "annex") part = "Annex";
      const open = model.proposalsAt(one.id).filter((other) => other.stage === "put_forward").length;
      return {
        id: one.id, label: one.label || "¶", part, length: this.table.texts.get(one.id)?.shown.length() ?? 0, state: one.deleted ? "deleted" : model.stateOf(one.id),
        open, essential: model.positionsOn(one.id).filter((other) => other.weight === "essential" && other.mark?.mark !== "met").length,
        packages: model.packagesOf(one.id).map((other) => model.letter(other)),
      };
    });
  }

  draw() {
    if (this.place.hidden) return;
    const items = this.#items();
    const width = Math.max(280, this.place.clientWidth - 2);
    const shape = `${width} ${JSON.stringify(items)}`;
    if (shape === this.shape) return;
    this.shape = shape;
    const count = (/** @type {string} */ state) => items.filter((one) => one.state === state).length;
    const states = Object.entries(STATES).filter(([state]) => count(state) > 0);
    const settled = count("agreed") + count("deleted");
    const open = items.reduce((sum, one) => sum + one.open, 0);
    const { model } = this;
    const packages = model.packages.filter((one) => !one.dissolved);
    const focus = this.place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-go") : null;
    fill(this.place,
      h("h1", {}, "How far we are"),
      h("p", { class: "progress-sum" }, h("strong", {}, `${settled} of ${items.length} paragraphs are settled`), `, ${open === 1 ? "1 proposal is" : `${open} proposals are`} open.`),
      h("ul", { class: "progress-key" }, states.map(([state, { name, letter }]) => h("li", {}, h("b", { class: `key is-${state}`, "aria-hidden": "true" }, letter), `${name}: ${count(state)}`)),
        open > 0 && h("li", {}, h("b", { class: "key is-count", "aria-hidden": "true" }, "2"), "open proposals"),
        items.some((one) => one.essential) && h("li", {}, h("b", { class: "key is-essential", "aria-hidden": "true" }, "!"), "essential to somebody"),
        packages.map((one) => h("li", {}, h("b", { class: "key is-tie", "aria-hidden": "true" }, model.letter(one)), `package ${model.letter(one)}: ${one.name}`))),
      this.#svg(picture(items, width)),
      h("details", {}, h("summary", {}, "The same as a table"), h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Progress as a table" }, h("table", {},
        h("thead", {}, h("tr", {}, ["Paragraph", "State", "Open proposals", "Essential to", "Package"].map((word) => h("th", { scope: "col" }, word)))),
        h("tbody", {}, items.map((one) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: `#p-${one.id}`, "data-go": one.id }, one.label)), h("td", {}, STATES[one.state]?.name), h("td", {}, one.open || "–"), h("td", {}, one.essential || "–"), h("td", {}, one.packages.join(", ") || "–"))))))));
    if (focus) /** @type {HTMLElement | null} */ (this.place.querySelector(`[data-go="${focus}"]`))?.focus();
  }

  /** @param {Picture} made */
  #svg({ width, height, cells, ties, heads }) {
    return s("svg", { class: "progress-picture", viewBox: `-1 -1 ${width + 2} ${height}`, role: "group", "aria-label": "Each paragraph and its state" },
      s("defs", {}, ...Object.entries(PATTERNS).map(([state, path]) =>
        s("pattern", { id: `pattern-${state}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, s("path", { d: path, class: `pattern is-${state}` })))),
      ...heads.map(({ part, y }) => s("text", { x: 0, y, class: "head" }, part)),
      ...ties.map(({ path }) => s("path", { d: path, class: "tie" })),
      ...cells.map((one) => {
        const state = STATES[one.state];
        const said = [`${one.label}: ${state?.name}`, one.open && `${one.open} open`, one.essential && `essential to ${one.essential}`, one.packages.length && `package ${one.packages.join(", ")}`].filter(Boolean).join(", ");
        const at = { x: one.x, y: one.y, width: one.width, height: one.height, rx: 4 };
        return s("a", { href: `#p-${one.id}`, "data-go": one.id, "aria-label": said, class: `cell is-${one.state}` },
          s("title", {}, said), s("rect", { ...at, class: "ground" }), PATTERNS[one.state] ? s("rect", { ...at, fill: `url(#pattern-${one.state})` }) : null,
          s("text", { x: one.x + 7, y: one.y + 17, class: "label" }, one.label), s("text", { x: one.x + 7, y: one.y + one.height - 9, class: "letter" }, state?.letter ?? ""),
          one.open > 0 && s("circle", { cx: one.x + one.width - 10, cy: one.y + one.height - 13, r: 8.5, class: "count" }), one.open > 0 && s("text", { x: one.x + one.width - 10, y: one.y + one.height - 9, class: "number" }, String(one.open)),
          one.essential > 0 && s("text", { x: one.x + one.width - 10, y: one.y + 17, class: "essential" }, "!"));
      }),
      ...ties.length ? cells.filter((one) => one.packages.length).map((one) => s("text", { x: one.x + one.width / 2, y: one.y + one.height + 13, class: "tie-letter" }, one.packages.join(" "))) : []);
  }
}
