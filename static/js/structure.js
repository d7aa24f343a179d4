// @ts-check
// The paragraph menu and the deeds of structure: insert, delete, restore, move, split, merge, change
// kind, undo.

import { post, read, Refused } from "./api.js";
import { words } from "./delta.js";
import { dialog, field, menu } from "./dialogs.js";
import { announce, h, newId, when } from "./dom.js";

export const KINDS = [
  ["preambular", "Preambular paragraph"],
  ["operative", "Operative paragraph"],
  ["sub", "Sub-paragraph"],
  ["heading", "Heading"],
  ["annex", "Annex heading"],
  ["annex_text", "Paragraph of the annex"],
  ["annex_item", "Numbered paragraph of the annex"],
];

export class Structure {
  /** @param {string} draft @param {Table} table @param {() => Editor | null} editor
   * @param {StructureOptions} options */
  constructor(draft, table, editor, options) {
    this.draft = draft;
    this.table = table;
    this.editor = editor;
    this.options = options;
    /** The deed before the next one. @type {Promise<any>} */
    this.turn = Promise.resolve();
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-menu]") : null;
      if (button instanceof HTMLElement && button.dataset.menu) this.open(button, button.dataset.menu);
    });
  }

  /** Does a deed, after those asked for before it, and makes it on the table at once; gives what the
   * server answered, or null. @param {string} kind @param {object} fields @returns {Promise<any>} */
  deed(kind, fields) {
    const id = newId();
    // Noted before it is done: Ctrl Z may come sooner than the answer.
    if (kind !== "undo") this.editor()?.undo.noteDeed(id);
    const turn = this.turn.then(async () => {
      // What was typed before it must not come after it.
      await this.options.settled();
      return this.#do(id, kind, fields);
    });
    this.turn = turn.catch(() => null);
    return turn;
  }

  /** @param {string} id @param {string} kind @param {object} fields */
  async #do(id, kind, fields) {
    for (let tries = 0; ; tries += 1) {
      try {
        const done = await post(`/api/drafts/${this.draft}/deeds`, { id, kind, ...fields });
        if (done.paragraphs) this.table.deed(done);
        else this.table.catchUpNow();
        announce(done.deed.summary);
        return done;
      } catch (error) {
        // Whether it arrived is not known: the same id makes asking again harmless.
        if (error instanceof Refused && error.offline && tries < 2) continue;
        this.editor()?.undo.forgetDeed(id);
        this.options.trouble(error instanceof Error ? error.message : String(error));
        return null;
      }
    }
  }

  /** @param {HTMLElement} button @param {string} id */
  open(button, id) {
    const paragraph = this.table.paragraph(id);
    if (!paragraph) return;
    const name = paragraph.label || "the opening words";
    const { may, comment, history } = this.options;
    const edit = may.has("edit_text");
    const formula = paragraph.kind === "formula";
    const order = this.table.paragraphs;
    const at = order.findIndex((one) => one.id === id);
    /** @type {Choice[]} */
    const items = [];
    if (may.has("comment")) items.push({ label: `Comment on ${name}`, act: () => comment(id), hint: edit ? "Ctrl Alt M" : "" });
    items.push({ label: `History of ${name}`, act: () => history(id) }, null);
    if (edit && paragraph.deleted) {
      items.push({ label: `Restore ${name}`, act: () => void this.deed("restore", { paragraph: id }) });
    } else if (edit) {
      const kind = formula ? "preambular" : paragraph.kind;
      items.push({ label: "Insert paragraph after", act: () => void this.insert(id, kind, paragraph.level) });
      if (!formula) items.push({ label: "Insert paragraph before", act: () => void this.insert(before(order, at), kind, paragraph.level) });
      if (["preambular", "operative", "sub", "annex_item"].includes(paragraph.kind) && paragraph.level < 3) {
        items.push({ label: "Insert sub-paragraph", act: () => void this.insert(id, "sub", paragraph.level + 1) });
      }
      items.push(null);
      const { view, id: mounted } = this.editor() ?? {};
      if (view && mounted === id && !formula) {
        const place = view.state.selection.head;
        items.push({ label: "Split at the caret", act: () => void this.editor()?.splitAt(id, place), hint: "Enter" });
      }
      if (!formula) {
        items.push({ label: "Merge with the one before", act: () => void this.merge(id) });
        items.push({ label: "Move up", act: () => void this.shift(id, -1) }, { label: "Move down", act: () => void this.shift(id, 1) });
        items.push({ label: "Move to …", act: () => this.moveTo(paragraph) }, { label: "Change kind …", act: () => this.changeKind(paragraph) });
        items.push(null, { label: `Delete ${name}`, danger: true, act: () => void this.deed("delete", { paragraph: id }) });
      }
    }
    items.push(...this.options.more(paragraph));
    if (edit) items.push(null, { label: "Undo a change of structure …", act: () => void this.undoLast() });
    menu(button, items);
  }

  /** @param {string | null} after @param {string} kind @param {number} level */
  async insert(after, kind, level) {
    const known = new Set(this.table.paragraphs.map((one) => one.id));
    const done = await this.deed("insert", { after, paragraph_kind: kind, level, ops: [] });
    const fresh = done?.paragraphs?.find((/** @type {Paragraph} */ one) => !known.has(one.id));
    if (fresh) this.editor()?.mount(fresh.id, 0);
  }

  /** @param {string} id */
  async merge(id) {
    const editor = this.editor();
    if (editor && !(await editor.around.settled(id))) {
      this.options.trouble("Paragraphs can be merged once the connection is back.");
      return;
    }
    await this.deed("merge", { paragraph: id });
  }

  /** @param {string} id @param {-1 | 1} way */
  async shift(id, way) {
    const order = this.table.paragraphs;
    const at = order.findIndex((one) => one.id === id);
    const one = order[at];
    if (!one) return;
    const end = groupEnd(order, at);
    const beside = (/** @type {Paragraph} */ other) => other.level <= one.level && !other.deleted;
    let after;
    if (way < 0) {
      let to = at - 1;
      while (to > 0 && !beside(/** @type {Paragraph} */ (order[to]))) to -= 1;
      if (to <= 0) return;
      after = order[to - 1]?.id ?? null;
    } else {
      let to = end;
      while (to < order.length && !beside(/** @type {Paragraph} */ (order[to]))) to += 1;
      if (to >= order.length) return;
      after = order[groupEnd(order, to) - 1]?.id ?? null;
    }
    await this.deed("move", { paragraph: id, after });
  }

  /** The places where a paragraph may be moved. @param {Paragraph} paragraph */
  places(paragraph) {
    const select = h("select", { name: "after", size: "10" });
    for (const other of this.table.paragraphs) {
      if (other.id === paragraph.id || other.deleted) continue;
      select.append(h("option", { value: other.id }, `After ${this.opening(other)}`));
    }
    select.selectedIndex = 0;
    return select;
  }

  /** @param {Paragraph} paragraph */
  moveTo(paragraph) {
    const select = this.places(paragraph);
    dialog({
      title: `Move ${paragraph.label}`, body: [field("To stand", select)], action: "Move",
      act: async () => {
        await this.deed("move", { paragraph: paragraph.id, after: select.value });
      },
    });
  }

  /** @param {Paragraph} paragraph */
  changeKind(paragraph) {
    const kind = h("select", { name: "kind" }, KINDS.map(([value, name]) => h("option", { value, selected: value === paragraph.kind }, name)));
    const level = h("select", { name: "level" }, [1, 2, 3].map((n) =>
      h("option", { value: n, selected: n === paragraph.level }, ["(a), (b) …", "(i), (ii) …", "a., b. …"][n - 1])));
    const levels = field("Counted as", level);
    const show = () => {
      levels.hidden = kind.value !== "sub";
    };
    kind.addEventListener("change", show);
    show();
    dialog({
      title: `Change the kind of ${paragraph.label}`, body: [field("Kind", kind), levels], action: "Change",
      act: async () => {
        const sub = kind.value === "sub";
        await this.deed("change_kind", { paragraph: paragraph.id, paragraph_kind: kind.value, level: sub ? Number(level.value) : 0 });
      },
    });
  }

  async undoLast() {
    let deeds;
    try {
      ({ deeds } = await read(`/api/drafts/${this.draft}/deeds`));
    } catch (error) {
      this.options.trouble(error instanceof Error ? error.message : String(error));
      return;
    }
    const list = h("ul", { class: "deeds" }, deeds.slice(0, 20).map((/** @type {any} */ deed) =>
      h("li", {}, h("span", {}, h("strong", {}, deed.summary), " ", h("span", { class: "muted" }, `${deed.by}, `, when(deed.at), deed.undone && ", undone")),
        deed.may_undo && h("button", { type: "button", class: "button", onclick: async () => {
          box.close();
          await this.deed("undo", { deed: deed.id });
        }, "aria-label": `Undo: ${deed.summary}` }, "Undo"))));
    const box = dialog({
      title: "Changes of structure", wide: true,
      body: [deeds.length ? list : h("p", {}, "Nothing has been inserted, deleted, moved, split or merged yet.")],
    });
  }

  /** A paragraph in few words. @param {Paragraph} paragraph */
  opening(paragraph) {
    const text = this.table.texts.get(paragraph.id);
    const said = text ? words(text.shown).slice(0, 48) : "";
    return `${paragraph.label}${paragraph.label && said ? ": " : ""}${said}${said.length === 48 ? "…" : ""}`;
  }
}

/** @param {Paragraph[]} order @param {number} at */
const before = (order, at) => order[at - 1]?.id ?? null;

/** The place behind a paragraph and all that stands beneath it. @param {Paragraph[]} order @param {number} at */
function groupEnd(order, at) {
  const level = order[at]?.level ?? 0;
  let end = at + 1;
  while (end < order.length && order[end]?.kind === "sub" && (order[end]?.level ?? 0) > level) end += 1;
  return end;
}
