import type { Expression, Identifier, SelectItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { takeStar } from './arguments.ts';
import { eatListComma, isClauseWord } from './clauses.ts';
import { atKind, atName, eat, endHere, fail, kindAt, noteKind } from './cursor.ts';
import { parseIdentifier, parseNameList, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** The select list, one item at least. */
export function parseSelectItems(p: Parser): SelectItem[] {
  const items: SelectItem[] = [];
  do {
    items.push(parseSelectItem(p));
  } while (eatListComma(p));
  return items;
}

/** `expression AS alias`, `*`, or `relation.* AS (a, b)`. */
export function parseSelectItem(p: Parser): SelectItem {
  noteKind(p, TokenKind.Star);
  if (p.kind[p.position] === TokenKind.Star) return takeStar(p, null);
  const expression = p.rules.expression(p);
  if (kindAt(p, 0) === TokenKind.Dot && kindAt(p, 1) === TokenKind.Star) {
    if (!hasFields(expression)) fail(p, 'a table or a row before .*');
    p.position++;
    const star = takeStar(p, expression);
    return eat(p, K.AS) ? { ...star, aliases: parseStarAliases(p), end: endHere(p) } : star;
  }
  const alias = parseAlias(p);
  return { kind: 'SelectExpression', start: expression.start, end: endHere(p), expression, alias };
}

/** `.*` belongs to a value without operators. */
function hasFields(expression: Expression): boolean {
  switch (expression.kind) {
    case 'Binary':
    case 'Unary':
    case 'Not':
    case 'Logical':
    case 'Comparison':
    case 'AtTimeZone':
    case 'Between':
    case 'Like':
      return false;
    default:
      return true;
  }
}

function parseStarAliases(p: Parser): Identifier[] {
  if (atKind(p, TokenKind.LeftParen)) return parseNameList(p, 'alias');
  fail(p, "'(' and aliases");
  return [];
}

/** `AS alias`, `alias`, or nothing. */
export function parseAlias(p: Parser): Identifier | null {
  if (eat(p, K.AS)) return parseIdentifier(p, 'alias');
  return atName(p, 'alias') && !isClauseWord(p) ? takeIdentifier(p) : null;
}
