import { analyzed, problemsIn } from '../../server/support/analyzed.ts';
import { readGoldenCases } from '../../server/support/golden-cases.ts';
import { checkGoldenCase } from '../../server/support/golden-check.ts';
import path from 'node:path';

/** A name that one query of the corpus kept from its template, `… / p_`: Trino refuses it too. */
const PLACEHOLDER = 'unknown-column: p_';

/** Errors reported in queries that are right. */
export function countFalseErrors(queries: readonly string[]): number {
  return queries.flatMap(sql => problemsIn(sql)).filter(problem => problem !== PLACEHOLDER).length;
}

/** Makes every column of every query wrong, one at a time, up to a limit for each query; answers the share that is found. */
export function findSeeded(queries: readonly string[], perQuery = 25): { seeded: number; found: number } {
  let seeded = 0;
  let found = 0;
  for (const sql of queries) {
    const columns = analyzed(sql).references.filter(
      item => item.symbol.kind === 'column' && !item.isDeclaration,
    );
    const step = Math.max(1, Math.floor(columns.length / perQuery));
    for (let i = 0; i < columns.length; i += step) {
      const { span } = columns[i] ?? {};
      if (span === undefined) continue;
      const broken = `${sql.slice(0, span.start)}no_such_column${sql.slice(span.end)}`;
      seeded++;
      if (problemsIn(broken).includes('unknown-column: no_such_column')) found++;
    }
  }
  return { seeded, found };
}

export function checkGolden(): { passed: number; total: number } {
  const cases = readGoldenCases(path.resolve(import.meta.dirname, '../../golden/completion'));
  return { passed: cases.filter(item => checkGoldenCase(item).length === 0).length, total: cases.length };
}
