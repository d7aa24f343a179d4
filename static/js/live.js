// @ts-check
// The live connection (docs/live.md): gets a ticket, connects, and comes back by itself.

import { post, Refused } from "./api.js";
import { Socket } from "./socket.js";

const ANSWER_MS = 15_000;
const FIRST_PAUSE_S = 0.4;
const LONGEST_PAUSE_S = 10;

/** Tells "up" and "down" as the connection comes and goes, "over" when there will be none again, and
 * every event of the server by its name. */
export class Live extends EventTarget {
  constructor() {
    super();
    /** @type {Socket | null} */
    this.socket = null;
    this.up = false;
    this.over = false;
    this.pause = FIRST_PAUSE_S;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Set<(error: Error) => void>} */
    this.waiting = new Set();
    window.addEventListener("online", () => this.#now());
    window.addEventListener("offline", () => this.#down());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#now());
    window.addEventListener("pageshow", (event) => event.persisted && this.#now());
  }

  /** @param {string} name @param {any} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  start() {
    void this.#connect();
  }

  /** Ends the connection for good, saying why. @param {string} reason */
  stop(reason) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.#down();
    this.#tell("over", reason);
  }

  #now() {
    if (this.up || this.over || this.connecting) return;
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE_S;
    void this.#connect();
  }

  #later() {
    if (this.over) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#connect(), this.pause * (750 + Math.random() * 500));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_S);
  }

  async #connect() {
    if (this.connecting || this.over || this.up) return;
    this.connecting = true;
    try {
      const { ticket } = await post("/api/live/tickets", {});
      await this.#open(ticket);
      this.pause = FIRST_PAUSE_S;
    } catch (error) {
      if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
        this.stop(this.reason ?? error.message);
      } else this.#later();
    } finally {
      this.connecting = false;
    }
  }

  /** @param {string} ticket @returns {Promise<void>} */
  #open(ticket) {
    this.#drop();
    const socket = new Socket({ ticket }, ANSWER_MS);
    this.socket = socket;
    /** What an old connection still says is not heard. @param {string} name @param {(detail: any) => void} act */
    const on = (name, act) => socket.addEventListener(name, (event) => {
      if (this.socket === socket) act(/** @type {CustomEvent} */ (event).detail);
    });
    return new Promise((resolve, reject) => {
      on("connect", () => {
        this.up = true;
        this.reason = undefined;
        resolve();
        this.#tell("up");
      });
      socket.addEventListener("refused", () => reject(new Error("not connected")));
      on("end", () => this.#down());
      for (const name of "change deed thread proposal position agreement version people board sponsors".split(" ")) {
        on(name, (data) => this.#tell(name, data));
      }
      // The server says why it closes: a restart, a session that ended, a place that was lost. Which
      // of them it was the next ticket tells.
      on("bye", (data) => {
        this.reason = data.reason;
        this.#tell("bye", data.reason);
      });
    });
  }

  #drop() {
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  #down() {
    this.#drop();
    const was = this.up;
    this.up = false;
    for (const fail of [...this.waiting]) fail(new Error("lost"));
    this.waiting.clear();
    if (was) this.#tell("down");
    if (was) this.#later();
  }

  /** Sends an event and gives its answer; rejects when the connection is lost before it comes.
   * @param {string} event @param {object} payload @returns {Promise<ServerAnswer>} */
  ask(event, payload) {
    return new Promise((resolve, reject) => {
      if (!this.socket || !this.up) {
        reject(new Error("lost"));
        return;
      }
      this.waiting.add(reject);
      const { socket } = this;
      void socket.ask(event, payload, ANSWER_MS).then((answer) => {
        this.waiting.delete(reject);
        if (answer) resolve(answer);
        else {
          // No answer in all this time: the line is dead, whatever it says.
          reject(new Error("lost"));
          if (this.socket === socket) this.#down();
        }
      });
    });
  }

  /** Sends an event that is not answered. @param {string} event @param {object} payload */
  say(event, payload) {
    if (this.up) this.socket?.say(event, payload);
  }
}
