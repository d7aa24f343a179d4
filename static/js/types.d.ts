// The shapes of things, by name wherever the scripts speak of them. For the checker alone: no browser is sent this
// file, and what is said in it does not weigh on any.

type Table = import("./table.js").Table;
type Paragraph = import("./table.js").Paragraph;
type ServerAnswer = import("./table.js").Answer;
type Delta = import("./vendor.js").Delta;
type Op = import("./vendor.js").Op;
type Decoration = import("./vendor.js").Decoration;
type Transaction = import("./vendor.js").Transaction;
type Editor = import("./editor.js").Editor;
type Sheet = import("./sheet.js").Sheet;
type Pending = import("./pending.js").Pending;
type Versions = import("./versions.js").Versions;
type Negotiation = import("./negotiation.js").Negotiation;
type WordRows = import("./writing.js").WordRows;

/** What an element may hold. */
type Child = string | number | Node | null | undefined | false;

// Words ------------------------------------------------------------------------------------------

/** Words that are marked, from `start` up to but without `end`. */
interface Mark {
  start: number;
  end: number;
  class: string;
  key: string;
}

/** A piece of a redline (docs/api.md). */
interface Piece {
  op: "keep" | "insert" | "delete";
  text?: string;
  note?: Piece[];
  italic?: boolean;
  by?: string | null;
  at?: string | null;
}

interface RedlineParagraph {
  id: string;
  label: string;
  old_label: string;
  /** Whether, on one side of a comparison, it is the end of the paragraph before it. */
  continues?: boolean;
  /** Its place in the earlier text, where two files are compared. */
  old_place?: number | null;
  kind: string;
  level: number;
  state: "same" | "changed" | "inserted" | "deleted" | "moved" | "split" | "merged";
  by?: string | null;
  at?: string | null;
  pieces: Piece[];
  nature?: Nature;
}

/** Last year's resolution, and what its paragraphs were called there, by their ids. */
interface LastYear {
  number: string;
  labels: Record<string, string>;
}

interface Redline {
  last?: LastYear | null;
  from?: number;
  to?: number | null;
  paragraphs: RedlineParagraph[];
}

type Authors = Map<string, { count: number; hue: number }>;

/** A paragraph's row on the sheet. */
interface SheetRow {
  element: HTMLElement;
  label: HTMLButtonElement;
  words: HTMLElement;
  /** Chips in the right margin. */
  side: HTMLElement;
  /** What the row was last built for. */
  shape: string;
  /** The text that was last drawn. */
  drawn: object | null;
}

// People, versions, comments ----------------------------------------------------------------------

interface Person {
  key: string;
  name: string;
  delegation: string;
  role: string;
  since: string;
  text?: string | null;
  text_since?: string | null;
}

interface CaretTold {
  key: string;
  text: string | null;
  version: number;
  start: number;
  end: number;
  since: string | null;
}

interface Version {
  number: number;
  name: string;
  note: string;
  sealed_at: string;
  sealed_by: string;
  hash: string;
}

interface Audience {
  kind: string;
  delegation: string | null;
  words: string;
}

interface ThreadComment {
  id: string;
  by: { name: string; delegation: string };
  at: string;
  body: string;
  mine: boolean;
  edits: { at: string; body: string }[];
}

interface Thread {
  id: string;
  paragraph: string;
  anchor: { start: number; end: number; version: number } | null;
  quote: string;
  gone: boolean;
  audience: Audience;
  wider: Audience[];
  resolved: { by: string; at: string } | null;
  may_resolve: boolean;
  may_reply: boolean;
  comments: ThreadComment[];
  widened?: { by: string; at: string; audience: string }[];
}

interface PlacedThread {
  thread: Thread;
  range: { start: number; end: number } | null;
}

// The editor --------------------------------------------------------------------------------------

interface Caret {
  at: number;
  name: string;
  colour: number;
}

interface WordRow {
  element: HTMLElement;
  words: HTMLElement;
  label: HTMLElement;
}

/** The texts that are typed in: the table's, or one that never leaves the page (composing.js). */
type Texts = Pick<Table, "texts" | "text" | "edit" | "addEventListener" | "removeEventListener">;

/** Those who show the words: sheet.js shows paragraphs, writing.js proposals, composing.js what is being put together. */
interface Rows {
  /** All rows stand in it. */
  place: HTMLElement;
  /** The text whose words the editor shows, not they. */
  mounted: string | null;
  row(id: string): WordRow | null;
  mayEdit(id: string): boolean;
  /** The texts that the caret walks through, one after the other. */
  order(): string[];
  /** Draws what a change has touched. */
  redraw(id: string, touchesNotes: boolean): void;
  /** Draws a row from nothing, after the editor had it. */
  renew(id: string): void;
  /** Numbers the footnotes. */
  number(): void;
  /** What is laid over the words besides marks and carets. */
  lay?(id: string): Decoration[];
}

interface AroundEditor {
  /** What is marked in a paragraph's words. */
  marks(id: string): Mark[];
  /** Where others stand in it. */
  carets(id: string): Caret[];
  onCaret(text: string | null, start: number, end: number): void;
  /** Why nothing can be typed now. */
  stopped(): string | null;
  /** Does a deed of structure. */
  deed(kind: string, fields: object): Promise<any>;
  /** What the Enter key does, where it does not split. */
  enter?(text: string, at: number): void;
  /** Waits until a text has nothing pending. */
  settled(text: string): Promise<boolean>;
  comment(text: string, start: number, end: number): void;
}

// The negotiation (docs/api.md) --------------------------------------------------------------------

interface Answer {
  outcome: string;
  reason: string | null;
  by: string;
  at: string;
}

interface Proposal {
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

interface Position {
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

interface Agreement {
  paragraph: string;
  state: string;
  delegations: { id: string; name: string; drafts?: boolean }[];
  words: { start: number | null; end: number | null; text: string } | null;
  note: string;
  package: string | null;
  by: string;
  at: string;
  since: { state: string; by: string; at: string; note: string }[];
  changed: boolean;
}

interface Package {
  id: string;
  name: string;
  paragraphs: string[];
  by: string;
  at: string;
  dissolved: { by: string; at: string; reason: string } | null;
}

/** What the parts of the negotiation share. */
interface Setting {
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
  delegations(): Promise<{ id: string; name: string; drafts?: boolean }[]>;
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
interface AroundNegotiation {
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

interface Collision {
  proposals: string[];
  start: number;
  end: number;
  words: string;
}

/** Several proposals laid into a paragraph; `meets`: several of them touch the same words there. */
interface Laid {
  paragraph: string;
  version: number;
  ops: Op[];
  pieces: (Piece & { meets?: boolean })[];
  result: Op[];
  collisions: Collision[];
}

/** The desk of one paragraph. */
interface OpenDesk {
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
type Accept = (paragraph: string | null, proposals: Proposal[], words: { base: Op[]; ops: Op[] } | null, place: HTMLElement) => void;

interface Reconciliation {
  moot: { proposal: string; why: string }[];
  rebased: { proposal: string; standing: string; why: string; was: Piece[]; now: Piece[]; text: string }[];
}

interface Opening {
  paragraph: string;
  version: number;
  found: string;
  wanted: string;
  why: string;
  ops: Op[];
}

/** A paragraph in the picture of the whole text. */
interface Item {
  id: string;
  label: string;
  part: string;
  length: number;
  state: string;
  open: number;
  essential: number;
  packages: string[];
}

type Cell = Item & { x: number; y: number; width: number; height: number };

interface Picture {
  width: number;
  height: number;
  cells: Cell[];
  ties: { letter: string; path: string }[];
  heads: { part: string; y: number }[];
}

/** What a menu offers; null: a line between. */
type Choice = { label: string; act: () => void; danger?: boolean; hint?: string } | null;

// What the parts ask of each other ----------------------------------------------------------------

interface Place {
  id: string;
  start: number;
  end: number;
}

/** What poise.js asks of the page. */
interface PoiseOptions {
  begin: (at: Place, keys: (string | Delta)[]) => Promise<unknown>;
  split: (at: Place) => void;
  position: (id: string) => void;
  comment: (id: string) => void;
  may: (id: string) => boolean;
  positions: boolean;
}

/** What strip.js asks of the page. */
interface StripOptions {
  pressed: (id: string) => boolean;
  collides: (id: string) => boolean;
  toggle: (proposal: Proposal) => void;
  positions: (paragraph: string) => void;
  agreement: (paragraph: string) => void;
  opening: (paragraph: string) => Opening | null;
  mend: (paragraph: string) => void;
}

/** What writing.js asks of the page. */
interface WordRowsOptions {
  base: (id: string) => Delta | null;
  mayEdit: (id: string) => boolean;
  label: (id: string) => string;
  changed?: (id: string) => void;
}

/** Where the working text departs from a rule: `GET /api/drafts/D/checks`. */
interface Check {
  rule: number;
  name: string;
  level: string;
  paragraph: string;
  label: string;
  version: number;
  words: string;
  start: number;
  end: number;
  sentence: string;
  source: string;
  repair: import("./delta.js").Op[] | null;
  becomes: string;
}

/** A check, and where its words stand in what is shown. */
interface PlacedCheck {
  check: Check;
  /** What tells it from others, also after the next look. */
  key: string;
  start: number;
  end: number;
}

/** What checks.js asks of the page. */
interface ChecksOptions {
  mayEdit: boolean;
  /** What the list stands below. */
  bar: HTMLElement;
  place: HTMLElement;
  button: HTMLElement;
  /** How many were found, and how many of them are errors. */
  counted: (all: number, errors: number) => void;
  edit: (id: string, change: Delta) => void;
  settled: (id: string) => Promise<boolean>;
  /** Shows words: with the caret on them, where one may type. */
  go: (id: string, start: number, end: number) => void;
}

/** What openings.js asks of the page. */
interface OpeningsOptions {
  edit: (id: string, change: Delta) => void;
  changed: (ids: string[]) => void;
  settled: (id: string) => Promise<boolean>;
}

/** What versions.js asks of the page. */
/** Whoever hands a file out: `me` of the state. */
interface HandsOut {
  role: string;
  delegation: { id: string; name: string } | null;
  may: string[];
}

interface VersionsOptions {
  may: Set<string>;
  me: HandsOut;
  settled: () => Promise<boolean>;
  /** What sealing would do to sponsors. */
  warning: () => HTMLElement;
  onSealed: (done: any) => void;
}

/** What comments.js asks of the page. */
interface CommentsOptions {
  audiences: Audience[];
  may: boolean;
  row: (id: string) => HTMLElement | null;
  redraw: (id: string) => void;
  settled: (id: string) => Promise<boolean>;
  name: (id: string) => string;
}

/** What structure.js asks of the page. */
interface StructureOptions {
  may: Set<string>;
  comment: (id: string) => void;
  history: (id: string) => void;
  trouble: (sentence: string) => void;
  settled: () => Promise<unknown>;
  more: (paragraph: Paragraph) => Choice[];
}

/** What proposal_card.js asks of the desk. */
interface CardOptions {
  close: () => void;
  accept: Accept;
}

/** What a dialog shows and does. */
interface DialogOptions {
  title: string;
  body: (Node | string)[];
  action?: string;
  danger?: boolean;
  wide?: boolean;
  act?: (form: HTMLFormElement) => Promise<void> | void;
  cancel?: string;
}

// Sponsors and capitals (docs/api.md) ---------------------------------------------------------------

interface VersionName {
  number: number;
  name: string;
}

interface Nature {
  suggested: string;
  reasons: string[];
  decided: { nature: string; by: string; at: string } | null;
}

interface SponsorStep {
  id: string;
  step: string;
  words: string;
  capacity: string;
  version: VersionName | null;
  manner: string;
  who: string;
  where: string;
  on: string;
  note: string;
  audience: { kind: string; words: string };
  recorded: string;
  by: string;
  name: string;
  at: string;
  corrected: boolean;
  may_correct: boolean;
}

interface SponsorCondition {
  id: string;
  kind: string;
  words: string;
  paragraph: string | null;
  label: string;
  note: string;
  version: VersionName;
  audience: { kind: string; words: string };
  by: string;
  at: string;
  lifted: { by: string; at: string } | null;
  holds: boolean;
  may_lift: boolean;
}

interface Sponsorship {
  delegation: { id: string; key: string; name: string };
  state: string;
  words: string;
  capacity: string;
  since: string | null;
  version: VersionName | null;
  settled: boolean;
  answer: string | null;
  prints: boolean;
  eligible: boolean;
  conditions: SponsorCondition[];
  steps: SponsorStep[];
  /** The last step that counts. */
  last: string | null;
  may: string[];
}

/** A sponsor as everyone on the list is shown. */
interface ListedSponsor {
  delegation: { id: string; key: string; name: string };
  capacity: string;
  version: VersionName | null;
  reconfirmed: boolean;
}

interface Deadline {
  at: string;
  mission: string;
  new_york: string;
  zone: string;
  left: string;
  over: boolean;
}

interface SponsorCall {
  mode: string;
  group: string;
  listed: boolean;
  deadline: Deadline | null;
  closes: Deadline | null;
  open: boolean;
  tabled: { symbol: string; on: string | null } | null;
}

interface ChangedParagraph {
  paragraph: string;
  label: string;
  nature: string;
}

interface Consent {
  asked: boolean;
  from: VersionName;
  to: VersionName;
  changed: ChangedParagraph[];
  technical: number;
  substantive: number;
}

interface Sponsoring {
  call: SponsorCall;
  sponsors: ListedSponsor[];
  own: Sponsorship | null;
  consent: Consent | null;
}

/** What sealing now would do to sponsors. */
interface Sealing {
  changed: ChangedParagraph[];
  technical: boolean;
  broken: { delegation: { name: string }; condition: string }[];
  unsettled: { name: string }[];
}

interface Instruction {
  id: string;
  subject: string;
  paragraph: string | null;
  label: string;
  version: VersionName;
  on: string;
  due: string | null;
  late: boolean;
  asked_by: string;
  words: string;
  state: string;
  shown: string;
  shown_until: string | null;
  received: { on: string; words: string; by: string } | null;
  steps: { step: string; words: string; by: string; at: string }[];
  positions: { id: string; stance: string }[];
  name: string;
  may: string[];
}

interface AnswerItem {
  kind: string;
  words: string;
  since: string | null;
  paragraph: string | null;
  thread: string | null;
}

/** A delegation's own page. */
interface Mine {
  answer: AnswerItem[];
  changed: { from: VersionName; to: VersionName; paragraphs: ChangedParagraph[] } | null;
  waiting: Instruction[];
  received: Instruction[];
  own: Sponsorship;
  consent: Consent | null;
  call: SponsorCall;
  deadline: Deadline | null;
  versions: VersionName[];
  paragraphs: { id: string; label: string }[];
}

/** What the parts of a delegation's own page share. */
interface OwnPage {
  draft: string;
  mine: Mine;
  /** The delegation's. */
  name: string;
  /** The person's. */
  me: string;
  /** Whether the person is at the capital: nothing they do goes beyond the delegation. */
  capital: boolean;
  reload: () => void;
}

// The board (docs/api.md) ---------------------------------------------------------------------------

interface BoardRow {
  delegation: string;
  key: string;
  name: string;
  group: string;
  on_draft: boolean;
  eligible: boolean;
  votes: boolean;
  party: string | null;
  sponsored: string[];
  record: (string | null)[];
  target: boolean;
  sponsorship: Pick<Sponsorship, "state" | "words" | "capacity" | "since" | "version" | "settled" | "answer" | "prints">;
  conditions: { words: string; holds: boolean }[];
  pending: { subject: string; label: string; since: string | null; due: string | null }[];
  contact: BoardContact | null;
  action: BoardAction | null;
  expected: BoardExpected | null;
}

interface BoardExpected {
  vote: string;
  confidence: number;
  absence: number;
  override: { vote: string; reason: string; source: string; confidence: string; by: string; at: string } | null;
}

interface BoardContact {
  on: string;
  who: string;
  channel: string;
  said: string;
  name: string;
  at: string;
}

interface BoardAction {
  what: string;
  owner: string;
  owner_name: string;
  due: string | null;
  late: boolean;
  done: boolean;
}

interface BoardData {
  call: SponsorCall & Record<"deadline" | "closes", (Deadline & { local: string; both: string }) | null>;
  /** Earlier years' resolutions, oldest first. */
  predecessors: { symbol: string; short: string; on: string | null; voted: boolean }[];
  /** How the vote on this draft went, once it was taken. */
  result: { body: string; totals: Record<string, number> } | null;
  rows: BoardRow[];
  people: { id: string; name: string }[];
  /** How many had said they will, and how many had confirmed, from that day on. */
  timeline: { on: string; said: number; confirmed: number }[];
  versions: VersionName[];
  paragraphs: { id: string; label: string }[];
  me: { zone: string };
}

/** All that is kept of one State. */
interface BoardState {
  row: BoardRow;
  sponsorship: Sponsorship & { last: string | null };
  contacts: BoardContact[];
  actions: BoardAction[];
  overrides: { by: string; at: string }[];
  letters: { subject: string; result: string; by: string; at: string; answer: string | null }[];
  people: { name: string; role: string }[];
  votes: { symbol: string; on: string; body: string; label: string; vote: string | null }[];
}

interface BoardLetter {
  delegation: string | { id: string; name: string };
  to: string[] | string;
  subject: string;
  body: string;
  result: string;
}

interface BoardOutlook {
  basis: string;
  /** Earlier votes on single paragraphs. */
  earlier: { part: string; label: string; symbol: string; body: string }[];
  states: (BoardExpected & { key: string; name: string })[];
  totals: Record<string, [number, number]>;
  coverage: number;
  movements: { key: string; name: string; kind: string; votes: { on: string; vote: string }[]; absences: number; roll_calls: number }[];
  compared: {
    body: string;
    on: string;
    hits: number;
    cast: number;
    misses: { key: string; name: string; expected: string; actual: string }[];
    absent: string[];
    totals: { vote: string; low: number; high: number; actual: number; inside: boolean }[];
  } | null;
}

/** What the parts of the board ask of the page. */
interface BoardAround {
  draft: string;
  may: Set<string>;
  rows: Map<string, BoardRow>;
  now(): BoardData;
  name(id: string): string;
  open(id: string): void;
  target(ids: string[], on: boolean): Promise<unknown>;
  /** Does something, and says in a dialog why when it was refused. */
  deed(act: () => Promise<unknown>): Promise<unknown>;
  /** What follows from something done here is to be read. */
  fresh(): void;
  /** Shows the table, looked at so. */
  show(look: Record<string, string>): void;
}

// The record (docs/api.md) --------------------------------------------------------------------------

interface RollCall {
  body: string;
  on: string;
  part: string | null;
  part_label: string;
  totals: { Y: number; N: number; A: number; absent: number };
  no: string[];
}

/** One year's resolution. */
interface Adoption {
  symbol: string;
  tabled_as: string;
  tabled_on: string | null;
  adopted_on: string | null;
  sponsors: string[];
  additional: string[];
  roll_calls: RollCall[];
  draft: string | null;
  /** Why it was tabled with something left open, and with what. */
  override: { reason: string; left: { label: string; words: string }[]; by: string; at: string } | null;
}

interface RecordLine {
  text: string;
  additional: string;
  left_out: { name: string; why: string }[];
  /** What keeps the version from being tabled. */
  left_open: { label: string; words: string; sentence: string }[];
  version: VersionName;
}
interface RecordView {
  stage: string;
  adoptions: Adoption[];
  own: Adoption | null;
  treaty: string;
  line: RecordLine;
  lines: RecordLine[];
  /** Other errors of the last version. */
  errors: { label: string; words: string; sentence: string; rule: number }[];
  paragraphs: { id: string; label: string }[];
  states: { key: string; name: string; id: string }[];
  versions: VersionName[];
}
