import type { Assignment, Expression, Identifier, MergeCase, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, atName, eat, endHere, expect, expectKind, fail, startHere } from './cursor.ts';
import { parseAssignments, parseTarget } from './dml.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseIdentifier, parseNameList, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** `MERGE INTO t AS a USING source ON condition WHEN …`; MERGE is next. */
export function parseMerge(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.INTO, 'INTO');
  const target = parseTarget(p);
  const alias = parseTargetAlias(p);
  expect(p, K.USING, 'USING');
  const source = p.rules.relation(p);
  expect(p, K.ON, 'ON');
  const on = p.rules.expression(p);
  const cases: MergeCase[] = [];
  while (at(p, K.WHEN)) cases.push(parseCase(p));
  if (cases.length === 0) fail(p, 'WHEN MATCHED or WHEN NOT MATCHED');
  return { kind: 'Merge', start, end: endHere(p), target, alias, source, on, cases };
}

function parseTargetAlias(p: Parser): Identifier | null {
  if (eat(p, K.AS)) return parseIdentifier(p, 'alias');
  return atName(p, 'alias') ? takeIdentifier(p) : null;
}

interface Action {
  readonly action: MergeCase['action'];
  readonly assignments: readonly Assignment[];
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}

function parseCase(p: Parser): MergeCase {
  const start = startHere(p);
  p.position++;
  const isMatched = !eat(p, K.NOT);
  expect(p, K.MATCHED, isMatched ? 'MATCHED or NOT MATCHED' : 'MATCHED');
  const condition = eat(p, K.AND) ? p.rules.expression(p) : null;
  expect(p, K.THEN, 'THEN');
  const action = parseAction(p, isMatched);
  return { kind: 'MergeCase', start, end: endHere(p), isMatched, condition, ...action };
}

function parseAction(p: Parser, isMatched: boolean): Action {
  const nothing: Action = { action: null, assignments: [], columns: [], values: [] };
  if (isMatched) {
    if (eat(p, K.DELETE)) return { ...nothing, action: 'DELETE' };
    if (eat(p, K.UPDATE)) {
      expect(p, K.SET, 'SET');
      return { ...nothing, action: 'UPDATE', assignments: parseAssignments(p) };
    }
    fail(p, 'UPDATE or DELETE');
  } else if (expect(p, K.INSERT, 'INSERT')) return parseInsertAction(p);
  // The other branch's action is read as well, so that what follows it is understood.
  if (p.position === p.caret) return nothing;
  if (p.keyword[p.position] === K.INSERT) {
    p.position++;
    return parseInsertAction(p);
  }
  return p.keyword[p.position] === K.UPDATE || p.keyword[p.position] === K.DELETE
    ? parseAction(p, true)
    : nothing;
}

function parseInsertAction(p: Parser): Action {
  const columns = atKind(p, TokenKind.LeftParen) ? parseNameList(p, 'column') : [];
  const values: Expression[] = [];
  expect(p, K.VALUES, 'VALUES');
  if (expectKind(p, TokenKind.LeftParen, "'(' and values")) {
    do {
      values.push(p.rules.expression(p));
    } while (continuesList(p));
    closeParen(p);
  }
  return { action: 'INSERT', assignments: [], columns, values };
}
