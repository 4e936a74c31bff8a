import { K } from '../keywords.ts';
import { concat, type Doc, group, indent, join, LINE } from './doc.ts';
import { bracketed, inside, listDoc } from './lists.ts';
import type { SegmentPrinters } from './segments.ts';
import { findTop, isWord, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

/** The parenthesis of JSON_TABLE: the input, then COLUMNS, PLAN and ON ERROR, which begin lines when it breaks. */
export function jsonTableDoc(source: Source, open: number, printers: SegmentPrinters): Doc {
  const segments = splitBefore(source, inside(source, open), i => startsClause(source, i));
  const docs = segments.map((segment, n) =>
    n === 0 && !startsClause(source, segment.start)
      ? group(printers.list(source, segment))
      : clauseDoc(source, segment, printers),
  );
  return bracketed(source, open, group(join(LINE, docs)));
}

function startsClause(source: Source, i: number): boolean {
  const word = source.words[i];
  if (word === K.COLUMNS || word === K.PLAN) return true;
  return (word === K.ERROR || word === K.EMPTY) && isWord(source, i + 1, K.ON);
}

/** A clause; lists of columns are laid out wherever COLUMNS stands in it. */
function clauseDoc(source: Source, range: TokenRange, printers: SegmentPrinters): Doc {
  const word = findTop(source, range, i => isWord(source, i, K.COLUMNS));
  const open = word + 1;
  if (open >= range.end || source.partner[open] === undefined) return printers.sequence(source, range);
  const head = { start: range.start, end: word };
  const columns = inside(source, open);
  const list = listDoc(source, columns, (_, item) => columnDoc(source, item, printers));
  return concat([
    ...(word > range.start ? [printers.sequence(source, head), ' '] : []),
    tokenDoc(source, word),
    ' ',
    bracketed(source, open, columns.start < columns.end ? list : undefined),
  ]);
}

/** `name type PATH '…' … ON EMPTY … ON ERROR`: what does not fit is continued one level deeper. */
function columnDoc(source: Source, range: TokenRange, printers: SegmentPrinters): Doc {
  if (isWord(source, range.start, K.NESTED)) return clauseDoc(source, range, printers);
  const parts = splitBefore(source, range, i => i > range.start + 1 && startsOption(source, i));
  const [first = '', ...others] = parts.map(part => printers.sequence(source, part));
  return group(concat([first, indent(concat(others.flatMap(doc => [LINE, doc])))]));
}

function startsOption(source: Source, i: number): boolean {
  const before = source.words[i - 1];
  switch (source.words[i]) {
    case K.FORMAT:
    case K.PATH:
    case K.WITH:
    case K.WITHOUT:
    case K.KEEP:
    case K.OMIT:
    case K.DEFAULT:
      return true;
    case K.NULL:
    case K.ERROR:
    case K.EMPTY:
      return before !== K.ON && before !== K.DEFAULT;
    default:
      return false;
  }
}
