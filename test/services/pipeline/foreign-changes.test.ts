import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import {
  assignReference,
  connectNessie,
  createReference,
  deleteReference,
  getReference,
} from '../../../catalog/nessie.ts';
import { currentSnapshot } from '../../../catalog/iceberg/metadata.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { readCommittedOffsets } from '../../../pipeline/iceberg/offsets.ts';
import { loadBranch } from '../../../pipeline/iceberg/table-state.ts';
import { deleteTopic } from '../../../pipeline/kafka/replay-topic.ts';
import { ensureTopic } from '../../../pipeline/kafka/topic-producer.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { assertHalts, idsIn, NUMBERED_SCHEMA, numberedRows } from '../../support/pipeline-halts.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { changeThroughRest } from '../../support/rest-table.ts';
import { openTcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-foreign-'));
after(() => rmSync(folder, { recursive: true }));
const nessie = connectNessie({ uri: testEndpoints().nessie.uri });
const client = createS3Client(testEndpoints().objectStore);
after(() => client.destroy());
const catalog = { nessie, store: createObjectStore(client), warehouse: 's3://warehouse' };

/** Does something once, when all files of the first unit are in the store and nothing is committed. */
function atFirstCommit(act: () => Promise<unknown>): { readonly beforeCommit: () => Promise<void> } {
  let isDone = false;
  return {
    beforeCommit: async () => {
      if (isDone) return;
      isDone = true;
      await act();
    },
  };
}

describe('a table that others change under a pipeline', () => {
  test('is not written to when it was dropped and made again', async () => {
    await using ground = await openPlayground('made_again', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    const hooks = atFirstCommit(async () => {
      await ground.query(`DROP TABLE ${ground.sqlName}`);
      await ground.query(`CREATE TABLE ${ground.sqlName} (id bigint, s varchar)`);
    });
    await assertHalts(
      ground.run({ hooks }),
      'table-replaced',
      /dropped or made again while the pipeline wrote/,
    );
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1]);
  });

  test('is not written to when CREATE OR REPLACE took its rows and offsets', async () => {
    await using ground = await openPlayground('replaced', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    await ground.run();
    await ground.produce(numberedRows(2, 4));
    const hooks = atFirstCommit(() =>
      ground.query(`CREATE OR REPLACE TABLE ${ground.sqlName} (id bigint, s varchar)`),
    );
    await assertHalts(
      ground.run({ hooks }),
      'table-replaced',
      /lost the offsets of pipeline .* properties were\. Commit 1 was the last and reached these offsets: \S+\/0: 2\./,
    );
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3]);
  });

  test('halts also when rows were inserted after a roll-back, so that the current snapshot is a foreign one', async () => {
    await using ground = await openPlayground('rolled_back', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    await ground.run();
    await ground.produce(numberedRows(2, 4));
    await ground.run();
    const snapshots = ground.sqlName.replace(/"$/, '$snapshots"');
    const first = await ground.value(`SELECT snapshot_id FROM ${snapshots} ORDER BY committed_at LIMIT 1`);
    await ground.query(`ALTER TABLE ${ground.sqlName} EXECUTE rollback_to_snapshot(${String(first)})`);
    await ground.query(`INSERT INTO ${ground.sqlName} VALUES (100, 'foreign')`);
    await assertHalts(ground.run(), 'table-rolled-back', /--from-snapshot/);
    await ground.run({ recovery: { fromSnapshot: true } });
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 100]);
  });

  test('keeps its offsets when a commit through Iceberg REST cuts its history', async () => {
    await using ground = await openPlayground('rest', { schema: NUMBERED_SCHEMA, partitions: 1 });
    for (const at of [0, 2, 4]) {
      await ground.produce(numberedRows(at, at + 2));
      await ground.run();
    }
    await changeThroughRest(['pipeline_test', ground.table], { owner: 'somebody' });
    const snapshots = ground.sqlName.replace(/"$/, '$snapshots"');
    assert.equal(await ground.value(`SELECT count(*) FROM ${snapshots}`), 1n);
    await ground.produce(numberedRows(6, 8));
    assert.equal((await ground.run()).rows, 2n);
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('goes on without its dead-letter table when somebody drops that', async () => {
    await using ground = await openPlayground('letters', {
      schema: NUMBERED_SCHEMA,
      settings: 'commit: { rows: 1 }\nonError: { maxRatio: 1 }',
      partitions: 1,
    });
    await ground.produce(['bad', ...numberedRows(0, 2)]);
    await ground.run();
    await ground.produce(['bad again', ...numberedRows(2, 4)]);
    await ground.run({ hooks: atFirstCommit(() => ground.query(`DROP TABLE ${ground.deadLetters}`)) });
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3]);
    assert.equal(await ground.value(`SELECT from_utf8(value) FROM ${ground.deadLetters}`), 'bad again');
  });

  test('halts when its branch is deleted', async () => {
    await using ground = await openPlayground('no_branch', { schema: NUMBERED_SCHEMA, partitions: 1 });
    const name = `pipeline-test-${ground.table}`;
    const { hash } = await getReference(nessie, 'main');
    await createReference(nessie, { name, type: 'BRANCH', from: { name: 'main', hash } });
    await ground.produce(numberedRows(0, 2));
    const hooks = atFirstCommit(async () => {
      await deleteReference(nessie, { reference: await getReference(nessie, name) });
    });
    const run = ground.run({ hooks, config: { branch: name } });
    await assertHalts(run, 'branch-missing', new RegExp(`no branch "${name}".*--branch`));
  });
});

describe('a branch that is reset under a pipeline', () => {
  test('is filled again from where its table stands then', async () => {
    await using ground = await openPlayground('reset', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    await ground.run();
    const name = `pipeline-test-${ground.table}`;
    const { hash } = await getReference(nessie, 'main');
    const from = { name: 'main', hash };
    await createReference(nessie, { name, type: 'BRANCH', from });
    try {
      const config = { branch: name };
      await ground.produce(numberedRows(2, 4));
      await ground.run({ config });
      await ground.produce(numberedRows(4, 6));
      const hooks = atFirstCommit(async () => {
        await assignReference(nessie, { reference: await getReference(nessie, name), to: from });
      });
      await ground.run({ hooks, config });
      const summary = await ground.run({ config });
      assert.equal(summary.rows, 0n);
      const { tables } = await loadBranch(catalog, name, [ground.config.table]);
      const metadata = tables[0]?.metadata;
      assert.ok(metadata);
      assert.equal(currentSnapshot(metadata)?.summary['total-records'], '6');
      assert.equal(
        readCommittedOffsets(metadata, { pipeline: ground.table })?.next.get(`${ground.topic}/0`),
        6n,
      );
    } finally {
      await deleteReference(nessie, { reference: await getReference(nessie, name) });
    }
  });
});

describe('a topic that others change under a pipeline', () => {
  test('halts when it was made anew, also when it is longer already than the old one', async () => {
    await using ground = await openPlayground('longer', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 3));
    await ground.run();
    await deleteTopic(ground.kafka, ground.topic);
    await ensureTopic(ground.kafka, { topic: ground.topic, partitions: 1 });
    await ground.produce(numberedRows(10, 20));
    await assertHalts(ground.run(), 'topic-recreated', /record at offset 2 is not the one.*--reset-offsets/);
    await ground.run({ recovery: { resetOffsets: true } });
    assert.equal((await idsIn(ground)).length, 13);
  });

  test('halts when retention overtakes a pipeline that cannot keep up', async () => {
    await using ground = await openPlayground('overtaken', {
      schema: NUMBERED_SCHEMA,
      settings: 'commit: { interval: 100ms }',
      partitions: 1,
    });
    const [host = '', port] = (testEndpoints().kafka.brokers[0] ?? '').split(':');
    await using proxy = await openTcpProxy({ host, port: Number(port) });
    await ground.produce(numberedRows(0, 2));
    const pipeline = ground.start({ kafkaRoute: () => ({ host: '127.0.0.1', port: proxy.port }) });
    const halted = assertHalts(
      pipeline.finished,
      'offsets-lost',
      /stands at offset 2, but the topic now begins at 7: up to 5 records.*--skip-lost/,
    );
    await waitUntil('2 rows are committed', () => pipeline.metrics().rowsCommitted === 2n);
    proxy.mode = 'cut';
    await ground.produce(numberedRows(2, 9));
    const admin = ground.kafka.admin();
    await admin.connect();
    try {
      // Loads the topic's metadata, without which the client refuses the next call.
      await admin.fetchTopicOffsets(ground.topic);
      await admin.deleteTopicRecords({ topic: ground.topic, partitions: [{ partition: 0, offset: '7' }] });
    } finally {
      await admin.disconnect();
    }
    proxy.mode = 'pass';
    await halted;
    await ground.run({ recovery: { skipLost: true } });
    assert.deepEqual(await idsIn(ground), [0, 1, 7, 8]);
  });
});

describe('a zombie', () => {
  test('that wakes up with a finished unit drops it, because another run has gone on', async () => {
    await using ground = await openPlayground('zombie', {
      schema: NUMBERED_SCHEMA,
      settings: 'commit: { rows: 1 }',
      partitions: 2,
    });
    await ground.produce(numberedRows(0, 50));
    const file = path.join(folder, 'zombie.pipeline.yaml');
    writeFileSync(file, ground.yaml);
    const program = path.resolve(import.meta.dirname, '../../support/killed-pipeline.ts');
    const child = spawn(process.execPath, [program, file, 'beforeCommit', '1', 'SIGSTOP'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    assert.equal(text.toString(), 'SIGSTOP\n');
    await ground.run();
    child.kill('SIGCONT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.deepEqual(
      await idsIn(ground),
      Array.from({ length: 50 }, (_, id) => id),
    );
  });
});
