// @ts-check
// Typing: one small ProseMirror view, mounted on the paragraph that has the focus.

import { Delta, isEmpty, kindOf, words as plainWords } from "./delta.js";
import { announce, h } from "./dom.js";
import { keymap } from "./keys.js";
import { apply, fromHtml, fromPlain, isStorable, PARAGRAPH, toChange, toDoc, toText } from "./line.js";
import { NoteEditor, NoteView } from "./notes.js";
import { Undo } from "./undo.js";
import { Decoration, DecorationSet, EditorState, EditorView, TextSelection } from "./vendor.js";
import { offsetIn } from "./words.js";

const LONGEST = 100_000;
const COMPOSED_MS = 80;

export class Editor extends EventTarget {
  /** @param {Texts} table @param {Rows} sheet @param {AroundEditor} around */
  constructor(table, sheet, around) {
    super();
    this.table = table;
    this.sheet = sheet;
    this.around = around;
    this.undo = new Undo();
    /** @type {EditorView | null} */
    this.view = null;
    /** @type {string | null} */
    this.id = null;
    this.note = new NoteEditor(this);
    /** Where the caret goes once a deed of structure is done. @type {{text: string, at: number} | null} */
    this.going = null;
    /** What others did while an input method composes: shown after it. */
    this.held = new Delta();
    /** The texts in the order in which they stood. */
    this.order = sheet.order();
    this.ended = new AbortController();
    this.#listen();
  }

  /** Lets go of the page: for an editor that is needed for a while. */
  end() {
    this.unmount();
    this.note.end();
    this.ended.abort();
  }

  /** The text whose words an element shows. @param {Element | null | undefined} words */
  #idOf(words) {
    const id = words?.closest("[data-id]")?.getAttribute("data-id");
    return id && this.sheet.row(id)?.words === words ? id : null;
  }

  #listen() {
    const place = this.sheet.place;
    let pointer = false;
    place.addEventListener("pointerdown", () => {
      pointer = true;
    });
    // A drag may end anywhere on the page. With the click the selection stands, and whoever types at
    // once after it types in the editor; where no click follows, the next turn will do.
    let due = false;
    const mount = () => {
      if (due) this.#mountAtSelection();
      due = false;
    };
    const { signal } = this.ended;
    document.addEventListener("pointerup", (event) => {
      if (!pointer) return;
      pointer = false;
      due = event.button === 0;
      setTimeout(mount);
    }, { signal });
    document.addEventListener("click", mount, { capture: true, signal });
    place.addEventListener("focusin", (event) => {
      const words = event.target;
      if (pointer || !(words instanceof HTMLElement) || !words.matches(".words[role=textbox]")) return;
      const id = this.#idOf(words);
      if (id && id !== this.id) this.mount(id, 0);
    });
    place.addEventListener("focusout", (event) => {
      const { view } = this;
      if (!view || !(event.target instanceof Node) || !view.dom.contains(event.target)) return;
      // A footnote's mark within the words takes the focus for itself.
      if (event.relatedTarget instanceof Node && view.dom.contains(event.relatedTarget)) return;
      this.#blurred(event);
    });
    place.addEventListener("click", (event) => {
      const mark = event.target instanceof Element ? event.target.closest("sup.note:not(del sup)") : null;
      const id = this.#idOf(mark?.closest(".words"));
      if (!mark || !id || !this.sheet.mayEdit(id)) return;
      event.preventDefault();
      const at = this.#noteAt(id, mark);
      if (this.id !== id) this.mount(id, at);
      this.note.open(id, at);
    });
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) =>
      this.table.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal });
    on("foreign", (detail) => this.#foreign(detail));
    on("split", (detail) => this.#split(detail));
    on("merge", (detail) => this.#merge(detail));
    on("structure", () => this.#structure());
    on("state", () => {
      if (this.view && this.id) this.#resync();
    });
  }

  /** @param {string} id @param {Element} mark */
  #noteAt(id, mark) {
    const row = this.sheet.row(id);
    return row && mark.parentNode
      ? (offsetIn(row.words, mark.parentNode, [...mark.parentNode.childNodes].indexOf(/** @type {ChildNode} */ (mark))) ?? 0)
      : 0;
  }

  #mountAtSelection() {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0) return;
    const of = (/** @type {Node | null} */ node) =>
      (node instanceof Element ? node : node?.parentElement)?.closest(".words[role=textbox]") ?? null;
    const words = of(selection.anchorNode);
    if (!words || words !== of(selection.focusNode) || !this.sheet.place.contains(words)) return;
    const id = this.#idOf(words);
    if (!id || id === this.id || !this.sheet.mayEdit(id) || !selection.anchorNode || !selection.focusNode) return;
    const anchor = offsetIn(words, selection.anchorNode, selection.anchorOffset) ?? 0;
    const head = offsetIn(words, selection.focusNode, selection.focusOffset) ?? anchor;
    this.mount(id, anchor, head);
  }

  // Mounting ---------------------------------------------------------------------------------------

  /** Makes a paragraph the one that is edited. @param {string} id @param {number} anchor @param {number} [head] */
  mount(id, anchor, head = anchor) {
    const row = this.sheet.row(id);
    const text = this.table.texts.get(id);
    if (!row || !text || !this.sheet.mayEdit(id)) return false;
    if (this.view && this.id === id) {
      const size = this.view.state.doc.content.size;
      const tr = this.view.state.tr;
      this.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, Math.min(anchor, size), Math.min(head, size))));
      this.view.focus();
      return true;
    }
    this.unmount();
    const doc = toDoc(PARAGRAPH, text.shown);
    const size = doc.content.size;
    const state = EditorState.create({
      doc,
      selection: TextSelection.create(doc, Math.min(anchor, size), Math.min(head, size)),
      plugins: [this.#keys()],
    });
    this.id = id;
    this.sheet.mounted = id;
    // The view must see the focus come, or it would not know that it has it.
    if (document.activeElement === row.words) row.words.blur();
    row.words.replaceChildren();
    row.words.classList.remove("empty");
    row.element.classList.add("editing");
    this.view = new EditorView({ mount: row.words }, {
      state,
      dispatchTransaction: (/** @type {Transaction} */ tr) => this.#dispatch(tr),
      editable: () => this.around.stopped() === null && text.refused === null,
      decorations: () => this.decorations,
      nodeViews: { note: (/** @type {any} */ node) => new NoteView(node) },
      attributes: { class: "words" },
      clipboardTextSerializer: (/** @type {any} */ slice) => plainWords(toText(slice.content)),
      handleClickOn: (/** @type {any} */ _view, /** @type {number} */ pos, /** @type {any} */ node) => {
        if (node.type.name !== "note") return false;
        this.note.open(id, pos);
        return true;
      },
      // Before ProseMirror reads what is pasted, styles and all.
      handleDOMEvents: {
        paste: (/** @type {any} */ _view, /** @type {ClipboardEvent} */ event) => {
          event.preventDefault();
          return this.#paste(event.clipboardData);
        },
        drop: (/** @type {any} */ _view, /** @type {DragEvent} */ event) => this.#drop(event),
        // Typing over a selection: the browser would give the new letters the looks of the old by inline styles.
        beforeinput: (/** @type {any} */ view, /** @type {InputEvent} */ event) => {
          const now = document.getSelection();
          if (event.inputType !== "insertText" || !event.data || !now || now.isCollapsed || view.composing) return false;
          event.preventDefault();
          const [from = 0, to = 0] = [view.posAtDOM(now.anchorNode, now.anchorOffset), view.posAtDOM(now.focusNode, now.focusOffset)].sort((one, two) => one - two);
          view.dispatch(view.state.tr.insertText(event.data, from, to));
          return true;
        },
        dragstart: (/** @type {any} */ _view, /** @type {DragEvent} */ event) => {
          event.preventDefault();
          return true;
        },
        // Once ProseMirror has read what was composed.
        compositionend: () => {
          setTimeout(() => this.#release(), COMPOSED_MS);
          return false;
        },
        focus: () => {
          this.#tellCaret();
          return false;
        },
      },
    });
    this.#decorate();
    this.view.focus();
    this.sheet.number();
    this.#tellCaret();
    this.dispatchEvent(new CustomEvent("mounted", { detail: id }));
    return true;
  }

  /** Ends editing; the paragraph is drawn as the others are. */
  unmount() {
    if (!this.view || !this.id) return;
    const id = this.id;
    const row = this.sheet.row(id);
    this.note.close();
    this.undo.rest();
    this.view.destroy();
    this.view = null;
    this.held = new Delta();
    this.id = null;
    this.sheet.mounted = null;
    if (row) {
      // A new element: whatever the view and the browser have set on the old one goes with it.
      const fresh = h("div", { class: "words", dir: "auto" });
      if (row.words.dataset.number) fresh.dataset.number = row.words.dataset.number;
      row.words.replaceWith(fresh);
      row.words = fresh;
      row.element.classList.remove("editing");
      this.sheet.renew(id);
    }
    this.around.onCaret(null, 0, 0);
    this.dispatchEvent(new CustomEvent("mounted", { detail: null }));
  }

  /** @param {FocusEvent} event */
  #blurred(event) {
    if (!document.hasFocus()) return;
    const to = event.relatedTarget;
    if (to instanceof Element && to.closest("[data-keeps-editing]")) return;
    const view = this.view;
    // Not at once: a view must not be destroyed while it handles its own event.
    setTimeout(() => {
      if (this.view === view && view && !this.note.isOpen && document.hasFocus()) {
        const active = document.activeElement;
        if (!view.dom.contains(active) && !active?.closest("[data-keeps-editing]")) this.unmount();
      }
    });
  }

  /** Lets the view ask again whether it may be typed in. */
  refresh() {
    if (!this.view?.composing) this.view?.setProps({});
    this.#decorate();
  }

  // What is typed ----------------------------------------------------------------------------------

  /** @param {Transaction} tr */
  #dispatch(tr) {
    const { view, id } = this;
    if (!view || !id) return;
    if (!tr.docChanged || tr.getMeta("foreign")) {
      view.updateState(view.state.apply(tr));
      this.#tellCaret();
      return;
    }
    if (!isStorable(tr)) {
      view.updateState(view.state); // The view draws its own state again: what came in is gone.
      return;
    }
    const typed = toChange(tr);
    const change = this.held.transform(typed, true);
    const before = this.table.text(id).shown;
    if (before.length() + change.length() > LONGEST + 2 * change.length() || tr.doc.content.size > LONGEST) {
      announce("A paragraph holds at most 100,000 characters.");
      view.updateState(view.state);
      return;
    }
    this.held = typed.transform(this.held, false);
    view.updateState(view.state.apply(tr));
    if (isEmpty(change)) return;
    this.undo.note(id, change, before, tr.getMeta("kind") ?? kindOf(change));
    this.table.edit(id, change);
    this.#afterEdit(change);
  }

  /** @param {Delta} change */
  #afterEdit(change) {
    this.#decorate();
    if (this.id) this.sheet.redraw(this.id, touchesNotes(change));
    this.#tellCaret();
  }

  /** Makes a change that does not come from the view's own keys. @param {string} id @param {Delta} change
   * @param {string | null} kind null: not to be undone by itself */
  edit(id, change, kind) {
    if (isEmpty(change)) return;
    const before = this.table.text(id).shown;
    if (kind !== null) this.undo.note(id, change, before, kind);
    if (this.view && this.id === id) {
      this.#release();
      if (this.view.composing || !isEmpty(this.held)) this.held = this.held.compose(change);
      else {
        const tr = apply(this.view.state.tr, change, PARAGRAPH).setMeta("foreign", true);
        this.view.updateState(this.view.state.apply(tr));
      }
    }
    this.table.edit(id, change);
    this.note.changed(id, change, true);
    if (this.id === id) this.#afterEdit(change);
    else this.sheet.redraw(id, touchesNotes(change));
  }

  /** @param {{text: string, change: Delta}} detail */
  #foreign({ text, change }) {
    this.undo.foreign(text, change);
    if (this.view && this.id === text && (this.view.composing || !isEmpty(this.held))) {
      // The words that an input method is composing must not be drawn anew under its hands.
      this.held = this.held.compose(change);
    } else if (this.view && this.id === text) {
      const tr = apply(this.view.state.tr, change, PARAGRAPH).setMeta("foreign", true);
      this.view.updateState(this.view.state.apply(tr));
      this.#decorate();
    }
    this.note.changed(text, change, false);
    this.sheet.redraw(text, touchesNotes(change));
  }

  /** Shows what others did while an input method was composing. */
  #release() {
    const { view, held } = this;
    if (!view || view.composing || isEmpty(held)) return;
    this.held = new Delta();
    view.updateState(view.state.apply(apply(view.state.tr, held, PARAGRAPH).setMeta("foreign", true)));
    this.#decorate();
    this.sheet.number();
  }

  #resync() {
    const { view, id } = this;
    if (!view || !id || view.composing) return;
    this.held = new Delta();
    const text = this.table.texts.get(id);
    if (!text || !this.sheet.mayEdit(id)) {
      this.unmount();
      return;
    }
    const change = toText(view.state.doc.content).diff(text.shown);
    if (!isEmpty(change)) {
      view.updateState(view.state.apply(apply(view.state.tr, change, PARAGRAPH).setMeta("foreign", true)));
      this.#decorate();
    }
  }

  #structure() {
    if (this.id && !this.sheet.mayEdit(this.id)) {
      // The paragraph is gone: the caret goes to the one before it.
      const at = this.order.indexOf(this.id);
      const before = this.order.slice(0, Math.max(at, 0)).reverse().find((id) => this.sheet.mayEdit(id));
      this.unmount();
      if (before && !this.going) this.going = { text: before, at: Number.MAX_SAFE_INTEGER };
    } else this.#resync();
    this.order = this.sheet.order();
    const going = this.going;
    if (going && this.order.includes(going.text)) {
      this.going = null;
      // After the sheet has set its rows.
      queueMicrotask(() => this.mount(going.text, going.at));
    }
  }

  /** @param {{text: string, to: string, at: number}} detail */
  #split({ text, to, at }) {
    this.undo.split(text, to, at);
    this.note.close();
    if (!this.view || this.id !== text) return;
    const head = this.view.state.selection.head;
    if (head > at || (this.splitting === text && head === at)) {
      this.going = { text: to, at: Math.max(0, head - at) };
    }
    this.#resync();
  }

  /** @param {{text: string, into: string, at: number}} detail */
  #merge({ text, into, at }) {
    this.undo.merge(text, into, at);
    this.note.close();
    if (this.view && this.id === text) this.going = { text: into, at: at + this.view.state.selection.head };
  }

  // Keys -------------------------------------------------------------------------------------------

  #keys() {
    const italic = () => this.italic();
    return keymap({
      "Mod-i": italic,
      "Mod-z": () => this.back("done"),
      "Mod-y": () => this.back("undone"),
      "Shift-Mod-z": () => this.back("undone"),
      "Mod-Alt-f": () => this.footnote(),
      "Mod-Alt-m": () => this.comment(),
      "Mod-b": () => true,
      "Mod-u": () => true,
      Enter: () => this.enter(),
      "Shift-Enter": () => true,
      "Mod-Enter": () => true,
      Escape: () => this.escape(),
      Backspace: () => this.#remove(-1),
      Delete: () => this.#remove(1),
      ArrowUp: () => this.#cross("up"),
      ArrowDown: () => this.#cross("down"),
      ArrowLeft: () => this.#cross("left"),
      ArrowRight: () => this.#cross("right"),
      "Mod-Home": () => this.#end("first"),
      "Mod-End": () => this.#end("last"),
    });
  }

  italic() {
    const { view } = this;
    const em = PARAGRAPH.marks.em;
    if (!view || !em || !view.editable) return false;
    const { selection, doc, tr, storedMarks } = view.state;
    if (selection.empty) {
      const on = em.isInSet(storedMarks ?? selection.$from.marks());
      view.dispatch(on ? tr.removeStoredMark(em) : tr.addStoredMark(em.create()));
      announce(on ? "Roman" : "Italics");
    } else {
      let all = true;
      doc.nodesBetween(selection.from, selection.to, (node) => {
        if (node.isText && !em.isInSet(node.marks)) all = false;
      });
      view.dispatch(all ? tr.removeMark(selection.from, selection.to, em)
        : tr.addMark(selection.from, selection.to, em.create()));
    }
    view.focus();
    return true;
  }

  /** Whether the caret stands in italics. */
  get isItalic() {
    const em = PARAGRAPH.marks.em;
    if (!this.view || !em) return false;
    const { selection, doc, storedMarks } = this.view.state;
    if (selection.empty) return em.isInSet(storedMarks ?? selection.$from.marks()) !== undefined;
    return doc.rangeHasMark(selection.from, selection.to, em);
  }

  /** Puts in a footnote where the caret stands and opens it. */
  footnote() {
    const { view, id } = this;
    if (!view || !id || !view.editable) return false;
    const at = view.state.selection.to;
    this.edit(id, new Delta().retain(at).insert({ note: [] }), "whole");
    const tr = view.state.tr;
    view.dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 1)));
    this.note.open(id, at);
    return true;
  }

  comment() {
    const { view, id } = this;
    if (!view || !id) return false;
    const { from, to } = view.state.selection;
    this.around.comment(id, from, to);
    return true;
  }

  escape() {
    const row = this.id ? this.sheet.row(this.id) : null;
    this.unmount();
    row?.label.focus();
    return true;
  }

  /** @param {-1 | 1} way */
  #remove(way) {
    const { view, id } = this;
    if (!view || !id) return false;
    const { selection, doc, tr } = view.state;
    if (!selection.empty) {
      view.dispatch(tr.deleteSelection());
      return true;
    }
    const at = selection.head;
    if (way < 0 && at === 0) return this.#join(id);
    if (way > 0 && at === doc.content.size) {
      const next = this.#neighbour(id, 1);
      return next ? this.#join(next) : true;
    }
    const beside = doc.nodeAt(way < 0 ? at - 1 : at);
    if (beside?.type.name !== "note") return false;
    view.dispatch(way < 0 ? tr.delete(at - 1, at) : tr.delete(at, at + 1));
    return true;
  }

  /** @param {string} id @param {-1 | 1} way */
  #neighbour(id, way) {
    const order = this.sheet.order();
    const at = order.indexOf(id);
    return at < 0 ? null : (order[at + way] ?? null);
  }

  /** Splits the paragraph where the caret stands. */
  enter() {
    const { view, id } = this;
    if (!view || !id || !view.editable) return true;
    const { selection } = view.state;
    if (!selection.empty) view.dispatch(view.state.tr.deleteSelection());
    const at = view.state.selection.head;
    if (this.splitting) return true;
    if (this.around.enter) this.around.enter(id, at);
    else void this.splitAt(id, at);
    return true;
  }

  /** @param {string} id @param {number} at where in the words that are shown */
  async splitAt(id, at) {
    this.splitting = id;
    let position = at;
    const follow = (/** @type {Event} */ event) => {
      const { text, change } = /** @type {CustomEvent} */ (event).detail;
      if (text === id) position = change.transformPosition(position, true);
    };
    this.table.addEventListener("foreign", follow);
    this.table.addEventListener("edited", follow);
    try {
      if (!(await this.around.settled(id))) {
        announce("A paragraph can be split once the connection is back.");
        return;
      }
      await this.around.deed("split", { paragraph: id, at: position, version: this.table.text(id).version });
    } finally {
      this.table.removeEventListener("foreign", follow);
      this.table.removeEventListener("edited", follow);
      this.splitting = undefined;
    }
  }

  /** @param {string} id */
  #join(id) {
    if (this.joining) return true;
    this.joining = true;
    const before = this.#neighbour(id, -1);
    void (async () => {
      try {
        if (before && (await this.around.settled(id)) && (await this.around.settled(before))) {
          await this.around.deed("merge", { paragraph: id });
        }
      } finally {
        this.joining = false;
      }
    })();
    return true;
  }

  /** @param {"up" | "down" | "left" | "right"} way */
  #cross(way) {
    const { view, id } = this;
    if (!view || !id) return false;
    const { selection, doc } = view.state;
    if (!selection.empty) return false;
    const at = selection.head;
    const rtl = getComputedStyle(view.dom).direction === "rtl";
    const sideways = way === "left" || way === "right";
    const forward = way === "down" || (sideways && (way === "right") !== rtl);
    if (sideways ? at !== (forward ? doc.content.size : 0) : !view.endOfTextblock(way)) return false;
    const next = this.#neighbour(id, forward ? 1 : -1);
    if (!next) return false;
    if (sideways) return this.mount(next, forward ? 0 : Number.MAX_SAFE_INTEGER);
    const from = view.coordsAtPos(at);
    if (!this.mount(next, forward ? 0 : Number.MAX_SAFE_INTEGER) || !this.view) return true;
    // Straight up or down, as in any text.
    const edge = this.view.coordsAtPos(this.view.state.selection.head);
    const place = this.view.posAtCoords({ left: from.left, top: (edge.top + edge.bottom) / 2 });
    if (place) this.mount(next, place.pos);
    return true;
  }

  /** @param {"first" | "last"} which */
  #end(which) {
    const order = this.sheet.order();
    const one = (which === "first" ? order[0] : order.at(-1)) ?? this.id;
    return one ? this.mount(one, which === "first" ? 0 : Number.MAX_SAFE_INTEGER) : false;
  }

  /** Takes back, or does again, what this person did last. @param {"done" | "undone"} from */
  back(from) {
    const entry = this.undo.take(from);
    if (!entry) {
      announce(from === "done" ? "There is nothing to undo." : "There is nothing to do again.");
      return true;
    }
    if ("deed" in entry) {
      void this.around.deed("undo", { deed: entry.deed });
      return true;
    }
    /** @type {import("./undo.js").Part[]} */
    const again = [];
    for (const part of entry.parts) {
      if (!this.sheet.mayEdit(part.text)) continue;
      const before = this.table.text(part.text).shown;
      again.push({ text: part.text, change: part.change.invert(before) });
      this.edit(part.text, part.change, null);
      const end = endOf(part.change);
      this.mount(part.text, end);
    }
    this.undo.put(from === "done" ? "undone" : "done", again);
    return true;
  }

  // Pasting ----------------------------------------------------------------------------------------

  /** @param {DataTransfer | null} data */
  #words(data) {
    if (!data) return null;
    const html = data.getData("text/html");
    if (html) return fromHtml(html, true);
    const plain = data.getData("text/plain");
    return plain ? fromPlain(plain) : new Delta();
  }

  /** @param {DataTransfer | null} data */
  #paste(data) {
    const { view, id } = this;
    const words = this.#words(data);
    if (!view || !id || !words || !view.editable) return true;
    const { from, to } = view.state.selection;
    this.#putIn(id, from, to, words);
    return true;
  }

  /** @param {string} id @param {number} from @param {number} to @param {Delta} words */
  #putIn(id, from, to, words) {
    const { view } = this;
    if (!view) return;
    if (this.table.text(id).shown.length() + words.length() > LONGEST) {
      announce("This is more than a paragraph can hold, so it was not put in.");
      return;
    }
    const change = new Delta().retain(from).concat(words).delete(to - from).chop();
    this.edit(id, change, "whole");
    const tr = view.state.tr;
    const end = Math.min(from + words.length(), tr.doc.content.size);
    view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end)).scrollIntoView());
  }

  /** @param {DragEvent} event */
  #drop(event) {
    const { view, id } = this;
    const words = this.#words(event.dataTransfer);
    if (!view || !id || !words || !view.editable) return true;
    event.preventDefault();
    const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
    if (place) this.#putIn(id, place.pos, place.pos, words);
    return true;
  }

  /** Does what was typed or pasted before the words could take it. @param {(string | Delta)[]} keys */
  press(keys) {
    for (const key of keys) {
      const { view, id } = this;
      if (!view || !id) return;
      const { from, to } = view.state.selection;
      if (key instanceof Delta) this.#putIn(id, from, to, key);
      else if (key !== "Backspace" && key !== "Delete") view.dispatch(view.state.tr.insertText(key, from, to));
      else if (!this.#remove(key === "Delete" ? 1 : -1)) view.dispatch(key === "Delete" ? view.state.tr.delete(from, from + 1) : view.state.tr.delete(from - 1, from));
    }
  }

  // What is laid over the words --------------------------------------------------------------------

  #decorate() {
    const { view, id } = this;
    if (!view || !id || view.composing || !isEmpty(this.held)) return;
    const size = view.state.doc.content.size;
    const over = this.around.marks(id).filter((mark) => mark.end > mark.start && mark.end <= size).map((mark) =>
      Decoration.inline(mark.start, mark.end, { class: mark.class, "data-marks": mark.key }));
    const carets = this.around.carets(id).map((caret) =>
      Decoration.widget(Math.min(caret.at, size), () => caretElement(caret), {
        key: `${caret.name} ${caret.colour}`, side: 1, ignoreSelection: true,
      }));
    this.decorations = DecorationSet.create(view.state.doc, [...over, ...carets, ...(this.sheet.lay?.(id) ?? [])]);
    view.setProps({ decorations: () => this.decorations });
  }

  #tellCaret() {
    const { view, id } = this;
    if (!view || !id) return;
    const { anchor, head } = view.state.selection;
    this.around.onCaret(id, anchor, head);
    this.dispatchEvent(new CustomEvent("caret"));
  }
}

/** @param {Caret} caret */
export function caretElement(caret) {
  return h("span", { class: `caret who-${caret.colour}`, "data-caret": caret.name, contenteditable: "false" },
    h("span", { class: "caret-name", "aria-hidden": "true" }, caret.name));
}

/** @param {Delta} change */
const touchesNotes = (change) =>
  change.ops.some((op) => typeof op.insert === "object" || typeof op.retain === "object" || typeof op.delete === "number");

/** Where a change ends, in the text after it. @param {Delta} change */
function endOf(change) {
  let at = 0;
  for (const op of change.ops) {
    if (typeof op.insert === "string") at += op.insert.length;
    else if (op.insert) at += 1;
    else if (typeof op.retain === "number") at += op.retain;
    else if (op.retain) at += 1;
  }
  return at;
}
