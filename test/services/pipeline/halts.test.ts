import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deleteTopic } from '../../../pipeline/kafka/replay-topic.ts';
import { ensureTopic } from '../../../pipeline/kafka/topic-producer.ts';
import { assertHalts, idsIn, NUMBERED_SCHEMA, numberedRows } from '../../support/pipeline-halts.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

describe('a pipeline whose table and topic no longer belong together', () => {
  test('halts after a rollback of the table and goes on from its snapshot when told to', async () => {
    await using ground = await openPlayground('rollback', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 3));
    await ground.run();
    await ground.produce(numberedRows(3, 6));
    await ground.run();
    const snapshots = ground.sqlName.replace(/"$/, '$snapshots"');
    const first = await ground.value(`SELECT snapshot_id FROM ${snapshots} ORDER BY committed_at LIMIT 1`);
    await ground.query(`ALTER TABLE ${ground.sqlName} EXECUTE rollback_to_snapshot(${String(first)})`);
    await assertHalts(ground.run(), 'table-rolled-back', /rolled back.*--from-snapshot/);
    await ground.run({ recovery: { fromSnapshot: true } });
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 5]);
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 5]);
  });

  test('halts when the topic was made anew and loads the new one behind the old rows when told to', async () => {
    await using ground = await openPlayground('recreated', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 5));
    await ground.run();
    await deleteTopic(ground.kafka, ground.topic);
    await ensureTopic(ground.kafka, { topic: ground.topic, partitions: 1 });
    await ground.produce(numberedRows(10, 12));
    await assertHalts(
      ground.run(),
      'topic-recreated',
      /everything before offset 5, but the topic ends at 2.*--reset-offsets/,
    );
    await ground.run({ recovery: { resetOffsets: true } });
    await ground.produce(numberedRows(12, 13));
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 10, 11, 12]);
  });

  test('halts with the number of records that retention deleted, and skips them only when told to', async () => {
    await using ground = await openPlayground('retention', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    await ground.run();
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
    await assertHalts(
      ground.run(),
      'offsets-lost',
      /stands at offset 2, but the topic now begins at 7: up to 5 records.*--skip-lost/,
    );
    await ground.run({ recovery: { skipLost: true } });
    assert.deepEqual(await idsIn(ground), [0, 1, 7, 8]);
    const given = 'given up: up to 5 records, 2 to 6, were deleted by Kafka before they were read';
    assert.deepEqual(await ground.query(`SELECT "offset", "value", error FROM ${ground.deadLetters}`), [
      [2n, null, given],
    ]);
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1, 7, 8]);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 1n);
  });

  test('halts when the table is dropped under it', async () => {
    await using ground = await openPlayground('dropped', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 2));
    await ground.run();
    await ground.produce(numberedRows(2, 4));
    const beforeCommit = async (): Promise<void> => {
      await ground.query(`DROP TABLE ${ground.sqlName}`);
    };
    await assertHalts(
      ground.run({ hooks: { beforeCommit } }),
      'table-dropped',
      /is no longer on branch main\. Commit 1 was the last and reached these offsets: \S+\/0: 2\. .*etl run FILE/,
    );
    // The offsets went with the table, so a new one is filled from the beginning.
    await ground.run();
    assert.deepEqual(await idsIn(ground), [0, 1, 2, 3]);
  });

  test('halts when its branch does not exist', async () => {
    await using ground = await openPlayground('branch', { schema: NUMBERED_SCHEMA, partitions: 1 });
    const run = ground.run({ config: { branch: 'pipeline-test-nowhere' } });
    await assertHalts(run, 'branch-missing', /no branch "pipeline-test-nowhere"/);
  });

  test('halts when its topic does not exist', async () => {
    await using ground = await openPlayground('topic', { schema: NUMBERED_SCHEMA, partitions: 1 });
    const run = ground.run({
      config: { source: { topics: ['pipeline-test-no'], format: 'json', start: 'earliest' } },
    });
    await assertHalts(run, 'topic-missing', /no topic pipeline-test-no/);
  });

  test('halts when file and table contradict each other', async () => {
    await using ground = await openPlayground('contradiction', { schema: NUMBERED_SCHEMA, partitions: 1 });
    await ground.produce(numberedRows(0, 1));
    await ground.run();
    const other = [{ id: 0, name: 'id', required: false, type: { kind: 'string' } }] as const;
    await assertHalts(
      ground.run({ config: { schema: other } }),
      'schema-mismatch',
      /"id" is string in the pipeline file, long/,
    );
    const partitioning = [{ column: 'id', transform: { kind: 'identity' } }] as const;
    await assertHalts(
      ground.run({ config: { partitioning } }),
      'partitioning-mismatch',
      /partitioned by \[\].*says \[identity\(id\)\]/,
    );
  });
});

describe('a table that is altered while a pipeline writes to it', () => {
  const CHANGES: readonly (readonly [what: string, sql: (name: string) => string])[] = [
    ['a column is added', name => `ALTER TABLE ${name} ADD COLUMN extra varchar`],
    ['a column that is not written is dropped', name => `ALTER TABLE ${name} DROP COLUMN s`],
    [
      'it gets partitions',
      name => `ALTER TABLE ${name} SET PROPERTIES partitioning = ARRAY['bucket(id, 2)']`,
    ],
  ];
  for (const [what, sql] of CHANGES) {
    test(`keeps every row when ${what}`, async () => {
      await using ground = await openPlayground('altered', {
        schema: NUMBERED_SCHEMA,
        settings: 'commit: { rows: 1 }',
        partitions: 2,
      });
      await ground.produce(numberedRows(0, 4));
      await ground.run();
      await ground.produce(numberedRows(4, 8));
      let isChanged = false;
      const beforeCommit = async (): Promise<void> => {
        if (isChanged) return;
        isChanged = true;
        await ground.query(sql(ground.sqlName));
      };
      const config = { schema: [{ id: 0, name: 'id', required: false, type: { kind: 'long' } }] } as const;
      await ground.run({ hooks: { beforeCommit }, config });
      await ground.produce(numberedRows(8, 9));
      await ground.run({ config });
      assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
      // Old and new files answer a predicate alike.
      assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE id >= 3 AND id < 8`), 5n);
    });
  }
});
