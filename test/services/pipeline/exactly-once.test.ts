import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { compareChecksums } from '../../../bin/checksum/checksum.ts';
import { checksumTable } from '../../../bin/checksum/table-checksum.ts';
import { checksumTopic } from '../../../bin/checksum/topic-checksum.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import type { RunningPipeline } from '../../../pipeline/pipeline.ts';
import { takeRows } from '../../../pipeline/produce/rows.ts';
import { generateTaxiTrips, TAXI_SCHEMA } from '../../../pipeline/produce/taxi.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-pipeline-'));
after(() => rmSync(folder, { recursive: true }));

const SCHEMA = Object.entries(TAXI_SCHEMA)
  .map(([name, type]) => `${name}: ${type}`)
  .join('\n');
const ROWS = 20_000;

async function openTrips(name: string, rows = ROWS): Promise<Playground> {
  const ground = await openPlayground(name, {
    schema: SCHEMA,
    settings: 'commit: { interval: 1h, rows: 4000 }',
  });
  for await (const batch of takeRows(() => generateTaxiTrips(3), { limit: rows })) {
    await ground.produce(batch.map(row => JSON.stringify(row)));
  }
  return ground;
}

/** Runs the pipeline in a process of its own that kills itself; answers the signal that ended it. */
async function runKilled(ground: Playground, moment: string, count: number): Promise<string | null> {
  const file = path.join(folder, `${ground.table}.pipeline.yaml`);
  writeFileSync(file, ground.yaml);
  const program = path.resolve(import.meta.dirname, '../../support/killed-pipeline.ts');
  const child = spawn(process.execPath, [program, file, moment, String(count)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === null) assert.equal(code, 0);
  return signal;
}

/** What differs between a playground's topic and its table, column by column. */
async function differences(ground: Playground): Promise<string[]> {
  const { kafka, trino, topic } = ground;
  const { catalog } = testEndpoints().trino;
  const table = [NAMESPACE, ground.table];
  const [fromTopic, fromTable] = await Promise.all([
    checksumTopic({ kafka, topic, schema: TAXI_SCHEMA }),
    checksumTable({ trino, catalog, table, schema: TAXI_SCHEMA }),
  ]);
  return compareChecksums(fromTopic, fromTable);
}

describe('a pipeline that is killed', () => {
  for (const moment of ['beforeCommit', 'afterCommit']) {
    test(`${moment === 'beforeCommit' ? 'between upload and commit' : 'right after a commit'} goes on exactly where the table stands`, async () => {
      await using ground = await openTrips(moment === 'beforeCommit' ? 'killed_before' : 'killed_after');
      assert.equal(await runKilled(ground, moment, 2), 'SIGKILL');
      assert.equal(await runKilled(ground, moment, 1), 'SIGKILL');
      await ground.run();
      assert.deepEqual(await differences(ground), []);
    });
  }
});

describe('a pipeline beside other writers', () => {
  test('loses and doubles nothing while Trino inserts into, optimizes and deletes from the same table', async () => {
    await using ground = await openTrips('beside_trino', 40_000);
    await ground.run({ config: { commit: { intervalMs: 1000, rows: 1, bytes: 1 } } });
    await ground.produce(['{"VendorID":9}']);
    let isRunning = true;
    let inserted = 0;
    let optimized = 0;
    // Trino itself gives up after a few conflicts; then it has changed nothing.
    const attempt = (sql: string): Promise<number> =>
      ground.query(sql).then(
        () => 1,
        (error: unknown) => {
          assert.match(String(error), /Failed to commit/);
          return 0;
        },
      );
    const others = (async () => {
      while (isRunning) {
        inserted += await attempt(`INSERT INTO ${ground.sqlName} (vendorid) VALUES (-1)`);
        optimized += await attempt(`ALTER TABLE ${ground.sqlName} EXECUTE optimize`);
      }
    })();
    for (let round = 0; round < 6; round++) {
      await ground.produce(Array.from({ length: 500 }, (_, i) => `{"VendorID":${100 + (i % 3)}}`));
      await ground.run();
    }
    isRunning = false;
    await others;
    assert.ok(inserted > 0 && optimized > 0, `${inserted} rows inserted, ${optimized} times optimized`);
    assert.equal(
      await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE vendorid = -1`),
      BigInt(inserted),
    );
    await ground.query(`DELETE FROM ${ground.sqlName} WHERE vendorid = -1`);
    assert.deepEqual(await differences(ground), []);
    const own = await ground.query(
      `SELECT count(*), count(DISTINCT parent_id) FROM ${ground.sqlName.replace(/"$/, '$snapshots"')}`,
    );
    // Native writing keeps the whole history: every snapshot but the first has a parent of its own.
    assert.equal(own[0]?.[0], (own[0]?.[1] as bigint) + 1n);
  });

  test('several runs of one pipeline that come and go take every record once', async () => {
    await using ground = await openPlayground('churn', {
      schema: 'id: long',
      settings: 'commit: { interval: 100ms }',
      partitions: 3,
    });
    const runs: RunningPipeline[] = [];
    const halted: string[] = [];
    const begin = (): void => {
      const run = ground.start();
      run.finished.catch((error: unknown) => {
        assert.ok(error instanceof PipelineHalt, String(error));
        halted.push(error.code);
      });
      runs.push(run);
    };
    await ground.run();
    begin();
    let next = 0;
    for (let round = 0; round < 6; round++) {
      begin();
      for (let part = 0; part < 5; part++) {
        await ground.produce(Array.from({ length: 40 }, () => `{"id":${next++}}`));
      }
      const before = next - 200;
      await waitUntil('somebody commits', async () => {
        const count = await ground.value(`SELECT count(*) FROM ${ground.sqlName}`);
        return Number(count) >= before;
      });
      runs.splice(0, 1)[0]?.stop();
    }
    for (const run of runs) run.stop();
    await Promise.allSettled(runs.map(run => run.finished));
    await ground.run();
    const [row] = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
    assert.deepEqual(row, [BigInt(next), BigInt(next)]);
    assert.ok(
      halted.every(code => code === 'another-writer'),
      halted.join(),
    );
  });

  test('the loser of two runs of the same pipeline drops its unit and takes nothing twice', async () => {
    await using ground = await openTrips('two_runs');
    const notices: string[] = [];
    const onReport = (report: { kind: string; text?: string }): void => {
      if (report.kind === 'notice') notices.push(report.text ?? '');
    };
    // Both have read the same records and stand before their first commit when the other one goes ahead.
    const both = Promise.withResolvers<void>();
    let waiting = 0;
    const beforeCommit = async (): Promise<void> => {
      if (++waiting === 2) both.resolve();
      await both.promise;
    };
    await Promise.all([
      ground.run({ onReport, hooks: { beforeCommit } }),
      ground.run({ onReport, hooks: { beforeCommit } }),
    ]);
    assert.deepEqual(await differences(ground), []);
    assert.ok(
      notices.some(text => /Another writer \(.*\) moved the offsets/.test(text)),
      notices.join('\n'),
    );
  });
});
