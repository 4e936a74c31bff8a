import type { RecordBatch } from '../kafka/record-source.ts';

/** One Kafka record as it came, and where it stood. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Undefined for a record without a key. */
  readonly key: Uint8Array | undefined;
  /** Undefined for a tombstone. */
  readonly value: Uint8Array | undefined;
  /** For `readHeaders`. Undefined where nobody asked for headers and where the record has none. */
  readonly headers?: Uint8Array | undefined;
}

/** Where a record stands in its batch: its number, and the first byte of its key. */
export interface RecordPlace {
  readonly record: number;
  readonly byte: number;
}

/** A record that cannot become rows; the message says why, for people. */
export class BadRecord extends Error {
  override readonly name = 'BadRecord';
}

/** Takes a record out of its batch. Its bytes are shared with the batch. */
export function rawRecordAt(batch: RecordBatch, { record, byte }: RecordPlace): RawRecord {
  const keyLength = batch.keyLengths[record] ?? -1;
  const valueLength = batch.valueLengths[record] ?? -1;
  const keyEnd = byte + Math.max(0, keyLength);
  return {
    topic: batch.topic,
    partition: batch.partition,
    offset: batch.baseOffset + BigInt(batch.offsetDeltas[record] ?? 0),
    timestamp: batch.timestamps[record] ?? 0,
    key: keyLength < 0 ? undefined : batch.bytes.subarray(byte, keyEnd),
    value: valueLength < 0 ? undefined : batch.bytes.subarray(keyEnd, keyEnd + valueLength),
    headers: headersAt(batch, record),
  };
}

/** What a batch has of the headers of one of its records. */
export function headersAt({ headers }: RecordBatch, record: number): Uint8Array | undefined {
  if (headers === undefined) return undefined;
  const start = headers.offsets[record] ?? 0;
  const end = headers.offsets[record + 1] ?? start;
  return start === end ? undefined : headers.bytes.subarray(start, end);
}

/** The place behind a record. */
export function placeBehind(batch: RecordBatch, { record, byte }: RecordPlace): RecordPlace {
  const size = Math.max(0, batch.keyLengths[record] ?? 0) + Math.max(0, batch.valueLengths[record] ?? 0);
  return { record: record + 1, byte: byte + size };
}
