import { K } from '../keywords.ts';
import { concat, type Doc, group, HARD_LINE, indent, join, LINE } from './doc.ts';
import { expressionDoc, sequenceDoc } from './expressions.ts';
import { listDoc, splitItems } from './lists.ts';
import { filterDoc, headedList, queryDoc } from './queries.ts';
import { findTop, isWord, type Source, splitBefore, type TokenRange } from './source.ts';
import { startsQuery } from './spacing.ts';
import { tokenDoc } from './token-doc.ts';

/** INSERT INTO table (columns), then the query; several rows of VALUES get a line each. */
export function insertDoc(source: Source, range: TokenRange): Doc {
  const query = findTop(
    source,
    range,
    i => i > range.start && startsQuery(source, { start: i, end: range.end }),
  );
  const head = sequenceDoc(source, { start: range.start, end: query }, true);
  if (query >= range.end) return head;
  const body = { start: query, end: range.end };
  const isRows = isWord(source, query, K.VALUES);
  return concat([head, HARD_LINE, isRows ? rowsDoc(source, body) : queryDoc(source, body)]);
}

function rowsDoc(source: Source, range: TokenRange): Doc {
  const rows = { start: range.start + 1, end: range.end };
  const word = tokenDoc(source, range.start);
  if (splitItems(source, rows).length === 1) return concat([word, ' ', expressionDoc(source, rows)]);
  return concat([word, indent(concat([HARD_LINE, listDoc(source, rows, expressionDoc, HARD_LINE)]))]);
}

/** DELETE, UPDATE, ALTER: the words, SET with its list, and WHERE. */
export function changeDoc(source: Source, range: TokenRange): Doc {
  const isUpdate = isWord(source, range.start, K.UPDATE);
  const parts = splitBefore(
    source,
    range,
    i => isWord(source, i, K.WHERE) || (isUpdate && isWord(source, i, K.SET)),
  );
  const docs = parts.map(part => changePartDoc(source, part, range));
  return group(join(LINE, docs), parts.length > 2);
}

function changePartDoc(source: Source, part: TokenRange, statement: TokenRange): Doc {
  if (isWord(source, part.start, K.WHERE)) return filterDoc(source, part);
  if (part.start > statement.start) return setDoc(source, part);
  if (!isWord(source, statement.start, K.ALTER)) return sequenceDoc(source, part, true);
  const properties = findTop(source, part, i => isWord(source, i, K.PROPERTIES));
  return properties < part.end ? headedList(source, part, properties + 1) : sequenceDoc(source, part);
}

/** `SET a = 1, b = 2`; the words in front of the list are the range's up to SET. */
function setDoc(source: Source, range: TokenRange): Doc {
  const set = findTop(source, range, i => isWord(source, i, K.SET));
  const head = sequenceDoc(source, { start: range.start, end: set + 1 });
  const list = { start: set + 1, end: range.end };
  return group(concat([head, indent(concat([LINE, listDoc(source, list, expressionDoc)]))]));
}

/** MERGE with its parts and branches one a line. */
export function mergeDoc(source: Source, range: TokenRange): Doc {
  const parts = splitBefore(
    source,
    range,
    i => isWord(source, i, K.USING) || isWord(source, i, K.ON) || isWord(source, i, K.WHEN),
  );
  const docs = parts.map(part => {
    if (isWord(source, part.start, K.WHEN)) return branchDoc(source, part);
    return isWord(source, part.start, K.ON) ? filterDoc(source, part) : sequenceDoc(source, part, true);
  });
  return join(HARD_LINE, docs);
}

/** `WHEN MATCHED AND … THEN` and what is done. */
function branchDoc(source: Source, range: TokenRange): Doc {
  const then = findTop(source, range, i => isWord(source, i, K.THEN));
  const head = expressionDoc(source, { start: range.start, end: then });
  if (then >= range.end) return head;
  const action = actionDoc(source, { start: then + 1, end: range.end });
  return group(concat([head, ' ', tokenDoc(source, then), indent(concat([LINE, action]))]));
}

function actionDoc(source: Source, range: TokenRange): Doc {
  if (isWord(source, range.start, K.UPDATE)) return setDoc(source, range);
  const values = findTop(source, range, i => isWord(source, i, K.VALUES));
  if (values >= range.end) return sequenceDoc(source, range);
  const head = sequenceDoc(source, { start: range.start, end: values });
  const rows = sequenceDoc(source, { start: values, end: range.end });
  return concat([head, LINE, rows]);
}
