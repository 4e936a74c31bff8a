import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getContents } from '../../../catalog/nessie.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { createTableReader, type TableReader } from '../../../client/catalog/reading/reader.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('the reading thread on real servers', () => {
  let bench: Workbench;
  let reader: TableReader;

  before(async () => {
    bench = await openWorkbench('reader');
    await bench.sql(bench.root, 'CREATE TABLE {t} AS SELECT n FROM UNNEST(sequence(1, 10)) AS u(n)');
    reader = createTableReader(bench.endpoints);
  });
  after(async () => {
    reader.dispose();
    await bench[Symbol.asyncDispose]();
  });

  test('answers with plain data, 64-bit integers whole, and with the name and text of an error', async () => {
    const { metadataLocation: location, snapshotId } = await bench.content(bench.root, 't');
    const metadata = await reader.call('head', { location });
    assert.equal(metadata.currentSnapshotId, snapshotId);
    const place = { key: [bench.namespace, 't'], reference: bench.root, canChange: true };
    const view = await reader.call('page', { location, place });
    assert.deepEqual(view.facts[0], ['Rows', '10']);
    await assert.rejects(reader.call('head', { location: `${location}.gone` }), {
      name: 'TableUnreadableError',
      message: /is missing/,
    });
  });

  test('the first rows of a table come as texts, exact and short, and so do names and snapshots', async () => {
    const wide = `SELECT BIGINT '9007199254740993' AS b, CAST(NULL AS double) AS "n""ull", rpad('x', 400, 'x') AS t`;
    await bench.sql(bench.root, `CREATE TABLE {wide} AS ${wide}`);
    const table = [await bench.catalog(bench.root), bench.namespace, 'wide'] as const;
    const { columns, rows } = await reader.call('firstRows', { table, limit: 20 });
    assert.deepEqual(columns, [
      { name: 'b', isNumber: true },
      { name: 'n"ull', isNumber: true },
      { name: 't', isNumber: false },
    ]);
    assert.deepEqual(rows, [['9007199254740993', null, `${'x'.repeat(300)}…`]]);
    assert.ok((await reader.call('names', { sql: 'SHOW CATALOGS' })).includes('tpch'));
    const { metadataLocation: location, snapshotId } = await bench.content(bench.root, 'wide');
    const [newest] = await reader.call('snapshots', { location });
    assert.equal(newest?.snapshotId, snapshotId);
    assert.equal(newest?.isCurrent, true);
  });

  test('a statement that is cancelled ends in Trino too, and the thread goes on', async () => {
    const abort = new AbortController();
    const mark = `reader-${bench.namespace}`;
    const running = reader.call(
      'run',
      { sql: `SELECT count(*) FROM tpch.sf100.lineitem WHERE comment <> '${mark}'`, properties: {} },
      { signal: abort.signal, onProgress: ({ state }) => state === 'RUNNING' && abort.abort() },
    );
    await assert.rejects(running, { name: 'AbortError' });
    const { trino } = bench.endpoints;
    const connection = connectTrino({ uri: trino.uri, user: trino.user });
    await waitUntil('Trino has ended the query', async () => {
      const { rows } = await queryAll(
        connection,
        `SELECT state FROM system.runtime.queries WHERE query LIKE 'SELECT count%${mark}%'`,
      );
      return rows.length === 1 && rows[0]?.[0] === 'FAILED';
    });
    assert.deepEqual(await reader.call('foreign', { path: ['tpch', 'tiny', 'region'] }), [
      { name: 'regionkey', detail: 'bigint' },
      { name: 'name', detail: 'varchar(25)' },
      { name: 'comment', detail: 'varchar(152)' },
    ]);
  });

  test('a table tells how far its pipeline is behind while nobody runs it here', async () => {
    await using ground = await openPlayground('lag', { schema: 'id: long', partitions: 1 });
    await ground.produce(['{"id":1}', '{"id":2}']);
    await ground.run();
    await ground.produce(['{"id":3}']);
    const { items } = await getContents(bench.nessie, { name: 'main' }, { keys: [ground.config.table] });
    const content = items[0]?.content;
    assert.ok(content?.type === 'ICEBERG_TABLE');
    const location = content.metadataLocation;
    const [writer] = await reader.call('writers', { location, security: {} });
    assert.equal(writer?.title, `Pipeline ${ground.config.name}`);
    const [commit, total, partition] = writer.lines;
    assert.match(commit ?? '', /^Commit 1, \d+ s ago, by .+\/\d+$/);
    assert.equal(total, 'Lag 1 record');
    assert.match(
      partition ?? '',
      /^pipeline-test-lag_\w+ \[0\]: in the table up to offset 2 of 3, lag 1, \d+ s behind$/,
    );
    const away = createTableReader({ ...bench.endpoints, kafka: { brokers: ['127.0.0.1:1'] } });
    const [unknown] = await away.call('writers', { location, security: {} });
    assert.match(unknown?.lines[1] ?? '', /^How far it is behind is not known: /);
    assert.match(unknown?.lines[2] ?? '', /in the table up to offset 2$/);
    away.dispose();
  });

  test('what is open when the lakehouse changes is cut off with a text that says so', async () => {
    const other = createTableReader(bench.endpoints);
    const running = other.call('run', { sql: 'SELECT count(*) FROM tpch.sf100.lineitem', properties: {} });
    other.dispose();
    await assert.rejects(running, /cut off/);
    await assert.rejects(other.call('foreign', { path: [] }), /another one now/);
  });
});
