import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openTopicProducer } from '../../../pipeline/kafka/topic-producer.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SETTINGS = { schema: 'id: long', settings: 'commit: { interval: 200ms }', partitions: 1 };

describe('topics that change while a pipeline reads them', () => {
  test('may get partitions, which are read from their first record', async () => {
    await using ground = await openPlayground('more_partitions', SETTINGS);
    await ground.produce(['{"id":0}']);
    const running = ground.start();
    await waitUntil('it has committed', () => running.metrics().commits > 0);
    await ground.addPartitions(4);
    // One that knew the topic before would not see the new partitions for minutes.
    const producer = await openTopicProducer(ground.kafka, { topic: ground.topic, partitions: 4 });
    const value = (partition: number, i: number): string => `{"id":${1 + partition * 5 + i}}`;
    for (let partition = 0; partition < 4; partition++)
      await producer.send(
        Array.from({ length: 5 }, (_, i) => ({ key: null, value: value(partition, i), partition })),
      );
    await producer.close();
    await waitUntil('all of them are read', () => running.metrics().rowsCommitted === 21n);
    running.stop();
    await running.finished;
    const rows = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
    assert.deepEqual(rows, [[21n, 21n]]);
  });

  test('may have open transactions: what stands behind one waits for its end, and --once ends before it', async () => {
    await using ground = await openPlayground('open_transaction', SETTINGS);
    await ground.produce(['{"id":1}', '{"id":2}']);
    const producer = ground.kafka.producer({
      transactionalId: `open-${ground.table}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.send({ topic: ground.topic, messages: [{ value: '{"id":3}' }] });
      await ground.produce(['{"id":4}']);
      assert.equal((await ground.run()).rows, 2n);
      const running = ground.start();
      await waitUntil('it reads', () => running.metrics().state === 'running');
      await transaction.commit();
      await waitUntil('the rest has come', () => running.metrics().rowsCommitted === 2n);
      running.stop();
      await running.finished;
    } finally {
      await producer.disconnect();
    }
    const ids = await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`);
    assert.deepEqual(ids.flat(), [1n, 2n, 3n, 4n]);
  });

  test('may hold thousands of batches of one record', async () => {
    await using ground = await openPlayground('tiny_batches', SETTINGS);
    const count = 3_000;
    const producer = ground.kafka.producer({ maxInFlightRequests: 50 });
    await producer.connect();
    try {
      const send = (id: number): Promise<unknown> =>
        producer.send({ topic: ground.topic, acks: 1, messages: [{ value: `{"id":${id}}` }] });
      for (let from = 0; from < count; from += 100)
        await Promise.all(Array.from({ length: 100 }, (_, i) => send(from + i)));
    } finally {
      await producer.disconnect();
    }
    const { rows, commits } = await ground.run({
      config: { commit: { intervalMs: 3_600_000, rows: 1e9, bytes: 1e9 } },
    });
    assert.deepEqual({ rows, commits }, { rows: BigInt(count), commits: 1 });
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), BigInt(count));
  });
});
