/** One line of a text; `start` to `end` includes the line end. */
export interface Line {
  readonly text: string;
  /** `\n`, `\r\n`, `\r`, or nothing on the last line. */
  readonly eol: string;
  readonly start: number;
  readonly end: number;
}

/** The lines of a text. The empty text has none; a text that ends with a line end has no empty line after it. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    const end = match.index + match[0].length;
    lines.push({ text: text.slice(start, match.index), eol: match[0], start, end });
    start = end;
  }
  if (start < text.length) lines.push({ text: text.slice(start), eol: '', start, end: text.length });
  return lines;
}

/** The line end that most lines of a text have. */
export function dominantEol(text: string): '\n' | '\r\n' {
  const crlf = text.split('\r\n').length - 1;
  return crlf * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
}

/** The text with `\n` as its only line end. */
export function normalizeEols(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

export interface EditOptions {
  /** The line end of lines that are new. */
  readonly eol: '\n' | '\r\n';
  /** How a line of the file looks in the editor, and back; the same when absent. */
  readonly show?: (line: string) => string;
  readonly write?: (line: string) => string;
}

/** The edited text as it stands in the file: every line that still looks as it did is the one of `original`. */
export function mergeEdit(original: string, edited: string, options: EditOptions): string {
  const { eol, show = String, write = String } = options;
  const before = linesOf(original).map(line => ({ ...line, shown: show(line.text) }));
  const after = linesOf(edited);
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]?.shown === after[head]?.text) head++;
  let foot = 0;
  while (foot < most - head && before.at(-1 - foot)?.shown === after.at(-1 - foot)?.text) foot++;
  return after
    .map((line, i) => {
      const fromEnd = after.length - i;
      const old = i < head ? before[i] : fromEnd <= foot ? before.at(-fromEnd) : undefined;
      const text = old?.text ?? write(line.text);
      if (line.eol === '') return text;
      return text + (old === undefined || old.eol === '' ? eol : old.eol);
    })
    .join('');
}
