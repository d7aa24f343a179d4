// @ts-check
// Light or dark: as the system has it, until the button says otherwise.

const KEY = "theme";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

/** @returns {string | null} what this browser was told, where it may remember at all */
function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string | null} theme */
function keep(theme) {
  try {
    if (theme === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing shows the chosen colours until the page is left.
  }
}

function dark() {
  return (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
}

/** @param {string | null} theme */
function show(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
}

function nameButtons() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", dark() ? "Light colours" : "Dark colours");
    button.hidden = false;
  }
}

show(kept());

function wire() {
  nameButtons();
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-theme-toggle]")) return;
    const wanted = dark() ? "light" : "dark";
    const asSystem = (wanted === "dark") === system.matches;
    keep(asSystem ? null : wanted);
    show(asSystem ? null : wanted);
    nameButtons();
  });
  system.addEventListener("change", nameButtons);
  addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    show(event.newValue);
    nameButtons();
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wire);
else wire();
