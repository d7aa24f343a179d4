// @ts-check
// Versions: sealing one, the list of them, comparing, restoring, handing out files.

import { post } from "./api.js";
import { dialog, field } from "./dialogs.js";
import { announce, h, newId, when } from "./dom.js";

export class Versions {
  /** @param {string} draft @param {VersionsOptions} options */
  constructor(draft, options) {
    this.draft = draft;
    this.options = options;
    /** @type {Version[]} */
    this.all = [];
  }

  get last() {
    return this.all.reduce((last, one) => (one.number > last.number ? one : last), /** @type {Version} */ (this.all[0]));
  }

  /** @param {Version} version */
  add(version) {
    if (!this.all.some((one) => one.number === version.number)) this.all.push(version);
  }

  /** Seals the working text, after all that was typed here has reached the server. */
  seal() {
    const name = h("input", { name: "name", required: true, maxlength: 80, autocomplete: "off" });
    const note = h("textarea", { name: "note", rows: "3", maxlength: 2000 });
    const id = newId();
    dialog({
      title: "Seal a version", action: "Seal",
      body: [
        h("p", {}, "A sealed version never changes. Its paragraphs are numbered afresh, and it can be cited, compared and handed out."),
        field("Name", name, "As people will call it: draft 1, A/C.1/76/L.41, L.41/Rev.1"),
        field("Note (may stay empty)", note, "What is new, for whom it is meant"),
        this.options.warning(),
      ],
      act: async () => {
        if (!name.value.trim()) throw new Error("Please give the version a name.");
        if (!(await this.options.settled())) throw new Error("Something typed here has not reached the server yet. Please try again once it is saved.");
        const done = await post(`/api/drafts/${this.draft}/versions`, { id, name: name.value.trim(), note: note.value.trim() });
        this.options.onSealed(done);
        announce(`Sealed ${name.value.trim()}`);
      },
    });
  }

  /** The list of versions, newest first. */
  open() {
    const sorted = [...this.all].sort((a, b) => b.number - a.number);
    const base = `/drafts/${this.draft}`;
    const list = h("ol", { class: "versions", reversed: true }, sorted.map((version, index) => h("li", {},
      h("div", { class: "version-head" }, h("a", { href: `${base}/versions/${version.number}` }, version.name),
        h("span", { class: "muted" }, ` sealed by ${version.sealed_by}, `, when(version.sealed_at))),
      version.note && h("p", { dir: "auto" }, version.note),
      h("div", { class: "version-deeds" },
        h("a", { href: `${base}/compare?from=${version.number}` }, "Compare with the working text"),
        sorted[index + 1] && h("a", { href: `${base}/compare?from=${sorted[index + 1]?.number}&to=${version.number}` }, `Compare with ${sorted[index + 1]?.name}`),
        h("a", { href: `${base}/export.docx?version=${version.number}`, download: true }, "Word"),
        h("a", { href: `${base}/export.pdf?version=${version.number}`, download: true }, "PDF"),
        h("a", { href: `${base}/print?version=${version.number}` }, "Print"),
        this.options.may.has("seal") && h("button", { class: "link", type: "button", onclick: () => this.#restore(version) }, "Restore …")))));
    dialog({ title: "Versions", wide: true, body: [this.#anyTwo(sorted), list, h("p", {}, h("a", { href: `${base}/verify` }, "The record and its proof"))] });
  }

  /** @param {Version[]} sorted */
  #anyTwo(sorted) {
    const options = () => sorted.map((version) => h("option", { value: version.number }, version.name));
    const from = h("select", { id: "compare-from" }, options());
    const to = h("select", { id: "compare-to" }, h("option", { value: "" }, "The working text"), options());
    return h("div", { class: "any-two" },
      h("label", { for: "compare-from" }, "Compare"), from, h("label", { for: "compare-to" }, "with"), to,
      h("button", { type: "button", class: "button", onclick: () => {
        location.href = `/drafts/${this.draft}/compare?from=${from.value}${to.value ? `&to=${to.value}` : ""}`;
      } }, "Compare"));
  }

  /** @param {Version} version */
  #restore(version) {
    const id = newId();
    dialog({
      title: `Restore ${version.name}`, action: "Restore", danger: true,
      body: [h("p", {}, `The working text will say again what ${version.name} says. The text as it stands now is sealed first, so nothing is lost.`)],
      act: async () => {
        if (!(await this.options.settled())) throw new Error("Something typed here has not reached the server yet. Please try again once it is saved.");
        const done = await post(`/api/drafts/${this.draft}/versions/${version.number}/restoration`, { id });
        document.querySelector("dialog[open]")?.remove();
        this.options.onSealed(done);
        announce(`Restored ${version.name}`);
      },
    });
  }

  /** Files of a text: handing_out.js. */
  export() {
    import("./handing_out.js").then(({ handOut }) => handOut(this.draft, this.all, this.options.me)).catch(() => {});
  }
}
