import type { Statement } from '../sql/index.ts';
import { createAnalyzer } from './analyzer.ts';
import { analyzeExpression } from './expressions.ts';
import type { Analysis, Environment, ScopedSpan } from './model.ts';
import { analyzeQuery } from './queries.ts';
import { analyzeRelation } from './relations.ts';
import { analyzeStatement } from './statements.ts';

const RULES = { expression: analyzeExpression, query: analyzeQuery, relation: analyzeRelation };

/**
 * Finds out what every name of a statement means, what type its expressions have, and what cannot be right. Never waits
 * and never throws: what is not known yet is taken as right.
 * @param text the statement's own text
 */
export function analyze(statement: Statement, text: string, environment: Environment): Analysis {
  const a = createAnalyzer(text, environment, RULES);
  analyzeStatement(a, statement);
  a.references.sort((x, y) => x.span.start - y.span.start);
  return a;
}

/** The innermost scope around an offset, and the clause it belongs to. */
export function scopeAt(analysis: Analysis, offset: number): ScopedSpan | undefined {
  let best: ScopedSpan | undefined;
  for (const scoped of analysis.scopes) {
    const { start, end } = scoped.span;
    if (offset < start || offset > end) continue;
    if (best === undefined || end - start <= best.span.end - best.span.start) best = scoped;
  }
  return best;
}
