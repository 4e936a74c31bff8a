import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listHistory, connectNessie } from '../../../catalog/nessie.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';
import { parsePipelineConfig, type PipelineConfig } from '../../../pipeline/config.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';

const endpoints = testEndpoints();

/** The playground's pipeline with a route, and its further tables, which are gone when the test ends. */
function routed(ground: Playground, route: string, suffixes: readonly string[]) {
  const config = parsePipelineConfig(
    `${ground.yaml}\n${route.replaceAll('T', `${NAMESPACE}.${ground.table}`)}`,
    'routed',
  );
  const sqlName = (suffix: string): string =>
    quoteName([endpoints.trino.catalog, NAMESPACE, `${ground.table}${suffix}`]);
  const ids = async (suffix: string): Promise<unknown[]> =>
    (await ground.query(`SELECT id FROM ${sqlName(suffix)} ORDER BY id`)).map(row => Number(row[0]));
  return {
    config,
    sqlName,
    ids,
    [Symbol.asyncDispose]: async () => {
      for (const suffix of suffixes) await ground.query(`DROP TABLE IF EXISTS ${sqlName(suffix)}`);
    },
  };
}

/** The message of the pipeline's newest commit. */
async function lastMessage({ branch, name }: PipelineConfig): Promise<string> {
  const nessie = connectNessie({ uri: endpoints.nessie.uri });
  for await (const { commit } of listHistory(nessie, { name: branch }))
    if (commit.message.startsWith(`${name}: `)) return commit.message;
  throw new Error(`${name} has committed nothing to ${branch}.`);
}

describe('one topic for several tables', () => {
  test('by a template: tables are made when rows come for them, all in one commit', async () => {
    await using ground = await openPlayground('route_template', { schema: 'id: long\nzone: string' });
    await using route = routed(ground, 'route: T_{zone}', ['_a', '_b_c']);
    await ground.produce([
      '{"id":1,"zone":"A"}',
      '{"id":2,"zone":"b c"}',
      '{"id":3}',
      'no json',
      '[{"id":4,"zone":"a"},{"id":5,"zone":"B C"}]',
    ]);
    const { rows, poisonRecords, commits } = await ground.run({ config: route.config });
    assert.deepEqual([rows, poisonRecords, commits], [5n, 1n, 1]);
    assert.deepEqual(
      [await route.ids('_a'), await route.ids('_b_c'), await route.ids('')],
      [[1, 4], [2, 5], [3]],
    );
    assert.match(await lastMessage(route.config), /append 5 rows to 4 tables/);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 1n);

    await ground.produce(['{"id":6,"zone":"a"}']);
    const again = await ground.run({ config: route.config });
    assert.equal(again.rows, 1n);
    assert.deepEqual([await route.ids('_a'), await route.ids('')], [[1, 4, 6], [3]]);
  });

  test('by a field: every table has its own columns and partitions', async () => {
    await using ground = await openPlayground('route_field', { schema: 'id: long' });
    await using route = routed(
      ground,
      `route:
  field: type
  otherwise: deadLetter
  tables:
    order: { table: T_orders, schema: { id: long required, "total sum": "decimal(9,2)", at: timestamptz }, partitioning: [day(at)] }
    refund: T_refunds
    7: T`,
      ['_orders', '_refunds'],
    );
    await ground.produce([
      '{"type":"order","id":1,"total sum":12.5,"at":"2024-01-01T00:00:00Z"}',
      '{"type":"order","id":2,"total sum":13,"at":"2024-01-02T00:00:00Z"}',
      '{"type":"refund","id":3}',
      '{"type":7,"id":4}',
      '{"type":"else","id":5}',
      '{"type":"order","total sum":1}',
    ]);
    const { rows, poisonRecords } = await ground.run({ config: route.config });
    assert.deepEqual([rows, poisonRecords], [4n, 2n]);
    assert.deepEqual(
      await ground.query(`SELECT id, "total sum" FROM ${route.sqlName('_orders')} ORDER BY id`),
      [
        [1n, '12.50'],
        [2n, '13.00'],
      ],
    );
    assert.equal(
      await ground.value(`SELECT count(*) FROM ${route.sqlName('_orders').replace(/"$/, '$partitions"')}`),
      2n,
    );
    assert.deepEqual([await route.ids('_refunds'), await route.ids('')], [[3], [4]]);
    assert.deepEqual(
      (await ground.query(`SELECT error FROM ${ground.deadLetters} ORDER BY "offset"`))
        .map(([error]) => error)
        .sort(),
      ['"id" is required but missing', 'no table for it: "type" is "else"'],
    );
  });

  test('halts at the start where a table does not fit, before anything is read', async () => {
    await using ground = await openPlayground('route_misfit', { schema: 'id: long' });
    await using route = routed(
      ground,
      'route: { field: type, tables: { order: { table: T_orders, schema: { id: long, total: double } } } }',
      ['_orders'],
    );
    await ground.query(`CREATE TABLE ${route.sqlName('_orders')} (id BIGINT, total VARCHAR)`);
    await ground.produce(['{"type":"order","id":1,"total":1}']);
    await assert.rejects(ground.run({ config: route.config }), (error: unknown) => {
      assert.ok(error instanceof PipelineHalt);
      assert.match(
        error.message,
        /_orders does not fit the pipeline file: column "total" is double in the pipeline file, string/,
      );
      return true;
    });
    assert.deepEqual(await route.ids('_orders'), []);
  });

  test('goes on exactly once where it was stopped between upload and commit', async () => {
    await using ground = await openPlayground('route_again', {
      schema: 'id: long\nzone: string',
      settings: 'commit: { rows: 100 }',
    });
    await using route = routed(ground, 'route: T_{zone}', ['_0', '_1', '_2']);
    await ground.produce(Array.from({ length: 900 }, (_, id) => `{"id":${id},"zone":"${id % 3}"}`));
    let units = 0;
    const stopped = ground.run({
      config: route.config,
      hooks: {
        beforeCommit: () => {
          if (++units === 3) throw new Error('stopped by the test');
        },
      },
    });
    await assert.rejects(stopped, /stopped by the test/);
    await ground.run({ config: route.config });
    for (const zone of [0, 1, 2])
      assert.deepEqual(
        await route.ids(`_${zone}`),
        Array.from({ length: 300 }, (_, i) => i * 3 + zone),
      );
  });

  test('puts the small files of every table that it writes together', async () => {
    await using ground = await openPlayground('route_tidy', {
      schema: 'id: long\nzone: string',
      settings: 'commit: { interval: 100ms }',
    });
    await using route = routed(ground, 'route: T_{zone}', ['_0', '_1']);
    const told: string[] = [];
    const maintenance = { compactEveryMs: 300, expireAfterMs: undefined, retainLast: 100 };
    const pipeline = ground.start({
      config: { ...route.config, maintenance },
      onReport: report => {
        if (report.kind === 'notice') told.push(report.text);
      },
    });
    try {
      for (let round = 0; round < 8; round++) {
        await ground.produce([0, 1].map(zone => `{"id":${round * 2 + zone},"zone":"${zone}"}`));
        const rows = BigInt(round * 2 + 2);
        await waitUntil('the round is committed', () => pipeline.metrics().rowsCommitted === rows);
      }
      const isDone = (suffix: string): boolean =>
        told.some(text => text.includes(`${ground.table}${suffix}: Put `));
      await waitUntil('both tables are compacted', () => isDone('_0') && isDone('_1'));
    } finally {
      pipeline.stop();
      await pipeline.finished;
    }
    assert.deepEqual(await route.ids('_0'), [0, 2, 4, 6, 8, 10, 12, 14]);
    assert.deepEqual(await route.ids('_1'), [1, 3, 5, 7, 9, 11, 13, 15]);
  });
});
