import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, type Kafka, type Message, Partitioners } from 'kafkajs';
import { isUnreadableTopic, unreadableTopic } from '../topic-partition.ts';

/** A record to be produced. */
export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: string | Buffer | null;
  /** Undefined: chosen by the key. */
  readonly partition?: number;
}

/** Writes records to one topic; every record exactly once, also when the client has to try again. */
export interface TopicProducer {
  /** Resolves when the brokers have the records. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface TopicSettings {
  readonly topic: string;
  /** Used when the topic does not exist yet. */
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** Makes the topic if it is missing and opens a producer for it. */
export async function openTopicProducer(kafka: Kafka, settings: TopicSettings): Promise<TopicProducer> {
  const { topic } = settings;
  if (isUnreadableTopic(topic)) throw new Error(unreadableTopic(topic));
  await ensureTopic(kafka, settings);
  // Idempotent: the broker drops what the client sends again after a lost answer.
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: Number.MAX_SAFE_INTEGER },
  });
  await producer.connect();
  return {
    send: async records => {
      for (const part of cutByBytes(records)) {
        try {
          await producer.send({ topic, acks: -1, messages: part as readonly Message[] as Message[] });
        } catch (error) {
          throw isTooLarge(error) ? tooLarge(topic, part) : error;
        }
      }
    },
    close: () => producer.disconnect(),
  };
}

/** Brokers take 1 MiB in one batch of a partition by default, with what stands around the records. */
const MAX_BATCH_BYTES = 900_000;
const BYTES_AROUND_RECORD = 40;

/** The records in their order, as many together as a broker takes; one that is larger stands alone. */
export function* cutByBytes(records: readonly OutgoingRecord[]): Generator<readonly OutgoingRecord[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = bytesOf(record);
    if (index > start && bytes + size > MAX_BATCH_BYTES) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield records.slice(start);
}

function bytesOf({ key, value }: OutgoingRecord): number {
  return Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? '') + BYTES_AROUND_RECORD;
}

function isTooLarge(error: unknown): boolean {
  return (error as { readonly type?: unknown }).type === 'MESSAGE_TOO_LARGE';
}

function tooLarge(topic: string, records: readonly OutgoingRecord[]): Error {
  const kilobytes = Math.ceil(Math.max(...records.map(bytesOf)) / 1000);
  return new Error(
    `The topic ${topic} takes no record of ${kilobytes} kB: raise its max.message.bytes (1 MiB by default), or send smaller records.`,
  );
}

/** Answers whether the topic was made. */
export async function ensureTopic(
  kafka: Kafka,
  { topic, partitions, config = {} }: TopicSettings,
): Promise<boolean> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const isNew = await admin.createTopics({
      // The client's own waiting gives up when a broker has not heard of the topic yet.
      waitForLeaders: false,
      topics: [
        {
          topic,
          numPartitions: partitions,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    if (isNew) await waitForTopic(admin, topic);
    return isNew;
  } finally {
    await admin.disconnect();
  }
}

const TOPIC_DEADLINE_MS = 20_000;
const TOPIC_POLL_MS = 100;

/** Waits until the brokers know a new topic and each of its partitions has a leader. */
async function waitForTopic(admin: Admin, topic: string): Promise<void> {
  const deadline = performance.now() + TOPIC_DEADLINE_MS;
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      const { retriable } = error as { readonly retriable?: boolean };
      if (retriable !== true || performance.now() > deadline) throw error;
      await sleep(TOPIC_POLL_MS);
    }
  }
}
