import type { Expression, Relation, SelectItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { atJoin, atNextCommonTable } from './clauses.ts';
import { fail, failUnexpected, isNameToken, keywordAt, kindAt } from './cursor.ts';
import { atClauseStart } from './lists.ts';
import { startsExpression } from './lookahead.ts';
import { continueJoins, parseRelations } from './relations.ts';
import { parseSelectItem } from './select-items.ts';
import type { Parser } from './state.ts';

/** What was read of a SELECT when something came that does not belong there. The lists are added to. */
export interface Recovery {
  /** The last clause that was read: -1 for the select list, 0 for FROM, 1 for WHERE and so on. */
  readonly rank: number;
  readonly items: SelectItem[];
  readonly from: Relation[];
}

/**
 * Makes sense of a token that no clause begins with. Returns an expression that belongs to the condition before it,
 * `from` when relations were found, `again` when something was skipped, `stop` when the query ends here.
 */
export function recoverClause(p: Parser, recovery: Recovery): Expression | 'from' | 'again' | 'stop' {
  const { rank, items, from } = recovery;
  if (closesParenthesis(p, rank)) return 'stop';
  if (atJoin(p)) {
    fail(p, from.length === 0 ? 'FROM before the first join' : 'no join here');
    from.push(continueJoins(p, from.pop()));
    return 'from';
  }
  if (rank === -1) return recoverItems(p, items, from);
  if (rank === 0 && (startsRelation(p) || isDotBehindAlias(p))) {
    if (isDotBehindAlias(p)) dropRelationAlias(p, from);
    fail(p, "','");
    for (const relation of parseRelations(p)) from.push(relation);
    return 'from';
  }
  if (rank === 1 || rank === 3) {
    fail(p, 'AND, OR or the next clause');
    if (p.kind[p.position] === TokenKind.Comma) p.position++;
    if (startsExpression(p, 0)) return p.rules.expression(p);
    skipToClause(p);
    return 'again';
  }
  failUnexpected(p, 'this clause');
  skipToClause(p);
  return 'again';
}

function startsRelation(p: Parser): boolean {
  return (
    isNameToken(p, p.position) ||
    p.kind[p.position] === TokenKind.LeftParen ||
    p.keyword[p.position] === K.UNNEST
  );
}

/**
 * Whether the parenthesis around this subquery in FROM was forgotten here: what follows looks like its alias and then
 * like the outer query going on, or like the next common table.
 */
function closesParenthesis(p: Parser, rank: number): boolean {
  if (!p.isInRelation) return false;
  if (kindAt(p, 0) === TokenKind.Comma) return atNextCommonTable(p);
  if (rank <= 0) return false;
  const name = p.keyword[p.position] === K.AS ? 1 : 0;
  if (!isNameToken(p, p.position + name))
    return p.keyword[p.position] === K.ON || p.keyword[p.position] === K.USING || atJoin(p);
  const next = kindAt(p, name + 1);
  const keyword = keywordAt(p, name + 1);
  const isOuterClause = keyword === K.ON || keyword === K.WHERE || keyword === K.GROUP || keyword === K.JOIN;
  const isOuterJoin =
    keyword === K.LEFT ||
    keyword === K.INNER ||
    keyword === K.CROSS ||
    keyword === K.FULL ||
    keyword === K.RIGHT;
  const isEnd = next === TokenKind.Comma || next === TokenKind.RightParen || next === TokenKind.End;
  return isOuterClause || isOuterJoin || isEnd || keyword === K.ORDER;
}

/** Behind the select list either a comma or FROM is missing; whether a FROM comes later tells which. */
function recoverItems(p: Parser, items: SelectItem[], from: Relation[]): 'from' | 'again' {
  const isDot = isDotBehindAlias(p);
  const hasAlias = items.at(-1)?.kind === 'SelectExpression' && isNameToken(p, p.position - 1);
  if (isFromAhead(p)) {
    if (isDot) dropItemAlias(p, items);
    fail(p, "',' or FROM");
    if (startsExpression(p, 0) || p.kind[p.position] === TokenKind.Star) addItems(p, items);
    else skipToClause(p);
    return 'again';
  }
  const isOpen = p.kind[p.position] === TokenKind.LeftParen;
  const wasNoAlias = isDot || startsRelation(p) || p.keyword[p.position] === K.AS;
  if (hasAlias && wasNoAlias && !isOpen) {
    dropItemAlias(p, items);
  } else if (!startsRelation(p)) {
    failUnexpected(p, 'the select list');
    skipToClause(p);
    return 'again';
  }
  fail(p, 'FROM');
  for (const relation of parseRelations(p)) from.push(relation);
  return 'from';
}

function addItems(p: Parser, items: SelectItem[]): void {
  do {
    items.push(parseSelectItem(p));
    if (p.kind[p.position] !== TokenKind.Comma) return;
    p.position++;
  } while (p.position < p.last);
}

function isDotBehindAlias(p: Parser): boolean {
  return kindAt(p, 0) === TokenKind.Dot && isNameToken(p, p.position - 1);
}

/** Goes back to the last item's alias, which was no alias. */
function dropItemAlias(p: Parser, items: SelectItem[]): void {
  const last = items.at(-1);
  if (last?.kind !== 'SelectExpression' || last.alias === null || p.keyword[p.position - 2] === K.AS) return;
  items[items.length - 1] = { ...last, alias: null, end: last.expression.end };
  p.position--;
}

function dropRelationAlias(p: Parser, from: Relation[]): void {
  const last = from.at(-1);
  if (last?.kind !== 'AliasedRelation' || p.keyword[p.position - 2] === K.AS) return;
  from[from.length - 1] = last.relation;
  p.position--;
}

/** Whether FROM comes before this SELECT ends. */
function isFromAhead(p: Parser): boolean {
  let depth = 0;
  for (let i = p.position; i < p.last; i++) {
    const kind = p.kind[i];
    if (kind === TokenKind.LeftParen) depth++;
    else if (kind === TokenKind.RightParen && depth-- === 0) return false;
    else if (kind === TokenKind.Semicolon) return false;
    else if (depth === 0) {
      const keyword = p.keyword[i];
      if (keyword === K.FROM) return true;
      if (keyword === K.SELECT || keyword === K.UNION || keyword === K.WHERE || keyword === K.GROUP)
        return false;
    }
  }
  return false;
}

/** Skips to the next clause, parenthesis or end. What is wrong there is not reported again. */
function skipToClause(p: Parser): void {
  for (; p.position < p.last; p.position++) {
    const kind = p.kind[p.position];
    const isParenthesis = kind === TokenKind.LeftParen || kind === TokenKind.RightParen;
    if (isParenthesis || kind === TokenKind.Semicolon || atClauseStart(p)) break;
  }
  p.quietToken = p.position;
}
