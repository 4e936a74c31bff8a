import { AsyncLocalStorage } from 'node:async_hooks';
import response from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { type FetchedBatch, splitRecordSet } from './record-batch.ts';

/**
 * kafkajs makes an object with a dozen members of every record that it fetches, which costs more than everything else that
 * happens to the record on its thread. Work that is done inside `withPackedFetches` gets whole record batches instead, for
 * which see FetchedBatch; all other clients of the process are left alone. Brokers before Kafka 2.3 answer in older forms,
 * which arrive as always.
 */
export function withPackedFetches<T>(work: () => T): T {
  return packed.run(true, work);
}

const packed = new AsyncLocalStorage<true>();
const decodeRecords = response.decode;
response.decode = async payload =>
  (packed.getStore() === true ? decodePacked(payload) : undefined) ?? (await decodeRecords(payload));

/** Whether the messages of a fetch are packed batches. */
export function arePacked(messages: readonly object[]): messages is readonly FetchedBatch[] {
  return messages[0] !== undefined && 'payload' in messages[0];
}

/** What the client reads of a partition's answer. */
interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedBatch[];
}

/**
 * Reads a fetch response of version 11 as the client's own decoder does, with batches in the place of messages. Undefined
 * where it has records in the message format of Kafka before 0.11.
 */
export function decodePacked(payload: Buffer): object | undefined {
  const cursor = { bytes: payload, position: 0 };
  const clientSideThrottleTime = int32(cursor);
  const errorCode = int16(cursor);
  const sessionId = int32(cursor);
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = [];
  for (let topics = int32(cursor); topics > 0; topics--) {
    const topicName = text(cursor);
    const partitions: FetchedPartition[] = [];
    for (let count = int32(cursor); count > 0; count--) {
      const partition = readPartition(cursor);
      if (partition === undefined) return undefined;
      partitions.push(partition);
    }
    responses.push({ topicName, partitions });
  }
  // The broker has not throttled this answer yet: it asks the client to wait before the next one.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function readPartition(cursor: Cursor): FetchedPartition | undefined {
  const head = {
    partition: int32(cursor),
    errorCode: int16(cursor),
    highWatermark: String(int64(cursor)),
    lastStableOffset: String(int64(cursor)),
    lastStartOffset: String(int64(cursor)),
  };
  const aborted: { producerId: bigint; firstOffset: bigint }[] = [];
  for (let count = int32(cursor); count > 0; count--)
    aborted.push({ producerId: int64(cursor), firstOffset: int64(cursor) });
  const preferredReadReplica = int32(cursor);
  const size = Math.max(0, int32(cursor));
  const messages = splitRecordSet(cursor.bytes.subarray(cursor.position, cursor.position + size), aborted);
  cursor.position += size;
  // Aborted transactions are marked already, so the client has none to look for.
  return messages && { ...head, abortedTransactions: [], preferredReadReplica, messages };
}

interface Cursor {
  readonly bytes: Buffer;
  position: number;
}

function int16(cursor: Cursor): number {
  return cursor.bytes.readInt16BE((cursor.position += 2) - 2);
}

function int32(cursor: Cursor): number {
  return cursor.bytes.readInt32BE((cursor.position += 4) - 4);
}

function int64(cursor: Cursor): bigint {
  return cursor.bytes.readBigInt64BE((cursor.position += 8) - 8);
}

function text(cursor: Cursor): string {
  const length = int16(cursor);
  return cursor.bytes.toString('utf8', cursor.position, (cursor.position += length));
}
