import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { createSession } from '../../../catalog/trino/client.ts';
import type { Page } from '../../../client/notebook/results/view.ts';
import type { ParameterValue } from '../../../client/notebook/parameters.ts';
import { prepareStatement } from '../../../client/notebook/prepare-statement.ts';
import { createStatementRun, type StatementRun } from '../../../client/notebook/results/statement-run.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino } = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-parameters-'));
const runs: StatementRun[] = [];
after(async () => {
  for (const run of runs) await run.dispose();
  rmSync(folder, { recursive: true });
});

const HOSTILE = [
  "'",
  "''",
  "' OR 1=1 --",
  "x'; DROP TABLE t; --",
  "\\' UNION SELECT 'y' --",
  "*/ 'a /*",
  ':name ? $1 ${x} {{x}}',
  "U&'\\0027'",
  'é😀 \u2019 \uFF07',
  'a\r\nb\n-- c\t\u0000d',
  '',
];

describe('a parameter sent to Trino', () => {
  test('comes back as the text that was typed, whatever it holds', async () => {
    const names = HOSTILE.map((_, i) => `p${i}`);
    const values = new Map(
      HOSTILE.map((text, i): [string, ParameterValue] => [`p${i}`, { type: 'varchar', text }]),
    );
    const columns = names.map(name => `to_hex(to_utf8(:${name}))`).join(', ');
    const { rows, error } = await ask(`SELECT ${columns}`, values);
    assert.equal(error, undefined);
    assert.deepEqual(
      rows[0]?.map(hex => (typeof hex === 'string' ? Buffer.from(hex, 'hex').toString('utf8') : hex)),
      HOSTILE,
    );
  });

  test('of another type is a value of it or refused by Trino, never more of the statement', async () => {
    const good = await ask(
      'SELECT :n + 0',
      new Map([['n', { type: 'bigint', text: '9223372036854775807' }]]),
    );
    assert.equal(good.rows[0]?.[0], '9223372036854775807');
    const nothing = await ask('SELECT :n', new Map([['n', { type: 'bigint', text: null }]]));
    assert.deepEqual(nothing.rows, [[null]]);
    for (const text of ['1 OR 1=1', "1' AS bigint) --", '1); SELECT (2']) {
      const { error } = await ask('SELECT :n', new Map([['n', { type: 'bigint', text }]]));
      assert.equal(error?.name, 'INVALID_CAST_ARGUMENT', text);
    }
  });
});

async function ask(
  statement: string,
  values: ReadonlyMap<string, ParameterValue>,
): Promise<{ rows: Page['rows']; error: { name: string } | undefined }> {
  const run = createStatementRun(
    {
      connection: trino,
      statement: prepareStatement(statement, { cells: [], values }).text,
      session: createSession(),
      rowLimit: 10,
      path: path.join(folder, `${runs.length}.arrow`),
    },
    { onProgress: () => undefined, onFirstRows: () => undefined },
  );
  runs.push(run);
  const { head, error } = await run.fetch(10);
  return { rows: head?.page.rows ?? [], error };
}
