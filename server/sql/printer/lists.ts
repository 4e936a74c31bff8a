import { TokenKind } from '../tokens.ts';
import { concat, type Doc, group, indent, LINE, SOFT_LINE } from './doc.ts';
import { isKind, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

export type PrintRange = (source: Source, range: TokenRange) => Doc;

/** The items of a list between its top-level commas. */
export function splitItems(source: Source, range: TokenRange): TokenRange[] {
  return splitBefore(source, range, i => isKind(source, i, TokenKind.Comma)).map((part, n) =>
    n === 0 ? part : { start: part.start + 1, end: part.end },
  );
}

/** Items with their commas, broken all or none by the enclosing group. */
export function listDoc(source: Source, range: TokenRange, printItem: PrintRange, line: Doc = LINE): Doc {
  const parts: Doc[] = [];
  for (const item of splitItems(source, range)) {
    const comma = item.start - 1;
    if (comma >= range.start) {
      const separator = tokenDoc(source, comma);
      parts.push(
        ...(source.options.commas === 'leading' ? leadingComma(separator, line) : [separator, line]),
      );
    }
    if (item.start < item.end) parts.push(printItem(source, item));
  }
  return concat(parts);
}

/** `( … )` or `[ … ]` with its content on lines of its own when it does not fit. */
export function bracketed(source: Source, open: number, content: Doc | undefined): Doc {
  const close = source.partner[open] ?? open;
  if (content === undefined) return concat([tokenDoc(source, open), tokenDoc(source, close)]);
  return group(
    concat([
      tokenDoc(source, open),
      indent(concat([SOFT_LINE, content])),
      SOFT_LINE,
      tokenDoc(source, close),
    ]),
  );
}

/** What stands between a bracket and the one that closes it. */
export function inside(source: Source, open: number): TokenRange {
  return { start: open + 1, end: source.partner[open] ?? open + 1 };
}

/** A comma in front of its item: nothing before it on one line, and a space behind it. */
function leadingComma(comma: Doc, line: Doc): Doc[] {
  return [typeof line === 'string' || line.breaks ? line : SOFT_LINE, comma, ' '];
}
