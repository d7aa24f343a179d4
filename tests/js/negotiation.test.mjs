// What is negotiated, as the page knows it: where things stand, in which order, who stands where.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeWords } from "../../static/js/agreement.js";
import { listed, Negotiation, purpose } from "../../static/js/negotiation.js";

const proposal = (id, more = {}) => ({
  id, kind: "amend", paragraph: "p1", label: "PP1", after_label: "", owners: [{ delegation: "mx", name: "Mexico" }], stage: "put_forward",
  put_forward_at: "2021-09-28T10:00:00Z", begun_at: "2021-09-28T09:00:00Z", mine: false, may: [], ...more,
});
const position = (id, delegation, more = {}) => ({
  id, paragraph: "p1", proposal: null, delegation: { id: delegation, name: delegation }, mine: false, due: false, stance: "retain", effective: "retain", ...more,
});
const made = (state = {}) => {
  const model = new Negotiation();
  model.first = () => "p0";
  model.begin({ paragraphs: [{ id: "p0" }, { id: "p1" }], ...state });
  return model;
};
const changes = (model, act) => {
  const seen = [];
  model.addEventListener("changed", ({ detail }) => seen.push([...detail.paragraphs].sort()));
  act();
  return seen;
};

test("proposals stand in the order in which they were put forward, drafts behind them", () => {
  const model = made({ proposals: [proposal("draft", { stage: "draft", put_forward_at: null }), proposal("late", { put_forward_at: "2021-09-29T10:00:00Z" }), proposal("early")] });
  assert.deepEqual(model.proposalsAt("p1").map((one) => one.id), ["early", "late", "draft"]);
});

test("an insertion at the beginning has its home at the first paragraph", () => {
  const model = made({ proposals: [proposal("new", { kind: "insert", paragraph: null })] });
  assert.deepEqual(model.proposalsAt("p0").map((one) => one.id), ["new"]);
  assert.equal(purpose(model.proposals.get("new")), "a new paragraph at the beginning");
});

test("only the paragraphs that are concerned are told to have changed", () => {
  const model = made({ proposals: [proposal("one")] });
  assert.deepEqual(changes(model, () => model.proposal(proposal("one", { paragraph: "p2" }))), [["p1", "p2"]]);
  assert.deepEqual(changes(model, () => model.position(position("x", "cl", { paragraph: null, proposal: "one" }))), [["p2"]]);
  assert.deepEqual(changes(model, () => model.agreed(null, [{ id: "k", name: "K", paragraphs: ["p1", "p9"], dissolved: null }])), [["p1", "p9"]]);
});

test("a delegation has one position on a thing, the last; one taken back is not counted", () => {
  const model = made({ positions: [position("a", "mx"), position("b", "cl")] });
  model.position(position("c", "mx", { stance: "delete", effective: "delete" }));
  assert.deepEqual(model.stances("p1").map(([stance, some]) => [stance, some.map((one) => one.id)]), [["retain", ["b"]], ["delete", ["c"]]]);
  model.position(position("d", "cl", { stance: "none", effective: "none" }));
  assert.deepEqual(model.stances("p1").map(([stance]) => stance), ["delete"]);
  assert.equal(model.own("p1", "cl").id, "d");
});

test("support and objection are counted as far as they are seen", () => {
  const on = { paragraph: null, proposal: "one" };
  const model = made({ proposals: [proposal("one")], positions: [position("a", "cl", { ...on, effective: "support" }), position("b", "ch", { ...on, effective: "object" }), position("c", "nz", { ...on, effective: "can_live_with" })] });
  assert.deepEqual(model.support("one"), { plus: 1, minus: 1 });
});

test("packages that hold have letters in their order; dissolved ones have none", () => {
  const one = { id: "1", name: "one", paragraphs: ["p1", "p2"], dissolved: { by: "", at: "", reason: "" } };
  const two = { id: "2", name: "two", paragraphs: ["p1", "p3"], dissolved: null };
  const model = made({ packages: [one, two] });
  assert.deepEqual(model.packagesOf("p1").map((other) => model.letter(other)), ["A"]);
});

test("names are listed as in a sentence", () => {
  assert.equal(listed(["Mexico"]), "Mexico");
  assert.equal(listed(["Mexico", "Chile", "Peru"]), "Mexico, Chile and Peru");
});

test("brackets stand around whole words, in every script", () => {
  const around = (text, start, end) => {
    const range = wholeWords(text, { start, end });
    return text.slice(range.start, range.end);
  };
  assert.equal(around("parties and signatories,", 2, 15), "parties and signatories");
  assert.equal(around("parties and signatories,", 7, 11), " and");
  assert.equal(around("выражая озабоченность", 9, 11), "озабоченность");
  assert.deepEqual(wholeWords("parties", { start: 3, end: 3 }), { start: 3, end: 3 });
});
