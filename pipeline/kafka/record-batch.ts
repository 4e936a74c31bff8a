import kafkajs from 'kafkajs';

/**
 * One record batch of a fetch (Kafka protocol, "Record Batch", magic 2) whose records are still packed. The client takes
 * it for one message, so it has what the client looks at: an offset, a key, and whether it is there for the client alone.
 */
export interface FetchedBatch {
  /** Of the last record. */
  readonly offset: string;
  /** Control batches, and batches of transactions that were aborted. */
  readonly isControlRecord: boolean;
  readonly baseOffset: bigint;
  readonly count: number;
  readonly firstTimestamp: number;
  /** The brokers' time, which then holds for every record; undefined where the producer's count. */
  readonly appendTime: number | undefined;
  /** Number of the compression, 0 for none. */
  readonly codec: number;
  readonly payload: Buffer;
}

interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

const BATCH_HEADER_BYTES = 61;
const LENGTH_END = 12;
const MAGIC_AT = 16;
const CODEC_MASK = 0x07;
const APPEND_TIME_FLAG = 0x08;
const TRANSACTION_FLAG = 0x10;
const CONTROL_FLAG = 0x20;

/**
 * Splits the record set of a partition into its batches; one that was cut off at the end is left out. Undefined for the
 * message format of Kafka before 0.11. `aborted` is in the order of the first offsets.
 */
export function splitRecordSet(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
): FetchedBatch[] | undefined {
  const batches: FetchedBatch[] = [];
  const waiting = [...aborted];
  const dropped = new Set<bigint>();
  for (let start = 0; start + BATCH_HEADER_BYTES <= bytes.length;) {
    if (bytes[start + MAGIC_AT] !== 2) return undefined;
    const end = start + LENGTH_END + bytes.readInt32BE(start + 8);
    if (end > bytes.length) break;
    const batch = readBatch(bytes.subarray(start, end));
    const lastOffset = BigInt(batch.offset);
    while (waiting[0] !== undefined && waiting[0].firstOffset <= lastOffset)
      dropped.add(waiting.shift()?.producerId ?? -1n);
    const attributes = bytes.readInt16BE(start + 21);
    const producerId = bytes.readBigInt64BE(start + 43);
    const isDropped = (attributes & TRANSACTION_FLAG) !== 0 && dropped.has(producerId);
    // A transaction ends with a control batch, whichever way it ends.
    if (batch.isControlRecord) dropped.delete(producerId);
    batches.push(isDropped ? { ...batch, isControlRecord: true } : batch);
    start = end;
  }
  return batches;
}

function readBatch(bytes: Buffer): FetchedBatch {
  const baseOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(21);
  const isAppendTime = (attributes & APPEND_TIME_FLAG) !== 0;
  return {
    offset: String(baseOffset + BigInt(bytes.readInt32BE(23))),
    isControlRecord: (attributes & CONTROL_FLAG) !== 0,
    baseOffset,
    count: bytes.readInt32BE(57),
    firstTimestamp: Number(bytes.readBigInt64BE(27)),
    appendTime: isAppendTime ? Number(bytes.readBigInt64BE(35)) : undefined,
    codec: attributes & CODEC_MASK,
    payload: bytes.subarray(BATCH_HEADER_BYTES),
  };
}

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** The records of a batch, unpacked but not yet taken apart. */
export async function unpackRecords({ codec, payload }: FetchedBatch): Promise<Buffer> {
  if (codec === 0) return payload;
  const codecs = kafkajs.CompressionCodecs as Readonly<Record<number, (() => Codec) | undefined>>;
  const create = codecs[codec];
  if (create === undefined)
    throw new Error(`The topic holds records with an unknown compression (${codec}).`);
  return create().decompress(payload);
}
