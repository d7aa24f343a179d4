// @ts-check
// The three ways the text is shown: clean, as a redline since a version, and the progress of it all.

import { read } from "./api.js";
import { get, h } from "./dom.js";
import { authorsOf, renderRedline } from "./redline.js";

/** @typedef {"clean" | "redline" | "progress"} View */

const REDLINE_MS = 900;

export class Views {
  /** @param {HTMLElement} root @param {string} draft @param {Versions} versions
   * @param {{leave: () => void, laid: () => void, progress: () => void}} options */
  constructor(root, draft, versions, options) {
    this.root = root;
    this.draft = draft;
    this.versions = versions;
    this.options = options;
    this.place = get("#redline");
    this.since = /** @type {HTMLSelectElement} */ (get("#since"));
    this.legend = get("#legend");
    /** @type {View} */
    this.now = "clean";
    this.round = 0;
    this.stood = 0;
    this.since.addEventListener("change", () => void this.#draw());
  }

  /** Sets out the versions a redline can begin with. */
  offer() {
    const chosen = this.since.value;
    const sorted = [...this.versions.all].sort((a, b) => b.number - a.number);
    this.since.replaceChildren(...sorted.map((version) => h("option", { value: version.number }, `since ${version.name}`)));
    if (chosen && sorted.some((version) => String(version.number) === chosen)) this.since.value = chosen;
  }

  /** @param {View} view */
  show(view) {
    if (view !== "clean") this.options.leave();
    // Each way of showing the text is as high as it is: back among the words one stands where one stood.
    const back = view !== "progress" && this.now === "progress";
    if (view === "progress" && this.now !== "progress") this.stood = scrollY;
    this.now = view;
    const redline = view === "redline";
    const progress = view === "progress";
    this.place.hidden = !redline;
    get("#paragraphs").hidden = redline;
    get(".sheet").hidden = progress;
    get("#progress").hidden = !progress;
    get("#notes").classList.toggle("behind", redline);
    this.since.hidden = !redline;
    this.legend.hidden = !redline;
    for (const button of this.root.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === view));
    this.root.classList.toggle("in-redline", redline);
    this.root.classList.toggle("in-progress", progress);
    if (redline) void this.#draw();
    else this.options.laid();
    if (progress) this.options.progress();
    if (progress || back) scrollTo({ top: progress ? 0 : this.stood, behavior: "instant" });
  }

  /** Draws the redline again, once it is quiet. */
  later() {
    if (this.now !== "redline") return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#draw(), REDLINE_MS);
  }

  async #draw() {
    const round = ++this.round;
    this.place.setAttribute("aria-busy", "true");
    try {
      const made = await read(`/api/drafts/${this.draft}/redline?from=${this.since.value}`);
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
      this.options.laid();
    }
  }
}
