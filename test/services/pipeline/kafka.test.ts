import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deleteTopic, replayTopic } from '../../../pipeline/kafka/replay-topic.ts';
import { openTopicProducer } from '../../../pipeline/kafka/topic-producer.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SCHEMA = 'id: long\ns: string';

describe('topics as they really are', () => {
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
    test(`are read when the broker stores them with ${codec}`, async () => {
      await using ground = await openPlayground(codec, {
        schema: SCHEMA,
        partitions: 1,
        topicConfig: { 'compression.type': codec },
      });
      const text = (i: number): string => `row ${i} ${'repeats '.repeat(i % 40)}${String(Math.sin(i))}`;
      await ground.produce(Array.from({ length: 1500 }, (_, i) => JSON.stringify({ id: i, s: text(i) })));
      await ground.run();
      const rows = await ground.query(`SELECT id, s FROM ${ground.sqlName} ORDER BY id`);
      assert.equal(rows.length, 1500);
      rows.forEach(([id, s], index) => assert.deepEqual([id, s], [BigInt(index), text(index)]));
    });
  }

  test('are read to their end with transactions: committed records only, and control records are passed', async () => {
    await using ground = await openPlayground('transactions', { schema: SCHEMA, partitions: 1 });
    const producer = ground.kafka.producer({
      transactionalId: `tx-${ground.table}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    try {
      for (const [from, isCommitted] of [
        [0, true],
        [100, false],
        [200, true],
        [300, false],
      ] as const) {
        const transaction = await producer.transaction();
        const messages = Array.from({ length: 5 }, (_, i) => ({ value: `{"id":${from + i}}` }));
        await transaction.send({ topic: ground.topic, messages });
        await (isCommitted ? transaction.commit() : transaction.abort());
      }
    } finally {
      await producer.disconnect();
    }
    const summary = await ground.run();
    assert.equal(summary.rows, 10n);
    const ids = await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`);
    assert.deepEqual(ids.flat(), [0n, 1n, 2n, 3n, 4n, 200n, 201n, 202n, 203n, 204n]);
    // The run ended behind the last control record, so another one finds nothing to do.
    assert.equal((await ground.run()).commits, 0);
  });

  test('are read from their end with start: latest, and from there on nothing is missed', async () => {
    await using ground = await openPlayground('latest', { schema: SCHEMA, partitions: 2 });
    const { topic } = ground;
    const config = { source: { topics: [topic], format: 'json', start: 'latest' } } as const;
    await ground.produce(['{"id":1}', '{"id":2}']);
    await ground.run({ config });
    // No record was read yet, but where the pipeline stood is known.
    await ground.produce(['{"id":3}', '{"id":4}']);
    await ground.run({ config });
    assert.deepEqual(await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`), [[3n], [4n]]);
  });

  test('may be compacted: offsets that are gone are no loss, and tombstones become dead letters', async () => {
    await using ground = await openPlayground('compacted', {
      schema: SCHEMA,
      settings: 'onError: { maxRatio: 1 }',
      partitions: 1,
      topicConfig: {
        'cleanup.policy': 'compact',
        'segment.ms': '200',
        'min.cleanable.dirty.ratio': '0.001',
        'max.compaction.lag.ms': '200',
        'delete.retention.ms': '600000',
      },
    });
    const put = (from: number, to: number): Promise<void> =>
      ground.produce(
        Array.from({ length: to - from }, (_, i) => ({ key: `k${i % 4}`, value: `{"id":${from + i}}` })),
      );
    await put(0, 40);
    await ground.produce([{ key: 'k3', value: null }]);
    await ground.run({ config: { commit: { intervalMs: 100, rows: 10, bytes: 1 } } });
    await put(40, 80);
    await waitUntil(
      'Kafka has compacted the topic',
      async () => {
        // A segment is closed, and so becomes ready for it, only when another record comes.
        await ground.produce([{ key: 'tick', value: '{"id":-1}' }]);
        let count = 0;
        const onRecords = (records: readonly object[]): void => void (count += records.length);
        await replayTopic({ kafka: ground.kafka, topic: ground.topic, onRecords });
        return count < 40;
      },
      60_000,
    );
    await ground.run();
    // What was compacted away before it was read is superseded by a later record of its key.
    const found = await ground.query(`SELECT id FROM ${ground.sqlName} WHERE id >= 0 ORDER BY id`);
    const ids = found.map(([id]) => Number(id));
    assert.deepEqual(
      ids.slice(0, 40),
      Array.from({ length: 40 }, (_, id) => id),
    );
    assert.deepEqual(ids.slice(-4), [76, 77, 78, 79]);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(
      await ground.value(`SELECT error FROM ${ground.deadLetters}`),
      'a tombstone: the record has no value',
    );
    assert.equal((await ground.run()).rows, 0n);
  });

  test('may be several for one table, and one more may join later', async () => {
    await using ground = await openPlayground('topics', { schema: SCHEMA, partitions: 2 });
    const other = `${ground.topic}-other`;
    await using second = await openTopic(ground.kafka, other);
    const config = { source: { topics: [ground.topic, other], format: 'json', start: 'earliest' } } as const;
    await ground.produce(['{"id":1}', '{"id":2}']);
    await ground.run();
    await second.produce(['{"id":10}', '{"id":11}']);
    await ground.produce(['{"id":3}']);
    await ground.run({ config });
    await second.produce(['{"id":12}']);
    await ground.run({ config });
    // Left out once, it goes on where it was.
    await ground.run();
    await second.produce(['{"id":13}']);
    await ground.run({ config });
    const ids = await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`);
    assert.deepEqual(ids.flat(), [1n, 2n, 3n, 10n, 11n, 12n, 13n]);
  });

  test('may get partitions while a pipeline knows fewer', async () => {
    await using ground = await openPlayground('partitions', { schema: SCHEMA, partitions: 1 });
    await ground.produce(['{"id":1}', '{"id":2}']);
    await ground.run();
    const admin = ground.kafka.admin();
    await admin.connect();
    try {
      await admin.createPartitions({ topicPartitions: [{ topic: ground.topic, count: 4 }] });
    } finally {
      await admin.disconnect();
    }
    // The producer learns of them with its next look at the cluster, so records go where it knows to send them.
    await ground.produce(Array.from({ length: 50 }, (_, i) => `{"id":${10 + i}}`));
    await ground.run();
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 52n);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 52n);
  });
});

/** A further topic, gone at the end. */
async function openTopic(
  kafka: Playground['kafka'],
  topic: string,
): Promise<AsyncDisposable & { produce(values: readonly string[]): Promise<void> }> {
  const producer = await openTopicProducer(kafka, { topic, partitions: 1 });
  return {
    produce: values => producer.send(values.map(value => ({ key: null, value }))),
    [Symbol.asyncDispose]: async () => {
      await producer.close();
      await deleteTopic(kafka, topic);
    },
  };
}
