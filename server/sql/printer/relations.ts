import { K } from '../keywords.ts';
import { concat, type Doc, group, HARD_LINE, indent, LINE } from './doc.ts';
import { conditionDoc, sequenceDoc } from './expressions.ts';
import { listDoc, splitItems } from './lists.ts';
import { findTop, isWord, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

/** FROM with its relations; every join begins a line. */
export function fromDoc(source: Source, clause: TokenRange): Doc {
  const relations = { start: clause.start + 1, end: clause.end };
  const word = tokenDoc(source, clause.start);
  if (splitItems(source, relations).length === 1) return concat([word, ' ', relationDoc(source, relations)]);
  return group(concat([word, indent(concat([LINE, listDoc(source, relations, relationDoc)]))]));
}

/** A relation with what is joined to it. */
function relationDoc(source: Source, range: TokenRange): Doc {
  const parts = splitBefore(source, range, i => startsJoin(source, i));
  const [first, ...joins] = parts;
  if (first === undefined) return '';
  const docs = joins.map(part => concat([HARD_LINE, joinDoc(source, part)]));
  return concat([sequenceDoc(source, first, true), indent(concat(docs))]);
}

const JOIN_WORDS = new Set<number>([K.JOIN, K.INNER, K.LEFT, K.RIGHT, K.FULL, K.CROSS, K.NATURAL]);

function startsJoin(source: Source, i: number): boolean {
  const before = source.words[i - 1] ?? 0;
  return JOIN_WORDS.has(source.words[i] ?? 0) && !JOIN_WORDS.has(before) && before !== K.OUTER;
}

/** `LEFT JOIN relation ON condition`; the condition moves to the next line when it does not fit. */
function joinDoc(source: Source, range: TokenRange): Doc {
  const on = findTop(source, range, i => isWord(source, i, K.ON));
  const head = sequenceDoc(source, { start: range.start, end: on }, true);
  if (on >= range.end) return head;
  const condition = { start: on + 1, end: range.end };
  const criterion = concat([LINE, tokenDoc(source, on), ' ', conditionDoc(source, condition)]);
  return concat([head, group(indent(criterion))]);
}
