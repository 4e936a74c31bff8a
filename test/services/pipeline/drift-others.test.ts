import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import { connectNessie } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { currentSchema } from '../../../catalog/iceberg/metadata.ts';
import { indexFields } from '../../../catalog/iceberg/schema.ts';
import { loadBranch } from '../../../pipeline/iceberg/table-state.ts';
import { readSchemaLog, schemaChangeToText } from '../../../pipeline/schema/schema-log.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { idsIn } from '../../support/pipeline-halts.ts';
import { openPlayground, type Playground, type RunOptions } from '../../support/pipeline-playground.ts';
import { runCommand } from '../../support/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-drift-'));
after(() => rmSync(folder, { recursive: true }));
const client = createS3Client(testEndpoints().objectStore);
after(() => client.destroy());
const catalog = {
  nessie: connectNessie({ uri: testEndpoints().nessie.uri }),
  store: createObjectStore(client),
  warehouse: 's3://warehouse',
};

/** Does something before the table is changed for the first time. */
function beforeFirstEvolution(act: () => Promise<unknown>): NonNullable<RunOptions['hooks']> {
  let isDone = false;
  return {
    beforeEvolution: async () => {
      if (isDone) return;
      isDone = true;
      await act();
    },
  };
}

/** Field ids by path, of the table's present columns. */
async function idsOf(ground: Playground): Promise<Record<string, number>> {
  const { tables } = await loadBranch(catalog, 'main', [ground.config.table]);
  const fields = tables[0] === undefined ? [] : currentSchema(tables[0].metadata).fields;
  return Object.fromEntries([...indexFields(fields)].map(([id, { path: name }]) => [name, id]));
}

describe('a table that records and other people change at the same time', () => {
  test('takes both changes when Trino adds other columns before the evolution is committed', async () => {
    await using ground = await openPlayground('drift_alter', {
      schema: 'id: long',
      settings: 'drift: add',
      partitions: 1,
    });
    await ground.produce(['{"id":1,"tip":1.5,"mine":7}']);
    const hooks = beforeFirstEvolution(async () => {
      await ground.query(`ALTER TABLE ${ground.sqlName} ADD COLUMN theirs varchar`);
      await ground.query(`ALTER TABLE ${ground.sqlName} ADD COLUMN mine varchar`);
    });
    const summary = await ground.run({ hooks });
    // What somebody else made a text is no number any more.
    assert.deepEqual([summary.rows, summary.poisonRecords], [0n, 1n]);
    assert.deepEqual(await idsOf(ground), { id: 1, theirs: 2, mine: 3, tip: 4 });
    assert.match(
      String(await ground.value(`SELECT error FROM ${ground.deadLetters}`)),
      /"mine" expects string, found 7/,
    );
    await ground.produce(['{"id":2,"tip":2.5,"theirs":"x","mine":"y"}']);
    await ground.run();
    assert.deepEqual(await ground.query(`SELECT id, tip, theirs, mine FROM ${ground.sqlName}`), [
      [2n, 2.5, 'x', 'y'],
    ]);
  });

  test('gives a dropped column that comes again a new id, and shows nothing of the old values', async () => {
    await using ground = await openPlayground('drift_again', {
      schema: 'id: long',
      settings: 'drift: add',
      partitions: 1,
    });
    await ground.produce(['{"id":1,"tip":1.5}']);
    await ground.run();
    assert.deepEqual(await idsOf(ground), { id: 1, tip: 2 });
    await ground.query(`ALTER TABLE ${ground.sqlName} DROP COLUMN tip`);
    await ground.produce(['{"id":2,"tip":"much"}', '{"id":3}']);
    await ground.run();
    assert.deepEqual(await idsOf(ground), { id: 1, tip: 3 });
    assert.deepEqual(await ground.query(`SELECT id, tip FROM ${ground.sqlName} ORDER BY id`), [
      [1n, null],
      [2n, 'much'],
      [3n, null],
    ]);
  });

  test('is the same after a process was killed before and after the evolution', async () => {
    await using ground = await openPlayground('drift_killed', {
      schema: 'id: long\nplace: { city: string }',
      settings: 'drift: add\ncommit: { rows: 2 }',
      partitions: 1,
    });
    await ground.produce([
      '{"id":1}',
      '{"id":2}',
      '{"id":3,"place":{"city":"a","zip":1}}',
      '{"id":4,"tip":1}',
      '{"id":5,"tip":2.5}',
    ]);
    const file = path.join(folder, `${ground.table}.pipeline.yaml`);
    writeFileSync(file, ground.yaml);
    const program = path.resolve(import.meta.dirname, '../../support/killed-pipeline.ts');
    for (const moment of ['beforeEvolution', 'afterEvolution', 'beforeCommit', 'afterCommit']) {
      const child = spawn(process.execPath, [program, file, moment, '1'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL', moment);
    }
    await ground.run();
    assert.deepEqual(await ground.query(`SELECT id, place.zip, tip FROM ${ground.sqlName} ORDER BY id`), [
      [1n, null, null],
      [2n, null, null],
      [3n, 1n, null],
      [4n, null, 1],
      [5n, null, 2.5],
    ]);
    const { versions } = await readSchemaLog(catalog, { branch: 'main', table: ground.config.table });
    assert.equal(versions.length, 2);
  });

  test('takes new fields also where rows are routed to it, before it was ever made', async () => {
    await using ground = await openPlayground('drift_route', {
      schema: 'id: long\nzone: string',
      settings: 'drift: add',
      partitions: 1,
    });
    const other = ground.sqlName.replace(/"$/, '_b"');
    const rule = { kind: 'template' as const, parts: ['pipeline_test', `${ground.table}_{zone}`] };
    const route = { rule, otherwise: 'main' as const, maxTables: 4 };
    try {
      await ground.produce([
        '{"id":1,"zone":"b","tip":1}',
        '{"id":2,"zone":null,"top":"x"}',
        '{"id":3,"zone":"b"}',
      ]);
      const summary = await ground.run({ config: { route } });
      assert.equal(summary.rows, 3n);
      assert.deepEqual(await ground.query(`SELECT id, zone, tip FROM ${other} ORDER BY id`), [
        [1n, 'b', 1n],
        [3n, 'b', null],
      ]);
      assert.deepEqual(await ground.query(`SELECT id, zone, top FROM ${ground.sqlName}`), [[2n, null, 'x']]);
    } finally {
      await ground.query(`DROP TABLE IF EXISTS ${other}`);
    }
  });
});

describe('the report of what changed when', () => {
  test('names every change with its time, commit, author and first snapshot, whoever made it', async () => {
    await using ground = await openPlayground('drift_log', {
      schema: 'id: int required',
      settings: 'drift: add',
      partitions: 1,
    });
    await ground.produce(['{"id":1}']);
    await ground.run();
    await ground.produce(['{"id":3000000000,"tip":1.5,"place":{"zip":3000}}', '{}']);
    await ground.run();
    await ground.query(`ALTER TABLE ${ground.sqlName} RENAME COLUMN tip TO bonus`);
    await ground.query(`ALTER TABLE ${ground.sqlName} DROP COLUMN place`);
    const { versions } = await readSchemaLog(catalog, { branch: 'main', table: ground.config.table });
    assert.deepEqual(
      versions.map(({ changes }) => changes.map(schemaChangeToText)),
      [
        ['+ id int required'],
        ['~ id int → long', '~ id optional', '+ tip double', '+ place struct<zip: long>', '+ place.zip long'],
        ['~ tip renamed to bonus'],
        ['- place struct<zip: long>', '- place.zip long'],
      ],
    );
    // Trino signs its commits with the user that its process runs as.
    assert.deepEqual(
      versions.slice(0, 2).map(({ author }) => author),
      ['lakehouse pipeline', `lakehouse pipeline ${ground.table}`],
    );
    assert.doesNotMatch(versions[3]?.author ?? 'pipeline', /pipeline/);
    assert.deepEqual(
      versions.map(({ isCurrent }) => isCurrent),
      [false, false, false, true],
    );
    assert.match(
      versions[1]?.message ?? '',
      /Change columns of pipeline_test\..*: add tip \(double\), add place .*widen id to long, make id optional/,
    );
    assert.ok(versions.slice(0, 2).every(({ firstSnapshotId }) => firstSnapshotId !== undefined));
    const times = versions.map(({ at }) => Date.parse(at));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );

    writeFileSync(path.join(folder, 'log.pipeline.yaml'), ground.yaml);
    const run = (json: boolean) =>
      runCommand(etl, {
        values: json ? { json } : {},
        positionals: ['schema', 'log.pipeline.yaml'],
        cwd: folder,
      });
    const text = await run(false);
    assert.match(
      text.stdout,
      /schema 0 .*made with 1 column:.*schema 1 .*\+ tip double.*schema 3 \(current\)/s,
    );
    const [log] = JSON.parse((await run(true)).stdout) as { versions: unknown[] }[];
    assert.equal(log?.versions.length, 4);
  });
});

test('a pipeline file with a schema goes on with a table that records have changed', async () => {
  await using ground = await openPlayground('drift_file', {
    schema: 'id: int required\nplace: { city: string }\nlist: [{ n: int }]',
    settings: 'drift: add',
    partitions: 1,
  });
  await ground.produce(['{"id":3000000000,"place":{"zip":1},"list":[{"m":1}]}', '{"x":1}']);
  await ground.run();
  await ground.produce(['{"id":2,"place":{"city":"a","zip":2},"list":[{"n":1,"m":2}],"x":2}']);
  assert.equal((await ground.run({ config: { drift: { action: 'ignore', maxColumns: 1 } } })).rows, 1n);
  await ground.produce(['{"id":4,"x":4}']);
  await ground.run();
  assert.deepEqual(
    await ground.query(`SELECT id, place.zip, list[1].m, x FROM ${ground.sqlName} ORDER BY id`),
    [
      [2n, 2n, 2n, null],
      [4n, null, null, 4n],
      [3000000000n, 1n, 1n, null],
      [null, null, null, 1n],
    ],
  );
  assert.deepEqual((await idsIn(ground)).length, 4);
});

test('new cells of CSV become columns of the types that they look like, as where columns are proposed', async () => {
  await using ground = await openPlayground('drift_csv', {
    schema: 'id: long\nzip: string',
    settings: 'drift: add',
    partitions: 1,
  });
  const csv = { columns: [], delimiter: ',', header: true, nullText: '' };
  const source = { topics: [ground.topic], start: 'earliest', format: 'csv', csv } as const;
  await ground.produce([
    'id,zip\n1,01234',
    'id,zip,n,price,on,code,later\n2,8001,3,1.5,2024-02-29,007,\n3,,,2,,x,',
  ]);
  const { rows, poisonRecords } = await ground.run({ config: { source } });
  assert.deepEqual([rows, poisonRecords], [3n, 0n]);
  assert.deepEqual(
    (await ground.query(`DESCRIBE ${ground.sqlName}`)).map(
      ([name, type]) => `${String(name)} ${String(type)}`,
    ),
    ['id bigint', 'zip varchar', 'n bigint', 'price double', 'on date', 'code varchar'],
  );
  assert.deepEqual(
    await ground.query(
      `SELECT id, zip, n, price, CAST("on" AS varchar), code FROM ${ground.sqlName} ORDER BY id`,
    ),
    [
      [1n, '01234', null, null, null, null],
      [2n, '8001', 3n, 1.5, '2024-02-29', '007'],
      [3n, null, null, 2, null, 'x'],
    ],
  );
});
