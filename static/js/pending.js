// @ts-check
// What is kept in this browser until the server has it: unconfirmed changes, and comments that could
// not be posted yet. It survives a reload, a crash and hours offline, and is cleared on sign-out.
//
// A page owns what it keeps while it lives. Another page of the same person takes over only what
// belongs to a page that is gone, so that nothing is sent twice.

import { newId } from "./dom.js";
import { Text } from "./text.js";

const DATABASE = "drafting";
const ALIVE_MS = 4_000;
const GONE_MS = 15_000;

/** @typedef {{key: string, page: string, alive: number, person: string, draft: string, text: string, at: number, kept: import("./text.js").Kept}} Row */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("changes", { keyPath: "key" });
    request.result.createObjectStore("bodies", { keyPath: "key" });
    request.result.createObjectStore("pages", { keyPath: "page" });
  };
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

export class Pending {
  /** @param {string} person @param {string} draft */
  constructor(person, draft) {
    this.person = person;
    this.draft = draft;
    this.page = newId();
    /** @type {IDBDatabase | null} */
    this.database = null;
    /** Whether what is typed survives this page. */
    this.works = false;
    /** @type {Set<string>} */
    this.known = new Set();
    /** @type {Map<string, Promise<void>>} */
    this.writing = new Map();
    /** @type {Map<string, Text>} */
    this.next = new Map();
    this.onTrouble = () => {};
  }

  async begin() {
    try {
      this.database = await open();
      this.database.onversionchange = () => {
        this.database?.close();
        this.#lost();
      };
      this.database.onclose = () => this.#lost();
      this.works = true;
      this.#alive();
      setInterval(() => this.#alive(), ALIVE_MS);
    } catch {
      this.#lost();
    }
  }

  #lost() {
    this.works = false;
    this.database = null;
    this.onTrouble();
  }

  /** @param {string} name @param {IDBTransactionMode} mode */
  #store(name, mode) {
    if (!this.database) throw new Error("nothing can be kept");
    return this.database.transaction(name, mode).objectStore(name);
  }

  #alive() {
    if (!this.works) return;
    done(this.#store("pages", "readwrite").put({ page: this.page, at: Date.now() })).catch(() => this.#lost());
    // A live page holds a lock by its name, where the browser has locks: they end with the page.
    if (!this.locked && navigator.locks) {
      this.locked = true;
      void navigator.locks.request(`page ${this.page}`, () => new Promise(() => {}));
    }
  }

  /** @returns {Promise<Set<string>>} the pages that live, this one among them */
  async #pages() {
    const alive = new Set([this.page]);
    if (navigator.locks) {
      for (const lock of (await navigator.locks.query()).held ?? []) alive.add((lock.name ?? "").replace(/^page /, ""));
      return alive;
    }
    const rows = await done(this.#store("pages", "readonly").getAll());
    for (const row of rows) if (Date.now() - row.at < GONE_MS) alive.add(row.page);
    return alive;
  }

  /** Takes over what pages that are gone have kept of this draft. @returns {Promise<Text[]>} */
  async takeOver() {
    if (!this.database) return [];
    try {
      const alive = await this.#pages();
      const store = this.#store("changes", "readwrite");
      const rows = /** @type {Row[]} */ (await done(store.getAll()));
      /** @type {Map<string, Text>} */
      const texts = new Map();
      rows.sort((a, b) => a.at - b.at);
      for (const row of rows) {
        if (row.person !== this.person || row.draft !== this.draft) continue;
        if (row.page !== this.page && alive.has(row.page)) continue;
        if (texts.has(row.text)) continue; // Two dead pages: the later one's turn comes with the next load.
        const text = Text.from(row.text, row.kept);
        texts.set(row.text, text);
        store.delete(row.key);
        store.put({ ...row, key: this.#key(row.text), page: this.page });
        this.known.add(row.text);
      }
      return [...texts.values()];
    } catch {
      this.#lost();
      return [];
    }
  }

  /** @param {string} text */
  #key(text) {
    return `${this.page} ${text}`;
  }

  /** Keeps a text's unconfirmed changes as they are now; forgets them when there are none.
   * One write at a time for each text: what comes meanwhile is written together.
   * @param {Text} text @returns {Promise<void>} */
  keep(text) {
    if (!this.works || (!text.pending && !this.known.has(text.id))) return Promise.resolve();
    this.next.set(text.id, text);
    const running = this.writing.get(text.id);
    const write = (running ?? Promise.resolve()).then(() => this.#write(text.id));
    this.writing.set(text.id, write);
    return write;
  }

  /** @param {string} id */
  async #write(id) {
    const text = this.next.get(id);
    if (!text || !this.database) return;
    this.next.delete(id);
    try {
      if (text.pending) {
        this.known.add(id);
        const row = {
          key: this.#key(id), page: this.page, person: this.person, draft: this.draft, text: id,
          at: Date.now(), kept: text.kept(),
        };
        await done(this.#store("changes", "readwrite").put(row));
      } else {
        this.known.delete(id);
        await done(this.#store("changes", "readwrite").delete(this.#key(id)));
      }
    } catch {
      this.#lost();
    }
  }

  // Comments that are being written ---------------------------------------------------------------

  /** @param {string} place @param {string} body */
  keepBody(place, body) {
    if (!this.works) return;
    const key = `${this.person} ${this.draft} ${place}`;
    const store = this.#store("bodies", "readwrite");
    if (body.trim()) done(store.put({ key, body, at: Date.now() })).catch(() => {});
    else done(store.delete(key)).catch(() => {});
  }

  /** @returns {Promise<Map<string, string>>} unsent bodies by their place */
  async bodies() {
    const found = new Map();
    if (!this.works) return found;
    const begin = `${this.person} ${this.draft} `;
    try {
      for (const row of await done(this.#store("bodies", "readonly").getAll())) {
        if (row.key.startsWith(begin)) found.set(row.key.slice(begin.length), row.body);
      }
    } catch {
      this.#lost();
    }
    return found;
  }
}

/** Forgets everything that is kept in this browser: on sign-out. */
export async function forgetAll() {
  try {
    await done(indexedDB.deleteDatabase(DATABASE));
  } catch {
    // Nothing was kept, or the browser keeps nothing.
  }
}
