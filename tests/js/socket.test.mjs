// The little of Socket.IO that the page speaks (docs/live.md): it connects, answers the heartbeat, hears
// events, gets answers, and notices when the line is dead.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Socket } from "../../static/js/socket.js";

let line;
class Line {
  static OPEN = 1;
  readyState = 1;
  sent = [];
  constructor(url) {
    this.url = url;
    line = this;
  }
  send(packet) {
    this.sent.push(packet);
  }
  close() {
    this.readyState = 3;
  }
  hear(data) {
    this.onmessage?.({ data });
  }
}

const kept = {};
beforeEach(() => {
  for (const name of ["WebSocket", "location"]) kept[name] = globalThis[name];
  globalThis.WebSocket = Line;
  globalThis.location = { protocol: "https:", host: "example.org" };
});
afterEach(() => Object.assign(globalThis, kept));

const OPEN = `0${JSON.stringify({ sid: "s", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 })}`;
function connected() {
  const socket = new Socket({ ticket: "t" }, 15_000);
  const heard = [];
  for (const name of ["connect", "refused", "end", "change"]) socket.addEventListener(name, (event) => heard.push([name, event.detail ?? null]));
  line.hear(OPEN);
  return { socket, heard };
}

test("it connects with its ticket and answers the heartbeat", () => {
  const { socket, heard } = connected();
  assert.equal(line.url, "wss://example.org/socket.io/?EIO=4&transport=websocket");
  assert.deepEqual(line.sent, ['40{"ticket":"t"}']);
  line.hear('40{"sid":"x"}');
  line.hear("2");
  assert.deepEqual(heard, [["connect", null]]);
  assert.equal(line.sent.at(-1), "3");
  socket.close();
});

test("it hears events and matches answers to what was asked, in any order", async () => {
  const { socket, heard } = connected();
  line.hear('40{"sid":"x"}');
  const one = socket.ask("join", { draft: "d" }, 1000);
  const two = socket.ask("change", { words: "a\nb" }, 1000);
  assert.deepEqual(line.sent.slice(1), ['420["join",{"draft":"d"}]', '421["change",{"words":"a\\nb"}]']);
  line.hear('431[{"ok":true,"n":2}]');
  line.hear('42["change",{"text":"\u2028 12[3]"}]');
  line.hear('430[{"ok":true,"n":1}]');
  assert.deepEqual([(await one).n, (await two).n], [1, 2]);
  assert.deepEqual(heard.at(-1), ["change", { text: "\u2028 12[3]" }]);
  socket.close();
});

test("what is not answered in time gives null", async () => {
  const { socket } = connected();
  line.hear('40{"sid":"x"}');
  assert.equal(await socket.ask("join", {}, 5), null);
  socket.close();
});

test("a refusal and an end are told apart, and told once", () => {
  const refused = connected();
  line.hear('44{"message":"no"}');
  assert.deepEqual(refused.heard, [["refused", null]]);
  const ended = connected();
  line.hear('40{"sid":"x"}');
  line.hear("41");
  line.onclose?.();
  assert.deepEqual(ended.heard.map(([name]) => name), ["connect", "end"]);
  ended.socket.say("caret", {});
  assert.equal(line.sent.length, 1);
});

test("a line on which nothing comes any more is dead", async () => {
  const socket = new Socket({}, 5);
  const refused = new Promise((done) => socket.addEventListener("refused", done));
  await refused;
  assert.equal(line.readyState, 3);
});
