// @ts-check
// Sponsors, at the table: the line above a text that has changed since one's delegation sponsored it, the list of
// sponsors, and what sealing would do to them. The page loads this when it is needed.

import { read } from "./api.js";
import { answers, asked, changesBetween, momentWords, showIn } from "./consent.js";
import { dialog } from "./dialogs.js";
import { counted, day, fill, h, listed } from "./dom.js";

let round = 0;

/** Above the text: what changed since one's delegation gave its consent, and three answers. Nobody is asked about
 * technical changes, and is told so. @param {HTMLElement} place @param {string} draft @param {Sponsoring | null} [view] */
export async function offerConsent(place, draft, view) {
  const asking = ++round;
  const told = view ?? /** @type {Sponsoring} */ (await read(`/api/drafts/${draft}/sponsors`));
  // What was asked for earlier may come later: it is older.
  if (asking !== round) return;
  const { own, consent } = told;
  const technical = consent && !consent.asked && consent.technical > 0;
  const shape = JSON.stringify([consent, own?.may, own?.answer]);
  if (shape === place.dataset.shape) return;
  place.dataset.shape = shape;
  place.hidden = !own || !consent || !(consent.asked || technical);
  if (place.hidden || !own || !consent) return fill(place);
  const { from, to } = consent;
  const see = h("button", { class: "link", type: "button", onclick: () => {
    const words = h("div");
    const box = dialog({ title: `${from.name} and ${to.name}: only what changed`, wide: true, body: [words, consent.asked ? answers(draft, own, consent, words, () => box.close()) : ""] });
    void showIn(words, changesBetween(draft, from.number, to.number, consent.changed));
  } }, "See only these changes");
  if (technical) {
    fill(place, h("p", {}, `Only technical changes since you sponsored ${from.name}: nobody is asked again. `, see));
    return;
  }
  fill(place,
    h("p", {}, h("strong", {}, asked(consent)), own.answer === "not_yet" && ` You have not decided about ${to.name} yet.`), h("p", {}, see),
    answers(draft, own, consent, place, () => void offerConsent(place, draft)));
}

/** @param {ListedSponsor} one */
const line = ({ delegation, capacity, version, reconfirmed }) => h("li", {}, h("p", {}, !reconfirmed && h("span", { "aria-hidden": "true" }, "⧗ "), h("strong", {}, delegation.name),
  capacity !== "co" && `, ${capacity === "main" ? "main" : "additional"} sponsor`, reconfirmed ? ` for ${version?.name}` : `: last confirmed for ${version?.name}; the text has changed since`));

/** The call's terms. @param {SponsorCall} call */
export function terms(call) {
  const who = call.mode === "closed" ? `A closed group sponsors together${call.group ? `: ${call.group}` : ""}.` : "Every delegation may join.";
  /** @param {string} what @param {Deadline | null} at */
  const until = (what, at) => at && h("p", {}, `${what}: `, ...momentWords(at));
  return [
    h("p", {}, who, call.tabled && ` Tabled as ${call.tabled.symbol}`, call.tabled?.on && [", ", day(call.tabled.on)], call.tabled && "."),
    until("To be named in the document", call.deadline), until("Additional sponsors", call.closes),
  ];
}

/** Who has confirmed in the portal, as far as one may see it. @param {string} draft */
export function openSponsors(draft) {
  const place = h("div");
  dialog({ title: "Sponsors", wide: true, body: [place] });
  void showIn(place, read(`/api/drafts/${draft}/sponsors`).then((/** @type {Sponsoring} */ { call, sponsors, own }) => {
    const done = sponsors.filter((one) => one.reconfirmed).length;
    return h("div", {}, terms(call),
      own && h("p", {}, `${own.delegation.name}: `, h("strong", {}, own.words), own.version && ` for ${own.version.name}`, ". ", h("a", { href: `/drafts/${draft}/mine` }, "Our page")),
      sponsors.length > 0 ? h("p", {}, done === sponsors.length ? `${counted(done, "sponsor")} confirmed in the portal.` : `${done} of ${sponsors.length} confirmed for the last version.`)
        : h("p", { class: "muted" }, call.listed || !own ? "Nobody has confirmed in the portal yet." : "Who sponsors is told to the presidency alone until the document is out."),
      h("ul", { class: "positions" }, sponsors.map(line)));
  }));
}

/** What sealing the working text now would do to sponsors, said before it is done. @param {string} draft */
export function sealingWarning(draft) {
  const place = h("div", { class: "sealing", role: "status" });
  void showIn(place, read(`/api/drafts/${draft}/sealing`).then((/** @type {Sealing} */ { changed, broken, unsettled }) => {
    const labels = changed.filter((one) => one.nature === "substantive").map((one) => one.label || "the opening words");
    const lost = [...new Set(broken.map((one) => one.delegation.name))];
    const again = unsettled.map((one) => one.name);
    return h("div", {},
      lost.length > 0 && h("div", { class: "notice bad" },
        h("p", {}, h("strong", {}, `You would lose ${listed(lost)}.`), " This text breaks what they made a condition:"),
        h("ul", {}, broken.map((one) => h("li", {}, `${one.delegation.name}: ${one.condition}`)))),
      labels.length > 0 && again.length > 0
        ? h("p", { class: "notice" }, h("strong", {}, `${counted(again.length, "sponsor")} will be asked again`), `: ${listed(again)}. The words of ${listed(labels)} are not what they sponsored.`)
        : (lost.length === 0 || labels.length === 0) && h("p", { class: "notice good" }, labels.length > 0 ? "No sponsor is asked again." : changed.length > 0 ? "Technical: nobody is asked again." : "Nothing has changed: nobody is asked again."),
      labels.length === 0 && again.length > 0 && h("p", {}, `Not answered yet about an earlier change: ${listed(again)}.`));
  }));
  return place;
}
