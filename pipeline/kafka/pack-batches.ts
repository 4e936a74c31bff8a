import { type PackedHeaders, readVarint } from './headers.ts';
import { type FetchedBatch, unpackRecords } from './record-batch.ts';
import type { RecordBatch } from './record-source.ts';

export interface PackOptions {
  readonly topic: string;
  readonly partition: number;
  /** Records before it are left out: a fetch begins at the start of a batch. */
  readonly from: bigint;
  /** Where reading goes on after everything that was fetched. */
  readonly end: bigint;
  /** A packed batch is closed when it has this many bytes. */
  readonly maxBytes: number;
  /** Whether the headers of records are wanted. */
  readonly withHeaders: boolean;
  /** Hears of the last record that was left out. */
  readonly onLeftOut: (offset: bigint, timestamp: number) => void;
}

/**
 * Takes the records out of fetched batches and packs them for the worker, each once and with one copy of its bytes. Batches
 * are unpacked when their turn comes, so a compressed fetch is never in memory as a whole.
 */
export async function* packBatches(
  batches: readonly FetchedBatch[],
  options: PackOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const ahead = { bytes: 0, records: 0 };
  for (const { payload, count } of batches) {
    ahead.bytes += payload.length;
    ahead.records += count;
  }
  let packer: Packer | undefined;
  for (const batch of batches) {
    if (BigInt(batch.offset) < options.from - 1n) continue;
    const walk = openWalk(batch, await unpackRecords(batch));
    while (nextRecord(walk)) {
      const offset = batch.baseOffset + BigInt(walk.offsetDelta);
      if (offset < options.from) {
        options.onLeftOut(offset, timestampOf(batch, walk));
        continue;
      }
      packer ??= createPacker(offset, {
        bytes: Math.min(options.maxBytes + ROOM_BYTES, Math.max(ahead.bytes, walk.bytes.length)),
        records: Math.min(ROOM_RECORDS, ahead.records),
      });
      if (options.withHeaders) addHeaders(packer, walk);
      addRecord(packer, walk, { offset, timestamp: timestampOf(batch, walk) });
      if (packer.used < options.maxBytes) continue;
      yield closePacker(packer, options, offset + 1n);
      packer = undefined;
    }
    ahead.bytes -= batch.payload.length;
    ahead.records -= batch.count;
  }
  if (packer !== undefined) yield closePacker(packer, options, options.end);
}

/** Room behind the limit, so that the record that crosses it seldom needs another array. */
const ROOM_BYTES = 16 * 1024;
const ROOM_RECORDS = 4_096;

/** A position in the records of one batch; the fields after `left` are those of the record it stands on. */
interface Walk {
  readonly bytes: Buffer;
  position: number;
  left: number;
  offsetDelta: number;
  timestampDelta: number;
  keyStart: number;
  keyLength: number;
  valueStart: number;
  valueLength: number;
  headersStart: number;
}

function openWalk(batch: FetchedBatch, bytes: Buffer): Walk {
  return {
    bytes,
    position: 0,
    left: batch.count,
    offsetDelta: 0,
    timestampDelta: 0,
    keyStart: 0,
    keyLength: 0,
    valueStart: 0,
    valueLength: 0,
    headersStart: 0,
  };
}

/** Goes to the next record (Kafka protocol, "Record"); false behind the last. */
function nextRecord(walk: Walk): boolean {
  if (walk.left <= 0) return false;
  walk.left -= 1;
  const length = readVarint(walk);
  const end = walk.position + length;
  if (end > walk.bytes.length) throw new RangeError('A record batch is shorter than its records say.');
  // One byte of attributes, which nothing uses yet.
  walk.position += 1;
  walk.timestampDelta = readVarint(walk);
  walk.offsetDelta = readVarint(walk);
  walk.keyLength = readVarint(walk);
  walk.keyStart = walk.position;
  walk.position += Math.max(0, walk.keyLength);
  walk.valueLength = readVarint(walk);
  walk.valueStart = walk.position;
  // Headers stand between the value and the end.
  walk.headersStart = walk.valueStart + Math.max(0, walk.valueLength);
  walk.position = end;
  return true;
}

function timestampOf(batch: FetchedBatch, walk: Walk): number {
  return batch.appendTime ?? batch.firstTimestamp + walk.timestampDelta;
}

interface Packer {
  readonly baseOffset: bigint;
  bytes: Buffer;
  used: number;
  count: number;
  offsetDeltas: Float64Array;
  timestamps: Float64Array;
  keyLengths: Int32Array;
  valueLengths: Int32Array;
  /** Undefined until a record has some. */
  headers: HeaderPacker | undefined;
}

interface HeaderPacker {
  bytes: Buffer;
  used: number;
  /** As long as the other columns and one more; filled up to the last record that has headers. */
  offsets: Int32Array;
  filled: number;
}

function createPacker(
  baseOffset: bigint,
  room: { readonly bytes: number; readonly records: number },
): Packer {
  return {
    baseOffset,
    bytes: Buffer.allocUnsafeSlow(room.bytes),
    used: 0,
    count: 0,
    offsetDeltas: new Float64Array(room.records),
    timestamps: new Float64Array(room.records),
    keyLengths: new Int32Array(room.records),
    valueLengths: new Int32Array(room.records),
    headers: undefined,
  };
}

/** Takes the headers of the record that is added next. Most records have none: a number 0 is all of them. */
function addHeaders(packer: Packer, { bytes, headersStart, position }: Walk): void {
  if (position - headersStart < 2) return;
  const size = position - headersStart;
  packer.headers ??= {
    bytes: Buffer.allocUnsafeSlow(ROOM_BYTES),
    used: 0,
    offsets: new Int32Array(packer.timestamps.length + 1),
    filled: 0,
  };
  const { headers } = packer;
  if (headers.used + size > headers.bytes.length) {
    const grown = Buffer.allocUnsafeSlow(Math.max(headers.used + size, headers.bytes.length * 2));
    headers.bytes.copy(grown, 0, 0, headers.used);
    headers.bytes = grown;
  }
  if (packer.count + 1 >= headers.offsets.length) {
    const longer = new Int32Array(headers.offsets.length * 2);
    longer.set(headers.offsets);
    headers.offsets = longer;
  }
  headers.offsets.fill(headers.used, headers.filled + 1, packer.count + 1);
  bytes.copy(headers.bytes, headers.used, headersStart, position);
  headers.used += size;
  headers.filled = packer.count + 1;
  headers.offsets[headers.filled] = headers.used;
}

function closeHeaders({ headers, count }: Packer): PackedHeaders | undefined {
  if (headers === undefined) return undefined;
  const { used, filled } = headers;
  const offsets = new Int32Array(count + 1);
  offsets.set(headers.offsets.subarray(0, filled + 1));
  offsets.fill(used, filled + 1);
  return { bytes: new Uint8Array(headers.bytes.buffer as ArrayBuffer, 0, used), offsets };
}

function addRecord(
  packer: Packer,
  walk: Walk,
  { offset, timestamp }: { readonly offset: bigint; readonly timestamp: number },
): void {
  const { keyLength, valueLength } = walk;
  const size = Math.max(0, keyLength) + Math.max(0, valueLength);
  if (packer.used + size > packer.bytes.length) growBytes(packer, packer.used + size);
  if (packer.count === packer.timestamps.length) growColumns(packer);
  const { count } = packer;
  packer.offsetDeltas[count] = Number(offset - packer.baseOffset);
  packer.timestamps[count] = timestamp;
  packer.keyLengths[count] = keyLength;
  packer.valueLengths[count] = valueLength;
  if (keyLength > 0) copyBytes(packer, walk, walk.keyStart, keyLength);
  if (valueLength > 0) copyBytes(packer, walk, walk.valueStart, valueLength);
  packer.count = count + 1;
}

function copyBytes(packer: Packer, { bytes }: Walk, start: number, length: number): void {
  bytes.copy(packer.bytes, packer.used, start, start + length);
  packer.used += length;
}

function growBytes(packer: Packer, size: number): void {
  const grown = Buffer.allocUnsafeSlow(Math.max(size, packer.bytes.length * 2));
  packer.bytes.copy(grown, 0, 0, packer.used);
  packer.bytes = grown;
}

function growColumns(packer: Packer): void {
  const length = packer.timestamps.length * 2;
  const wider = <T extends Float64Array | Int32Array>(column: T, fresh: T): T => {
    fresh.set(column);
    return fresh;
  };
  packer.offsetDeltas = wider(packer.offsetDeltas, new Float64Array(length));
  packer.timestamps = wider(packer.timestamps, new Float64Array(length));
  packer.keyLengths = wider(packer.keyLengths, new Int32Array(length));
  packer.valueLengths = wider(packer.valueLengths, new Int32Array(length));
}

function closePacker(packer: Packer, { topic, partition }: PackOptions, nextOffset: bigint): RecordBatch {
  const { baseOffset, count, used } = packer;
  return {
    topic,
    partition,
    baseOffset,
    nextOffset,
    count,
    offsetDeltas: packer.offsetDeltas.subarray(0, count),
    timestamps: packer.timestamps.subarray(0, count),
    bytes: new Uint8Array(packer.bytes.buffer as ArrayBuffer, 0, used),
    keyLengths: packer.keyLengths.subarray(0, count),
    valueLengths: packer.valueLengths.subarray(0, count),
    headers: closeHeaders(packer),
  };
}
