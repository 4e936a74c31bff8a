import { packHeaders, type PackedHeaders, type RecordHeader } from './headers.ts';
import type { PackOptions } from './pack-batches.ts';
import type { RecordBatch } from './record-source.ts';

/** One record as the Kafka client hands it over. */
export interface ClientRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Values by name; several values of one name are a list. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>> | undefined;
}

type HeaderValue = Buffer | string | null;

/** The same as `packBatches` for records that the client has taken apart already. */
export function* packMessages(
  records: readonly ClientRecord[],
  options: PackOptions,
): Generator<RecordBatch, void, undefined> {
  const { topic, partition, end, maxBytes } = options;
  let from = 0;
  for (; from < records.length; from++) {
    const { offset, timestamp } = recordAt(records, from);
    if (BigInt(offset) >= options.from) break;
    options.onLeftOut(BigInt(offset), Number(timestamp));
  }
  while (from < records.length) {
    const to = cutAt(records, from, maxBytes);
    const nextOffset = to === records.length ? end : BigInt(recordAt(records, to).offset);
    const place = { topic, partition, nextOffset, withHeaders: options.withHeaders };
    yield packRecords(place, records, [from, to]);
    from = to;
  }
}

function cutAt(records: readonly ClientRecord[], from: number, maxBytes: number): number {
  let bytes = 0;
  for (let i = from; i < records.length; i++) {
    const record = records[i];
    bytes += (record?.value?.length ?? 0) + (record?.key?.length ?? 0);
    if (bytes > maxBytes && i > from) return i;
  }
  return records.length;
}

/** Packs `records[from..to)` of one partition; `to` must be greater than `from`. */
export function packRecords(
  {
    withHeaders = true,
    ...place
  }: {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: bigint;
    readonly withHeaders?: boolean;
  },
  records: readonly ClientRecord[],
  [from, to]: readonly [from: number, to: number],
): RecordBatch {
  const count = to - from;
  const offsetDeltas = new Float64Array(count);
  const timestamps = new Float64Array(count);
  const keyLengths = new Int32Array(count);
  const valueLengths = new Int32Array(count);
  const first = recordAt(records, from);
  const baseOffset = BigInt(first.offset);
  const baseNumber = Number(baseOffset);
  const isBaseExact = Number.isSafeInteger(baseNumber);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const { offset, timestamp, key, value } = recordAt(records, from + i);
    offsetDeltas[i] = isBaseExact ? Number(offset) - baseNumber : Number(BigInt(offset) - baseOffset);
    timestamps[i] = Number(timestamp);
    keyLengths[i] = key === null ? -1 : key.length;
    valueLengths[i] = value === null ? -1 : value.length;
    total += (key?.length ?? 0) + (value?.length ?? 0);
  }
  const bytes = new Uint8Array(total);
  let position = 0;
  for (let i = 0; i < count; i++) {
    const { key, value } = recordAt(records, from + i);
    position = append(bytes, position, key);
    position = append(bytes, position, value);
  }
  const headers = withHeaders ? headersOf(records.slice(from, to)) : undefined;
  return { ...place, baseOffset, count, offsetDeltas, timestamps, bytes, keyLengths, valueLengths, headers };
}

function headersOf(records: readonly ClientRecord[]): PackedHeaders | undefined {
  if (records.every(({ headers }) => headers === undefined || Object.keys(headers).length === 0))
    return undefined;
  const packed = records.map(({ headers = {} }) =>
    packHeaders(
      Object.entries(headers).flatMap(([name, values]) =>
        (Array.isArray(values) ? (values as readonly HeaderValue[]) : [values as HeaderValue]).map(value =>
          toHeader(name, value),
        ),
      ),
    ),
  );
  const offsets = new Int32Array(records.length + 1);
  packed.forEach((bytes, index) => (offsets[index + 1] = (offsets[index] ?? 0) + bytes.length));
  return { bytes: new Uint8Array(Buffer.concat(packed)), offsets };
}

function toHeader(name: string, value: HeaderValue | undefined): RecordHeader {
  if (value === undefined || value === null) return { name, value: undefined };
  return { name, value: typeof value === 'string' ? Buffer.from(value, 'utf8') : value };
}

/** The records of a batch that stand before an offset. The memory is shared. */
export function batchBefore(batch: RecordBatch, end: bigint | undefined): RecordBatch {
  if (end === undefined || batch.nextOffset <= end) return batch;
  let count = 0;
  while (count < batch.count && batch.baseOffset + BigInt(batch.offsetDeltas[count] ?? 0) < end) count += 1;
  let size = 0;
  for (let i = 0; i < count; i++)
    size += Math.max(0, batch.keyLengths[i] ?? 0) + Math.max(0, batch.valueLengths[i] ?? 0);
  return {
    ...batch,
    count,
    nextOffset: end,
    offsetDeltas: batch.offsetDeltas.subarray(0, count),
    timestamps: batch.timestamps.subarray(0, count),
    keyLengths: batch.keyLengths.subarray(0, count),
    valueLengths: batch.valueLengths.subarray(0, count),
    bytes: batch.bytes.subarray(0, size),
    headers: batch.headers && { ...batch.headers, offsets: batch.headers.offsets.subarray(0, count + 1) },
  };
}

function append(target: Uint8Array, position: number, source: Buffer | null): number {
  if (source === null || source.length === 0) return position;
  target.set(source, position);
  return position + source.length;
}

function recordAt(records: readonly ClientRecord[], index: number): ClientRecord {
  const record = records[index];
  if (record === undefined)
    throw new RangeError(`There is no record ${index} in a batch of ${records.length}.`);
  return record;
}
