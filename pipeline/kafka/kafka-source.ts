import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { offsetsLost, recordReplaced, topicMissing } from '../errors.ts';
import {
  compareTopicPartitions,
  splitTopicPartition,
  topicPartition,
  type TopicPartition,
} from '../topic-partition.ts';
import { arePacked, withPackedFetches } from './fetch-response.ts';
import { packMessages } from './pack.ts';
import { packBatches } from './pack-batches.ts';
import { withinPatience } from './patience.ts';
import { kafkaError } from './unavailable.ts';
import type { OffsetRange, RecordSource, SourceHandlers, StartPosition } from './record-source.ts';

/** One fetch may bring this much of one partition; larger fetches amortise the client's work per request. */
const MAX_BYTES_PER_PARTITION = 2 * 1024 * 1024;
/** A batch handed on is cut at this size, so that back-pressure acts in small steps. */
const MAX_BATCH_BYTES = 1024 * 1024;
const SESSION_TIMEOUT_MS = 30_000;
/**
 * How long a group waits for a member that is busy with a batch; it comes back as a new member. After an outage this reader is a
 * new member, too, and the group waits so long for the one that it was.
 */
const REBALANCE_TIMEOUT_MS = 3_000;
const HEARTBEAT_INTERVAL_MS = 3_000;
/** How soon a running pipeline sees that its topics have got partitions; the client would look every five minutes. */
const METADATA_MAX_AGE_MS = 5_000;
/** Brokers may be away for as long as they like. */
export const ENDLESS_RETRIES = {
  initialRetryTime: 200,
  maxRetryTime: 5_000,
  retries: Number.MAX_SAFE_INTEGER,
} as const;
const LEADER_DEADLINE_MS = 20_000;
const LEADER_POLL_MS = 250;

export interface KafkaSourceOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  /** The consumer group in which ordinary lag tools see this pipeline, e.g. `lakehouse.flights`. */
  readonly group: string;
  /** Whether records keep their headers; without them nothing is paid for them. */
  readonly withHeaders?: boolean;
}

/**
 * Reads topics through a consumer group of kafkajs, which cannot be given partitions by hand. The group's own offsets are
 * never read: every (re)join seeks to the caller's positions before the first fetch.
 */
export function createKafkaSource({
  kafka,
  topics,
  group,
  withHeaders = false,
}: KafkaSourceOptions): RecordSource {
  const admin = kafka.admin();
  const connected = lazily(() => admin.connect());
  // Asked once: for a topic that is not there the client would try for half a minute and then blame a broker.
  const checked = lazily(async () => {
    await connected();
    const existing = await admin.listTopics();
    const missing = topics.find(topic => !existing.includes(topic));
    if (missing !== undefined) throw topicMissing(missing);
  });
  let consumer: Consumer | undefined;
  // The client opens a connection again for a call that is still on its way when it is told to disconnect.
  const calls = new Set<Promise<unknown>>();
  let isStopped = false;
  const track = async <T>(call: () => Promise<T>): Promise<T> => {
    if (isStopped) throw new Error(`The reader of ${topics.join(', ')} is stopped.`);
    const pending = call();
    calls.add(pending);
    try {
      return await pending;
    } catch (error) {
      throw kafkaError(error);
    } finally {
      calls.delete(pending);
    }
  };
  return {
    clusterId: () =>
      track(async () => {
        await connected();
        return (await admin.describeCluster()).clusterId;
      }),
    ranges: () =>
      track(async () => {
        await checked();
        const found = await Promise.all(topics.map(topic => readRanges(admin, topic)));
        return new Map(found.flat());
      }),
    offsetsAt: time =>
      track(async () => {
        await checked();
        const found = await Promise.all(
          topics.map(async topic => {
            const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time);
            return offsets.map(
              ({ partition, offset }) => [topicPartition(topic, partition), BigInt(offset)] as const,
            );
          }),
        );
        return new Map(found.flat());
      }),
    start: async (positions, handlers) => {
      const groupId = await track(async () => {
        await connected();
        return freeGroup(admin, group);
      });
      consumer = kafka.consumer({
        groupId,
        sessionTimeout: SESSION_TIMEOUT_MS,
        rebalanceTimeout: REBALANCE_TIMEOUT_MS,
        heartbeatInterval: HEARTBEAT_INTERVAL_MS,
        maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
        maxBytes: 4 * MAX_BYTES_PER_PARTITION,
        maxWaitTimeInMs: 250,
        metadataMaxAge: METADATA_MAX_AGE_MS,
        // A client that was told to stop while brokers were away would go on by itself.
        retry: { ...ENDLESS_RETRIES, restartOnFailure: () => Promise.resolve(!isStopped) },
      });
      await runConsumer(consumer, { topics, withHeaders, positions: new Map(positions), handlers }).catch(
        (error: unknown) => {
          throw kafkaError(error);
        },
      );
    },
    pause: () => {
      try {
        consumer?.pause(topics.map(topic => ({ topic })));
      } catch {
        // Brokers are away, and the client begins anew: nothing is read that could pause.
      }
    },
    resume: () => consumer?.resume(topics.map(topic => ({ topic }))),
    reportCommitted: positions =>
      track(async () => {
        await consumer?.commitOffsets(
          [...positions].map(([name, offset]) => ({ ...splitTopicPartition(name), offset: String(offset) })),
        );
      }),
    stop: async () => {
      isStopped = true;
      await withinPatience(async () => {
        await Promise.allSettled(calls);
        await consumer?.disconnect();
        await admin.disconnect();
      });
    },
  };
}

interface ConsumerRun {
  readonly topics: readonly string[];
  readonly withHeaders: boolean;
  readonly positions: Map<TopicPartition, StartPosition>;
  readonly handlers: SourceHandlers;
}

async function runConsumer(consumer: Consumer, run: ConsumerRun): Promise<void> {
  const { topics, positions, handlers } = run;
  let assigned: string | undefined;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) handlers.onFailure(kafkaError(payload.error));
  });
  // The client emits this synchronously between joining and the first fetch, so no record is read from another position.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = topics.flatMap(topic =>
      (payload.memberAssignment[topic] ?? []).map(partition => topicPartition(topic, partition)),
    );
    const now = partitions.sort(compareTopicPartitions).join();
    // Another run of the same pipeline has joined the group at the same moment: both begin again, each in a group of its own.
    const isShared = partitions.filter(name => positions.has(name)).length < positions.size;
    if (isShared || (assigned !== undefined && assigned !== now)) handlers.onReassigned();
    assigned = now;
    for (const name of partitions) {
      const position = positions.get(name);
      const { topic, partition } = splitTopicPartition(name);
      if (position === undefined) consumer.pause([{ topic, partitions: [partition] }]);
      else consumer.seek({ topic, partition, offset: String(seekOffset(position)) });
    }
  });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (Number(payload.batchSize) > 0) return;
    const name = topicPartition(payload.topic, payload.partition);
    const nextOffset = BigInt(payload.lastOffset) + 1n;
    if (nextOffset <= (positions.get(name)?.offset ?? 0n)) return;
    positions.set(name, { offset: nextOffset });
    handlers.onSkipped(name, nextOffset);
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await withPackedFetches(() =>
    consumer.run({ autoCommit: false, eachBatch: payload => deliver(payload, run) }),
  );
}

/** One record before the position where its time is known: it tells whether the topic is still the same one. */
function seekOffset({ offset, previousTime }: StartPosition): bigint {
  return previousTime === undefined ? offset : offset - 1n;
}

/** Hands one fetched batch on in pieces, without the records that were delivered before (a rejoin delivers them again). */
async function deliver(payload: EachBatchPayload, run: ConsumerRun): Promise<void> {
  const { positions, handlers, withHeaders } = run;
  const { batch } = payload;
  const { topic, partition } = batch;
  const name = topicPartition(topic, partition);
  const position = positions.get(name) ?? { offset: 0n };
  const expected = position.offset;
  const end = BigInt(batch.lastOffset()) + 1n;
  const fetched = fetchedOffset(batch);
  if (fetched !== undefined && fetched > expected) {
    handlers.onFailure(offsetsLost({ topic, partition, expected, found: fetched }));
    return;
  }
  let isReplaced = false;
  const onLeftOut = (offset: bigint, timestamp: number): void => {
    isReplaced ||= isAnother({ offset, timestamp }, position);
  };
  const options = {
    topic,
    partition,
    from: expected,
    end,
    maxBytes: MAX_BATCH_BYTES,
    withHeaders,
    onLeftOut,
  };
  const messages: readonly object[] = batch.messages;
  const pieces = arePacked(messages) ? packBatches(messages, options) : packMessages(batch.messages, options);
  for await (const piece of pieces) {
    if (isReplaced) break;
    if (payload.isStale()) return;
    await withHeartbeat(handlers.onBatch(piece), () => payload.heartbeat());
    positions.set(name, { offset: piece.nextOffset });
  }
  if (isReplaced) {
    handlers.onFailure(recordReplaced({ topic, partition, offset: expected - 1n }));
    return;
  }
  // Nothing new was in it, but what lies behind its records (control records) is passed.
  if (end > (positions.get(name)?.offset ?? 0n)) {
    positions.set(name, { offset: end });
    handlers.onSkipped(name, end);
  }
}

/** Whether the record before a position is not the one that was read there. */
function isAnother(
  record: { readonly offset: bigint; readonly timestamp: number },
  { offset, previousTime }: StartPosition,
): boolean {
  return previousTime !== undefined && record.offset === offset - 1n && record.timestamp !== previousTime;
}

/**
 * Where the client began to read. It moves on silently when the position it asked for is gone from the topic, and its type
 * declarations do not show the offset that gives this away.
 */
function fetchedOffset(batch: object): bigint | undefined {
  const offset = (batch as { readonly fetchedOffset?: unknown }).fetchedOffset;
  return typeof offset === 'string' ? BigInt(offset) : undefined;
}

/** Keeps this member in its group while the pipeline is not ready for more, for as long as that takes. */
async function withHeartbeat(work: Promise<void>, heartbeat: () => Promise<void>): Promise<void> {
  let failure: Error | undefined;
  const timer = setInterval(() => {
    heartbeat().catch((error: Error) => (failure = error));
  }, HEARTBEAT_INTERVAL_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
  if (failure !== undefined) throw failure;
}

async function readRanges(admin: Admin, topic: string): Promise<[TopicPartition, OffsetRange][]> {
  const deadline = Date.now() + LEADER_DEADLINE_MS;
  for (;;) {
    try {
      const found = await admin.fetchTopicOffsets(topic);
      return found.map(({ partition, low, high }) => [
        topicPartition(topic, partition),
        { low: BigInt(low), high: BigInt(high) },
      ]);
    } catch (error) {
      const { retriable } = error as { readonly retriable?: boolean };
      // A new partition, or one whose broker went away, has no leader for a moment.
      if (retriable !== true || Date.now() > deadline) throw error;
      await sleep(LEADER_POLL_MS);
    }
  }
}

/**
 * The group itself where nobody is in it. A reader that was killed stays a member until its session ends: waiting for that
 * would cost half a minute, and nothing but lag tools needs the name, so such a run gets a group of its own.
 */
async function freeGroup(admin: Admin, group: string): Promise<string> {
  const { groups } = await admin.describeGroups([group]);
  const state = groups[0]?.state;
  return state === 'Empty' || state === 'Dead' ? group : `${group}.${randomUUID().slice(0, 8)}`;
}

/** Calls `connect` at most once at a time, and not again when it has succeeded. */
function lazily(connect: () => Promise<void>): () => Promise<void> {
  let pending: Promise<void> | undefined;
  return () =>
    (pending ??= connect().catch((error: unknown) => {
      pending = undefined;
      throw error;
    }));
}
