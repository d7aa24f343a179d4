// @ts-check
// The little of Socket.IO 5 over a websocket that docs/live.md asks for: events, answers, the heartbeat.

const GRACE_MS = 2_000;

/** Tells "connect", "refused" before it has connected, "end", and each event of the server by its name. */
export class Socket extends EventTarget {
  /** @param {object} auth @param {number} patience how long to wait for the server at most, in ms */
  constructor(auth, patience) {
    super();
    this.auth = auth;
    this.connected = false;
    this.over = false;
    this.count = 0;
    /** What waits for an answer. @type {Map<number, {take: (answer: any) => void, timer: ReturnType<typeof setTimeout>}>} */
    this.asked = new Map();
    this.line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket.io/?EIO=4&transport=websocket`);
    this.beat = patience;
    this.line.onmessage = ({ data }) => {
      this.#alive();
      this.#take(String(data));
    };
    this.line.onclose = () => this.close();
    this.#alive();
  }

  /** Something has come: the line is dead when nothing more does for too long. */
  #alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), this.beat);
  }

  /** @param {string} packet */
  #take(packet) {
    const [kind, inner] = packet;
    if (kind === "0") {
      const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
      this.beat = pingInterval + pingTimeout + GRACE_MS;
      this.#alive();
      this.line.send(`40${JSON.stringify(this.auth)}`);
    } else if (kind === "1") this.close();
    else if (kind === "2") this.line.send("3");
    else if (kind !== "4") return;
    else if (inner === "0") {
      this.connected = true;
      this.dispatchEvent(new Event("connect"));
    } else if (inner === "1" || inner === "4") this.close();
    else {
      const [, id = "", said = "null"] = /^4.(\d*)(.*)$/s.exec(packet) ?? [];
      if (inner === "2") {
        const [name, detail] = JSON.parse(said);
        this.dispatchEvent(new CustomEvent(name, { detail }));
      } else if (inner === "3") {
        const waiting = this.asked.get(Number(id));
        this.asked.delete(Number(id));
        clearTimeout(waiting?.timer);
        waiting?.take(JSON.parse(said)[0]);
      }
    }
  }

  /** @param {string} event @param {object} payload */
  say(event, payload) {
    if (this.connected && this.line.readyState === WebSocket.OPEN) this.line.send(`42${JSON.stringify([event, payload])}`);
  }

  /** Gives the answer, or null when none comes in time. @param {string} event @param {object} payload @param {number} patience @returns {Promise<any>} */
  ask(event, payload, patience) {
    return new Promise((take) => {
      const id = this.count++;
      this.asked.set(id, { take, timer: setTimeout(() => {
        this.asked.delete(id);
        take(null);
      }, patience) });
      if (this.line.readyState === WebSocket.OPEN) this.line.send(`42${id}${JSON.stringify([event, payload])}`);
    });
  }

  close() {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    for (const { timer } of this.asked.values()) clearTimeout(timer);
    this.asked.clear();
    this.line.onclose = null;
    this.line.onmessage = null;
    this.line.close();
    const was = this.connected;
    this.connected = false;
    this.dispatchEvent(new Event(was ? "end" : "refused"));
  }
}
