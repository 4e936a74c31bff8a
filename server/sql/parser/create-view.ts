import type { CreateMaterializedView, CreateView, IntervalLiteral, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { at, eat, endHere, expect, fail } from './cursor.ts';
import { parseInterval } from './literals.ts';
import { parseQualifiedName } from './names.ts';
import { parseInnerQuery } from './query-statement.ts';
import type { Parser } from './state.ts';
import { eatIfNotExists, parseCommentClause, parseWithProperties } from './statement-parts.ts';

/** `CREATE VIEW …`; VIEW is next. */
export function parseCreateView(p: Parser, start: number, orReplace: boolean): Statement {
  p.position++;
  const name = parseQualifiedName(p, 'view');
  const comment = parseCommentClause(p);
  const security = parseSecurity(p);
  const properties = parseWithProperties(p);
  expect(p, K.AS, 'AS and a query');
  const query = parseInnerQuery(p);
  return {
    kind: 'CreateView',
    start,
    end: endHere(p),
    orReplace,
    name,
    comment,
    security,
    properties,
    query,
  };
}

function parseSecurity(p: Parser): CreateView['security'] {
  if (!eat(p, K.SECURITY)) return null;
  if (eat(p, K.INVOKER)) return 'INVOKER';
  expect(p, K.DEFINER, 'DEFINER or INVOKER');
  return 'DEFINER';
}

/** `CREATE MATERIALIZED VIEW …`; MATERIALIZED is next. */
export function parseCreateMaterializedView(p: Parser, start: number, orReplace: boolean): Statement {
  p.position++;
  expect(p, K.VIEW, 'VIEW');
  const ifNotExists = eatIfNotExists(p);
  const name = parseQualifiedName(p, 'view');
  const gracePeriod = eat(p, K.GRACE) ? parseGracePeriod(p) : null;
  const whenStale = eat(p, K.WHEN) ? parseWhenStale(p) : null;
  const comment = parseCommentClause(p);
  const properties = parseWithProperties(p);
  expect(p, K.AS, 'AS and a query');
  const query = parseInnerQuery(p);
  const head = {
    kind: 'CreateMaterializedView',
    start,
    end: endHere(p),
    orReplace,
    ifNotExists,
    name,
  } as const;
  return { ...head, gracePeriod, whenStale, comment, properties, query };
}

function parseGracePeriod(p: Parser): IntervalLiteral | null {
  expect(p, K.PERIOD, 'PERIOD');
  if (!at(p, K.INTERVAL)) {
    fail(p, "an interval, such as INTERVAL '1' HOUR");
    return null;
  }
  const interval = parseInterval(p);
  return interval.kind === 'IntervalLiteral' ? interval : null;
}

function parseWhenStale(p: Parser): CreateMaterializedView['whenStale'] {
  expect(p, K.STALE, 'STALE');
  if (eat(p, K.FAIL)) return 'FAIL';
  expect(p, K.INLINE, 'FAIL or INLINE');
  return 'INLINE';
}
