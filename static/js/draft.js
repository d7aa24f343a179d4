// @ts-check
// The table: reads the draft, sits down at it, and ties the parts of the page together.

import { read, Refused } from "./api.js";
import { Comments } from "./comments.js";
import { dialog } from "./dialogs.js";
import { announce, get, h, isTyping, newId } from "./dom.js";
import { Editor } from "./editor.js";
import { openHistory } from "./history.js";
import { Live } from "./live.js";
import { Meetings } from "./meeting.js";
import { Outline } from "./outline.js";
import { forgetAll, Pending } from "./pending.js";
import { Presence } from "./presence.js";
import { authorsOf, renderRedline } from "./redline.js";
import { Sheet } from "./sheet.js";
import { Status } from "./status.js";
import { Structure } from "./structure.js";
import { Table } from "./table.js";
import { Versions } from "./versions.js";
import { offsetIn } from "./words.js";

const SETTLED_MS = 10_000;
const REDLINE_MS = 900;

const root = get("#draft");
const draft = root.dataset.draft ?? "";
const status = new Status(get("#status"));

// In one column the outline would stand before the text: it opens on demand.
if (matchMedia("(max-width: 56rem)").matches) get("#outline-box").removeAttribute("open");

/** The state of the draft; asks again until the server answers. */
async function fetchState() {
  for (let pause = 1; ; pause = Math.min(pause * 2, 15)) {
    try {
      return await read(`/api/drafts/${draft}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) location.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
      if (error.status >= 400 && error.status < 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  }
}

async function main() {
  const state = await fetchState();
  /** @type {Set<string>} */
  const may = new Set(state.me.may);
  const mayEdit = may.has("edit_text");
  root.classList.toggle("may-edit", mayEdit);
  status.set({ mayEdit });

  const pending = new Pending(state.me.key, draft);
  const live = new Live();
  const table = new Table(draft, {
    ask: (event, payload) => live.ask(event, payload),
    fetchState: () => read(`/api/drafts/${draft}`),
    keep: (text) => pending.keep(text),
    pause: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    newId,
  });
  await pending.begin();
  const kept = mayEdit ? await pending.takeOver() : [];

  const name = (/** @type {string} */ id) => table.paragraph(id)?.label || "the opening words";

  /** Whether a text has nothing pending, soon. @param {string} id @returns {Promise<boolean>} */
  const settled = (id) =>
    new Promise((resolve) => {
      const look = () => {
        if (table.texts.get(id)?.pending) return;
        done(table.ready);
      };
      const done = (/** @type {boolean} */ answer) => {
        table.removeEventListener("pending", look);
        clearTimeout(timer);
        resolve(answer);
      };
      const timer = setTimeout(() => done(false), table.ready ? SETTLED_MS : 0);
      table.addEventListener("pending", look);
      look();
    });
  const allSettled = async () => {
    for (const id of [...table.texts.keys()]) if (!(await settled(id))) return false;
    return true;
  };

  const stopped = () => {
    if (live.over) return status.stopped ?? "Typing is stopped.";
    if (!table.ready && !pending.works) {
      return "Cannot save: typing is stopped, because the connection is gone and this browser keeps nothing on this device.";
    }
    return null;
  };

  // The parts ------------------------------------------------------------------------------------

  const sheet = new Sheet(get("#paragraphs"), get("#notes"), table, { mayEdit, marks: (id) => comments.marks(id) });
  /** @type {Editor | null} */
  let editor = null;
  const redraw = (/** @type {string} */ id) => {
    if (editor?.id === id) editor.refresh();
    else sheet.draw(id);
    sheet.number();
    comments.layout();
    outline.draw();
    chips(id);
  };
  const trouble = (/** @type {string} */ sentence) => {
    dialog({ title: "This was not done", body: [h("p", {}, sentence)] });
  };
  const comments = new Comments(draft, get("#threads"), table, pending, {
    audiences: state.me.audiences, may: may.has("comment"),
    row: (id) => visibleRow(id), redraw, settled, name,
  });
  const structure = new Structure(draft, table, () => editor, {
    may, trouble,
    settled: async () => {
      for (const [id, text] of [...table.texts]) if (text.pending && text.refused === null) await settled(id);
    },
    comment: (id) => {
      const selected = selectedIn(id);
      comments.write(id, selected?.start ?? 0, selected?.end ?? 0);
    },
    history: (id) => void openHistory(draft, id, name(id), may.has("purge")),
  });
  const presence = new Presence(table, (event, payload) => live.say(event, payload));
  const outline = new Outline(get("#outline-list"), table, (id) => comments.count(id),
    (id) => presence.in(id).map((person) => presence.called(person)));
  const versions = new Versions(draft, {
    may, settled: allSettled,
    onSealed: (done) => {
      if (done.version) {
        versions.add(done.version);
        table.sealed({ seq: done.seq, paragraphs: done.paragraphs ?? table.paragraphs });
        redline.offer();
      }
      table.catchUpNow();
    },
  });
  versions.all = state.versions;
  const meetings = new Meetings(get("#meetings"), table, {
    name, edit: (id, change) => (editor ? editor.edit(id, change, "whole") : table.edit(id, change)),
    show: (id) => {
      if (!editor?.mount(id, 0)) document.getElementById(`p-${id}`)?.scrollIntoView({ block: "center" });
    },
    restore: async (id) => {
      await structure.deed("restore", { paragraph: id });
    },
  });
  void meetings;

  table.begin(state, kept);
  comments.begin(state.threads);
  sheet.arrange();
  if (mayEdit) {
    editor = new Editor(table, sheet, {
      marks: (id) => comments.marks(id),
      carets: (id) => presence.caretsIn(id),
      onCaret: (id, start, end) => {
        presence.caret(draft, id, start, end);
        toolbar();
      },
      stopped, settled,
      deed: (kind, fields) => structure.deed(kind, fields),
      comment: (id, start, end) => comments.write(id, start, end),
    });
  }

  /** A paragraph's row where it is seen: in the text, or in the redline. @param {string} id */
  function visibleRow(id) {
    if (!redline.place.hidden) return /** @type {HTMLElement | null} */ (redline.place.querySelector(`#p-${CSS.escape(id)}`));
    return sheet.row(id)?.element ?? null;
  }

  /** What is selected in a paragraph. @param {string} id */
  function selectedIn(id) {
    if (editor?.view && editor.id === id) {
      const { from, to } = editor.view.state.selection;
      return { start: from, end: to };
    }
    const selection = document.getSelection();
    const words = sheet.row(id)?.words;
    if (!selection || selection.isCollapsed || !words) return null;
    const range = selection.getRangeAt(0);
    const start = offsetIn(words, range.startContainer, range.startOffset);
    const end = offsetIn(words, range.endContainer, range.endOffset);
    return start === null || end === null ? null : { start, end };
  }

  /** What stands beside a paragraph: who is there, how many comments. @param {string} id */
  function chips(id) {
    const row = sheet.row(id);
    if (!row) return;
    const count = comments.count(id);
    const here = presence.in(id);
    const shape = `${count} ${here.map((person) => person.key + person.name)}`;
    if (row.side.dataset.shape === shape) return;
    row.side.dataset.shape = shape;
    row.side.replaceChildren(
      ...(count ? [h("button", { class: "chip", type: "button", "aria-label": `${count === 1 ? "1 comment" : `${count} comments`} on ${name(id)}: show`,
        onclick: () => {
          const first = [...comments.threads.values()].find((one) => one.thread.paragraph === id && !one.thread.resolved);
          if (first) comments.show(first.thread.id);
        } }, String(count))] : []),
      ...here.map((person) => h("span", { class: `here who-${presence.hue(person.key)}`, title: `${person.name}, ${person.delegation}, is in this paragraph` }, presence.called(person))),
    );
  }

  const drawAll = () => {
    outline.draw();
    for (const paragraph of table.paragraphs) chips(paragraph.id);
    presence.draw(get("#presence"));
    comments.layout();
  };

  // The view: clean, or redline since a version --------------------------------------------------

  const redline = {
    place: get("#redline"),
    since: /** @type {HTMLSelectElement} */ (get("#since")),
    legend: get("#legend"),
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    timer: undefined,
    round: 0,
    get on() {
      return !this.place.hidden;
    },
    offer() {
      const chosen = this.since.value;
      const sorted = [...versions.all].sort((a, b) => b.number - a.number);
      this.since.replaceChildren(...sorted.map((version) => h("option", { value: version.number }, `since ${version.name}`)));
      if (chosen && sorted.some((version) => String(version.number) === chosen)) this.since.value = chosen;
    },
    /** @param {boolean} on */
    show(on) {
      if (on) editor?.unmount();
      this.place.hidden = !on;
      get("#paragraphs").hidden = on;
      get("#notes").classList.toggle("behind", on);
      this.since.hidden = !on;
      this.legend.hidden = !on;
      for (const button of root.querySelectorAll("[data-view]")) {
        button.setAttribute("aria-pressed", String((button.getAttribute("data-view") === "redline") === on));
      }
      root.classList.toggle("in-redline", on);
      if (on) void this.draw();
      else comments.layout();
    },
    later() {
      if (!this.on) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.draw(), REDLINE_MS);
    },
    async draw() {
      const round = ++this.round;
      this.place.setAttribute("aria-busy", "true");
      try {
        const made = await read(`/api/drafts/${draft}/redline?from=${this.since.value}`);
        if (round !== this.round) return;
        renderRedline(this.place, made);
        const authors = authorsOf(made);
        this.legend.replaceChildren(h("li", {}, h("ins", {}, "inserted")), h("li", {}, h("del", {}, "deleted")),
          ...[...authors].map(([author, { count, hue }]) => h("li", {}, h("span", { class: `by who-${hue}` }, author), ` ${count === 1 ? "1 change" : `${count} changes`}`)));
      } catch (error) {
        if (round !== this.round) return;
        this.place.replaceChildren(h("p", { class: "notice bad" }, error instanceof Error ? error.message : String(error)));
      } finally {
        this.place.removeAttribute("aria-busy");
        comments.layout();
      }
    },
  };
  redline.offer();
  redline.since.addEventListener("change", () => void redline.draw());

  // What happens ---------------------------------------------------------------------------------

  const saved = () => {
    const reason = stopped();
    status.set({ pending: table.pendingCount, notStored: table.notStored, online: table.ready, stopped: reason });
    const shape = String(reason);
    if (shape !== root.dataset.stopped) {
      root.dataset.stopped = shape;
      editor?.refresh();
    }
  };
  pending.onTrouble = saved;
  table.addEventListener("pending", saved);
  let drawing = false;
  const soon = () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      outline.draw();
      comments.layout();
    });
  };
  for (const event of ["foreign", "edited"]) {
    table.addEventListener(event, (told) => {
      // Without an editor the sheet is redrawn here; with one, by it.
      if (!editor) sheet.redraw(/** @type {CustomEvent} */ (told).detail.text, true);
      soon();
      redline.later();
    });
  }
  table.addEventListener("structure", (told) => {
    sheet.arrange();
    const deed = /** @type {CustomEvent} */ (told).detail.deed;
    if (deed?.summary && !document.hasFocus()) announce(`${deed.by}: ${deed.summary}`);
    drawAll();
    redline.later();
  });
  table.addEventListener("split", (told) => {
    const { text } = /** @type {CustomEvent} */ (told).detail;
    sheet.redraw(text, true);
  });
  table.addEventListener("state", (told) => {
    const fresh = /** @type {CustomEvent} */ (told).detail;
    versions.all = fresh.versions;
    redline.offer();
    comments.begin(fresh.threads);
    sheet.arrange();
    drawAll();
  });
  presence.addEventListener("moved", () => {
    editor?.refresh();
    drawAll();
  });

  let leaving = false;
  live.addEventListener("up", async () => {
    try {
      const joined = await table.arrive();
      if (joined && !joined.ok) {
        live.stop(joined.detail ?? "Your place on this draft has ended.");
        return;
      }
      if (joined) presence.begin(joined.key, joined.people);
      if (editor?.view && editor.id) presence.caret(draft, editor.id, editor.view.state.selection.anchor, editor.view.state.selection.head);
      saved();
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 403)) live.stop("Your place on this draft has ended.");
    }
  });
  live.addEventListener("down", () => {
    table.leave();
    saved();
  });
  live.addEventListener("over", (event) => {
    const reason = /** @type {CustomEvent} */ (event).detail;
    table.leave();
    status.stopped = `${reason} Typing is stopped.`;
    saved();
    if (leaving) return;
    dialog({ title: "The connection has ended", body: [h("p", {}, reason), table.pendingCount > 0 && h("p", {}, "What you typed and was not stored yet is kept on this device and sent when you sign in again here.") || ""] });
  });
  const on = (/** @type {string} */ event, /** @type {(data: any) => void} */ act) =>
    live.addEventListener(event, (told) => {
      const { detail } = /** @type {CustomEvent} */ (told);
      if (!detail.draft || detail.draft === draft) act(detail);
    });
  on("change", (event) => table.change(event));
  on("deed", (event) => table.deed(event));
  on("thread", (event) => {
    comments.told(event.thread);
    drawAll();
  });
  on("version", (event) => {
    versions.add(event.version);
    redline.offer();
    table.sealed(event);
    announce(`${event.version.sealed_by} sealed ${event.version.name}`);
  });
  on("people", (event) => presence.told(event));

  // Buttons --------------------------------------------------------------------------------------

  /** @type {Record<string, (button: HTMLElement) => void>} */
  const deeds = {
    clean: () => redline.show(false),
    redline: () => redline.show(true),
    versions: () => versions.open(),
    seal: () => versions.seal(),
    export: () => versions.export(),
    italic: () => editor?.italic(),
    footnote: () => editor?.footnote(),
    undo: () => editor?.back("done"),
    redo: () => editor?.back("undone"),
    resolved: () => comments.toggleResolved(),
    comments: (button) => {
      const open = root.classList.toggle("showing-comments");
      button.setAttribute("aria-expanded", String(open));
      comments.layout();
    },
    comment: () => {
      const id = editor?.id ?? selectedParagraph();
      const selected = id ? selectedIn(id) : null;
      if (id) comments.write(id, selected?.start ?? 0, selected?.end ?? 0);
      else announce("Select the words you want to comment on.");
    },
  };
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-do], [data-view]") : null;
    if (button instanceof HTMLElement) deeds[button.dataset.do ?? button.dataset.view ?? ""]?.(button);
  });
  // The caret stays where it is while the buttons of the bar are pressed.
  root.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-holds-caret]")) event.preventDefault();
  });

  function toolbar() {
    const at = get("#tools");
    const active = editor?.view !== null && editor !== null;
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (at.querySelectorAll("[data-needs-caret]"))) button.setAttribute("aria-disabled", String(!active));
    at.querySelector("[data-do=italic]")?.setAttribute("aria-pressed", String(active && editor?.isItalic === true));
  }
  toolbar();

  // Comments on words that were selected ----------------------------------------------------------

  /** The paragraph in which all of the selection lies. */
  function selectedParagraph() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const of = (/** @type {Node | null} */ node) => (node instanceof Element ? node : node?.parentElement)?.closest("#paragraphs .paragraph .words");
    const words = of(selection.anchorNode);
    return words && words === of(selection.focusNode) ? (words.closest(".paragraph")?.getAttribute("data-id") ?? null) : null;
  }
  const bubble = h("button", { class: "bubble button", type: "button", hidden: true, "data-holds-caret": true, "data-keeps-editing": true, "data-do": "comment" }, "Comment");
  get(".sheet").append(bubble);
  document.addEventListener("selectionchange", () => {
    const id = may.has("comment") ? selectedParagraph() : null;
    const range = id ? document.getSelection()?.getRangeAt(0) : null;
    bubble.hidden = !range;
    if (!range) return;
    const at = range.getBoundingClientRect();
    const from = get(".sheet").getBoundingClientRect();
    bubble.style.top = `${at.top - from.top - 48}px`;
    bubble.style.left = `${Math.max(8, Math.min(at.left - from.left + at.width / 2 - 50, from.width - 120))}px`;
  });
  sheet.place.addEventListener("click", (event) => {
    const mark = event.target instanceof Element ? event.target.closest("[data-marks]") : null;
    const key = mark?.getAttribute("data-marks")?.split(" ").find((one) => comments.threads.has(one));
    if (key) comments.activate(key);
  });

  document.addEventListener("keydown", (event) => {
    const mod = event.ctrlKey || event.metaKey;
    if (!mod || isTyping(event.target) || !editor || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      editor.back(key === "y" || event.shiftKey ? "undone" : "done");
    }
  });

  // Leaving --------------------------------------------------------------------------------------

  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", async (event) => {
      if (!(form instanceof HTMLFormElement)) return;
      event.preventDefault();
      const go = async () => {
        leaving = true;
        live.stop("You are signing out.");
        await forgetAll();
        form.submit();
      };
      if (table.pendingCount === 0 || (await allSettled())) await go();
      else {
        dialog({
          title: "Not everything is stored", action: "Sign out and lose them", danger: true, cancel: "Stay",
          body: [h("p", {}, `Changes to ${table.pendingCount === 1 ? "one paragraph have" : `${table.pendingCount} paragraphs have`} not reached the server. Signing out forgets them on this device.`)],
          act: go,
        });
      }
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (table.pendingCount > 0 && !pending.works) event.preventDefault();
  });

  // What sticks below the bar must know how high it is.
  const bar = get(".table-bar");
  new ResizeObserver(() => root.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
  editor?.addEventListener("mounted", (told) => {
    const id = /** @type {CustomEvent} */ (told).detail;
    if (id) outline.mark(id);
    toolbar();
  });

  drawAll();
  saved();
  await comments.remember();
  live.start();
  root.dataset.ready = "true";
}

main().catch((error) => {
  status.set({ stopped: error instanceof Error ? error.message : String(error) });
  if (!(error instanceof Refused)) throw error;
});
