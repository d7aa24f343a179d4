// The shapes of docs/api.md, "Negotiation", and what the parts of the page share. For the checker alone: no
// browser is sent this file.

import type { Negotiation } from "./negotiation.js";
import type { Sheet } from "./sheet.js";
import type { Table } from "./table.js";
import type { Delta, Op } from "./vendor.js";
import type { Piece } from "./words.js";
import type { WordRows } from "./writing.js";

export interface Answer {
  outcome: string;
  reason: string | null;
  by: string;
  at: string;
}

export interface Proposal {
  id: string;
  kind: string;
  paragraph: string | null;
  label: string;
  after: string | null;
  after_label: string;
  at: number | null;
  paragraph_kind: string | null;
  level: number;
  owners: { delegation: string | null; name: string }[];
  mine: boolean;
  stage: string;
  audience: { kind: string; words: string };
  wider: { kind: string; words: string }[];
  version: number;
  ops: Op[];
  base: Op[];
  made_on: string;
  begun_at: string;
  put_forward_at: string | null;
  standing: string;
  why: string;
  rebased: Op[] | null;
  /** What the tool makes is told only of one proposal at a time. */
  sentence: { words: string | null; by_hand: boolean; out_of_step: boolean; made: string | null };
  response: Answer | null;
  steps: { step: string; by: string; name: string; at: string; reason: string | null }[];
  replaces: string | null;
  replaced_by: string | null;
  may: string[];
  /** Its redline against what the paragraph says now. */
  pieces?: Piece[];
}

export interface Position {
  id: string;
  paragraph: string | null;
  proposal: string | null;
  label: string;
  delegation: { id: string; name: string };
  mine: boolean;
  stance: string;
  weight: string | null;
  certainty: string;
  remark: string;
  audience: { kind: string; words: string };
  made_on: string;
  aligns_with: { position: string; delegation: string; stance: string; follows: boolean; changed: boolean } | null;
  effective: string;
  at: string;
  by: string;
  name: string;
  mark: { mark: string; version: string; at: string } | null;
  response: Answer | null;
  due: boolean;
  earlier: { stance: string; certainty: string; at: string }[];
  may: string[];
}

export interface Agreement {
  paragraph: string;
  state: string;
  delegations: { id: string; name: string }[];
  words: { start: number | null; end: number | null; text: string } | null;
  note: string;
  package: string | null;
  by: string;
  at: string;
  since: { state: string; by: string; at: string; note: string }[];
  changed: boolean;
}

export interface Package {
  id: string;
  name: string;
  paragraphs: string[];
  by: string;
  at: string;
  dissolved: { by: string; at: string; reason: string } | null;
}

/** What the parts of the negotiation share. */
export interface Setting {
  draft: string;
  table: Table;
  sheet: Sheet;
  model: Negotiation;
  me: any;
  /** Whose proposals are one's own: a delegation's id, or "presidency". */
  side: string;
  may: Set<string>;
  /** The words of proposals that are being written. */
  rows: WordRows;
  name(id: string): string;
  settled(id: string): Promise<boolean>;
  trouble(sentence: string): void;
  delegations(): Promise<{ id: string; name: string }[]>;
  position(on: { paragraph?: string; proposal?: string; stance?: string }): void;
  respond(path: string, outcome: string, about: string, audiences: { kind: string; words: string }[]): void;
  revise(proposal: Proposal): Promise<void>;
  /** Ends the writing of a text. */
  leave(id: string): void;
  /** Asks for all of a proposal: its sentence, and how it stands. */
  look(id: string): void;
  /** The server may have other words of a proposal than this page. */
  caughtUp(id: string): void;
  /** Takes a deed that was done. */
  done(answer: any): void;
  compose(place: HTMLElement, label: string, base: Delta, ops: Op[], action: string, submit: (ops: Op[]) => Promise<unknown>): void;
}

/** What the negotiation asks of the rest of the page. */
export interface Around {
  name(id: string): string;
  settled(id: string): Promise<boolean>;
  trouble(sentence: string): void;
  stopped(): string | null;
  /** A paragraph in few words. */
  opening(paragraph: any): string;
  /** Where a paragraph may be moved. */
  places(paragraph: any): HTMLSelectElement;
  comment(id: string): void;
  /** The caret of a proposal has moved. */
  caret(): void;
  /** Changes the working text. */
  edit(id: string, change: Delta): void;
  /** Other words of a paragraph are marked. */
  marked(id: string): void;
  /** Something has changed that is told elsewhere too. */
  drawn(): void;
  selected(id: string): { start: number; end: number } | null;
}

export interface Collision {
  proposals: string[];
  start: number;
  end: number;
  words: string;
}

/** Several proposals laid into a paragraph; `meets`: several of them touch the same words there. */
export interface Laid {
  paragraph: string;
  version: number;
  ops: Op[];
  pieces: (Piece & { meets?: boolean })[];
  result: Op[];
  collisions: Collision[];
}

/** The desk of one paragraph. */
export interface Open {
  id: string;
  element: HTMLElement;
  over: HTMLElement;
  head: HTMLElement;
  cards: Map<string, import("./proposal_card.js").Card>;
  laid: Laid | null;
  asked: string;
  round: number;
  timer?: ReturnType<typeof setTimeout>;
}

/** Accepts proposals to a paragraph: as they stand, or with words that are put together at a place. */
export type Accept = (paragraph: string | null, proposals: Proposal[], words: { base: Op[]; ops: Op[] } | null, place: HTMLElement) => void;

export interface Reconciliation {
  moot: { proposal: string; why: string }[];
  rebased: { proposal: string; standing: string; why: string; was: Piece[]; now: Piece[]; text: string }[];
}

export interface Opening {
  paragraph: string;
  version: number;
  found: string;
  wanted: string;
  why: string;
  ops: Op[];
}

/** A paragraph in the picture of the whole text. */
export interface Item {
  id: string;
  label: string;
  part: string;
  length: number;
  state: string;
  open: number;
  essential: number;
  packages: string[];
}

export type Cell = Item & { x: number; y: number; width: number; height: number };

export interface Picture {
  width: number;
  height: number;
  cells: Cell[];
  ties: { letter: string; path: string }[];
  heads: { part: string; y: number }[];
}

/** What a menu offers; null: a line between. */
export type Choice = { label: string; act: () => void; danger?: boolean; hint?: string } | null;
