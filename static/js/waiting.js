// @ts-check
// What takes a while: how long it has taken so far, and a button that ends it.

import { get } from "./dom.js";

/** A place that shows that something is being done: `#working`, with `#stage` and `#cancel` in it. */
export class Waiting {
  /** @param {() => void} cancelled */
  constructor(cancelled) {
    /** @type {AbortController | null} */
    this.running = null;
    get("#cancel").addEventListener("click", () => {
      if (this.running) this.end(this.running);
      cancelled();
    });
  }

  /** Begins something, and ends what was being done. @param {string} stage */
  begin(stage) {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const begun = Date.now();
    const tell = () => {
      const seconds = Math.round((Date.now() - begun) / 1000);
      get("#stage").textContent = seconds < 2 ? stage : `${stage} ${seconds} s`;
    };
    tell();
    const clock = setInterval(tell, 1000);
    controller.signal.addEventListener("abort", () => clearInterval(clock));
    get("#working").hidden = false;
    return controller;
  }

  /** Ends it, if nothing else has begun since. @param {AbortController} controller */
  end(controller) {
    if (this.running !== controller) return;
    this.running = null;
    get("#working").hidden = true;
    controller.abort();
  }
}
