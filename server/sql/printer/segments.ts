import { K } from '../keywords.ts';
import { concat, type Doc, group, indent, join, LINE } from './doc.ts';
import { inside, listDoc, type PrintRange } from './lists.ts';
import { findTop, isWord, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

/** How the parts inside a parenthesis are printed. */
export interface SegmentPrinters {
  readonly item: PrintRange;
  readonly list: PrintRange;
  readonly condition: PrintRange;
  readonly sequence: PrintRange;
}

/** What follows the words of a segment: a list, a condition, or nothing with a layout of its own. */
type Body = 'list' | 'condition' | 'sequence';

/**
 * The clauses inside the parenthesis of a window, an aggregation, FILTER or MATCH_RECOGNIZE; undefined when it holds
 * none.
 */
export function segmentsDoc(source: Source, open: number, printers: SegmentPrinters): Doc | undefined {
  const range = inside(source, open);
  if (holdsTables(source, range)) return undefined;
  const starts = (i: number): boolean => bodyOf(source, i) !== undefined;
  const segments = splitBefore(source, range, starts);
  const first = segments[0];
  if (first === undefined || (segments.length === 1 && !starts(first.start))) return undefined;
  const isBroken = isWord(source, open - 1, K.MATCH_RECOGNIZE);
  const docs = segments.map(segment => segmentDoc(source, segment, printers));
  return group(join(LINE, docs), isBroken);
}

/** The arguments of a table function have clauses of their own: `input => TABLE(t) PARTITION BY a, …`. */
function holdsTables(source: Source, range: TokenRange): boolean {
  return findTop(source, range, i => isWord(source, i, K.TABLE)) < range.end;
}

function segmentDoc(source: Source, segment: TokenRange, printers: SegmentPrinters): Doc {
  const body = bodyOf(source, segment.start);
  if (body === undefined) return printers.list(source, segment);
  if (body === 'sequence') return printers.sequence(source, segment);
  const start = segment.start + (isWord(source, segment.start + 1, K.BY) ? 2 : 1);
  const words: Doc[] = [];
  for (let i = segment.start; i < start; i++)
    words.push(...(i > segment.start ? [' '] : []), tokenDoc(source, i));
  const rest = { start, end: segment.end };
  const content = body === 'list' ? listDoc(source, rest, printers.item) : printers.condition(source, rest);
  return group(concat([...words, indent(concat([LINE, content]))]));
}

/** What a clause that begins at this token holds; undefined when none begins here. */
function bodyOf(source: Source, i: number): Body | undefined {
  const next = source.words[i + 1];
  switch (source.words[i]) {
    case K.PARTITION:
    case K.ORDER:
      return next === K.BY ? 'list' : undefined;
    case K.MEASURES:
    case K.DEFINE:
    case K.SUBSET:
      return 'list';
    case K.WHERE:
      return 'condition';
    case K.PATTERN:
    case K.INITIAL:
    case K.SEEK:
      return 'sequence';
    case K.AFTER:
      return next === K.MATCH ? 'sequence' : undefined;
    case K.ONE:
      return next === K.ROW ? 'sequence' : undefined;
    case K.ALL:
      return next === K.ROWS ? 'sequence' : undefined;
    case K.ROWS:
    case K.RANGE:
    case K.GROUPS:
      return isWord(source, i - 1, K.ALL) ? undefined : 'sequence';
    default:
      return undefined;
  }
}
