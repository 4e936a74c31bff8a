import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { decodePacked, withPackedFetches } from '../../../pipeline/kafka/fetch-response.ts';
import { lastHeader, packHeaders, readHeaders } from '../../../pipeline/kafka/headers.ts';
import { packMessages, type ClientRecord } from '../../../pipeline/kafka/pack.ts';
import { packBatches, type PackOptions } from '../../../pipeline/kafka/pack-batches.ts';
import { type FetchedBatch, splitRecordSet } from '../../../pipeline/kafka/record-batch.ts';
import type { RecordBatch } from '../../../pipeline/kafka/record-source.ts';
import { headersAt } from '../../../pipeline/rows/raw-record.ts';

/** The client's own encoder and decoder, which have no types. */
const load = createRequire(import.meta.url);
const { RecordBatch: encodeRecordBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const encodeRecord = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object;
const response = load('kafkajs/src/protocol/requests/fetch/v11/response') as {
  decode: (bytes: Buffer) => Promise<unknown>;
};

test('records of a fetch are packed as the client itself would take them apart', async () => {
  const set = Buffer.concat([
    await encodeBatch(100, 40, { compression: 0 }),
    await encodeBatch(150, 25, { compression: 1 }),
    // The broker cuts the last batch off where the fetch is full.
    (await encodeBatch(175, 10, { compression: 0 })).subarray(0, -7),
  ]);
  const answer = fetchAnswer(set);
  const expected = await messagesOf(await response.decode(answer));
  assert.equal(expected.length, 65);
  const packed = await messagesOf<FetchedBatch>(decodePacked(answer));
  assert.equal(packed.length, 2);
  for (const from of [0n, 100n, 117n, 139n, 140n, 150n, 160n, 174n]) {
    for (const maxBytes of [1, 100, 100_000]) {
      const ours = await describeBatches(packBatches(packed, options(from, maxBytes)));
      const theirs = await describeBatches(packMessages(expected, options(from, maxBytes)));
      assert.deepEqual(ours.records, theirs.records, `from ${from}, ${maxBytes} bytes`);
      // A piece that was full ends behind its last record; what follows is nobody's to wait for.
      assert.equal(ours.next, maxBytes === 100_000 ? 200n : 175n);
    }
  }
});

test('headers that nobody wants are left behind', async () => {
  const [batch] = splitRecordSet(await encodeBatch(0, 10, {}), []) ?? [];
  assert.ok(batch);
  for await (const piece of packBatches([batch], { ...options(0n, 1000), withHeaders: false }))
    assert.equal(piece.headers, undefined);
});

test('packed headers are read as they were, and the last of a name counts', () => {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const headers = [
    { name: 'a', value: bytes('1') },
    { name: '', value: bytes('no name') },
    { name: 'long', value: bytes('x'.repeat(5_000)) },
    { name: 'a', value: undefined },
    { name: 'ab', value: bytes('') },
    { name: 'a', value: bytes('2') },
  ];
  const packed = packHeaders(headers);
  const read = readHeaders(packed).map(({ name, value }) => ({ name, value: value && Buffer.from(value) }));
  assert.deepEqual(read, headers);
  const last = (name: string): string | undefined => {
    const value = lastHeader(packed, bytes(name));
    return value && Buffer.from(value).toString();
  };
  assert.deepEqual(
    [last('a'), last(''), last('ab'), last('b'), last('abc')],
    ['2', 'no name', '', undefined, undefined],
  );
  assert.deepEqual(readHeaders(packHeaders([])), []);
});

test('the record before the first one that is wanted is told with its time', async () => {
  const [batch] = splitRecordSet(await encodeBatch(100, 10, {}), []) ?? [];
  assert.ok(batch);
  const told: [bigint, number][] = [];
  const heard = {
    ...options(104n, 1000),
    onLeftOut: (...record: [bigint, number]) => void told.push(record),
  };
  const { records } = await describeBatches(packBatches([batch], heard));
  assert.equal(records[0]?.offset, 104n);
  assert.deepEqual(told.at(-1), [103n, 1_700_000_000_003]);
});

describe('transactions', () => {
  test('records of aborted transactions are left out, those of others are kept, whoever began first', async () => {
    const set = Buffer.concat([
      await encodeBatch(0, 2, { producer: 1, transactional: true }),
      await encodeBatch(2, 2, { producer: 2, transactional: true }),
      await encodeBatch(4, 2, { producer: 3, transactional: true }),
      await encodeBatch(6, 1, { producer: 2, transactional: true, control: true }),
      await encodeBatch(7, 1, { producer: 1, transactional: true, control: true }),
      await encodeBatch(8, 2, { producer: 1, transactional: true }),
      await encodeBatch(10, 1, {}),
    ]);
    const aborted = [
      { producerId: 1n, firstOffset: 0n },
      { producerId: 2n, firstOffset: 0n },
    ];
    const batches = splitRecordSet(set, aborted) ?? [];
    assert.deepEqual(
      batches.filter(batch => !batch.isControlRecord).map(batch => batch.baseOffset),
      [4n, 8n, 10n],
    );
  });
});

test('only work inside withPackedFetches sees packed batches', async () => {
  const answer = fetchAnswer(await encodeBatch(0, 3, {}));
  assert.equal((await messagesOf(await response.decode(answer))).length, 3);
  assert.equal((await messagesOf(await withPackedFetches(() => response.decode(answer)))).length, 1);
});

test('the old message format is left to the client', () => {
  const old = Buffer.alloc(80);
  old[16] = 1;
  assert.equal(splitRecordSet(old, []), undefined);
});

interface BatchOptions {
  readonly compression?: number;
  readonly producer?: number;
  readonly transactional?: boolean;
  readonly control?: boolean;
}

async function encodeBatch(firstOffset: number, count: number, batch: BatchOptions): Promise<Buffer> {
  const first = 1_700_000_000_000;
  const records = Array.from({ length: count }, (_, i) =>
    encodeRecord({
      offsetDelta: i,
      timestampDelta: i,
      key: i % 3 === 0 ? null : Buffer.from(`key ${i}`),
      value: i % 5 === 0 ? null : Buffer.from('v'.repeat(i * 7)),
      headers: i % 4 === 0 ? { trace: `t${i}`, empty: '', 'ü🛫': ['a', 'b'] } : {},
    }),
  );
  const encoded = await encodeRecordBatch({
    compression: batch.compression ?? 0,
    firstOffset,
    firstTimestamp: first,
    maxTimestamp: first + count,
    lastOffsetDelta: count - 1,
    producerId: batch.producer ?? -1,
    producerEpoch: 0,
    transactional: batch.transactional ?? false,
    records,
  });
  const bytes = Buffer.from(encoded.buffer);
  if (batch.control === true) bytes.writeInt16BE(bytes.readInt16BE(21) | 0x20, 21);
  return bytes;
}

/** A fetch response of version 11 with one partition. */
function fetchAnswer(records: Buffer): Buffer {
  const head = Buffer.alloc(4 + 2 + 4 + 4 + 2 + 1 + 4 + 4 + 2 + 24 + 4 + 4 + 4);
  let at = head.writeInt32BE(0, 0);
  at = head.writeInt16BE(0, at);
  at = head.writeInt32BE(0, at);
  at = head.writeInt32BE(1, at);
  at = head.writeInt16BE(1, at);
  at += head.write('t', at);
  at = head.writeInt32BE(1, at);
  at = head.writeInt32BE(3, at);
  at = head.writeInt16BE(0, at);
  for (let i = 0; i < 3; i++) at = head.writeBigInt64BE(200n, at);
  at = head.writeInt32BE(-1, at);
  at = head.writeInt32BE(-1, at);
  head.writeInt32BE(records.length, at);
  return Buffer.concat([head, records]);
}

async function messagesOf<T = ClientRecord>(decoded: unknown): Promise<T[]> {
  const { responses } = (await decoded) as {
    responses: { partitions: { partition: number; messages: T[] }[] }[];
  };
  const [partition] = responses[0]?.partitions ?? [];
  assert.equal(partition?.partition, 3);
  return partition.messages;
}

function options(from: bigint, maxBytes: number): PackOptions {
  return { topic: 't', partition: 3, from, end: 200n, maxBytes, withHeaders: true, onLeftOut: () => {} };
}

interface Described {
  readonly offset: bigint;
  readonly timestamp: number | undefined;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (string | undefined)[][];
}

async function describeBatches(
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
): Promise<{ readonly records: Described[]; readonly next: bigint | undefined }> {
  const records: Described[] = [];
  let next: bigint | undefined;
  for await (const batch of batches) {
    let byte = 0;
    const take = (length: number): string | null =>
      length < 0 ? null : Buffer.from(batch.bytes.subarray(byte, (byte += length))).toString();
    for (let i = 0; i < batch.count; i++) {
      records.push({
        offset: batch.baseOffset + BigInt(batch.offsetDeltas[i] ?? 0),
        timestamp: batch.timestamps[i],
        key: take(batch.keyLengths[i] ?? -1),
        value: take(batch.valueLengths[i] ?? -1),
        headers: headersOf(headersAt(batch, i)),
      });
    }
    assert.equal(byte, batch.bytes.length);
    next = batch.nextOffset;
  }
  return { records, next };
}

function headersOf(packed: Uint8Array | undefined): (string | undefined)[][] {
  return readHeaders(packed).map(({ name, value }) => [name, value && Buffer.from(value).toString()]);
}
