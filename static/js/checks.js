// @ts-check
// Editorial checks: what the server finds in the working text, underlined where it stands, listed at the side,
// and mended at a press. Loaded when it is wanted. Underlines are highlights of the browser's own: they touch
// no element, so they disturb neither the editor nor a selection.

import { read } from "./api.js";
import { Delta, movedRange } from "./delta.js";
import { announce, counted, fill, h, isTyping } from "./dom.js";

const QUIET_MS = 800;
const LONGEST_WAIT_MS = 5000;
const AGAIN_MS = 3000;
const LEVELS = [["error", "Error"], ["warning", "Warning"], ["hint", "Hint"]];
/** What hangs on the neighbours, or is a fact to be looked up, is mended one by one. */
const ONE_BY_ONE = new Set([8, 9, 10, 11, 13, 43]);

export class Checks {
  /** @param {string} draft @param {Table} table @param {Sheet} sheet @param {ChecksOptions} options */
  constructor(draft, table, sheet, options) {
    this.draft = draft;
    this.table = table;
    this.sheet = sheet;
    this.options = options;
    /** What was found, and where it stands in what is shown now. @type {PlacedCheck[]} */
    this.found = [];
    /** The one that F7 has reached. @type {string} */
    this.at = "";
    this.round = 0;
    this.waiting = 0;
    this.kept = `checks ${draft}`;
    this.aside = asideOf(this.kept);
    this.list = h("div", { class: "check-list" });
    this.head = h("h2", { id: "checks-head", tabindex: "-1" }, "Checks");
    options.place.replaceChildren(
      h("div", { class: "checks-head" }, this.head, h("button", { class: "button quiet", type: "button", onclick: () => this.show(false) }, "Close")), this.list);
    for (const name of ["foreign", "edited"]) {
      table.addEventListener(name, (event) => {
        const { text, change } = /** @type {CustomEvent} */ (event).detail;
        for (const one of this.found) if (one.check.paragraph === text && change) Object.assign(one, movedRange(one, change));
        this.#underlineSoon();
        if (table.paragraph(text)) this.later();
      });
    }
    for (const name of ["structure", "state"]) table.addEventListener(name, () => this.later());
    sheet.after.push(() => this.#underlineSoon());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "F7" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (isTyping(event.target) && !(event.target instanceof Element && event.target.closest("#paragraphs"))) return;
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    });
    options.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.show(false);
    });
    window.addEventListener("scroll", () => this.#settle(), { passive: true });
  }

  /** Keeps the list below the bar, which rises with the page until it sticks. */
  #settle() {
    if (this.isShown) this.options.place.style.insetBlockStart = `calc(${Math.max(0, this.options.bar.getBoundingClientRect().bottom)}px + var(--s3))`;
  }

  // Looking ----------------------------------------------------------------------------------------

  /** Looks again once it is quiet, or when typing goes on and on. */
  later(pause = QUIET_MS) {
    const now = Date.now();
    this.waiting ||= now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), Math.max(0, Math.min(pause, this.waiting + LONGEST_WAIT_MS - now)));
  }

  async look() {
    this.waiting = 0;
    const round = ++this.round;
    try {
      const { checks } = await read(`/api/drafts/${this.draft}/checks`);
      if (round !== this.round) return;
      this.#take(checks);
    } catch {
      // Without a connection what was found stays; the next change looks again.
    }
  }

  /** @param {Check[]} checks */
  #take(checks) {
    let early = false;
    /** @type {Map<string, number>} */
    const times = new Map();
    this.found = checks.flatMap((check) => {
      const text = this.table.texts.get(check.paragraph);
      if (!text || text.version !== check.version) {
        early ||= text !== undefined;
        return [];
      }
      let range = { start: check.start, end: check.end };
      for (const flight of text.flights) range = movedRange(range, flight.change);
      const same = `${check.paragraph} ${check.rule} ${mark(check.words)}`;
      const count = (times.get(same) ?? 0) + 1;
      times.set(same, count);
      return [{ check, key: count > 1 ? `${same} ${count}` : same, ...movedRange(range, text.buffer) }];
    });
    if (early) this.later(AGAIN_MS);
    this.draw();
  }

  /** Those that are not set aside and whose words still stand, in the order of the text. */
  get open() {
    return this.found.filter((one) => this.#stands(one) && !this.aside.has(one.key));
  }

  /** @param {PlacedCheck} one */
  #stands({ check, start, end }) {
    const text = this.table.texts.get(check.paragraph)?.shown;
    if (!text || this.table.paragraph(check.paragraph)?.deleted !== false) return false;
    if (end - start !== check.end - check.start) return false;
    return end - start !== check.words.length || wordsOf(text.slice(start, end)) === check.words;
  }

  // Drawing ----------------------------------------------------------------------------------------

  draw() {
    const { open } = this;
    const set = this.found.filter((one) => this.#stands(one) && this.aside.has(one.key)).length;
    this.options.counted(open.length, open.filter((one) => one.check.level === "error").length);
    fill(this.head, open.length ? `Checks (${open.length})` : "Checks");
    const focus = this.list.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    fill(this.list,
      open.length === 0 && h("p", { class: "muted" }, "Nothing departs from the rules of drafting that this tool knows."),
      this.#wholes(open),
      open.length > 0 && h("ol", {}, open.map((one) => this.#item(one))),
      set > 0 && h("p", { class: "aside" }, `${counted(set, "finding")} set aside on this device. `,
        h("button", { class: "link", type: "button", onclick: () => this.#setAside(null) }, "Show them again")),
      h("p", { class: "muted keys" }, "F7 and Shift F7 go from one to the next."));
    if (focus) (/** @type {HTMLElement | null} */ (this.list.querySelector(`[data-key="${CSS.escape(focus)}"]`)) ?? this.head).focus();
    this.#underlineSoon();
  }

  /** Kinds of which all may be mended at once. @param {PlacedCheck[]} open */
  #wholes(open) {
    if (!this.options.mayEdit) return null;
    /** @type {Map<number, PlacedCheck[]>} */
    const kinds = new Map();
    for (const one of open) {
      if (one.check.repair && !ONE_BY_ONE.has(one.check.rule)) kinds.set(one.check.rule, [...(kinds.get(one.check.rule) ?? []), one]);
    }
    const many = [...kinds.values()].filter((some) => some.length > 1);
    return many.length === 0 ? null : h("div", { class: "wholes row" }, many.map((some) => {
      const { rule = 0, name = "" } = some[0]?.check ?? {};
      return h("button", { class: "button", type: "button", "data-key": `all ${rule}`, "data-keeps-editing": true, onclick: () => void this.mendAll(rule) }, `Repair all ${some.length}: ${name}`);
    }));
  }

  /** @param {PlacedCheck} one */
  #item(one) {
    const { check, key } = one;
    const becomes = check.repair && check.becomes;
    const level = LEVELS.find(([name]) => name === check.level)?.[1] ?? "";
    return h("li", { class: `finding is-${check.level}${this.at === key ? " active" : ""}` },
      h("p", { class: "finding-where" }, h("span", { class: "level" }, level),
        h("button", { class: "link", type: "button", "data-key": `go ${key}`, "data-keeps-editing": true, onclick: () => this.go(one) }, check.label || "Opening words"),
        h("span", { class: "finding-name" }, check.name)),
      check.words && h("p", { class: "finding-words", dir: "auto" }, becomes ? [h("del", {}, check.words), " ", h("ins", {}, check.becomes)] : h("mark", {}, check.words)),
      h("p", { class: "finding-why" }, check.sentence, h("small", {}, ` Rule ${check.rule}: ${check.source}.`)),
      h("div", { class: "row" },
        this.options.mayEdit && check.repair && h("button", { class: "button", type: "button", "data-key": `mend ${key}`, "data-keeps-editing": true, onclick: () => void this.mend(one) },
          "Repair", h("span", { class: "said" }, ` “${check.words}” in ${check.label || "the opening words"}`)),
        h("button", { class: "button quiet", type: "button", "data-key": `aside ${key}`, "data-keeps-editing": true, title: "Set this finding aside, for you, on this device", onclick: () => this.#setAside(key) },
          "Not here", h("span", { class: "said" }, `: set aside “${check.words}” in ${check.label || "the opening words"}`))));
  }

  #underlineSoon() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.#underline();
    });
  }

  #underline() {
    const { open } = this;
    /** @type {Map<string, string>} */
    const worst = new Map();
    for (const [level = ""] of [...LEVELS].reverse()) for (const one of open) if (one.check.level === level) worst.set(one.check.paragraph, level);
    for (const [id, row] of this.sheet.rows) {
      const level = worst.get(id);
      if (level) row.element.dataset.check = level;
      else delete row.element.dataset.check;
    }
    if (!("highlights" in CSS)) return;
    for (const [level = ""] of LEVELS) {
      const ranges = open.filter((one) => one.check.level === level).map((one) => this.#range(one)).filter((range) => range !== null);
      CSS.highlights.set(`check-${level}`, new Highlight(...ranges));
    }
    const active = open.find((one) => one.key === this.at);
    const range = active && this.#range(active);
    CSS.highlights.set("check-active", range ? new Highlight(range) : new Highlight());
  }

  /** @param {PlacedCheck} one */
  #range({ check, start, end }) {
    const words = this.sheet.row(check.paragraph)?.words;
    if (!words) return null;
    const from = pointAt(words, start, false);
    const to = pointAt(words, end, true);
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return range;
  }

  // Going, mending, setting aside --------------------------------------------------------------------

  /** @param {boolean} on */
  show(on) {
    const { place, button } = this.options;
    const had = place.contains(document.activeElement);
    place.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    this.#settle();
    if (on) this.head.focus({ preventScroll: true });
    else if (had) button.focus();
  }

  get isShown() {
    return !this.options.place.hidden;
  }

  /** Goes to the next finding, or the one before. @param {1 | -1} way */
  step(way) {
    const { open } = this;
    if (open.length === 0) {
      announce("Nothing departs from the rules of drafting.");
      return;
    }
    const here = open.findIndex((one) => one.key === this.at);
    const next = open[here < 0 ? (way > 0 ? 0 : open.length - 1) : (here + way + open.length) % open.length];
    if (next) this.go(next);
  }

  /** @param {PlacedCheck} one */
  go(one) {
    const { check } = one;
    this.at = one.key;
    this.options.go(check.paragraph, one.start, one.end);
    this.sheet.row(check.paragraph)?.element.scrollIntoView({ block: "center" });
    announce(`${check.level}, ${check.label || "opening words"}: ${check.words} ${check.sentence}`);
    for (const item of this.list.querySelectorAll(".finding")) item.classList.toggle("active", item.querySelector("[data-key]")?.getAttribute("data-key") === `go ${this.at}`);
    this.list.querySelector(".finding.active")?.scrollIntoView({ block: "nearest" });
    this.#underlineSoon();
  }

  /** The same finding in what the server says now, once all that was typed in its paragraph is stored. @param {PlacedCheck} one @returns {Promise<PlacedCheck | null>} */
  async #now(one) {
    const { key } = one;
    const id = one.check.paragraph;
    if (!(await this.options.settled(id))) return null;
    const fits = () => this.found.find((other) => other.key === key && other.check.version === this.table.texts.get(id)?.version) ?? null;
    const found = fits();
    if (found) return found;
    await this.look();
    return fits();
  }

  /** @param {PlacedCheck} one */
  async mend(one) {
    const now = await this.#now(one);
    if (!now?.check.repair || this.table.texts.get(now.check.paragraph)?.pending) {
      announce("The words have just changed. Please look again.");
      await this.look();
      return;
    }
    this.#apply([now]);
    announce(`Repaired: ${now.check.becomes || now.check.words}`);
  }

  /** Mends all of one kind. @param {number} rule */
  async mendAll(rule) {
    for (const id of new Set(this.open.filter((one) => one.check.rule === rule).map((one) => one.check.paragraph))) {
      if (!(await this.options.settled(id))) {
        announce("This can be done once the connection is back.");
        return;
      }
    }
    await this.look();
    const all = this.open.filter((one) => one.check.rule === rule && one.check.repair && !this.table.texts.get(one.check.paragraph)?.pending);
    this.#apply(all);
    announce(`Repaired: ${all.length}`);
  }

  /** Makes the repairs in the text as one's own edits, one a paragraph. @param {PlacedCheck[]} all */
  #apply(all) {
    const done = new Set(all);
    this.found = this.found.filter((one) => !done.has(one));
    for (const id of new Set(all.map((one) => one.check.paragraph))) {
      const some = all.filter((one) => one.check.paragraph === id).sort((a, b) => b.start - a.start);
      let change = new Delta();
      let before = Infinity;
      // From the end, so that what stands before keeps its place; what overlaps waits for the next look.
      for (const one of some) {
        if (one.end > before && one.start !== before) continue;
        before = one.start;
        change = change.compose(new Delta(one.check.repair ?? []));
      }
      this.options.edit(id, change);
    }
    this.draw();
  }

  /** Sets a finding aside, for this person on this device; null: takes all back. @param {string | null} key */
  #setAside(key) {
    if (key === null) this.aside.clear();
    else this.aside.add(key);
    try {
      localStorage.setItem(this.kept, JSON.stringify([...this.aside]));
    } catch {
      // A browser that keeps nothing sets aside until the page is left.
    }
    this.draw();
  }
}

/** @param {Delta} text */
const wordsOf = (text) => text.ops.map((op) => (typeof op.insert === "string" ? op.insert : "*")).join("");

/** A mark by which words are known again, and from which nobody reads them: it is kept in the browser beyond the
 * session. @param {string} words */
function mark(words) {
  let sum = 0x811c9dc5;
  for (let at = 0; at < words.length; at += 1) sum = Math.imul(sum ^ words.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(36);
}

/** @param {string} kept @returns {Set<string>} */
function asideOf(kept) {
  try {
    return new Set(JSON.parse(localStorage.getItem(kept) ?? "[]"));
  } catch {
    return new Set();
  }
}

/** The point of the page that stands at a position of an element's words, in units. @param {HTMLElement} root
 * @param {number} at @param {boolean} ends whether it is the end of a stretch rather than its beginning */
function pointAt(root, at, ends) {
  /** @type {{node: Node, offset: number} | null} */
  let last = null;
  let left = at;
  /** @param {Node} node @returns {{node: Node, offset: number} | null} */
  const walk = (node) => {
    if (node.nodeType === 3) {
      const length = node.nodeValue?.length ?? 0;
      if (left < length || (left === length && ends)) return { node, offset: left };
      left -= length;
      last = { node, offset: length };
      return null;
    }
    if (node instanceof Element && node.matches("[data-caret], del")) return null;
    if (node instanceof Element && node.matches("sup.note")) {
      const parent = /** @type {Node} */ (node.parentNode);
      const place = [...parent.childNodes].indexOf(node);
      if (left === 0 && !ends) return { node: parent, offset: place };
      left -= 1;
      last = { node: parent, offset: place + 1 };
      return left === 0 && ends ? last : null;
    }
    for (const child of node.childNodes) {
      const found = walk(child);
      if (found) return found;
    }
    return null;
  };
  /** @type {{node: Node, offset: number} | null} */
  const found = walk(root);
  return found ?? (left === 0 ? last : null);
}
