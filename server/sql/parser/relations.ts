import type { AliasedRelation, Expression, Identifier, Join, Relation } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { atJoin, eatListComma, isClauseWord, isRelationWord } from './clauses.ts';
import { giveUp, at, atKind, atName, eat, endHere, enter, expect, expectKind, fail } from './cursor.ts';
import { leave, noteAll } from './cursor.ts';
import { closeParen } from './lists.ts';
import { parsePatternRecognition } from './match-recognize.ts';
import { parseIdentifier, parseNameList, takeIdentifier } from './names.ts';
import { isPivot, parsePivot } from './pivot.ts';
import { missingRelation, parseRelationPrimary } from './relation-primary.ts';
import type { Parser } from './state.ts';

/** `a, b JOIN c ON …`. */
export function parseRelations(p: Parser): Relation[] {
  const relations = [parseRelation(p)];
  while (eatListComma(p)) {
    relations.push(parseRelation(p));
  }
  return relations;
}

/** A relation with its joins. */
export function parseRelation(p: Parser): Relation {
  if (!enter(p)) {
    leave(p);
    return missingRelation(p);
  }
  const relation = continueJoins(p, undefined);
  leave(p);
  return relation;
}

const JOIN_STARTS: readonly number[] = [K.CROSS, K.FULL, K.INNER, K.JOIN, K.LEFT, K.NATURAL, K.RIGHT];
const MAX_JOINS = 1000;

/** Reads the joins behind a relation; without one its first relation is read too, or reported where a join is next. */
export function continueJoins(p: Parser, first: Relation | undefined): Relation {
  let left = first ?? (atJoin(p) ? reportMissing(p) : parseSampled(p));
  for (let joins = 0; ; joins++) {
    if (p.position === p.caret) noteAll(p, JOIN_STARTS);
    if (!atJoin(p)) return left;
    if (joins > MAX_JOINS) giveUp(p);
    left = parseJoin(p, left);
  }
}

function reportMissing(p: Parser): Relation {
  fail(p, 'a table before the join');
  return missingRelation(p);
}

function parseJoin(p: Parser, left: Relation): Join {
  const { start } = left;
  if (eat(p, K.CROSS)) {
    expect(p, K.JOIN, 'JOIN');
    const right = parseSampled(p);
    return {
      kind: 'Join',
      start,
      end: endHere(p),
      type: 'CROSS',
      isNatural: false,
      left,
      right,
      on: null,
      using: [],
    };
  }
  const isNatural = eat(p, K.NATURAL);
  const type = parseJoinType(p);
  expect(p, K.JOIN, 'JOIN');
  const right = isNatural ? parseSampled(p) : parseRelation(p);
  let on: Expression | null = null;
  let using: readonly Identifier[] = [];
  if (!isNatural) {
    if (eat(p, K.ON)) on = p.rules.expression(p);
    else if (eat(p, K.USING)) using = parseUsing(p);
    else fail(p, 'ON or USING');
  }
  return { kind: 'Join', start, end: endHere(p), type, isNatural, left, right, on, using };
}

function parseJoinType(p: Parser): Join['type'] {
  if (eat(p, K.INNER)) return 'INNER';
  const type = eat(p, K.LEFT) ? 'LEFT' : eat(p, K.RIGHT) ? 'RIGHT' : eat(p, K.FULL) ? 'FULL' : 'INNER';
  if (type !== 'INNER') eat(p, K.OUTER);
  return type;
}

function parseUsing(p: Parser): Identifier[] {
  if (atKind(p, TokenKind.LeftParen)) return parseNameList(p, 'column');
  fail(p, "'(' and columns");
  return atName(p, 'column') ? [takeIdentifier(p)] : [];
}

/** A relation with alias, pivot, pattern recognition and sampling, without joins. */
function parseSampled(p: Parser): Relation {
  const relation = parseDecorated(p);
  if (!at(p, K.TABLESAMPLE)) return relation;
  p.position++;
  const method = eat(p, K.BERNOULLI) ? 'BERNOULLI' : 'SYSTEM';
  if (method === 'SYSTEM') expect(p, K.SYSTEM, 'BERNOULLI or SYSTEM');
  expectKind(p, TokenKind.LeftParen, "'(' and a percentage");
  const percentage = p.rules.expression(p);
  closeParen(p);
  return { kind: 'SampledRelation', start: relation.start, end: endHere(p), relation, method, percentage };
}

function parseDecorated(p: Parser): Relation {
  const aliased = parseAliased(p);
  if (isPivot(p)) return parseRelationAlias(p, parsePivot(p, aliased));
  if (!at(p, K.MATCH_RECOGNIZE) || !isRelationWord(p)) return aliased;
  return parseRelationAlias(p, parsePatternRecognition(p, aliased));
}

/** A relation with an alias, without anything behind it. */
function parseAliased(p: Parser): Relation {
  return parseRelationAlias(p, parseRelationPrimary(p));
}

function parseRelationAlias(p: Parser, relation: Relation): Relation {
  const hasAs = eat(p, K.AS);
  if (!hasAs && !(atName(p, 'alias') && !isClauseWord(p) && !isRelationWord(p))) return relation;
  const alias = hasAs ? parseIdentifier(p, 'alias') : takeIdentifier(p);
  if (alias.isMissing)
    return { kind: 'AliasedRelation', start: relation.start, end: endHere(p), relation, alias, columns: [] };
  const columns = atKind(p, TokenKind.LeftParen) ? parseNameList(p, 'column') : [];
  const aliased: AliasedRelation = {
    kind: 'AliasedRelation',
    start: relation.start,
    end: endHere(p),
    relation,
    alias,
    columns,
  };
  return aliased;
}
