// Answers what quill-delta says: JSON lines of cases on stdin, JSON lines of answers on stdout.
//
// A case is {"do": "compose", "a", "b"}, {"do": "transform", "a", "b", "first"},
// {"do": "invert", "a", "text"} or {"do": "position", "a", "at", "stays"}; changes are lists of
// operations. A footnote is the embed "note", whose words are a delta of its own.

import { createInterface } from "node:readline";
import quill from "quill-delta";

const Delta = quill.default ?? quill;

Delta.registerEmbed("note", {
  compose: (a, b, keepNull) => new Delta(a).compose(new Delta(b), keepNull).ops,
  transform: (a, b, first) => new Delta(a).transform(new Delta(b), first).ops,
  invert: (a, text) => new Delta(a).invert(new Delta(text)).ops,
});

/** @param {{do: string, a: object[], b?: object[], text?: object[], first?: boolean, at?: number, stays?: boolean}} one */
function answer(one) {
  const a = new Delta(one.a);
  switch (one.do) {
    case "compose":
      return a.compose(new Delta(one.b)).ops;
    case "transform":
      return a.transform(new Delta(one.b), one.first).ops;
    case "invert":
      return a.invert(new Delta(one.text)).ops;
    case "position":
      return a.transformPosition(one.at, one.stays);
    default:
      throw new Error(`no such case: ${one.do}`);
  }
}

const lines = [];
for await (const line of createInterface({ input: process.stdin })) {
  lines.push(JSON.stringify(answer(JSON.parse(line))));
}
process.stdout.write(`${lines.join("\n")}\n`);
