import type { Expression, Statement, StringLiteral } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { eat, eatKind, endHere, expect, isUndecided, kindAt, note, startHere } from './cursor.ts';
import { parseString } from './literals.ts';
import { parseIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** PREPARE, DEALLOCATE PREPARE, EXECUTE and EXECUTE IMMEDIATE, one of which is next. */
export function parsePrepared(p: Parser, parseStatement: (p: Parser) => Statement): Statement {
  const start = startHere(p);
  const keyword = p.keyword[p.position];
  p.position++;
  if (keyword === K.PREPARE) {
    const name = parseIdentifier(p, 'statement');
    expect(p, K.FROM, 'FROM and a statement');
    const statement = parseStatement(p);
    return { kind: 'Prepare', start, end: endHere(p), name, statement };
  }
  if (keyword === K.DEALLOCATE) {
    expect(p, K.PREPARE, 'PREPARE');
    const name = parseIdentifier(p, 'statement');
    return { kind: 'Deallocate', start, end: endHere(p), name };
  }
  if (isImmediate(p)) {
    p.position++;
    const statement: StringLiteral = parseString(p, 'a statement in a string');
    const using = parseUsing(p);
    return { kind: 'ExecuteImmediate', start, end: endHere(p), statement, using };
  }
  const name = parseIdentifier(p, 'statement');
  const using = parseUsing(p);
  return { kind: 'Execute', start, end: endHere(p), name, using };
}

/** IMMEDIATE is a name too: as a keyword it stands before a string. */
function isImmediate(p: Parser): boolean {
  note(p, K.IMMEDIATE);
  if (p.keyword[p.position] !== K.IMMEDIATE) return false;
  const next = kindAt(p, 1);
  return isUndecided(p) || next === TokenKind.String || next === TokenKind.UnicodeString;
}

function parseUsing(p: Parser): Expression[] {
  const using: Expression[] = [];
  if (!eat(p, K.USING)) return using;
  do {
    using.push(p.rules.expression(p));
  } while (eatKind(p, TokenKind.Comma));
  return using;
}
