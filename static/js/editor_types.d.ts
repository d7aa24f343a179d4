// What the editor needs of the rest of the page. For the checker alone: no browser is sent this file.

import type { Table } from "./table.js";
import type { Decoration } from "./vendor.js";
import type { Mark } from "./words.js";

export interface Caret {
  at: number;
  name: string;
  colour: number;
}

export interface Row {
  element: HTMLElement;
  words: HTMLElement;
  label: HTMLElement;
}

/** The texts that are typed in: the table's, or one that never leaves the page (composing.js). */
export type Texts = Pick<Table, "texts" | "text" | "edit" | "addEventListener" | "removeEventListener">;

/** Those who show the words: sheet.js shows paragraphs, writing.js proposals, composing.js what is being put together. */
export interface Rows {
  /** All rows stand in it. */
  place: HTMLElement;
  /** The text whose words the editor shows, not they. */
  mounted: string | null;
  row(id: string): Row | null;
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

export interface Around {
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
