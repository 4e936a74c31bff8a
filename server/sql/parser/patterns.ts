import type {
  AfterMatchSkip,
  Identifier,
  Measure,
  RowPatternClauses,
  Subset,
  VariableDefinition,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atName,
  eat,
  eatKind,
  endHere,
  expect,
  expectKind,
  fail,
  isNameToken,
  isUndecided,
} from './cursor.ts';
import { keywordAt, kindAt, noteAll, startHere } from './cursor.ts';
import { closeParen } from './lists.ts';
import { parseIdentifier, parseNameList, takeIdentifier } from './names.ts';
import { parseRowPattern } from './row-patterns.ts';
import type { Parser } from './state.ts';

/** `MEASURES expression AS name, …`; MEASURES is next. */
export function parseMeasures(p: Parser): Measure[] {
  const measures: Measure[] = [];
  p.position++;
  do {
    const expression = p.rules.expression(p);
    expect(p, K.AS, 'AS and a name');
    const name = parseIdentifier(p, 'alias');
    measures.push({ kind: 'Measure', start: expression.start, end: endHere(p), expression, name });
  } while (eatKind(p, TokenKind.Comma));
  return measures;
}

type PatternTail = Omit<RowPatternClauses, 'measures'>;

/** `AFTER MATCH … SEEK PATTERN (…) SUBSET … DEFINE …`; MATCH_RECOGNIZE needs the pattern and the definitions. */
export function parsePatternTail(p: Parser, isRequired: boolean): PatternTail {
  const skip = at(p, K.AFTER) ? parseSkip(p) : null;
  const search = eat(p, K.INITIAL) ? 'INITIAL' : eat(p, K.SEEK) ? 'SEEK' : null;
  const pattern = isRequired || at(p, K.PATTERN) ? parsePatternClause(p) : null;
  const subsets = at(p, K.SUBSET) ? parseSubsets(p) : [];
  const definitions = isRequired || at(p, K.DEFINE) ? parseDefinitions(p) : [];
  return { skip, search, pattern, subsets, definitions };
}

function parsePatternClause(p: Parser): RowPatternClauses['pattern'] {
  expect(p, K.PATTERN, 'PATTERN');
  expectKind(p, TokenKind.LeftParen, "'(' and a row pattern");
  const pattern = parseRowPattern(p);
  closeParen(p);
  return pattern;
}

function parseSkip(p: Parser): AfterMatchSkip {
  const start = startHere(p);
  p.position++;
  expect(p, K.MATCH, 'MATCH');
  expect(p, K.SKIP, 'SKIP');
  if (eat(p, K.PAST)) {
    expect(p, K.LAST, 'LAST ROW');
    expect(p, K.ROW, 'ROW');
    return { kind: 'AfterMatchSkip', start, end: endHere(p), to: 'PAST LAST ROW', variable: null };
  }
  expect(p, K.TO, 'TO or PAST LAST ROW');
  if (at(p, K.NEXT) && (isUndecided(p) || keywordAt(p, 1) === K.ROW)) {
    p.position++;
    expect(p, K.ROW, 'ROW');
    return { kind: 'AfterMatchSkip', start, end: endHere(p), to: 'NEXT ROW', variable: null };
  }
  const to = parseSkipSide(p);
  const variable = parseIdentifier(p, 'variable');
  return { kind: 'AfterMatchSkip', start, end: endHere(p), to, variable };
}

/** FIRST and LAST are names too: a variable's name follows the word. */
function parseSkipSide(p: Parser): AfterMatchSkip['to'] {
  noteAll(p, [K.FIRST, K.LAST]);
  const keyword = keywordAt(p, 0);
  const isSide = keyword === K.FIRST || keyword === K.LAST;
  if (!isSide || !(isUndecided(p) || isNameFollowing(p))) return 'VARIABLE';
  p.position++;
  return keyword === K.FIRST ? 'FIRST' : 'LAST';
}

function isNameFollowing(p: Parser): boolean {
  if (!isNameToken(p, p.position + 1)) return false;
  const next = keywordAt(p, 1);
  const isClause = next === K.PATTERN || next === K.INITIAL || next === K.SEEK;
  return !isClause || kindAt(p, 2) !== TokenKind.LeftParen;
}

function parseSubsets(p: Parser): Subset[] {
  const subsets: Subset[] = [];
  p.position++;
  do {
    const name = parseIdentifier(p, 'variable');
    expectKind(p, TokenKind.Equal, "'='");
    const members: Identifier[] =
      kindAt(p, 0) === TokenKind.LeftParen ? parseNameList(p, 'variable') : missingMembers(p);
    subsets.push({ kind: 'Subset', start: name.start, end: endHere(p), name, members });
  } while (eatKind(p, TokenKind.Comma));
  return subsets;
}

function missingMembers(p: Parser): Identifier[] {
  fail(p, "'(' and variables");
  return [];
}

function parseDefinitions(p: Parser): VariableDefinition[] {
  const definitions: VariableDefinition[] = [];
  expect(p, K.DEFINE, 'DEFINE');
  do {
    const name = atName(p, 'variable') ? takeIdentifier(p) : parseIdentifier(p, 'variable');
    expect(p, K.AS, 'AS and a condition');
    const condition = p.rules.expression(p);
    definitions.push({ kind: 'VariableDefinition', start: name.start, end: endHere(p), name, condition });
  } while (eatKind(p, TokenKind.Comma));
  return definitions;
}
