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
import { Negotiating } from "./negotiating.js";
import { ownersOf } from "./negotiation.js";
import { Outline } from "./outline.js";
import { forgetAll, Pending } from "./pending.js";
import { Presence } from "./presence.js";
import { Progress } from "./progress.js";
import { lastYear } from "./redline.js";
import { commentBubble, selectedIn, selectedParagraph } from "./selecting.js";
import { Sheet } from "./sheet.js";
import { Status } from "./status.js";
import { Structure } from "./structure.js";
import { Table } from "./table.js";
import { Versions } from "./versions.js";
import { Views } from "./views.js";

const SETTLED_MS = 10_000;
const AGAIN_MS = 1_000;

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
  const mayType = mayEdit || may.has("propose");

  const pending = new Pending(state.me.key, draft);
  const live = new Live();
  /** How much of the negotiation has been told or done here; the comments count their own. */
  let news = 0;
  /** The state as it is now: read again when something was told or done meanwhile, which the answer may not know. */
  const readAnew = async () => {
    for (let tries = 0; ; tries += 1) {
      const before = news + comments.news;
      const fresh = await read(`/api/drafts/${draft}`);
      if (news + comments.news === before || tries === 4) return fresh;
    }
  };
  const table = new Table(draft, {
    ask: (event, payload) => live.ask(event, payload),
    fetchState: readAnew,
    keep: (text) => pending.keep(text),
    pause: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    newId,
  });
  await pending.begin();
  const kept = mayType ? await pending.takeOver() : [];

  const name = (/** @type {string} */ id) => {
    const proposal = negotiating.model.proposals.get(id);
    if (proposal) return `${ownersOf(proposal)}’s proposal on ${proposal.label}`;
    const paragraph = table.paragraph(id);
    return paragraph ? paragraph.label || "the opening words" : "a paragraph that has left the text";
  };

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

  const sheet = new Sheet(get("#paragraphs"), get("#notes"), table, {
    mayEdit, marks: (id) => [...comments.marks(id), ...negotiating.marks(id)], last: ({ id, label }) => lastYear(state.last, id, label),
  });
  /** @type {Editor | null} */
  let editor = null;
  /** The editor that has the caret: of the working text, or of a proposal. */
  const active = () => [editor, negotiating.writer].find((one) => one?.view) ?? null;
  const selected = (/** @type {string} */ id) => selectedIn(sheet, editor, id);
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
    comment: (id) => comments.write(id, selected(id)?.start ?? 0, selected(id)?.end ?? 0),
    more: (paragraph) => negotiating.menu(paragraph),
    history: (id) => void openHistory(draft, id, name(id), may.has("purge")),
  });
  // What belongs to sponsors is loaded when it is needed.
  const sponsors = (/** @type {(module: typeof import("./sponsors.js")) => unknown} */ act) => import("./sponsors.js").then(act).catch(() => {});
  const consent = document.getElementById("consent");
  const askConsent = (/** @type {any} */ view) => {
    if (consent) void sponsors((module) => module.offerConsent(consent, draft, view));
  };
  // Last year's text forward, and the masthead: loaded where there is something of theirs.
  const strip = document.getElementById("forward");
  /** @type {Promise<import("./forward.js").Forward> | null} */
  let forward = null;
  const forwarding = () => (forward ??= import("./forward.js").then((module) => module.offerForward(strip ?? h("section"), draft, {
    table, trouble, settled: allSettled, show: goTo, undo: (deed) => structure.deed("undo", { deed }),
  })));
  if (strip) void forwarding().catch(() => {});
  const goTo = (/** @type {string} */ id) => {
    views.show("clean");
    const row = sheet.row(id);
    row?.element.scrollIntoView({ block: "center" });
    row?.label.focus({ preventScroll: true });
  };
  let headed = JSON.stringify(state.draft);
  const headOf = () => void import("./forward.js").then((module) => module.drawMasthead(draft)).catch(() => {});
  const presence = new Presence(table, (event, payload) => live.say(event, payload), state.me.printed);
  const outline = new Outline(get("#outline-list"), table, (id) => comments.count(id),
    (id) => presence.in(id).map((person) => presence.called(person)));
  const versions = new Versions(draft, {
    may, me: state.me, settled: allSettled,
    warning: () => {
      const place = h("div");
      void allSettled().then(() => sponsors((module) => place.append(module.sealingWarning(draft))));
      return place;
    },
    onSealed: (done) => {
      if (done.version) {
        versions.add(done.version);
        table.sealed({ seq: done.seq, paragraphs: done.paragraphs ?? table.paragraphs });
        views.offer();
      }
      table.catchUpNow();
    },
  });
  versions.all = state.versions;
  const edit = (/** @type {string} */ id, /** @type {Delta} */ change) => {
    const by = negotiating.holds(id) ? negotiating.writer : editor;
    if (by) by.edit(id, change, "whole");
    else table.edit(id, change);
  };
  const meetings = new Meetings(get("#meetings"), table, {
    name, edit,
    show: (id) => {
      if (negotiating.holds(id)) negotiating.desk.press(id);
      if (!editor?.mount(id, 0) && !negotiating.writer?.mount(id, 0)) document.getElementById(`p-${id}`)?.scrollIntoView({ block: "center" });
    },
    restore: async (id) => {
      await structure.deed("restore", { paragraph: id });
    },
  });
  void meetings;
  const negotiating = new Negotiating(draft, table, sheet, state.me, {
    name, settled, trouble, stopped, edit, selected, caret: () => toolbar(), comment: (id) => comments.write(id, selected(id)?.start ?? 0, selected(id)?.end ?? 0),
    opening: (paragraph) => structure.opening(paragraph), places: (paragraph) => structure.places(paragraph),
    marked: (id) => (editor?.id === id ? editor.refresh() : sheet.draw(id)),
    drawn: () => {
      progress.draw();
      soon();
      saved();
    },
  });
  get(".middle").prepend(negotiating.review);
  const progress = new Progress(get("#progress"), table, negotiating.model, goTo);
  const views = new Views(root, draft, versions, {
    leave: () => active()?.unmount(), laid: () => comments.layout(), progress: () => progress.draw(),
  });

  table.begin(state, kept);
  negotiating.begin(state);
  comments.begin(state.threads);
  sheet.arrange();
  if (mayEdit) {
    editor = new Editor(table, sheet, {
      marks: (id) => [...comments.marks(id), ...negotiating.marks(id)],
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
    if (views.now === "redline") return /** @type {HTMLElement | null} */ (views.place.querySelector(`#p-${CSS.escape(id)}`));
    return sheet.row(id)?.element ?? null;
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

  views.offer();

  // What happens ---------------------------------------------------------------------------------

  const saved = () => {
    const reason = stopped();
    status.set({ mayEdit: mayEdit || negotiating.writes, pending: table.pendingCount, notStored: table.notStored, online: table.ready, stopped: reason });
    const shape = String(reason);
    if (shape !== root.dataset.stopped) {
      root.dataset.stopped = shape;
      active()?.refresh();
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
      views.later();
    });
  }
  table.addEventListener("structure", (told) => {
    sheet.arrange();
    const deed = /** @type {CustomEvent} */ (told).detail.deed;
    if (/^(?:Undid: )*Masthead: /.test(deed?.summary ?? "")) headOf();
    if (deed?.summary && !document.hasFocus()) announce(`${deed.by}: ${deed.summary}`);
    drawAll();
    progress.draw();
    views.later();
  });
  table.addEventListener("split", (told) => {
    const { text } = /** @type {CustomEvent} */ (told).detail;
    sheet.redraw(text, true);
  });
  table.addEventListener("state", (told) => {
    const fresh = /** @type {CustomEvent} */ (told).detail;
    versions.all = fresh.versions;
    if (headed !== JSON.stringify(fresh.draft)) headOf();
    headed = JSON.stringify(fresh.draft);
    views.offer();
    negotiating.begin(fresh);
    comments.begin(fresh.threads);
    sheet.arrange();
    drawAll();
  });
  presence.addEventListener("moved", () => {
    editor?.refresh();
    drawAll();
  });

  negotiating.model.addEventListener("changed", () => void (news += 1));
  let leaving = false;
  let arrived = false;
  const uncounted = (/** @type {any} */ one) => JSON.stringify([one.threads, one.proposals, one.positions, one.agreement, one.packages]);
  const first = uncounted(state);
  /** What is told and not counted in the draft's deeds, threads and proposals, may have changed while this page was away.
   * Not all who come back at once ask at once. */
  const missed = async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * AGAIN_MS));
    const fresh = await readAnew();
    const told = uncounted(fresh);
    // What was told between the first reading and the first arrival; as a rule nothing was.
    if (!arrived && told === first) return;
    comments.begin(fresh.threads);
    negotiating.begin(fresh);
    drawAll();
    askConsent(null);
  };
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
      await missed();
      arrived = true;
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
  on("proposal", (event) => negotiating.told(event.proposal));
  on("position", (event) => negotiating.model.position(event.position));
  on("agreement", (event) => negotiating.model.agreed(event.agreement, event.packages));
  on("version", (event) => {
    versions.add(event.version);
    views.offer();
    table.sealed(event);
    void negotiating.sealed();
    askConsent(null);
    announce(`${event.version.sealed_by} sealed ${event.version.name}`);
  });
  on("sponsors", (event) => askConsent(event.sponsors));
  on("people", (event) => presence.told(event));

  // Buttons --------------------------------------------------------------------------------------

  /** @type {Record<string, (button: HTMLElement) => void>} */
  const deeds = {
    clean: () => views.show("clean"),
    redline: () => views.show("redline"),
    progress: () => views.show("progress"),
    versions: () => versions.open(),
    seal: () => versions.seal(),
    export: () => versions.export(),
    sponsors: () => void sponsors((module) => module.openSponsors(draft)),
    last: (button) => button.setAttribute("aria-pressed", String(!root.classList.toggle("without-last"))),
    masthead: () => void forwarding().then(async (one) => {
      await one.look();
      one.masthead();
    }).catch((error) => trouble(error instanceof Error ? error.message : String(error))),
    italic: () => active()?.italic(),
    footnote: () => active()?.footnote(),
    checks: () => void check().then((made) => made.show(!made.isShown), () => announce("The checks could not be loaded. Please try again.")),
    undo: () => (active() ?? editor ?? negotiating.writer)?.back("done"),
    redo: () => (active() ?? editor ?? negotiating.writer)?.back("undone"),
    resolved: () => comments.toggleResolved(),
    comments: (button) => {
      const open = root.classList.toggle("showing-comments");
      button.setAttribute("aria-expanded", String(open));
      comments.layout();
    },
    comment: () => {
      const id = editor?.id ?? selectedParagraph();
      const words = id ? selected(id) : null;
      if (id) comments.write(id, words?.start ?? 0, words?.end ?? 0);
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
    const by = active();
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (at.querySelectorAll("[data-needs-caret]"))) button.setAttribute("aria-disabled", String(!by));
    at.querySelector("[data-do=italic]")?.setAttribute("aria-pressed", String(by?.isItalic === true));
    // A delegation has the tools of an editor while it writes a proposal.
    root.classList.toggle("writing", by !== null);
  }
  toolbar();

  // Comments on words that were selected ----------------------------------------------------------

  if (may.has("comment")) commentBubble();
  sheet.place.addEventListener("click", (event) => {
    const mark = event.target instanceof Element ? event.target.closest("[data-marks]") : null;
    const key = mark?.getAttribute("data-marks")?.split(" ").find((one) => comments.threads.has(one));
    if (key) comments.activate(key);
  });

  document.addEventListener("keydown", (event) => {
    const mod = event.ctrlKey || event.metaKey;
    const by = active() ?? editor ?? negotiating.writer;
    if (!mod || isTyping(event.target) || !by || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      by.back(key === "y" || event.shiftKey ? "undone" : "done");
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
  negotiating.writer?.addEventListener("mounted", () => toolbar());

  /** Editorial checks: at once for those who edit, for others when they ask. */
  const checks = get("[data-do=checks]");
  /** @type {Promise<import("./checks.js").Checks> | null} */
  let checking = null;
  const check = () => (checking ??= import("./checks.js").then(async ({ Checks }) => {
    const made = new Checks(draft, table, sheet, {
      mayEdit, edit, settled, bar, place: get("#checks"), button: checks,
      counted: (all, errors) => {
        checks.textContent = all ? `Checks (${all})` : "Checks";
        checks.dataset.errors = String(errors);
      },
      go: (id, start, end) => {
        views.show("clean");
        if (!editor?.mount(id, start, end)) sheet.row(id)?.label.focus({ preventScroll: true });
      },
    });
    await made.look();
    return made;
  }).catch((error) => {
    checking = null;
    throw error;
  }));
  if (mayEdit) void check().catch(() => {});

  drawAll();
  negotiating.drawAll();
  negotiating.openings?.later(0);
  saved();
  await comments.remember();
  live.start();
  askConsent(null);
  // A link to what somebody wrote.
  const thread = location.hash.slice("#thread-".length);
  if (comments.threads.has(thread)) comments.show(thread);
  root.dataset.ready = "true";
}

main().catch((error) => {
  status.set({ stopped: error instanceof Error ? error.message : String(error) });
  if (!(error instanceof Refused)) throw error;
});
