// @ts-check
// The table of States: rows that are made once, ordered, filtered and put together, walked by keys, and redrawn one by
// one as news of them comes.

import { groupOf, mark, meant, named, ORDER, PARTIES, percent, plain, RISK, small, sponsors, STATES, talking, unsettled, voted, voteOf, VOTES } from "./board_words.js";
import { append, counted, day, fill, get, h } from "./dom.js";

const PAGE = 12;
const rank = (/** @type {string[]} */ order, /** @type {string} */ one) => (order.indexOf(one) + 99) % 99;
const word = (/** @type {string | null | undefined} */ vote) => VOTES[vote ?? ""] ?? "no vote";

/** Which States are shown. @type {Record<string, (row: BoardRow, table: BoardTable) => unknown>} */
const SHOWS = {
  "": () => true,
  sponsors, unsettled, talking,
  missing: (row) => row.target && !sponsors(row),
  targets: (row) => row.target,
  waiting: (row) => row.pending.length || row.sponsorship.state === "awaiting",
  conditions: (row) => row.conditions.length,
  broken: (row) => row.conditions.some((one) => !one.holds),
  actions: (row) => row.action,
  late: (row) => row.action?.late,
  override: (row) => row.expected?.override,
  against: (row) => /^[NA]$/.test(voteOf(row)),
  absent: (row) => row.expected && (voteOf(row) === "absent" || row.expected.absence >= RISK),
  parties: (row) => row.party === "state_party" && !sponsors(row),
  table: (row) => row.on_draft,
  chosen: (row, table) => table.chosen.has(row.delegation),
};

/** What they are put together by: its words, and its place. @type {Record<string, (row: BoardRow) => [string, number]>} */
const BANDS = {
  group: (row) => [row.group || "Of no group", row.group ? 0 : 1],
  party: (row) => [PARTIES[row.party ?? ""] || "Not Party", rank(Object.keys(PARTIES), row.party ?? "")],
  sponsorship: (row) => [row.sponsorship.words, rank(STATES, row.sponsorship.state)],
  expected: (row) => [`Expected: ${word(voteOf(row))}`, rank(ORDER, voteOf(row))],
};

/** Each column: what it is sorted by, and what a State's cell holds.
 * @type {Record<string, {sort: (row: BoardRow) => string | number, cell: (row: BoardRow, years: BoardData["predecessors"]) => any}>} */
const COLUMNS = {
  group: { sort: (row) => row.group + row.party, cell: (row) => [groupOf(row.group), " ", small(PARTIES[row.party ?? ""])] },
  record: {
    sort: (row) => row.record.map((vote) => rank(ORDER, vote ?? "")).reverse().join(),
    cell: (row, years) => [h("span", { class: "marks" }, years.map(({ short }, at) => {
      const sponsored = row.sponsored.includes(short);
      return mark(row.record[at], sponsored ? " sponsored" : "", `${short}: ${word(row.record[at])}${sponsored ? ", sponsored" : ""}`);
    })), h("span", { class: "said" }, years.map(({ short }, at) => `${short} ${word(row.record[at])}`).join(", "))],
  },
  expected: {
    sort: (row) => rank(ORDER, voteOf(row)) + 1 - (row.expected?.absence ?? 0),
    cell: ({ votes, expected: e }) => (votes ? e && [voted(e.vote), " ", small(e.override ? "our word" : e.confidence < 1 - RISK && percent(e.confidence), e.vote !== "absent" && e.absence >= RISK && ` absent ${percent(e.absence)}`)] : small("no vote")),
  },
  sponsored: { sort: (row) => -row.sponsored.length, cell: ({ sponsored: all }) => all.length > 0 && h("span", { title: all.join(", ") }, all.slice(-2).join(", "), all.length > 2 && small(` of ${all.length}`)) },
  sponsorship: {
    sort: (row) => Number(unsettled(row)) + rank(STATES, row.sponsorship.state) * 2 + (row.sponsorship.since ?? ""),
    cell: ({ sponsorship: s }) => s.state !== "not_approached" && [
      h("span", { class: `stand is-${s.state}` }, s.words, s.capacity === "co" ? "" : `, ${s.capacity}`),
      small(s.version && !s.settled && h("b", { class: "hourglass" }, h("i", {}), s.answer ? "not yet, was for " : "for ", s.version.name, " "), s.since && "since ", s.since && day(s.since), s.settled && s.version && `, for ${s.version.name}`),
    ],
  },
  conditions: { sort: (row) => -row.conditions.reduce((sum, one) => sum + (one.holds ? 1 : 99), 0), cell: (row) => row.conditions.map((one) => h("span", { class: "of-each" }, h(one.holds ? "span" : "s", { class: one.holds ? null : "broken" }, one.words), !one.holds && small(" broken"))) },
  pending: { sort: (row) => row.pending.map((one) => one.due ?? one.since ?? "").sort()[0] ?? "~", cell: (row) => row.pending.map((one) => h("span", { class: "of-each" }, one.label || one.subject, " ", small(one.since && "since ", one.since && day(one.since), one.due && ", due ", one.due && day(one.due)))) },
  contact: { sort: (row) => row.contact?.on ?? "", cell: ({ contact: c }) => c && [h("span", { class: "clip", title: c.said }, c.said || c.who), small(day(c.on), c.channel && `, ${c.channel}`, c.who && c.said && `, ${c.who}`)] },
  action: { sort: (row) => row.action?.due ?? "~", cell: ({ action: a }) => a && [h("span", { class: "clip", title: a.what }, a.what), h("small", { class: a.late ? "late" : null }, a.owner_name, a.due && (a.late ? ", was due " : ", by "), a.due && day(a.due))] },
};

/** Tells "open" (a State's id) and "choose" (what is selected has changed). */
export class BoardTable extends EventTarget {
  /** @param {HTMLElement} place */
  constructor(place) {
    super();
    this.place = place;
    /** @type {Map<string, BoardRow>} */
    this.rows = new Map();
    /** @type {Map<string, HTMLTableRowElement>} */
    this.lines = new Map();
    /** @type {BoardData["predecessors"]} */
    this.years = [];
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** The ids that are shown, in their order. @type {string[]} */
    this.shown = [];
    /** The row that Tab comes to. */
    this.at = "";
    this.looks = { search: "", show: "", region: "", by: "" };
    this.sorted = { key: "name", down: false };
    this.head = get("thead", place);
    this.keys = [...this.head.querySelectorAll("th")].map((one) => one.dataset.key ?? "").slice(1);
    const all = /** @type {HTMLInputElement} */ (get("#all", place));
    this.all = all;
    const idOf = (/** @type {Event} */ event) => meant(event, "tr")?.dataset.id;
    place.addEventListener("focusin", (event) => this.#stand(idOf(event) ?? this.at));
    place.addEventListener("click", (event) => {
      if (meant(event, ".sorter")) this.sort(meant(event, "th")?.dataset.key ?? "");
      if (meant(event, ".state")) this.dispatchEvent(new CustomEvent("open", { detail: idOf(event) }));
    });
    place.addEventListener("change", (event) => {
      const id = idOf(event);
      this.choose(id ? [id] : this.shown, /** @type {HTMLInputElement} */ (event.target).checked);
      if (id) this.focus(id);
    });
    place.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} show */
  count(show) {
    return [...this.rows.values()].filter((row) => SHOWS[show]?.(row, this)).length;
  }

  /** @param {BoardData} board */
  begin({ rows, predecessors }) {
    const again = JSON.stringify(predecessors) !== JSON.stringify(this.years);
    this.years = predecessors;
    const before = new Map(this.rows);
    this.rows.clear();
    for (const row of rows) this.rows.set(row.delegation, row);
    let news = again;
    for (const row of rows) {
      const old = before.get(row.delegation);
      if (again || !old || JSON.stringify(old) !== JSON.stringify(row)) news = this.#draw(row, Boolean(old)) || news;
    }
    if (news) this.arrange();
  }

  /** News of one State. Its row stays where it stands, so that nothing moves beneath one's eyes, and comes in when it
   * now belongs to what is shown. @param {BoardRow} row */
  told(row) {
    this.rows.set(row.delegation, row);
    this.#draw(row, true);
    if (!this.shown.includes(row.delegation) && this.#belongs(row)) this.arrange();
  }

  /** @param {BoardRow} row @param {boolean} fresh @returns {boolean} whether its line is a new one */
  #draw(row, fresh) {
    let line = this.lines.get(row.delegation);
    const made = !line;
    if (!line) {
      line = h("tr", { "data-id": row.delegation },
        h("th", { scope: "row" }, h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select ${row.name}` }), h("button", { type: "button", class: "state", tabindex: "-1" }, row.name), h("b", { class: "target", title: "A target", hidden: true }, "◎", h("span", { class: "said" }, " target"))),
        this.keys.map((key) => h("td", { class: `of-${key}`, "data-label": get(`[data-key=${key}]`, this.head).textContent })));
      this.lines.set(row.delegation, line);
    }
    get(".target", line).hidden = !row.target;
    line.classList.toggle("off-draft", !row.on_draft);
    this.keys.forEach((key, at) => {
      const cell = /** @type {HTMLElement} */ (line?.cells[at + 1]);
      const before = cell.textContent;
      fill(cell, COLUMNS[key]?.cell(row, this.years));
      // What has just changed is tinted for a while.
      cell.classList.toggle("fresh", fresh && cell.textContent !== before);
    });
    return made;
  }

  /** @param {BoardRow} row */
  #belongs(row) {
    const { search, show, region } = this.looks;
    return SHOWS[show]?.(row, this) && (!region || row.group === region) && (!search || named(row, search) || plain(this.lines.get(row.delegation)?.textContent ?? "").includes(plain(search)));
  }

  /** @param {Partial<BoardTable["looks"]>} looks */
  look(looks) {
    Object.assign(this.looks, looks);
    this.arrange();
  }

  /** @param {string} key */
  sort(key) {
    this.sorted = { key, down: this.sorted.key === key && !this.sorted.down };
    this.arrange();
  }

  /** Puts the rows in their order. The focus stays where it was. */
  arrange() {
    const focus = this.place.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    const { key, down } = this.sorted;
    const column = COLUMNS[key];
    // The server sends them in the order of their printed names.
    const rows = [...this.rows.values()].filter((row) => this.#belongs(row));
    if (column) rows.sort((a, b) => (column.sort(a) < column.sort(b) ? -1 : Number(column.sort(a) > column.sort(b))));
    if (down) rows.reverse();
    for (const cell of this.head.querySelectorAll("th")) {
      if (cell.dataset.key === key) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    /** @type {Map<string, {at: number, rows: BoardRow[]}>} */
    const bands = new Map();
    for (const row of rows) {
      const [words, at] = BANDS[this.looks.by]?.(row) ?? ["", 0];
      const band = bands.get(words) ?? { at, rows: [] };
      band.rows.push(row);
      bands.set(words, band);
    }
    const span = this.keys.length + 1;
    const sorted = [...bands].sort((a, b) => a[1].at - b[1].at || (a[0] < b[0] ? -1 : 1));
    this.shown = sorted.flatMap(([, band]) => band.rows.map((row) => row.delegation));
    this.place.replaceChildren(this.head, ...sorted.map(([words, band]) => h("tbody", {},
      words && h("tr", { class: "band" }, h("th", { scope: "rowgroup", colspan: span }, h("div", {}, words, this.#sum(band.rows)))), band.rows.map((row) => this.lines.get(row.delegation)))));
    if (!rows.length) append(this.place, [h("tbody", {}, h("tr", {}, h("td", { class: "none", colspan: span }, "No State answers to this.")))]);
    if (!this.shown.includes(this.at)) this.#stand(this.shown[0] ?? "");
    if (focus && focus !== document.activeElement) {
      if (focus.isConnected) focus.focus({ preventScroll: true });
      else this.focus(this.at);
    }
    this.#ticks();
  }

  /** @param {BoardRow[]} rows */
  #sum(rows) {
    return small(`${counted(rows.length, "State")}, ${counted(rows.filter(sponsors).length, "sponsor")}`, ...ORDER.map((vote) => {
      const many = rows.filter((row) => voteOf(row) === vote).length;
      return many > 0 && h("span", {}, mark(vote), many, h("span", { class: "said" }, ` ${VOTES[vote]}`));
    }));
  }

  // Walking and choosing -------------------------------------------------------------------------

  /** @param {string} id */
  #stand(id) {
    this.lines.get(this.at)?.querySelector(".state")?.setAttribute("tabindex", "-1");
    this.at = id;
    this.lines.get(id)?.querySelector(".state")?.setAttribute("tabindex", "0");
  }

  /** @param {string} id */
  focus(id) {
    /** @type {HTMLElement | null | undefined} */ (this.lines.get(id)?.querySelector(".state"))?.focus();
  }

  /** Marks the row whose State stands open. @param {string} id */
  mark(id) {
    for (const [other, line] of this.lines) line.toggleAttribute("aria-current", other === id);
  }

  /** @param {string[]} ids @param {boolean} [on] without it: the other way */
  choose(ids, on) {
    for (const id of ids) {
      if (on ?? !this.chosen.has(id)) this.chosen.add(id);
      else this.chosen.delete(id);
    }
    this.#ticks();
    this.dispatchEvent(new Event("choose"));
  }

  #ticks() {
    for (const [id, line] of this.lines) {
      /** @type {HTMLInputElement} */ (line.querySelector("input")).checked = this.chosen.has(id);
      line.classList.toggle("is-chosen", this.chosen.has(id));
    }
    const many = this.shown.filter((id) => this.chosen.has(id)).length;
    this.all.checked = many > 0 && many === this.shown.length;
    this.all.indeterminate = many > 0 && many < this.shown.length;
  }

  /** The row that those letters name best, of those that are shown. @param {string} typed */
  best(typed) {
    const good = this.shown.map((id) => named(/** @type {BoardRow} */ (this.rows.get(id)), typed));
    return this.shown[good.indexOf(Math.max(...good))] ?? "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !meant(event, "tbody")) return;
    const at = this.shown.indexOf(this.at);
    const last = this.shown.length - 1;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: last, PageDown: at + PAGE, PageUp: at - PAGE }[key];
    if (to !== undefined) {
      const id = this.shown[Math.max(0, Math.min(last, to))] ?? "";
      if (event.shiftKey) this.choose([this.at, id], true);
      this.focus(id);
    } else if (key === "x") this.choose([this.at]);
    else return;
    event.preventDefault();
  }
}
