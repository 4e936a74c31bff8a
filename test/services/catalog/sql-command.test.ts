import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  commit,
  connectNessie,
  createReference,
  deleteReference,
  getConfig,
  getReference,
  listEntries,
} from '../../../catalog/nessie.ts';
import { catalogName, type CatalogTarget } from '../../../catalog/trino/catalogs.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { quoteIdentifier, quoteString } from '../../../catalog/trino/quote.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const endpoints = testEndpoints();
const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
const ROOT = path.resolve(import.meta.dirname, '../../..');
const DEADLINE_MS = 90_000;

function start(...args: readonly string[]) {
  const env = { ...process.env, LAKEHOUSE_ENDPOINTS: process.env['LAKEHOUSE_TEST_ENDPOINTS'], TZ: 'UTC' };
  return spawn(process.execPath, [path.join(ROOT, 'bin/lakehouse.ts'), 'sql', ...args], {
    env,
    stdio: 'pipe',
  });
}

async function run(
  args: readonly string[],
  input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...args);
  child.stdin.end(input);
  const [stdout, stderr, exit] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: (exit as [number])[0], stdout, stderr };
}

describe('lakehouse sql, really', () => {
  test('prints exact values in every format', async () => {
    const sql =
      "SELECT BIGINT '9007199254740993' AS b, DECIMAL '0.10' AS d, CAST(NULL AS varchar) AS n, TIMESTAMP '2024-01-01 00:00:00.123456' AS t";
    assert.deepEqual(await run(['-o', 'csv', sql]), {
      code: 0,
      stdout: 'b,d,n,t\r\n9007199254740993,0.10,,2024-01-01 00:00:00.123456\r\n',
      stderr: '',
    });
    assert.equal(
      (await run(['-o', 'ndjson'], sql)).stdout,
      '{"b":9007199254740993,"d":"0.10","n":null,"t":"2024-01-01 00:00:00.123456"}\n',
    );
    assert.match(
      (await run([sql])).stdout,
      /9007199254740993 │ 0\.10 │ NULL │ 2024-01-01 00:00:00\.123456\n\(1 row\)\n$/,
    );
  });

  test('runs a script in one session and stops at the first error, with its place', async () => {
    const result = await run(
      ['-f', '-', '-o', 'csv'],
      'USE tpch.tiny;\nSELECT count(*) AS c FROM nation;\n\nSELECT nope;\nSELECT 7',
    );
    assert.equal(result.code, 1);
    assert.equal(result.stdout, 'c\r\n25\r\n');
    assert.match(
      result.stderr,
      /^USE\n.*stdin:4:8: COLUMN_NOT_FOUND: .*nope.*\n {2}SELECT nope;\n {9}\^\n$/s,
    );
    assert.equal((await run(['-o', 'yaml', 'SELECT 1'])).code, 2);
  });

  test('reads and writes a branch that nobody has made a catalog for', async () => {
    const nessie = connectNessie({ uri: endpoints.nessie.uri });
    const { defaultBranch } = await getConfig(nessie);
    const branch = `catalog-sql-${randomUUID().slice(0, 8)}`;
    await createReference(nessie, {
      type: 'BRANCH',
      name: branch,
      from: await getReference(nessie, defaultBranch),
    });
    const schema = branch.replaceAll('-', '_');
    const script = `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.t AS SELECT 1 AS x; SELECT x FROM ${schema}.t`;
    const result = await run(['--ref', branch, '-o', 'csv', script]);
    assert.deepEqual([result.code, result.stdout], [0, 'x\r\n1\r\n'], result.stderr);
    assert.equal((await run([`SELECT x FROM ${schema}.t`])).code, 1);
    const head = await getReference(nessie, branch);
    const atCommit = await run(['--ref', `@${head.hash}`, '-o', 'csv', `SELECT x FROM ${schema}.t`]);
    assert.equal(atCommit.stdout, 'x\r\n1\r\n');
    const keys: (readonly string[])[] = [];
    for await (const entry of listEntries(nessie, head, { prefix: [schema] })) keys.push(entry.key);
    const { branch: emptied } = await commit(nessie, {
      branch,
      expectedHash: head.hash,
      message: 'clean up',
      operations: keys.map(key => ({ type: 'DELETE', key })),
    });
    await deleteReference(nessie, { reference: emptied });
    await dropCatalogsOf(branch, head.hash);
    const gone = await run(['--ref', branch, 'SELECT 1']);
    assert.deepEqual([gone.code, gone.stdout], [1, '']);
    assert.match(gone.stderr, new RegExp(`There is no branch or tag ${branch}`));
  });

  test('Ctrl+C ends the query in Trino', async () => {
    const marker = `marker ${randomUUID()}`;
    const child = start(
      `SELECT ${quoteString(marker)}, count(*) FROM tpch.sf100.lineitem a JOIN tpch.sf100.lineitem b ON a.comment = b.comment`,
    );
    child.stdin.end();
    await stateOf(marker, state => state === 'RUNNING');
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 130);
    const query = await stateOf(marker, state => state === 'FAILED');
    assert.equal(query?.[1], 'USER_CANCELED');
  });

  test('a reader that goes away ends the query in Trino', async () => {
    const marker = `marker ${randomUUID()}`;
    const child = start('-o', 'csv', `SELECT ${quoteString(marker)}, * FROM tpch.sf100.lineitem`);
    child.stdin.end();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child, 'exit');
    const query = await stateOf(marker, state => state !== 'RUNNING' && state !== 'FINISHING');
    assert.equal(query?.[1], 'USER_CANCELED');
  });
});

/** State and error of the one query whose text holds the marker, as soon as its state is the wanted one. */
async function stateOf(marker: string, isWanted: (state: string) => boolean) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const { rows } = await queryAll(
      trino,
      `SELECT state, error_code FROM system.runtime.queries WHERE query LIKE ${quoteString(`SELECT '${marker}'%`)}`,
    );
    if (rows[0] !== undefined && isWanted(rows[0][0] as string)) return rows[0];
    assert.ok(Date.now() < deadline, `the query is still ${JSON.stringify(rows)}`);
    await delay(100);
  }
}

async function dropCatalogsOf(branch: string, hash: string): Promise<void> {
  const host = { staticCatalog: endpoints.trino.catalog, defaultBranch: 'main' };
  const targets: readonly CatalogTarget[] = [
    { kind: 'reference', name: branch },
    { kind: 'commit', hash },
  ];
  for (const target of targets)
    await queryAll(trino, `DROP CATALOG IF EXISTS ${quoteIdentifier(catalogName(host, target))}`);
}
