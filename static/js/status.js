// @ts-check
// Whether what was typed is stored, in plain words, always on screen.

import { announce, counted } from "./dom.js";

/** @typedef {"saved" | "saving" | "waiting" | "trouble" | "stopped"} Mood */

export class Status {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.online = false;
    this.ever = false;
    this.pending = 0;
    /** @type {string | null} */
    this.notStored = null;
    /** @type {string | null} why typing is stopped */
    this.stopped = null;
    this.keeps = true;
    this.mayEdit = false;
    this.said = "";
    this.mood = "";
    this.draw();
  }

  /** @returns {[Mood, string]} */
  #words() {
    const kept = counted(this.pending, "change");
    if (this.stopped) return ["stopped", this.stopped];
    if (!this.online) {
      if (this.pending > 0) return ["waiting", `Waiting for the connection, ${kept} kept on this device`];
      return ["waiting", this.ever ? "Waiting for the connection" : "Connecting …"];
    }
    if (this.notStored) return ["trouble", `Not stored yet: ${this.notStored} Trying again, ${kept} kept.`];
    if (this.pending > 0) return ["saving", "Saving …"];
    return ["saved", this.mayEdit ? "Saved" : "Up to date"];
  }

  /** @param {Partial<Status>} what */
  set(what) {
    Object.assign(this, what);
    if (this.online) this.ever = true;
    this.draw();
  }

  draw() {
    const [mood, sentence] = this.#words();
    if (sentence === this.said) return;
    this.said = sentence;
    this.place.textContent = sentence;
    this.place.dataset.mood = mood;
    // "Saving" and "Saved" with each key would drown everything else that is said.
    if (mood !== this.mood && (["waiting", "trouble", "stopped"].includes(mood) || ["waiting", "trouble"].includes(this.mood))) announce(sentence);
    this.mood = mood;
  }
}
