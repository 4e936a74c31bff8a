import { hash } from 'node:crypto';
import { packHeaders, type PackedHeaders } from '../kafka/headers.ts';
import { type ClientRecord, packRecords } from '../kafka/pack.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { splitTopicPartition, type TopicPartition, topicPartition } from '../topic-partition.ts';
import type { Letter } from './letter-rows.ts';

/** Bytes that one batch has at most, unless it is a single record. */
const BATCH_BYTES = 1024 * 1024;

/** Letters as the records that they were, ready for the encoder: partition by partition, in the order of the offsets. */
export function* packLetters(letters: readonly Letter[]): Generator<RecordBatch, void, undefined> {
  const partitions = new Map<TopicPartition, Letter[]>();
  for (const letter of letters) {
    const name = topicPartition(letter.topic, letter.partition);
    const ofPartition = partitions.get(name);
    if (ofPartition === undefined) partitions.set(name, [letter]);
    else ofPartition.push(letter);
  }
  for (const [name, ofPartition] of partitions) {
    ofPartition.sort((a, b) => (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0));
    for (let from = 0; from < ofPartition.length;) {
      const to = cutAt(ofPartition, from);
      yield packBatch(name, ofPartition.slice(from, to));
      from = to;
    }
  }
}

function cutAt(letters: readonly Letter[], from: number): number {
  let bytes = 0;
  const isSmall = isSafe(letters[from]?.offset);
  for (let i = from; i < letters.length; i++) {
    // Batches hold distances from their first offset, as numbers.
    if (isSmall && !isSafe(letters[i]?.offset)) return i;
    bytes += (letters[i]?.key?.length ?? 0) + (letters[i]?.value?.length ?? 0);
    if (bytes > BATCH_BYTES && i > from) return i;
  }
  return letters.length;
}

function isSafe(offset = 0n): boolean {
  return offset <= Number.MAX_SAFE_INTEGER;
}

function packBatch(name: TopicPartition, letters: readonly Letter[]): RecordBatch {
  const records = letters.map(toRecord);
  const nextOffset = (letters.at(-1)?.offset ?? 0n) + 1n;
  const batch = packRecords({ ...splitTopicPartition(name), nextOffset }, records, [0, records.length]);
  return { ...batch, headers: packAll(letters) };
}

function packAll(letters: readonly Letter[]): PackedHeaders | undefined {
  if (letters.every(({ headers }) => headers.length === 0)) return undefined;
  const packed = letters.map(({ headers }) => packHeaders(headers));
  const offsets = new Int32Array(letters.length + 1);
  packed.forEach((bytes, index) => (offsets[index + 1] = (offsets[index] ?? 0) + bytes.length));
  return { bytes: new Uint8Array(Buffer.concat(packed)), offsets };
}

function toRecord({ offset, timestamp, key, value }: Letter): ClientRecord {
  return {
    offset: String(offset),
    timestamp: String(timestamp),
    key: key === null ? null : toBuffer(key),
    value: value === null ? null : toBuffer(value),
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Names a letter by its place and its value: a topic that was made anew has other records at the same offsets. Two letters
 * of one name are the same record and become the same rows.
 */
export function letterName({ topic, partition, offset, value }: Omit<Letter, 'error'>): string {
  const digest = value === null ? 'null' : hash('sha1', value, 'base64');
  return `${topic}/${partition}/${offset}/${digest}`;
}
