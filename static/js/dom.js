// @ts-check
// Making and finding elements; dates and ids in words.

/** Makes an element. Attributes that are functions listen ("onclick"); `true` sets an empty attribute,
 * false, null and undefined leave it out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]} */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} parent @param {(Child | Child[])[]} children */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces what an element holds. @param {Element} parent @param {...(Child | Child[])} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** The element of that selector, which must be there.
 * @template {HTMLElement} [E=HTMLElement] @param {string} selector @param {ParentNode} [root] @returns {E} */
export function get(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`no ${selector} on this page`);
  return /** @type {E} */ (found);
}

/** A new random id (UUID, version 4); also where the page is not served by TLS. */
export function newId() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...b].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** A moment in few words, in local time; the whole of it with its zone is in the title.
 * @param {string} iso */
export function when(iso) {
  const then = new Date(iso);
  const now = new Date();
  const today = then.toDateString() === now.toDateString();
  const day = then.getFullYear() === now.getFullYear() ? DAY.format(then) : LONG.format(then);
  return h("time", { datetime: iso, title: FULL.format(then) }, today ? CLOCK.format(then) : `${day}, ${CLOCK.format(then)}`);
}

/** A day, "YYYY-MM-DD", in few words. @param {string} iso */
export function day(iso) {
  const then = new Date(`${iso}T00:00`);
  return h("time", { datetime: iso }, (then.getFullYear() === new Date().getFullYear() ? DAY : LONG).format(then));
}

/** This day where the person is, "YYYY-MM-DD". */
export const today = () => new Date().toLocaleDateString("sv");

/** "Chile, Mexico and Spain". @param {string[]} names */
export const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? ""));

/** "1 comment", "2 comments". @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Says something to people who hear the page, without moving them. @param {string} sentence */
export function announce(sentence) {
  const place = document.getElementById("announcements");
  if (place) place.textContent = sentence;
}

/** Whether keys are meant for text that is being typed. @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
