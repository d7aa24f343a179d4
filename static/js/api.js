// @ts-check
// Calls of the JSON API (docs/api.md). A refusal is an error whose message is a sentence for a person.

import { newId } from "./dom.js";

export class Refused extends Error {
  /** @param {string} name @param {number} status @param {string} sentence */
  constructor(name, status, sentence) {
    super(sentence);
    this.name = name;
    this.status = status;
  }

  /** Whether the server was not reached at all. */
  get offline() {
    return this.status === 0;
  }
}

const UNREACHED = "The server cannot be reached just now. What you wrote is kept here; please try again.";
const LONGEST_MS = 30_000;

/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(LONGEST_MS),
    });
  } catch {
    throw new Refused("Unreached", 0, UNREACHED);
  }
  const said = await response.json().catch(() => null);
  if (response.ok && said !== null) return said;
  const sentence = said?.detail ?? (response.status >= 500 ? UNREACHED : "This was not possible.");
  throw new Refused(said?.title ?? "Refused", response.status, sentence);
}

/** @param {string} path */
export const read = (path) => call("GET", path);
/** @param {string} path @param {object} body */
export const post = (path, body) => call("POST", path, body);

/** A call that a person may try again: the same fields go under the same id, other fields under another.
 * @param {string} path @returns {(fields: object) => Promise<any>} */
export function asking(path) {
  let id = newId();
  let said = "";
  return (fields) => {
    const fresh = JSON.stringify(fields);
    if (said && said !== fresh) id = newId();
    said = fresh;
    return post(path, { id, ...fields });
  };
}
