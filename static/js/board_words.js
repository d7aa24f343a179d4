// @ts-check
// What the parts of the board share: its words and marks, and finding a State by a few letters.

import { h } from "./dom.js";

/** @type {Record<string, string>} */
export const VOTES = { Y: "Yes", A: "Abstention", N: "No", absent: "Absent" };
export const ORDER = Object.keys(VOTES);
/** From its commitment to none. */
export const STATES = ["confirmed", "said", "positive", "awaiting", "approached", "not_approached", "declined", "withdrawn"];
/** @type {Record<string, string>} */
export const PARTIES = { state_party: "Party", signatory: "Signatory", not_party: "" };
/** From this on somebody may well be missing when the vote is taken. */
export const RISK = 0.2;

/** @param {string} group */
export const groupOf = (group) => group.replace(/^Latin.*/, "GRULAC").replace(/^Western.*/, "WEOG").replace("Eastern", "E.").replace(" States", "");
/** @param {BoardRow} row */
export const sponsors = ({ sponsorship: { state } }) => state === "said" || state === "confirmed";
/** Whether a sponsor has not said yet that its sponsorship holds for the words of now. @param {BoardRow} row */
export const unsettled = (row) => sponsors(row) && !row.sponsorship.settled;
/** @param {BoardRow} row */
export const talking = (row) => /^(approached|positive|awaiting)$/.test(row.sponsorship.state);
/** @param {BoardRow} row */
export const voteOf = (row) => row.expected?.vote ?? "";
/** @param {number | undefined} share */
export const percent = (share) => `${Math.round((share ?? 0) * 100)}\u00a0%`;
/** A range as one reads it. @param {[number, number] | undefined} range */
export const span = (range) => (range ? (range[0] === range[1] ? range[0] : `${range[0]}–${range[1]}`) : "–");
/** @param {Child[]} words */
export const small = (...words) => h("small", {}, words);

/** A vote as a shape; its word stands beside it or is read out. @param {string | null | undefined} vote @param {string} [more] @param {string} [title] */
export const mark = (vote, more = "", title) => h("i", { class: `vote is-${vote || "none"}${more}`, title, "aria-hidden": "true" });
/** The shape and the word. @param {string | null | undefined} vote */
export const voted = (vote) => h("span", { class: "voted" }, mark(vote), VOTES[vote ?? ""] ?? "no vote");

/** @param {string | null} words */
export const plain = (words) => (words ?? "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

/** How well a few letters name a State: 0 not at all. "mex", "MEX", "king", "uk". @param {BoardRow} row @param {string} typed */
export function named(row, typed) {
  const [name, asked] = [plain(row.name), plain(typed)];
  if (!asked) return 0;
  if (name.startsWith(asked)) return 4;
  if (row.key.toLowerCase() === asked) return 3;
  const words = name.split(/[^\p{L}]+/u).filter((word) => !/^(of|and|the|)$/.test(word));
  return words.some((word) => word.startsWith(asked)) ? 2 : Number(asked.length > 1 && words.map((word) => word[0]).join("").startsWith(asked));
}

/** What was meant by an event: the element around it that a selector names. @param {Event} event @param {string} selector */
export const meant = ({ target }, selector) => /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(selector) : null);

const FOCUSABLE = "button, select, summary, [tabindex]";

/** Keeps the focus where it is in a place that is filled anew, also where it came there meanwhile. @param {HTMLElement} place @param {() => unknown} act */
export async function steady(place, act) {
  /** @type {Element | null} */
  let focus = null;
  let at = -1;
  const look = () => {
    focus = document.activeElement;
    at = focus && place.contains(focus) ? [...place.querySelectorAll(FOCUSABLE)].indexOf(focus) : -1;
  };
  look();
  document.addEventListener("focusin", look);
  try {
    await act();
  } finally {
    document.removeEventListener("focusin", look);
  }
  if (at >= 0 && !(/** @type {Element | null} */ (focus)?.isConnected)) /** @type {HTMLElement | undefined} */ (place.querySelectorAll(FOCUSABLE)[at])?.focus();
}

/** What somebody is told of a problem. @param {unknown} problem */
export const sentence = (problem) => (problem instanceof Error ? problem.message : String(problem));
