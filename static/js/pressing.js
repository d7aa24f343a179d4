// @ts-check
// A press that the page drew over. News comes while a finger is down: the button that was pressed is
// replaced by the same one, made anew, and the browser then tells neither of a click. The release tells
// the new one.

const PRESSABLE = "button, a[href], summary";

/** @type {Element | null} */
let pressed = null;

/** @param {Element | null | undefined} target */
const pressable = (target) => target?.closest(PRESSABLE) ?? null;

/** @param {Element} one @param {Element} other */
const same = (one, other) =>
  one.tagName === other.tagName && one.className === other.className && one.textContent === other.textContent &&
  ["aria-label", "href", "data-key"].every((name) => one.getAttribute(name) === other.getAttribute(name));

document.addEventListener("pointerdown", (event) => {
  pressed = event.isPrimary && event.button === 0 && event.target instanceof Element ? pressable(event.target) : null;
}, true);

document.addEventListener("pointerup", (event) => {
  const one = pressed;
  pressed = null;
  if (!one || one.isConnected || !event.isPrimary) return;
  const other = pressable(document.elementFromPoint(event.clientX, event.clientY));
  if (other instanceof HTMLElement && same(one, other)) other.click();
}, true);
