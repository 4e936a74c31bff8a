import { analyze } from '../../../server/semantics/analyze.ts';
import type { Analysis, Environment } from '../../../server/semantics/model.ts';
import { typeText } from '../../../server/semantics/sql-type.ts';
import { findFunction } from '../../../server/sql/functions.ts';
import { parseStatement } from '../../../server/sql/index.ts';
import { benchmarkCatalogs, fixedCatalogs } from './fixed-catalog.ts';

const catalog = fixedCatalogs(benchmarkCatalogs());

/** TPC-H's tables under short names, TPC-DS's under `tpcds.sf1`. */
export const BENCHMARK_ENVIRONMENT: Environment = {
  catalog,
  session: { catalog: 'tpch', schema: 'tiny' },
  findFunction,
  documentTables: new Map(),
};

export function analyzed(sql: string, environment: Environment = BENCHMARK_ENVIRONMENT): Analysis {
  return analyze(parseStatement(sql).statement, sql, environment);
}

/** Every problem as `code: the text it marks`. */
export function problemsIn(sql: string, environment?: Environment): string[] {
  return analyzed(sql, environment).problems.map(
    ({ code, start, end }) => `${code}: ${sql.slice(start, end)}`,
  );
}

/** The output columns of the outermost query as `name type`. */
export function outputOf(sql: string, environment?: Environment): string[] {
  const queries = [...analyzed(sql, environment).queries.values()];
  const outermost = queries.reduce((a, b) =>
    a.node.end - a.node.start >= b.node.end - b.node.start ? a : b,
  );
  return outermost.columns.map(({ name, type }) => `${name || '_'} ${typeText(type)}`);
}
