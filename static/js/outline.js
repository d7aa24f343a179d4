// @ts-check
// The list of paragraphs on the left: label, opening words, how many comments; a jump away.

import { words } from "./delta.js";
import { fill, h } from "./dom.js";

const LONGEST = 60;

export class Outline {
  /** @param {HTMLElement} place @param {Table} table @param {(id: string) => number} comments
   * @param {(id: string) => string[]} here who edits there */
  constructor(place, table, comments, here) {
    this.place = place;
    this.table = table;
    this.comments = comments;
    this.here = here;
    /** @type {Map<string, string>} */
    this.shapes = new Map();
    this.list = h("ol");
    place.append(this.list);
    place.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link) this.jump(event, link.hash.slice(1));
    });
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.mark(entry.target.id.slice(2));
    }, { rootMargin: "-20% 0px -70% 0px" });
    this.seen = seen;
  }

  /** @param {Event} event @param {string} id */
  jump(event, id) {
    const row = document.getElementById(id);
    if (!row) return;
    event.preventDefault();
    row.scrollIntoView({ block: "start" });
    /** @type {HTMLElement | null} */ (row.querySelector(".label"))?.focus({ preventScroll: true });
    this.place.closest("details")?.removeAttribute("open");
  }

  /** Marks the paragraph one is at. @param {string} id */
  mark(id) {
    for (const link of this.list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    this.list.querySelector(`[href="#p-${id}"]`)?.setAttribute("aria-current", "location");
  }

  /** Draws what has changed; cheap enough for every key. */
  draw() {
    const items = [];
    let fresh = this.list.children.length !== this.table.paragraphs.length;
    for (const [index, paragraph] of this.table.paragraphs.entries()) {
      const text = this.table.texts.get(paragraph.id);
      const opening = text ? words(text.shown.slice(0, 90)).slice(0, LONGEST) : "";
      const count = this.comments(paragraph.id);
      const here = this.here(paragraph.id);
      const shape = `${paragraph.label} ${paragraph.kind} ${paragraph.level} ${paragraph.deleted} ${count} ${here} ${opening}`;
      const old = this.list.children[index];
      if (old instanceof HTMLElement && old.dataset.id === paragraph.id && this.shapes.get(paragraph.id) === shape) {
        items.push(old);
        continue;
      }
      fresh = true;
      this.shapes.set(paragraph.id, shape);
      const item = h("li", { class: `${paragraph.kind}${paragraph.level ? ` level-${paragraph.level}` : ""}${paragraph.deleted ? " gone" : ""}` },
        h("a", { href: `#p-${paragraph.id}` },
          paragraph.label && h("span", { class: "outline-label" }, paragraph.label),
          h("span", { class: "outline-words", dir: "auto" }, paragraph.deleted ? "[deleted]" : opening || "(no words yet)"),
          count > 0 && h("span", { class: "outline-count", title: count === 1 ? "1 open comment" : `${count} open comments` }, count,
            h("span", { class: "said" }, count === 1 ? " open comment" : " open comments")),
          here.length > 0 && h("span", { class: "outline-here" }, here.join(", "))));
      item.dataset.id = paragraph.id;
      items.push(item);
    }
    if (!fresh) return;
    const current = this.list.querySelector("[aria-current]")?.getAttribute("href");
    fill(this.list, items);
    if (current) this.list.querySelector(`[href="${current}"]`)?.setAttribute("aria-current", "location");
    this.seen.disconnect();
    for (const row of document.querySelectorAll(".page-draft .paragraph[id]")) this.seen.observe(row);
  }
}
