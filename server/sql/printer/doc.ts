/**
 * What is to be printed, with the places where lines may break. A group is printed on one line when it fits; otherwise
 * all of its own lines break, and the groups inside it are tried again. The idea is Philip Wadler's "A prettier printer".
 */
export type Doc = string | Concat | Line | Indent | Group | CommentLine | LineEnd;

/** Whether the document cannot stand on one line, because it has a line that always breaks. */
interface Breaking {
  readonly breaks: boolean;
}

export interface Concat extends Breaking {
  readonly kind: 'concat';
  readonly parts: readonly Doc[];
}

export interface Line extends Breaking {
  readonly kind: 'line';
  /** What is printed when the line does not break. */
  readonly flat: '' | ' ';
}

export interface Indent extends Breaking {
  readonly kind: 'indent';
  readonly content: Doc;
}

export interface Group extends Breaking {
  readonly kind: 'group';
  readonly content: Doc;
}

/**
 * A comment that begins a line. A group may begin with one and still stand on one line behind it; one in its middle
 * breaks it.
 */
export interface CommentLine extends Breaking {
  readonly kind: 'comment-line';
  readonly text: string;
  /** Whether the line ends behind it. */
  readonly isAlone: boolean;
}

/** Nothing may follow on this line, behind a `--` comment: a group that goes on behind it does not fit on one line. */
export interface LineEnd extends Breaking {
  readonly kind: 'line-end';
}

/** A space, or a line break in a group that does not fit. */
export const LINE: Line = { kind: 'line', flat: ' ', breaks: false };
/** Nothing, or a line break in a group that does not fit. */
export const SOFT_LINE: Line = { kind: 'line', flat: '', breaks: false };
/** Always a line break. */
export const HARD_LINE: Line = { kind: 'line', flat: ' ', breaks: true };
export const LINE_END: LineEnd = { kind: 'line-end', breaks: false };

export function concat(parts: readonly Doc[]): Doc {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  return { kind: 'concat', parts, breaks: parts.some(hasForcedBreak) };
}

export function indent(content: Doc): Doc {
  return { kind: 'indent', content, breaks: hasForcedBreak(content) };
}

export function group(content: Doc, isBroken = false): Doc {
  return { kind: 'group', content, breaks: isBroken || hasForcedBreak(content) };
}

export function commentLine(text: string, isAlone: boolean): CommentLine {
  return { kind: 'comment-line', text, isAlone, breaks: false };
}

/** The documents with `separator` between them. */
export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return concat(docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc])));
}

function hasForcedBreak(doc: Doc): boolean {
  return typeof doc !== 'string' && doc.breaks;
}
