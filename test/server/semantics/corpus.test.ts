import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzed, problemsIn } from '../support/analyzed.ts';
import { corpusStatements } from '../support/corpus.ts';

const queries = [...(corpusStatements('tpch') ?? []), ...(corpusStatements('tpcds') ?? [])];
const skip = queries.length === 0 ? 'the Trino corpus is not beside the project' : false;

/** One query of the corpus kept a placeholder, `… / p_`, which names a column that is not there. */
const PLACEHOLDER = 'unknown-column: p_';

test('no error is reported in the queries of TPC-H and TPC-DS', { skip }, () => {
  for (const { sql } of queries) {
    const found = problemsIn(sql).filter(problem => problem !== PLACEHOLDER);
    assert.deepEqual(found, [], sql);
  }
});

test('a misspelt column is found wherever it stands', { skip }, () => {
  let seeded = 0;
  let found = 0;
  for (const { sql } of queries) {
    const columns = analyzed(sql).references.filter(
      ({ symbol, isDeclaration }) => symbol.kind === 'column' && !isDeclaration,
    );
    const { span } = columns[Math.floor(columns.length / 2)] ?? {};
    if (span === undefined) continue;
    const broken = `${sql.slice(0, span.start)}no_such_column${sql.slice(span.end)}`;
    seeded++;
    if (problemsIn(broken).includes('unknown-column: no_such_column')) found++;
  }
  assert.ok(found >= 0.98 * seeded, `${found} of ${seeded}`);
});
