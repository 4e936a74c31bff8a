import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { ClientRecord } from './pack.ts';

/** One record as it stands in the topic. */
export interface ReplayedRecord extends Omit<ClientRecord, 'offset'> {
  readonly partition: number;
  readonly offset: bigint;
}

export interface ReplayOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Stop when this many records, or some more, were read. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onRecords: (records: readonly ReplayedRecord[]) => void;
}

/**
 * Reads a topic from its beginning to the end it has now, each record once. Independent of the pipeline's reader, so that
 * one can be held against the other. Resolves with the number of records.
 */
export async function replayTopic(options: ReplayOptions): Promise<number> {
  const { kafka, topic, limit = Infinity, signal, onRecords } = options;
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `lakehouse-replay-${randomUUID()}`;
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => [
      partition,
      { next: BigInt(low), end: BigInt(high) },
    ]),
  );
  const done = Promise.withResolvers<void>();
  let count = 0;
  const finishIfDone = (): void => {
    if (count >= limit || [...ends.values()].every(({ next, end }) => next >= end)) done.resolve();
  };
  const abort = (): void => done.reject(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  finishIfDone();
  const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 4 * 1024 * 1024 });
  consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const place = ends.get(batch.partition);
        if (place === undefined) return;
        const fresh = batch.messages
          .map(({ offset, timestamp, key, value, headers }) => ({
            partition: batch.partition,
            offset: BigInt(offset),
            ...{ timestamp, key, value, headers },
          }))
          .filter(({ offset }) => offset >= place.next && offset < place.end);
        onRecords(fresh);
        count += fresh.length;
        place.next = BigInt(batch.lastOffset()) + 1n;
        finishIfDone();
      },
    });
    await done.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => []);
    await admin.disconnect();
  }
  return count;
}

/** Deletes a topic if it exists, and waits until the brokers no longer list it. */
export async function deleteTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if ((await admin.listTopics()).includes(topic))
      await admin.deleteTopics({ topics: [topic], timeout: 10_000 });
  } finally {
    await admin.disconnect();
  }
}
