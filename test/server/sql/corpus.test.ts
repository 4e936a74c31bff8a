import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExpression, parseStatement } from '../../../server/sql/index.ts';
import { type CorpusRow, corpusSkip, readCorpus, VALID_CORPORA } from '../../support/sql-corpus.ts';

function accepts(row: CorpusRow): boolean {
  const parsed = row.kind === 'expression' ? parseExpression(row.sql) : parseStatement(row.sql);
  return parsed.problems.length === 0 && parsed.tokens.problems.length === 0;
}

/** The rows on which we and Trino's own parser disagree. */
function disagreements(name: string): string[] {
  return readCorpus(name)
    .filter(row => accepts(row) !== row.valid)
    .map(row => row.sql);
}

describe("the parser and Trino's own", { skip: corpusSkip() }, () => {
  for (const name of VALID_CORPORA) {
    test(`accept every statement of ${name}`, () => assert.deepEqual(disagreements(name), []));
  }

  test('reject every invalid statement', () => assert.deepEqual(disagreements('parser-invalid'), []));

  test('judge statements with one changed token alike', () => {
    assert.deepEqual(disagreements('mutants'), []);
  });
});
