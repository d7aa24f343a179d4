// @ts-check
// Comments on the right: threads beside their words, and the posting box with its audience in words.

import { call, post } from "./api.js";
import { movedRange } from "./delta.js";
import { choice, chosen, dialog, field } from "./dialogs.js";
import { announce, counted, fill, h, newId, when } from "./dom.js";

const MANY_CHARS = 10_000;
const GAP = 10;

export class Comments {
  /** @param {string} draft @param {HTMLElement} place @param {Table} table @param {Pending} pending
   * @param {CommentsOptions} options */
  constructor(draft, place, table, pending, options) {
    /** How many threads have been told or written here. */
    this.news = 0;
    this.draft = draft;
    this.place = place;
    this.table = table;
    this.pending = pending;
    this.options = options;
    /** @type {Map<string, PlacedThread>} */
    this.threads = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.cards = new Map();
    /** @type {string | null} */
    this.active = null;
    this.showResolved = false;
    /** @type {{id: string, element: HTMLElement, paragraph: string, range: {start: number, end: number} | null, body: HTMLTextAreaElement} | null} */
    this.box = null;
    /** @type {Map<string, string>} what was written and not posted */
    this.unsent = new Map();
    /** Threads told of at a version that has not come yet. @type {Thread[]} */
    this.early = [];
    for (const name of ["foreign", "edited"]) {
      table.addEventListener(name, (event) => {
        const { text, change } = /** @type {CustomEvent} */ (event).detail;
        for (const one of this.#ranges(text)) one.range = movedRange(/** @type {any} */ (one.range), change);
      });
    }
    table.addEventListener("made", () => this.#catchUp());
    place.addEventListener("click", (event) => {
      const card = event.target instanceof Element ? event.target.closest(".thread") : null;
      if (card instanceof HTMLElement && card.dataset.id) this.activate(card.dataset.id);
    });
    place.addEventListener("focusin", (event) => {
      const card = event.target instanceof Element ? event.target.closest(".thread") : null;
      if (card instanceof HTMLElement && card.dataset.id) this.activate(card.dataset.id);
    });
    new ResizeObserver(() => this.layout()).observe(document.body);
  }

  /** @param {string} text @returns {{range: any}[]} */
  #ranges(text) {
    /** @type {{range: any}[]} */
    const found = [...this.threads.values()].filter((one) => one.range && one.thread.paragraph === text);
    if (this.box?.range && this.box.paragraph === text) found.push(this.box);
    return found;
  }

  /** @param {Thread[]} threads */
  begin(threads) {
    this.threads.clear();
    for (const thread of threads) this.#take(thread);
    for (const [id, card] of this.cards) {
      if (this.threads.has(id)) continue;
      card.remove();
      this.cards.delete(id);
    }
    this.#drawAll();
  }

  /** A thread that is new or has changed. @param {Thread} thread */
  told(thread) {
    this.news += 1;
    const before = this.threads.get(thread.id)?.thread;
    this.#take(thread);
    this.#draw(thread.id);
    if (before && before.paragraph !== thread.paragraph) this.options.redraw(before.paragraph);
    this.options.redraw(thread.paragraph);
    this.#order();
    const last = thread.comments.at(-1);
    if (last && !last.mine && last.id !== before?.comments.at(-1)?.id) {
      announce(`Comment by ${last.by.delegation || last.by.name} on ${this.options.name(thread.paragraph)}`);
    }
  }

  /** @param {Thread} thread */
  #take(thread) {
    const text = this.table.texts.get(thread.paragraph);
    const range = thread.anchor ? { start: thread.anchor.start, end: thread.anchor.end } : null;
    this.threads.set(thread.id, { thread, range: text && thread.anchor && range ? this.#shown(text, thread.anchor) : range });
    if (text && thread.anchor && thread.anchor.version > text.version) this.early.push(thread);
  }

  /** @param {import("./text.js").Text} text @param {{start: number, end: number}} anchor */
  #shown(text, anchor) {
    let range = { start: anchor.start, end: anchor.end };
    for (const flight of text.flights) range = movedRange(range, flight.change);
    return movedRange(range, text.buffer);
  }

  #catchUp() {
    if (this.early.length === 0) return;
    const early = this.early;
    this.early = [];
    for (const thread of early) {
      const text = this.table.texts.get(thread.paragraph);
      if (this.threads.get(thread.id)?.thread !== thread) continue;
      if (text && thread.anchor && text.version < thread.anchor.version) this.early.push(thread);
      else if (text && thread.anchor) {
        this.threads.set(thread.id, { thread, range: this.#shown(text, thread.anchor) });
        this.options.redraw(thread.paragraph);
      }
    }
  }

  /** What is marked in a paragraph's words. @param {string} id @returns {Mark[]} */
  marks(id) {
    const marks = [];
    for (const { thread, range } of this.threads.values()) {
      if (!range || thread.paragraph !== id || thread.resolved || range.start === range.end) continue;
      marks.push({ ...range, class: `anchor${this.active === thread.id ? " active" : ""}`, key: thread.id });
    }
    if (this.box?.range && this.box.paragraph === id) marks.push({ ...this.box.range, class: "anchor active", key: "new" });
    return marks;
  }

  /** How many open threads a paragraph has. @param {string} id */
  count(id) {
    let count = 0;
    for (const { thread } of this.threads.values()) if (thread.paragraph === id && !thread.resolved) count += 1;
    return count;
  }

  /** Makes a thread the one that is looked at. @param {string | null} id */
  activate(id) {
    if (this.active === id) return;
    const before = this.active ? this.threads.get(this.active) : null;
    this.active = id;
    for (const [key, card] of this.cards) card.classList.toggle("active", key === id);
    if (before) this.options.redraw(before.thread.paragraph);
    const now = id ? this.threads.get(id) : null;
    if (now) this.options.redraw(now.thread.paragraph);
    this.layout();
  }

  /** Shows a thread and goes there. @param {string} id */
  show(id) {
    this.place.closest(".draft")?.classList.add("showing-comments");
    this.activate(id);
    const card = this.cards.get(id);
    card?.focus();
    card?.scrollIntoView({ block: "nearest" });
  }

  // Cards ------------------------------------------------------------------------------------------

  #drawAll() {
    for (const id of this.threads.keys()) this.#draw(id);
    this.#order();
  }

  /** The cards in the order of the words they stand beside. */
  #order() {
    const order = new Map(this.table.paragraphs.map((paragraph, index) => [paragraph.id, index]));
    const sorted = [...this.threads.values()].sort((a, b) =>
      (order.get(a.thread.paragraph) ?? 0) - (order.get(b.thread.paragraph) ?? 0) ||
      (a.range?.start ?? -1) - (b.range?.start ?? -1) || a.thread.id.localeCompare(b.thread.id));
    const list = this.place.querySelector(".thread-list");
    if (!list) return;
    /** @type {Element | null} */
    let before = null;
    for (const { thread } of sorted) {
      const card = this.cards.get(thread.id);
      if (!card) continue;
      /** @type {Element | null} */
      const next = before ? before.nextElementSibling : list.firstElementChild;
      if (next !== card) list.insertBefore(card, next);
      before = card;
    }
    const resolved = sorted.filter((one) => one.thread.resolved).length;
    const toggle = this.place.querySelector("[data-do=resolved]");
    if (toggle instanceof HTMLElement) {
      toggle.hidden = resolved === 0;
      toggle.textContent = this.showResolved ? "Hide resolved" : `Show ${counted(resolved, "resolved thread")}`;
      toggle.setAttribute("aria-pressed", String(this.showResolved));
    }
    const none = this.place.querySelector(".none");
    if (none instanceof HTMLElement) none.hidden = sorted.some((one) => this.showResolved || !one.thread.resolved) || this.box !== null;
    this.layout();
  }

  toggleResolved() {
    this.showResolved = !this.showResolved;
    for (const { thread } of this.threads.values()) if (thread.resolved) this.#draw(thread.id);
    this.#order();
  }

  /** @param {string} id */
  #draw(id) {
    const placed = this.threads.get(id);
    if (!placed) return;
    const { thread } = placed;
    const name = this.options.name(thread.paragraph);
    let card = this.cards.get(id);
    const focus = card?.contains(document.activeElement) ?? false;
    if (!card) {
      card = h("article", { class: "thread", tabindex: "-1" });
      card.dataset.id = id;
      this.cards.set(id, card);
    }
    const reply = card.querySelector("textarea[data-place]");
    if (reply instanceof HTMLTextAreaElement && reply.value) this.#keep(reply.dataset.place ?? "", reply.value);
    card.className = `thread${thread.resolved ? " resolved" : ""}${this.active === id ? " active" : ""} for-${thread.audience.kind}`;
    card.hidden = thread.resolved !== null && !this.showResolved;
    card.setAttribute("aria-label", `Comments on ${name}, seen by: ${thread.audience.words}`);
    fill(card,
      h("header", { class: "thread-head" },
        h("a", { class: "thread-where", href: `#p-${thread.paragraph}` }, name),
        h("span", { class: "audience", title: "Who can see this" }, thread.audience.words)),
      thread.quote && h("p", { class: "thread-quote", dir: "auto" },
        thread.gone ? [h("strong", {}, "The words are gone: "), h("s", {}, thread.quote)] : thread.quote),
      thread.comments.map((comment) => this.#comment(thread, comment)),
      (thread.widened ?? []).map((step) => h("p", { class: "thread-step" }, `${step.by} showed this to: ${step.audience}, `, when(step.at))),
      thread.resolved && h("p", { class: "thread-step" }, `Resolved by ${thread.resolved.by}, `, when(thread.resolved.at)),
      this.#foot(thread));
    if (focus) card.focus();
  }

  /** @param {Thread} thread @param {ThreadComment} comment */
  #comment(thread, comment) {
    return h("div", { class: "comment" },
      h("p", { class: "comment-by" }, h("strong", {}, comment.by.delegation || comment.by.name),
        comment.by.delegation ? h("span", { class: "muted" }, ` ${comment.by.name}`) : null, " ", when(comment.at)),
      h("p", { class: "comment-body", dir: "auto" }, comment.body),
      comment.edits.length > 0 && h("details", { class: "comment-edits", ontoggle: () => this.layout() }, h("summary", {}, `Edited, ${counted(comment.edits.length, "earlier wording")}`),
        comment.edits.map((edit) => h("p", { dir: "auto" }, h("span", { class: "muted" }, when(edit.at), ": "), edit.body))),
      comment.mine && this.options.may && h("button", {
        class: "link", type: "button", onclick: () => this.#edit(thread, comment), "aria-label": `Edit your comment on ${this.options.name(thread.paragraph)}`,
      }, "Edit"));
  }

  /** @param {Thread} thread */
  #foot(thread) {
    const place = `reply ${thread.id}`;
    const text = h("textarea", { rows: "1", "aria-label": "Reply", placeholder: "Reply", maxlength: MANY_CHARS, dir: "auto", "data-place": place });
    text.value = this.unsent.get(place) ?? "";
    const send = h("button", { class: "button primary", type: "submit" }, "Reply");
    const seen = h("p", { class: "hint" }, `Seen by: ${thread.audience.words}`);
    const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
    const more = h("div", { class: "reply-more", hidden: !text.value }, seen, wrong, send);
    text.addEventListener("focus", () => {
      more.hidden = false;
      this.layout();
    });
    text.addEventListener("input", () => {
      grow(text);
      this.#keep(place, text.value);
      this.layout();
    });
    /** The same words are sent under the same id, however often it is tried. */
    let id = newId();
    const form = h("form", { class: "reply" }, text, more);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      const body = text.value;
      send.disabled = true;
      wrong.hidden = true;
      try {
        const done = await post(`/api/threads/${thread.id}/comments`, { id, body });
        this.#keep(place, "");
        text.value = "";
        this.told(done.thread);
        id = newId();
      } catch (error) {
        wrong.textContent = sentence(error);
        wrong.hidden = false;
        this.layout();
      } finally {
        send.disabled = false;
      }
    });
    return h("footer", { class: "thread-foot" },
      thread.may_reply && !thread.resolved && form,
      h("div", { class: "thread-deeds" },
        thread.may_resolve && h("button", { class: "link", type: "button", onclick: () => this.#do(thread, "resolution", { resolved: !thread.resolved }) },
          thread.resolved ? "Reopen" : "Resolve"),
        thread.wider.length > 0 && h("button", { class: "link", type: "button", onclick: () => this.#widen(thread) }, "Show to more …")));
  }

  /** @param {string} place @param {string} body */
  #keep(place, body) {
    if (body) this.unsent.set(place, body);
    else this.unsent.delete(place);
    this.pending.keepBody(place, body);
  }

  /** @param {Thread} thread @param {string} what @param {object} fields */
  async #do(thread, what, fields) {
    try {
      const done = await post(`/api/threads/${thread.id}/${what}`, { id: newId(), ...fields });
      this.told(done.thread);
    } catch (error) {
      dialog({ title: "This was not done", body: [h("p", {}, sentence(error))] });
    }
  }

  /** @param {Thread} thread */
  #widen(thread) {
    const select = choice(thread.wider, 0, "wider");
    const warn = h("p", { class: "notice" });
    const say = () => {
      const audience = thread.wider[chosen(select)];
      warn.textContent = `All of this thread, what was written before included, will be seen by: ${audience?.words ?? ""}. This cannot be taken back.`;
    };
    select.addEventListener("change", say);
    say();
    dialog({
      title: "Show to more people", body: [h("p", {}, `Now seen by: ${thread.audience.words}.`), select, warn], action: "Show it to them",
      act: async () => {
        const audience = thread.wider[chosen(select)];
        if (!audience) return;
        const done = await post(`/api/threads/${thread.id}/audience`, { id: newId(), audience: { kind: audience.kind, delegation: audience.delegation } });
        this.told(done.thread);
        announce(`Now seen by: ${audience.words}`);
      },
    });
  }

  /** @param {Thread} thread @param {ThreadComment} comment */
  #edit(thread, comment) {
    const place = `edit ${comment.id}`;
    const text = h("textarea", { rows: "6", maxlength: MANY_CHARS, dir: "auto" });
    text.value = this.unsent.get(place) ?? comment.body;
    text.addEventListener("input", () => this.#keep(place, text.value));
    const id = newId();
    dialog({
      title: "Edit your comment", action: "Save",
      body: [field("Your comment", text, `Seen by: ${thread.audience.words}. The earlier wording stays readable.`)],
      act: async () => {
        const done = await call("PUT", `/api/comments/${comment.id}`, { id, body: text.value });
        this.#keep(place, "");
        this.told(done.thread);
      },
    });
  }

  // A new thread -----------------------------------------------------------------------------------

  /** Opens the box for a new comment. @param {string} paragraph @param {number} start @param {number} end */
  write(paragraph, start, end) {
    if (!this.options.may) return;
    if (this.box) this.#closeBox();
    const place = `new ${paragraph}`;
    const range = end > start ? { start, end } : null;
    const text = h("textarea", { rows: "4", maxlength: MANY_CHARS, dir: "auto", id: "new-comment" });
    text.value = this.unsent.get(place) ?? "";
    text.addEventListener("input", () => {
      grow(text);
      this.#keep(place, text.value);
      this.layout();
    });
    const { audiences } = this.options;
    const audience = choice(audiences, 0, "audience");
    const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
    const send = h("button", { class: "button primary", type: "submit" }, "Post");
    const name = this.options.name(paragraph);
    const say = () => {
      send.textContent = "Post";
      send.setAttribute("aria-label", `Post, seen by: ${audiences[chosen(audience)]?.words ?? ""}`);
    };
    audience.addEventListener("change", say);
    say();
    const quote = range ? this.table.text(paragraph).shown.slice(start, end) : null;
    const form = h("form", { class: "thread new", "aria-label": `New comment on ${name}`, "data-keeps-editing": true },
      h("header", { class: "thread-head" }, h("strong", {}, `Comment on ${name}`)),
      quote && h("p", { class: "thread-quote", dir: "auto" }, quote.ops.map((op) => (typeof op.insert === "string" ? op.insert : "")).join("")),
      h("div", { class: "field" }, h("label", { for: text.id }, "Your comment"), text),
      audience, wrong,
      h("div", { class: "row" }, h("button", { class: "button quiet", type: "button", onclick: () => this.#closeBox(true) }, "Cancel"), send));
    const box = { id: newId(), element: form, paragraph, range, body: text };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!text.value.trim()) {
        text.focus();
        return;
      }
      const to = audiences[chosen(audience)];
      if (!to) return;
      send.disabled = true;
      wrong.hidden = true;
      const body = text.value;
      try {
        // The words it stands beside must be the server's before they can be named.
        if (box.range && !(await this.options.settled(paragraph))) throw new Error("The connection is gone. Your comment is kept here; please post it again in a moment.");
        const anchor = box.range && box.range.end > box.range.start ? { ...box.range, version: this.table.text(paragraph).version } : null;
        const done = await post(`/api/drafts/${this.draft}/threads`, {
          id: box.id, paragraph, anchor, audience: { kind: to.kind, delegation: to.delegation }, body,
        });
        this.#keep(place, "");
        this.#closeBox();
        this.told(done.thread);
        this.show(done.thread.id);
        announce(`Posted, seen by: ${to.words}`);
      } catch (error) {
        // With another body or place it is another comment, and takes another id.
        if (/** @type {any} */ (error)?.status >= 400) box.id = newId();
        wrong.textContent = sentence(error);
        wrong.hidden = false;
        this.layout();
      } finally {
        send.disabled = false;
      }
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#closeBox(true);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.box = box;
    this.place.closest(".draft")?.classList.add("showing-comments");
    this.place.querySelector(".thread-list")?.prepend(form);
    this.options.redraw(paragraph);
    this.#order();
    text.focus({ preventScroll: true });
  }

  /** @param {boolean} [back] */
  #closeBox(back = false) {
    const { box } = this;
    if (!box) return;
    this.box = null;
    box.element.remove();
    this.options.redraw(box.paragraph);
    this.#order();
    if (back) /** @type {HTMLElement | null} */ (this.options.row(box.paragraph)?.querySelector(".label"))?.focus();
  }

  /** Takes back what was written and not posted before this page was opened. */
  async remember() {
    this.unsent = await this.pending.bodies();
    for (const place of this.unsent.keys()) {
      const [what, id] = place.split(" ");
      if (what === "new" && id && this.table.texts.has(id)) this.write(id, 0, 0);
      else if (what === "reply" && id) this.#draw(id);
    }
  }

  // Where the cards stand --------------------------------------------------------------------------

  /** Sets the cards beside their words, the one that is looked at exactly, the others as near as can be. */
  layout() {
    if (this.laying) return;
    this.laying = true;
    requestAnimationFrame(() => {
      this.laying = false;
      this.#layout();
    });
  }

  #layout() {
    const list = this.place.querySelector(".thread-list");
    if (!(list instanceof HTMLElement)) return;
    /** @type {{card: HTMLElement, wish: number, height: number}[]} */
    const cards = [];
    if (getComputedStyle(list).getPropertyValue("--beside").trim() !== "1") {
      for (const card of [...this.cards.values(), this.box?.element]) card?.style.removeProperty("top");
      list.style.removeProperty("min-height");
      return;
    }
    const from = list.getBoundingClientRect().top;
    const add = (/** @type {HTMLElement} */ card, /** @type {string} */ paragraph, /** @type {string} */ key) => {
      if (card.hidden) return;
      const row = this.options.row(paragraph);
      if (!row || row.hidden) return;
      const mark = row.querySelector(`[data-marks~="${CSS.escape(key)}"]`) ?? row;
      cards.push({ card, wish: mark.getBoundingClientRect().top - from, height: card.offsetHeight });
    };
    for (const [id, card] of this.cards) {
      const one = this.threads.get(id);
      if (one) add(card, one.thread.paragraph, id);
    }
    if (this.box) add(this.box.element, this.box.paragraph, "new");
    cards.sort((a, b) => a.wish - b.wish);
    const fixed = cards.findIndex(({ card }) => card === this.box?.element || (!this.box && card.classList.contains("active")));
    const tops = new Array(cards.length).fill(0);
    let free = 0;
    for (const [index, card] of cards.entries()) {
      tops[index] = Math.max(card.wish, free);
      free = tops[index] + card.height + GAP;
    }
    const one = cards[fixed];
    if (one && tops[fixed] > one.wish) {
      // The cards above make room, as far as they can.
      let limit = Math.max(one.wish, 0);
      tops[fixed] = limit;
      for (let index = fixed - 1; index >= 0; index -= 1) {
        const above = cards[index];
        if (!above) break;
        limit -= above.height + GAP;
        if (tops[index] <= limit) break;
        tops[index] = limit;
      }
      const over = Math.min(0, ...tops);
      if (over < 0) for (let index = 0; index < tops.length; index += 1) tops[index] -= over;
      free = tops[fixed] + one.height + GAP;
      for (let index = fixed + 1; index < cards.length; index += 1) {
        tops[index] = Math.max(cards[index]?.wish ?? 0, free);
        free = tops[index] + (cards[index]?.height ?? 0) + GAP;
      }
    }
    for (const [index, { card }] of cards.entries()) card.style.top = `${Math.round(tops[index])}px`;
    list.style.minHeight = `${Math.round(free)}px`;
  }
}

/** @param {HTMLTextAreaElement} text */
function grow(text) {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 400)}px`;
}

/** @param {unknown} error */
const sentence = (error) => (error instanceof Error ? error.message : String(error));
