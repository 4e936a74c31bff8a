import type { PatternRecognition, Relation, SortItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, eat, endHere, expect, expectKind } from './cursor.ts';
import { closeParen } from './lists.ts';
import { parseMeasures, parsePatternTail } from './patterns.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';
import { parsePartitionBy } from './windows.ts';

/** `relation MATCH_RECOGNIZE (…)`; the keyword is next. */
export function parsePatternRecognition(p: Parser, relation: Relation): PatternRecognition {
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const partitionBy = parsePartitionBy(p);
  const orderBy: readonly SortItem[] = at(p, K.ORDER) ? parseSortItems(p) : [];
  const measures = at(p, K.MEASURES) ? parseMeasures(p) : [];
  const rowsPerMatch = parseRowsPerMatch(p);
  const pattern = { ...parsePatternTail(p, true), measures };
  closeParen(p);
  const { start } = relation;
  return {
    kind: 'PatternRecognition',
    start,
    end: endHere(p),
    relation,
    partitionBy,
    orderBy,
    rowsPerMatch,
    pattern,
  };
}

function parseRowsPerMatch(p: Parser): PatternRecognition['rowsPerMatch'] {
  if (eat(p, K.ONE)) {
    expect(p, K.ROW, 'ROW PER MATCH');
    expectPerMatch(p);
    return 'ONE ROW';
  }
  if (!eat(p, K.ALL)) return null;
  expect(p, K.ROWS, 'ROWS PER MATCH');
  expectPerMatch(p);
  if (eat(p, K.SHOW) || eat(p, K.OMIT)) {
    expect(p, K.EMPTY, 'EMPTY MATCHES');
    expect(p, K.MATCHES, 'MATCHES');
  } else if (eat(p, K.WITH)) {
    expect(p, K.UNMATCHED, 'UNMATCHED ROWS');
    expect(p, K.ROWS, 'ROWS');
  }
  return 'ALL ROWS';
}

function expectPerMatch(p: Parser): void {
  expect(p, K.PER, 'PER MATCH');
  expect(p, K.MATCH, 'MATCH');
}
