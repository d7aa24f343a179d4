// @ts-check
// Footnotes: their marks inside the editor, and the small field in which their words are edited.

import { clean, Delta, isEmpty, kindOf } from "./delta.js";
import { h } from "./dom.js";
import { keymap } from "./keys.js";
import { apply, fromHtml, fromPlain, isStorable, NOTE, toChange, toDoc, toText } from "./line.js";
import { EditorState, EditorView, TextSelection } from "./vendor.js";
import { noteMark } from "./words.js";

/** A footnote's mark inside the editor. */
export class NoteView {
  /** @param {any} node */
  constructor(node) {
    this.node = node;
    this.dom = noteMark(node.attrs.ops);
    this.dom.setAttribute("contenteditable", "false");
  }

  /** @param {any} node */
  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.dom.dataset.note = JSON.stringify(node.attrs.ops);
    return true;
  }

  selectNode() {
    this.dom.classList.add("selected");
  }

  deselectNode() {
    this.dom.classList.remove("selected");
  }

  ignoreMutation() {
    return true;
  }

  stopEvent() {
    return false;
  }
}

/** The words of one footnote, edited in a small field beside its mark. */
export class NoteEditor {
  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor;
    /** @type {EditorView | null} */
    this.view = null;
    this.id = "";
    this.at = 0;
    this.field = h("div", { class: "note-field", role: "textbox", "aria-multiline": "true", "aria-label": "Words of the footnote", dir: "auto" });
    this.box = h("div", { class: "note-box", role: "dialog", "aria-label": "Footnote", hidden: true, "data-keeps-editing": true },
      h("p", { class: "note-title" }, "Footnote"), this.field,
      h("div", { class: "row" },
        h("button", { type: "button", class: "button quiet danger", onclick: () => this.remove() }, "Delete footnote"),
        h("button", { type: "button", class: "button primary", onclick: () => this.close(true) }, "Done")));
    document.querySelector(".sheet")?.append(this.box);
    this.box.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (to instanceof Element && !this.box.contains(to) && !to.closest("[data-keeps-editing]")) this.close();
    });
  }

  get isOpen() {
    return this.view !== null;
  }

  end() {
    this.close();
    this.box.remove();
  }

  /** @param {string} id @param {number} at */
  open(id, at) {
    this.close();
    const note = noteOf(this.editor.table.text(id).shown, at);
    const row = this.editor.sheet.row(id);
    if (!note || !row) return;
    this.id = id;
    this.at = at;
    const doc = toDoc(NOTE, note);
    this.field.replaceChildren();
    this.box.hidden = false;
    this.view = new EditorView({ mount: this.field }, {
      state: EditorState.create({
        doc,
        selection: TextSelection.create(doc, doc.content.size),
        plugins: [keymap({
          "Mod-i": () => this.#italic(),
          "Mod-z": () => this.editor.back("done"),
          "Mod-y": () => this.editor.back("undone"),
          "Shift-Mod-z": () => this.editor.back("undone"),
          "Mod-b": () => true,
          "Mod-u": () => true,
          Enter: () => this.#done(),
          Escape: () => this.#done(),
          Backspace: () => this.#remove(),
          Delete: () => this.#remove(),
        })],
      }),
      editable: () => this.editor.around.stopped() === null,
      dispatchTransaction: (/** @type {Transaction} */ tr) => this.#dispatch(tr),
      handleDOMEvents: {
        paste: (/** @type {any} */ _view, /** @type {ClipboardEvent} */ event) => {
          event.preventDefault();
          return this.#paste(event.clipboardData);
        },
        drop: (/** @type {any} */ _view, /** @type {DragEvent} */ event) => {
          event.preventDefault();
          return true;
        },
      },
      attributes: { class: "note-field" },
    });
    this.#place(row.element);
    this.view.focus();
  }

  /** @param {HTMLElement} row */
  #place(row) {
    const mark = row.querySelectorAll("sup.note:not(del sup)")[marksBefore(this.editor.table.text(this.id).shown, this.at)];
    const sheet = this.box.parentElement;
    if (!mark || !sheet) return;
    const from = sheet.getBoundingClientRect();
    const at = mark.getBoundingClientRect();
    const width = this.box.offsetWidth;
    this.box.style.insetBlockStart = `${at.bottom - from.top + 6}px`;
    this.box.style.left = `${Math.max(8, Math.min(at.left - from.left - 40, from.width - width - 8))}px`;
  }

  #remove() {
    const { view } = this;
    if (!view || view.state.selection.empty) return false;
    view.dispatch(view.state.tr.deleteSelection());
    return true;
  }

  #italic() {
    const { view } = this;
    const em = NOTE.marks.em;
    if (!view || !em) return false;
    const { selection, doc, tr, storedMarks } = view.state;
    if (selection.empty) {
      const on = em.isInSet(storedMarks ?? selection.$from.marks());
      view.dispatch(on ? tr.removeStoredMark(em) : tr.addStoredMark(em.create()));
    } else if (doc.rangeHasMark(selection.from, selection.to, em)) view.dispatch(tr.removeMark(selection.from, selection.to, em));
    else view.dispatch(tr.addMark(selection.from, selection.to, em.create()));
    return true;
  }

  #done() {
    this.close(true);
    return true;
  }

  /** @param {Transaction} tr */
  #dispatch(tr) {
    const { view } = this;
    if (!view) return;
    if (tr.docChanged && !tr.getMeta("foreign")) {
      if (!isStorable(tr)) {
        view.updateState(view.state);
        return;
      }
      const change = toChange(tr);
      view.updateState(view.state.apply(tr));
      this.own = true;
      this.editor.edit(this.id, new Delta().retain(this.at).retain({ note: change.ops }), `note ${kindOf(change)}`);
      this.own = false;
      return;
    }
    view.updateState(view.state.apply(tr));
  }

  /** @param {DataTransfer | null} data */
  #paste(data) {
    const { view } = this;
    if (!view || !data) return true;
    const html = data.getData("text/html");
    const words = html ? fromHtml(html, false) : fromPlain(clean(data.getData("text/plain")));
    const { from, to } = view.state.selection;
    const change = new Delta().retain(from).concat(words).delete(to - from).chop();
    view.dispatch(apply(view.state.tr, change, NOTE));
    return true;
  }

  /** Follows a change to the paragraph that holds the note.
   * @param {string} id @param {Delta} change @param {boolean} own */
  changed(id, change, own) {
    const { view } = this;
    if (!view || id !== this.id || (own && this.own)) return;
    const at = this.at;
    this.at = change.transformPosition(at, false);
    const note = noteOf(this.editor.table.text(id).shown, this.at);
    if (!note) {
      this.close();
      return;
    }
    const diff = toText(view.state.doc.content).diff(note);
    if (!isEmpty(diff)) view.updateState(view.state.apply(apply(view.state.tr, diff, NOTE).setMeta("foreign", true)));
  }

  remove() {
    const { id, at } = this;
    this.close();
    this.editor.edit(id, new Delta().retain(at).delete(1), "whole");
    this.editor.mount(id, at);
  }

  /** @param {boolean} [back] whether the caret goes back behind the mark */
  close(back = false) {
    if (!this.view) return;
    const { id, at } = this;
    const empty = this.view.state.doc.content.size === 0;
    this.view.destroy();
    this.view = null;
    this.box.hidden = true;
    const fresh = h("div", { class: "note-field", role: "textbox", "aria-multiline": "true", "aria-label": "Words of the footnote", dir: "auto" });
    this.field.replaceWith(fresh);
    this.field = fresh;
    if (empty && this.editor.table.texts.has(id) && noteOf(this.editor.table.text(id).shown, at)) {
      this.editor.edit(id, new Delta().retain(at).delete(1), "whole");
      if (back) this.editor.mount(id, at);
    } else if (back) this.editor.mount(id, at + 1);
  }
}

/** @param {Delta} text @param {number} at @returns {Delta | null} */
function noteOf(text, at) {
  const op = text.slice(at, at + 1).ops[0];
  return op && typeof op.insert === "object" ? new Delta(op.insert.note) : null;
}

/** @param {Delta} text @param {number} at */
function marksBefore(text, at) {
  return text.slice(0, at).ops.filter((op) => typeof op.insert === "object").length;
}
