// The protocol of docs/live.md as the page speaks it: everyone converges, nothing is lost, nothing
// is doubled, with delays, lost connections, reloads, splits and merges.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Delta } from "../../static/js/delta.js";
import { Table } from "../../static/js/table.js";
import { Text } from "../../static/js/text.js";
import { Clock, Server, random } from "./server.mjs";

const WORDS = "Emphasizing the importance of the full implementation of all resolutions";

class Client {
  constructor(server, clock, pick, name) {
    this.server = server;
    this.clock = clock;
    this.pick = pick;
    this.name = name;
    this.store = new Map();
    this.online = false;
    this.made = 0;
    this.meetings = [];
    this.open();
  }

  /** Opens the page: with what an earlier page has kept. */
  open() {
    this.epoch = (this.epoch ?? 0) + 1;
    const epoch = this.epoch;
    this.table = new Table("draft", {
      ask: (event, payload) => this.ask(event, payload),
      fetchState: async () => structuredClone(this.server.state()),
      keep: async (text) => {
        if (epoch !== this.epoch) return;
        if (text.pending) this.store.set(text.id, structuredClone(text.kept()));
        else this.store.delete(text.id);
      },
      pause: (seconds) => new Promise((resolve) => this.clock.after(seconds * 1000, resolve)),
      newId: () => `${this.name}-${epoch}-${++this.made}`,
    });
    this.table.addEventListener("meeting", (event) => this.meetings.push(event.detail));
    const kept = [...this.store].map(([id, one]) => Text.from(id, structuredClone(one)));
    this.table.begin(structuredClone(this.server.state()), kept);
    // What a screen shows, kept only by the changes it is told of.
    this.screen = new Map([...this.table.texts].map(([id, text]) => [id, text.shown]));
    this.table.addEventListener("foreign", ({ detail }) => {
      const was = this.screen.get(detail.text) ?? new Delta();
      this.screen.set(detail.text, was.compose(detail.change));
    });
    this.table.addEventListener("edited", ({ detail }) => {
      this.screen.set(detail.text, this.screen.get(detail.text).compose(detail.change));
    });
    this.table.addEventListener("split", ({ detail }) => {
      const was = this.screen.get(detail.text);
      this.screen.set(detail.text, was.slice(0, detail.at));
      this.screen.set(detail.to, was.slice(detail.at));
    });
    // After a return the screen is made anew from the table.
    this.table.addEventListener("state", () => {
      for (const [id, text] of this.table.texts) this.screen.set(id, text.shown);
    });
    this.table.addEventListener("merge", ({ detail }) => this.screen.set(detail.text, new Delta()));
    this.table.addEventListener("structure", () => {
      for (const [id, text] of this.table.texts) if (!this.screen.has(id)) this.screen.set(id, text.shown);
    });
  }

  ask(event, payload) {
    const line = this.line;
    return new Promise((resolve, reject) => {
      if (!line) return reject(new Error("offline"));
      const there = this.after(line, "up");
      this.clock.after(there, () => {
        if (line.cut) return reject(new Error("lost"));
        const answer = structuredClone(this.server.ask(event, structuredClone(payload), line.hear));
        this.clock.after(this.after(line, "down"), () => (line.cut ? reject(new Error("lost")) : resolve(answer)));
      });
    });
  }

  /** A delay that keeps the order of one direction of one connection, as a socket does. */
  after(line, way) {
    const at = Math.max(line[way], this.clock.now + this.pick(60));
    line[way] = at;
    return at - this.clock.now;
  }

  connect() {
    if (this.line) return;
    const line = { cut: false, up: 0, down: 0, hear: null };
    line.hear = (event, data) => {
      // Now and then an event comes late: order is by version.
      const delay = this.pick(12) === 0 ? this.pick(200) : this.after(line, "down");
      this.clock.after(delay, () => {
        if (line.cut) return;
        if (event === "change") this.table.change(data);
        if (event === "deed") this.table.deed(data);
      });
    };
    this.line = line;
    this.server.listeners.add(line.hear);
    this.table.arrive().catch((error) => {
      if (error.message !== "lost" && error.message !== "offline") throw error;
    });
  }

  cut() {
    if (!this.line) return;
    this.line.cut = true;
    this.server.listeners.delete(this.line.hear);
    this.line = null;
    this.table.leave();
  }

  type(id, change) {
    this.table.edit(id, change);
  }
}

function start(paragraphs, seed, names) {
  const pick = random(seed);
  const server = new Server(paragraphs);
  const clock = new Clock();
  const clients = names.map((name) => new Client(server, clock, pick, name));
  return { pick, server, clock, clients };
}

function agree(server, clients) {
  for (const client of clients) {
    assert.equal(client.table.pendingCount, 0, `${client.name} has something pending`);
    for (const paragraph of server.order) {
      const text = client.table.text(paragraph.id);
      const there = server.texts.get(paragraph.id).content.ops;
      assert.deepEqual(text.content.ops, there);
      assert.deepEqual(text.shown.ops, there);
      assert.deepEqual(client.screen.get(paragraph.id).ops, there, `${client.name}'s screen of ${paragraph.id}`);
    }
    assert.deepEqual(client.table.paragraphs.map((p) => p.id), server.order.map((p) => p.id));
    assert.equal(client.store.size, 0);
  }
}

test("two people in one paragraph see the same words", async () => {
  const { server, clock, clients } = start([WORDS], 1, ["a", "b"]);
  for (const client of clients) client.connect();
  await clock.runAll();
  clients[0].type("p1", new Delta().insert("Strongly "));
  clients[1].type("p1", new Delta().retain(WORDS.length).insert(","));
  clients[0].type("p1", new Delta().retain(9).insert("re"));
  await clock.runAll();
  agree(server, clients);
  assert.equal(server.texts.get("p1").content.ops[0].insert, `Strongly re${WORDS},`);
});

test("typing behind a split made meanwhile goes on in the second paragraph", async () => {
  const { server, clock, clients } = start(["one two three four"], 2, ["a", "b"]);
  for (const client of clients) client.connect();
  await clock.runAll();
  clients[0].type("p1", new Delta().retain(14).insert("and "));
  server.split("p1", 7);
  clients[0].type("p1", new Delta().retain(3).insert(" and a half"));
  await clock.runAll();
  agree(server, clients);
  assert.equal(server.texts.get("p1").content.ops[0].insert, "one and a half two");
  assert.equal(server.texts.get("p2").content.ops[0].insert, "three and four");
});

test("typing in a paragraph that is merged meanwhile goes on in the other", async () => {
  const { server, clock, clients } = start(["one", "two"], 3, ["a", "b"]);
  for (const client of clients) client.connect();
  await clock.runAll();
  clients[0].type("p2", new Delta().insert("and "));
  clients[0].type("p1", new Delta().insert("just "));
  server.merge("p2");
  clients[0].type("p2", new Delta().retain(7).insert("!"));
  await clock.runAll();
  agree(server, clients);
  assert.equal(server.texts.get("p1").content.ops[0].insert, "just one and two!");
});

test("what was typed offline is sent on return, and both texts are shown to its author", async () => {
  const { server, clock, clients } = start([WORDS], 4, ["a", "b"]);
  for (const client of clients) client.connect();
  await clock.runAll();
  const [a, b] = clients;
  a.cut();
  a.type("p1", new Delta().insert("Strongly "));
  b.type("p1", new Delta().retain(WORDS.length).insert(", in full"));
  await clock.runAll();
  assert.equal(a.table.pendingCount, 1);
  a.connect();
  await clock.runAll();
  agree(server, clients);
  assert.equal(a.meetings.length, 1);
  assert.equal(a.meetings[0].mine.ops[0].insert, `Strongly ${WORDS}`);
  assert.equal(a.meetings[0].theirs.ops[0].insert, `${WORDS}, in full`);
  assert.equal(a.meetings[0].joined.ops[0].insert, `Strongly ${WORDS}, in full`);
});

test("a page that dies with a change on its way sends it again under the same id", async () => {
  const { server, clock, clients } = start([WORDS], 5, ["a"]);
  const [a] = clients;
  a.connect();
  await clock.runAll();
  a.type("p1", new Delta().insert("Strongly "));
  await new Promise((resolve) => setImmediate(resolve));
  // It reaches the server, and the answer never comes back.
  const sent = a.table.text("p1").flights[0].sent;
  server.ask("change", { ...sent, draft: "draft" }, null);
  a.type("p1", new Delta().retain(9).insert("re"));
  a.cut();
  a.open();
  a.connect();
  await clock.runAll();
  agree(server, clients);
  assert.equal(server.texts.get("p1").content.ops[0].insert, `Strongly re${WORDS}`);
});

test("what cannot be stored is kept, said, and sent again", async () => {
  const { server, clock, clients } = start([WORDS], 6, ["a"]);
  const [a] = clients;
  a.connect();
  await clock.runAll();
  server.full = true;
  a.type("p1", new Delta().insert("Strongly "));
  clock.after(5000, () => {
    assert.equal(a.table.notStored, "The disk is full.");
    assert.equal(a.table.pendingCount, 1);
    server.full = false;
  });
  await clock.runAll();
  agree(server, clients);
  assert.equal(a.table.notStored, null);
});

test("a page that comes back after a split carries what it kept into both halves", async () => {
  for (const reload of [false, true]) {
    const { server, clock, clients } = start(["one two three four"], 7, ["a", "b"]);
    for (const client of clients) client.connect();
    await clock.runAll();
    const [a, b] = clients;
    a.cut();
    a.type("p1", new Delta().retain(3).insert(" and").retain(11).delete(4).insert("five"));
    server.split("p1", 8);
    b.connect();
    await clock.runAll();
    b.type("p2", new Delta().insert("Now "));
    await clock.runAll();
    if (reload) a.open();
    a.connect();
    await clock.runAll();
    agree(server, clients);
    assert.equal(server.texts.get("p1").content.ops[0].insert, "one and two ");
    assert.equal(server.texts.get("p2").content.ops[0].insert, "Now three five");
  }
});

/** A random edit of a text that leaves others' tokens whole: only one's own are deleted. */
function randomEdit(client, pick, id, tokens) {
  const shown = client.table.text(id).shown;
  const length = shown.length();
  const words = shown.ops.map((op) => (typeof op.insert === "string" ? op.insert : "\ufffc")).join("");
  const what = pick(10);
  if (what < 7 || length < 4) {
    const token = `<${client.name}${++client.typed}>`;
    const spaces = [0, length];
    for (let at = 1; at < length; at += 1) if (words[at - 1] === ">" || words[at] === "<") spaces.push(at);
    tokens.add(token);
    const change = new Delta().retain(spaces[pick(spaces.length)]).insert(token, pick(3) ? undefined : { italic: true });
    client.type(id, change);
  } else if (what < 8) {
    const from = pick(length);
    client.type(id, new Delta().retain(from).retain(1 + pick(length - from), { italic: pick(2) ? true : null }));
  } else {
    const own = [...words.matchAll(/<(\w)\d+>/g)].filter((found) => found[1] === client.name);
    const one = own[pick(Math.max(own.length, 1))];
    if (!one) return;
    tokens.delete(one[0]);
    client.type(id, new Delta().retain(one.index).delete(one[0].length));
  }
}

async function randomRun(seed, { structure, reloads, tellsMoves = true, composes = false }) {
  const { pick, server, clock, clients } = start(["alpha", "beta", "gamma"], seed, ["a", "b", "c"]);
  server.tellsMoves = tellsMoves;
  if (composes) {
    server.waiting = [];
    for (let at = 0; at < 2500; at += 1 + pick(300)) clock.after(at, () => server.flush());
    clock.after(2600, () => {
      server.flush();
      server.waiting = null;
    });
  }
  const tokens = new Set();
  for (const client of clients) {
    client.typed = 0;
    client.connect();
  }
  for (let step = 0; step < 60; step += 1) {
    clock.after(pick(2500), () => {
      const client = clients[pick(clients.length)];
      const what = pick(20);
      if (what === 0) client.cut();
      else if (what === 1 && reloads) {
        client.cut();
        client.open();
      } else if (what === 2 && structure) {
        const open = server.order.filter((p) => !p.deleted);
        const one = open[pick(open.length)];
        const words = server.texts.get(one.id).content;
        const cuts = [0, words.length()];
        const text = words.ops.map((op) => op.insert).join("");
        for (let at = 1; at < text.length; at += 1) if (text[at - 1] === ">" || text[at] === "<") cuts.push(at);
        if (structure === "seams" && pick(2)) {
          if (pick(2)) server.unmerge();
          else if (open.length > 1) server.merge(one.id, "");
        } else if (pick(2)) server.split(one.id, cuts[pick(cuts.length)]);
        else if (open.length > 1) server.merge(one.id);
      } else if (what === 3) client.connect();
      else {
        const open = client.table.paragraphs.filter((p) => !p.deleted && client.table.texts.has(p.id));
        randomEdit(client, pick, open[pick(open.length)].id, tokens);
      }
    });
  }
  await clock.runAll();
  for (const client of clients) client.connect();
  await clock.runAll();
  for (const client of clients) client.connect();
  await clock.runAll();
  agree(server, clients);
  const all = server.order.map((p) => server.texts.get(p.id).content.ops.map((op) => op.insert).join("")).join("|");
  for (const token of tokens) {
    assert.equal(all.split(token).length - 1, 1, `${token} stands ${all.split(token).length - 1} times in ${all}`);
  }
  const standing = [...all.matchAll(/<\w\d+>/g)].map((found) => found[0]);
  for (const token of standing) assert.ok(tokens.has(token), `${token} was taken out and stands again`);
  for (const word of ["alpha", "beta", "gamma"]) assert.equal(all.split(word).length - 1, 1);
  return tokens.size;
}

test("words are not typed anew where the server's text names its fields in another order", async () => {
  for (const seed of [1176, 1343, 1622]) await randomRun(seed, { structure: true, reloads: false });
  for (const seed of [191, 251, 394, 1482, 1751]) await randomRun(seed, { structure: true, reloads: true });
});

test("what was kept goes on through splits and merges that the page knows only the end of", async () => {
  for (const seed of [490, 1036, 1924, 2145, 2470, 3113, 3303, 3841, 3927]) {
    await randomRun(seed, { structure: true, reloads: true });
  }
});

test("deeds told while a page asks what it has missed are made after it, and once", async () => {
  for (const seed of [4125, 4643, 6910, 10305]) await randomRun(seed, { structure: true, reloads: true });
  for (const seed of [898, 1058]) await randomRun(seed, { structure: "seams", reloads: true });
});

test("changes that come before the merge that was taken back are not forgotten with it", async () => {
  await randomRun(118, { structure: "seams", reloads: false });
});

test("words of one's own that meet at one place after a merge stand as they were sent", async () => {
  for (const seed of [140, 2041, 2644]) await randomRun(seed, { structure: true, reloads: false });
  const { server, clock, clients } = start(["alpha", "beta"], 8, ["a"]);
  const [a] = clients;
  a.connect();
  await clock.runAll();
  a.type("p1", new Delta().retain(5).insert("1"));
  a.type("p2", new Delta().retain(4).insert("2"));
  server.merge("p2");
  await clock.runAll();
  agree(server, clients);
  assert.equal(server.texts.get("p1").log.length, 3);
});

test("a change over a split that was merged back goes on as one", async () => {
  for (const reload of [false, true]) {
    const { server, clock, clients } = start(["one two three"], 9, ["a", "b"]);
    for (const client of clients) client.connect();
    await clock.runAll();
    const [a] = clients;
    a.cut();
    a.type("p1", new Delta().insert("1 ").retain(13).insert(" 4"));
    server.split("p1", 7);
    server.merge("p2");
    if (reload) a.open();
    a.connect();
    await clock.runAll();
    agree(server, clients);
    assert.equal(server.texts.get("p1").content.ops[0].insert, "1 one two three 4");
  }
});

const RUNS = Number(process.env.RUNS ?? 150);

test("composed changes: others' are made in one, one's own are never among them", () => {
  const text = new Text("p1", 4, [{ insert: "one" }]);
  text.edit(new Delta().retain(3).insert(" two"));
  const sent = text.next(() => "mine", 1);
  const composed = { base: 4, version: 6, ids: ["x", "y"], id: "y", ops: [{ insert: "not " }] };
  assert.deepEqual(text.receive(composed).map((one) => one.version), [6]);
  assert.equal(text.shown.ops[0].insert, "not one two");
  // One's own among others', as after a lost connection: not taken, and seen as missing.
  const holdsMine = { base: 6, version: 8, ids: ["mine", "z"], id: "z", ops: [{ retain: 7 }, { insert: " two!" }] };
  assert.deepEqual(text.receive(holdsMine), []);
  assert.ok(text.gap);
  text.receive({ version: 7, id: "mine", ops: [{ retain: 7 }, { insert: " two" }] });
  assert.equal(text.version, 7);
  assert.ok(text.gap, "the end of what did not fit is still missing");
  text.receive({ version: 8, id: "z", ops: [{ retain: 11 }, { insert: "!" }] });
  assert.ok(!text.gap && !text.pending && sent);
  assert.equal(text.shown.ops[0].insert, "not one two!");
  // Begins before what stands here and ends behind it.
  text.receive({ base: 7, version: 9, ids: ["z", "a"], id: "a", ops: [{ retain: 11 }, { insert: "!?" }] });
  assert.equal(text.version, 8);
  assert.ok(text.gap);
});

test("random typing with lost connections converges, nothing lost, nothing doubled", async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await randomRun(seed, { structure: false, reloads: false }).catch((error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});

test("the same with reloaded pages", async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await randomRun(seed, { structure: false, reloads: true }).catch((error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});

test("the same with splits and merges", async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await randomRun(seed, { structure: true, reloads: false }).catch((error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});

test("the same with splits, merges and reloaded pages", async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await randomRun(seed, { structure: true, reloads: true }).catch((error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});

test("the same with merges that leave no blank, and are taken back", async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    await randomRun(seed, { structure: "seams", reloads: seed % 2 === 0 }).catch((error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});

for (const structure of [false, true, "seams"]) {
  for (const reloads of [false, true]) {
    test(`the same with composed changes; structure ${structure}, reloads ${reloads}`, async () => {
      for (let seed = 1; seed <= RUNS / 3; seed += 1) {
        await randomRun(seed, { structure, reloads, composes: true }).catch((error) => {
          throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
        });
      }
    });
  }
}
