import type { Expression, GroupBy, NamedWindow, Relation, Select, SelectItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { atQueryEnd, isClauseWord } from './clauses.ts';
import {
  at,
  eat,
  eatKind,
  endHere,
  expect,
  fail,
  isUndecided,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { parseGroupBy } from './grouping.ts';
import { startsExpression } from './lookahead.ts';
import { parseIdentifier } from './names.ts';
import { parseRelations } from './relations.ts';
import { parseSelectItems } from './select-items.ts';
import { recoverClause, type Recovery } from './select-recovery.ts';
import type { Parser } from './state.ts';
import { parseWindowSpecification } from './windows.ts';

/** The clauses of SELECT in their order. */
const CLAUSES: readonly number[] = [K.FROM, K.WHERE, K.GROUP, K.HAVING, K.WINDOW];

interface Clauses {
  items: SelectItem[];
  from: Relation[];
  where: Expression | null;
  groupBy: GroupBy | null;
  having: Expression | null;
  windows: NamedWindow[];
}

/** `SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW …`; SELECT is next. */
export function parseSelect(p: Parser): Select {
  const start = startHere(p);
  p.position++;
  const quantifier = parseQuantifier(p);
  const clauses = noClauses();
  clauses.items = parseSelectItems(p);
  parseClauses(p, clauses);
  return selectOf(start, endHere(p), quantifier, clauses);
}

/** A query that begins with FROM or WHERE: the select list is reported as missing and the rest is read. */
export function selectWithoutSelect(p: Parser): Select {
  const start = startHere(p);
  fail(p, 'SELECT');
  const clauses = noClauses();
  parseClauses(p, clauses);
  return selectOf(start, endHere(p), null, clauses);
}

function selectOf(start: number, end: number, quantifier: Select['quantifier'], clauses: Clauses): Select {
  const { items, from, where, groupBy, having, windows } = clauses;
  return { kind: 'Select', start, end, quantifier, items, from, where, groupBy, having, windows };
}

function noClauses(): Clauses {
  return { items: [], from: [], where: null, groupBy: null, having: null, windows: [] };
}

/** ALL is a name too: as a quantifier it stands before a select item. */
function parseQuantifier(p: Parser): Select['quantifier'] {
  if (eat(p, K.DISTINCT)) return 'DISTINCT';
  if (!at(p, K.ALL)) return null;
  const isStar = kindAt(p, 1) === TokenKind.Star && !startsExpression(p, 2);
  if (!isUndecided(p) && !isStar && !startsExpression(p, 1)) return null;
  p.position++;
  return 'ALL';
}

function parseClauses(p: Parser, clauses: Clauses): void {
  let rank = -1;
  for (;;) {
    if (p.position === p.caret) noteAll(p, CLAUSES.slice(rank + 1));
    const keyword = p.keyword[p.position] ?? 0;
    const clause = keyword === K.WINDOW && !isClauseWord(p) ? -1 : CLAUSES.indexOf(keyword);
    if (clause >= 0) {
      if (clause <= rank && !acceptMisplaced(p, clauses, clause)) return;
      rank = Math.max(rank, clause);
      parseClause(p, clauses, keyword);
      continue;
    }
    if (atQueryEnd(p)) return;
    const recovery: Recovery = { rank, items: clauses.items, from: clauses.from };
    const before = p.position;
    const found = recoverClause(p, recovery);
    if (found === 'stop') return;
    if (found === 'from') rank = Math.max(rank, 0);
    else if (found !== 'again') addCondition(p, clauses, rank, found);
    if (p.position === before) p.position++;
  }
}

/** A clause that comes twice or too late is reported; one that comes twice ends the query inside parentheses. */
function acceptMisplaced(p: Parser, clauses: Clauses, clause: number): boolean {
  const isTwice = [
    clauses.from.length > 0,
    clauses.where !== null,
    clauses.groupBy !== null,
    clauses.having !== null,
  ][clause];
  fail(p, CLAUSES_AFTER);
  return isTwice !== true || !p.isInRelation;
}

const CLAUSES_AFTER = 'the clauses in the order FROM, WHERE, GROUP BY, HAVING, WINDOW';

function parseClause(p: Parser, clauses: Clauses, keyword: number): void {
  if (keyword === K.GROUP) {
    clauses.groupBy = parseGroupBy(p);
    return;
  }
  p.position++;
  if (keyword === K.FROM) clauses.from = clauses.from.concat(parseRelations(p));
  else if (keyword === K.WHERE) clauses.where = p.rules.expression(p);
  else if (keyword === K.HAVING) clauses.having = p.rules.expression(p);
  else clauses.windows = parseWindows(p);
}

/** A condition that follows another one without AND is kept as if AND stood there. */
function addCondition(p: Parser, clauses: Clauses, rank: number, condition: Expression): void {
  const existing = rank === 1 ? clauses.where : clauses.having;
  if (existing === null) return;
  const operands =
    existing.kind === 'Logical' && existing.operator === 'AND'
      ? [...existing.operands, condition]
      : [existing, condition];
  const both = {
    kind: 'Logical',
    start: existing.start,
    end: endHere(p),
    operator: 'AND',
    operands,
  } as const;
  if (rank === 1) clauses.where = both;
  else clauses.having = both;
}

function parseWindows(p: Parser): NamedWindow[] {
  const windows: NamedWindow[] = [];
  do {
    const name = parseIdentifier(p, 'window');
    expect(p, K.AS, 'AS and a window');
    const specification = parseWindowSpecification(p);
    windows.push({ kind: 'NamedWindow', start: name.start, end: endHere(p), name, specification });
  } while (eatKind(p, TokenKind.Comma));
  return windows;
}
