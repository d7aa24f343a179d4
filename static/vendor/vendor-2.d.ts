// Types of what vendor-2.js exports, as far as static/js uses it.

export type Attributes = { italic?: true | null };
export type NoteValue = { note: Op[] };
export interface Op {
  insert?: string | NoteValue;
  retain?: number | NoteValue;
  delete?: number;
  attributes?: Attributes;
}

export class Delta {
  static registerEmbed<T>(
    kind: string,
    handler: {
      compose(a: T, b: T, keepNull: boolean): T;
      invert(a: T, b: T): T;
      transform(a: T, b: T, priority: boolean): T;
    },
  ): void;
  static unregisterEmbed(kind: string): void;
  constructor(ops?: Op[] | { ops: Op[] });
  ops: Op[];
  insert(value: string | NoteValue, attributes?: Attributes | null): this;
  delete(length: number): this;
  retain(length: number | NoteValue, attributes?: Attributes | null): this;
  push(op: Op): this;
  chop(): this;
  length(): number;
  changeLength(): number;
  slice(start?: number, end?: number): Delta;
  compose(other: Delta): Delta;
  concat(other: Delta): Delta;
  diff(other: Delta, cursor?: number): Delta;
  invert(base: Delta): Delta;
  transform(other: Delta, first?: boolean): Delta;
  transformPosition(index: number, stays?: boolean): number;
}

// ProseMirror ------------------------------------------------------------------------------------

export class Mark {
  type: { name: string };
  eq(other: Mark): boolean;
}
export class MarkType {
  name: string;
  create(attrs?: Record<string, unknown>): Mark;
  isInSet(set: readonly Mark[]): Mark | undefined;
}
export class Fragment {
  static from(nodes?: Node | Node[] | Fragment | null): Fragment;
  static empty: Fragment;
  size: number;
  forEach(f: (node: Node, offset: number, index: number) => void): void;
}
export class Slice {
  constructor(content: Fragment, openStart: number, openEnd: number);
  static empty: Slice;
  content: Fragment;
  size: number;
}
export class NodeType {
  name: string;
  create(attrs?: Record<string, unknown> | null, content?: Fragment | Node | Node[], marks?: readonly Mark[]): Node;
}
export class Node {
  type: NodeType;
  attrs: Record<string, any>;
  marks: readonly Mark[];
  text?: string;
  isText: boolean;
  nodeSize: number;
  content: Fragment;
  childCount: number;
  child(index: number): Node;
  forEach(f: (node: Node, offset: number, index: number) => void): void;
  nodesBetween(from: number, to: number, f: (node: Node, pos: number) => boolean | void): void;
  rangeHasMark(from: number, to: number, type: MarkType): boolean;
  nodeAt(pos: number): Node | null;
  textBetween(from: number, to: number, block?: string, leaf?: string): string;
  eq(other: Node): boolean;
  slice(from: number, to?: number): Slice;
  resolve(pos: number): ResolvedPos;
}
export class ResolvedPos {
  pos: number;
  marks(): readonly Mark[];
}
export class Schema {
  constructor(spec: Record<string, unknown>);
  nodes: Record<string, NodeType>;
  marks: Record<string, MarkType>;
  text(text: string, marks?: readonly Mark[]): Node;
}
export class Step {}
export class ReplaceStep extends Step {
  constructor(from: number, to: number, slice: Slice);
  from: number;
  to: number;
  slice: Slice;
}
export class AddMarkStep extends Step {
  constructor(from: number, to: number, mark: Mark);
  from: number;
  to: number;
  mark: Mark;
}
export class RemoveMarkStep extends Step {
  constructor(from: number, to: number, mark: Mark);
  from: number;
  to: number;
  mark: Mark;
}
export class AttrStep extends Step {
  constructor(pos: number, attr: string, value: unknown);
  pos: number;
  attr: string;
  value: unknown;
}
export class Selection {
  from: number;
  to: number;
  anchor: number;
  head: number;
  empty: boolean;
  $from: ResolvedPos;
  $to: ResolvedPos;
  eq(other: Selection): boolean;
}
export class TextSelection extends Selection {
  static create(doc: Node, anchor: number, head?: number): TextSelection;
  $cursor: ResolvedPos | null;
}
export class NodeSelection extends Selection {
  static create(doc: Node, pos: number): NodeSelection;
  node: Node;
}
export class AllSelection extends Selection {}
export class Transaction {
  doc: Node;
  before: Node;
  steps: Step[];
  docs: Node[];
  docChanged: boolean;
  selection: Selection;
  selectionSet: boolean;
  storedMarks: readonly Mark[] | null;
  insert(pos: number, content: Node | Fragment): this;
  insertText(text: string, from?: number, to?: number): this;
  delete(from: number, to: number): this;
  deleteSelection(): this;
  replaceWith(from: number, to: number, content: Node | Fragment): this;
  replaceSelectionWith(node: Node, inherit?: boolean): this;
  addMark(from: number, to: number, mark: Mark): this;
  removeMark(from: number, to: number, mark?: Mark | MarkType): this;
  setNodeAttribute(pos: number, attr: string, value: unknown): this;
  addStoredMark(mark: Mark): this;
  removeStoredMark(mark: Mark | MarkType): this;
  setSelection(selection: Selection): this;
  setMeta(key: string | PluginKey, value: unknown): this;
  getMeta(key: string | PluginKey): any;
  scrollIntoView(): this;
  step(step: Step): this;
}
export class PluginKey {
  constructor(name?: string);
}
export class Plugin {
  constructor(spec: Record<string, unknown>);
}
export class EditorState {
  static create(config: { doc?: Node; schema?: Schema; plugins?: Plugin[]; selection?: Selection }): EditorState;
  doc: Node;
  schema: Schema;
  selection: Selection;
  storedMarks: readonly Mark[] | null;
  tr: Transaction;
  apply(tr: Transaction): EditorState;
}
export class DecorationSet {
  static create(doc: Node, decorations: Decoration[]): DecorationSet;
  static empty: DecorationSet;
}
export class Decoration {
  static widget(pos: number, dom: HTMLElement | ((view: EditorView) => HTMLElement), spec?: Record<string, unknown>): Decoration;
  static inline(from: number, to: number, attrs: Record<string, string>, spec?: Record<string, unknown>): Decoration;
}
export class EditorView {
  constructor(place: HTMLElement | { mount: HTMLElement } | null, props: Record<string, any>);
  state: EditorState;
  dom: HTMLElement;
  editable: boolean;
  composing: boolean;
  isDestroyed: boolean;
  updateState(state: EditorState): void;
  setProps(props: Record<string, any>): void;
  dispatch(tr: Transaction): void;
  focus(): void;
  hasFocus(): boolean;
  destroy(): void;
  posAtCoords(at: { left: number; top: number }): { pos: number; inside: number } | null;
  coordsAtPos(pos: number, side?: number): { left: number; right: number; top: number; bottom: number };
  posAtDOM(node: globalThis.Node, offset: number, bias?: number): number;
  domAtPos(pos: number): { node: globalThis.Node; offset: number };
  endOfTextblock(direction: "up" | "down" | "left" | "right" | "forward" | "backward"): boolean;
}
