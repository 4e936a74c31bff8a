/** One replacement in a text; `start` equals `end` for an insertion. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface EditedText {
  readonly text: string;
  /** The offset in the text before the edits; undefined inside what an edit put in. */
  toOriginal(offset: number): number | undefined;
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): EditedText {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  let result = '';
  let at = 0;
  const places: { readonly from: number; readonly to: number; readonly shift: number }[] = [];
  for (const edit of sorted) {
    result += text.slice(at, edit.start);
    const from = result.length;
    result += edit.text;
    places.push({ from, to: result.length, shift: edit.end - result.length });
    at = edit.end;
  }
  result += text.slice(at);
  return {
    text: result,
    toOriginal: offset => {
      const last = places.findLast(place => place.from <= offset);
      if (last === undefined) return offset;
      return offset < last.to ? undefined : offset + last.shift;
    },
  };
}

/** The offset of a line and column, both from 1. */
export function offsetOf(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  return Math.min(text.length, start + column - 1);
}

/** The line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
