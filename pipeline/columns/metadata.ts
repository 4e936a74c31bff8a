import { isUtf8 } from 'node:buffer';
import { appendValue } from '../decode/append-value.ts';
import {
  type Column,
  type ColumnSpec,
  growColumn,
  KIND,
  setBigInt64,
  setInt64,
  setValid,
  writeBytes,
  writeMissing,
} from '../decode/column.ts';
import { lastHeader, readHeaders } from '../kafka/headers.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { headersAt, type RawRecord } from '../rows/raw-record.ts';
import { sourceToText } from './column-rule.ts';

/** Whether a column comes from what Kafka knows of the record, not from its value. */
export function isMetadata({ rule }: ColumnSpec): boolean {
  return rule !== undefined && rule.from.kind !== 'path';
}

/** Writes what Kafka knows of a record as row `row` of a column. Answers undefined, or why it does not fit. */
export function writeMetadata(column: Column, row: number, record: RawRecord): string | undefined {
  growColumn(column, row + 1);
  const from = column.spec.rule?.from;
  switch (from?.kind) {
    case 'topic':
      writeBytes(column, row, Buffer.from(record.topic, 'utf8'));
      return undefined;
    case 'partition':
      writePartition(column, row, record.partition);
      return undefined;
    case 'offset':
      setBigInt64(column, row, record.offset);
      return undefined;
    case 'timestamp':
      return writeTimestamp(column, row, record.timestamp) ? undefined : missing(column);
    case 'key':
      return writeText(column, row, record.key);
    case 'header':
      return writeText(column, row, lastHeader(record.headers, nameOf(column)));
    case 'headers':
      return writeHeaders(column, row, record.headers);
    default:
      throw new TypeError(`The column ${column.spec.name} does not come from Kafka.`);
  }
}

/** Columns that come from what Kafka knows, for the records of one batch after the other. */
export interface MetadataFill {
  readonly columns: readonly Column[];
  /** What each of them takes; the numbers make the switch of the hot loop cheap. */
  readonly sources: Uint8Array;
  batch: RecordBatch | undefined;
  /** The first offset of the batch where it is a number that has every digit; NaN where it is not. */
  baseOffset: number;
  topic: Uint8Array;
}

const SOURCES = ['offset', 'partition', 'timestamp', 'topic', 'key', 'header', 'headers'] as const;
const OFFSET = 0;
const PARTITION = 1;
const TIMESTAMP = 2;
const TOPIC = 3;
const KEY = 4;
const HEADER = 5;

/** Undefined where there are no such columns. */
export function createMetadataFill(columns: readonly Column[]): MetadataFill | undefined {
  const own = columns.filter(({ spec }) => isMetadata(spec));
  if (own.length === 0) return undefined;
  const sources = Uint8Array.from(own, ({ spec }) =>
    SOURCES.findIndex(source => source === spec.rule?.from.kind),
  );
  return { columns: own, sources, batch: undefined, baseOffset: NaN, topic: new Uint8Array(0) };
}

/** Turns to the next batch. */
export function fillFrom(fill: MetadataFill, batch: RecordBatch): void {
  if (fill.batch?.topic !== batch.topic) fill.topic = Buffer.from(batch.topic, 'utf8');
  fill.batch = batch;
  const end = Number(batch.baseOffset) + (batch.offsetDeltas[batch.count - 1] ?? 0);
  fill.baseOffset = Number.isSafeInteger(end) ? Number(batch.baseOffset) : NaN;
}

/**
 * {@link writeMetadata} for all of the columns, without taking the record out of its batch; its key begins at `byte`. False:
 * one of them does not fit.
 */
export function fillMetadata(fill: MetadataFill, row: number, record: number, byte: number): boolean {
  const { columns, sources, batch } = fill;
  if (batch === undefined) return false;
  for (let i = 0; i < columns.length; i++) {
    // The two lists are of the same length.
    const column = columns[i]!;
    switch (sources[i]) {
      case OFFSET:
        if (!Number.isNaN(fill.baseOffset))
          setInt64(column, row, fill.baseOffset + (batch.offsetDeltas[record] ?? 0));
        else setBigInt64(column, row, batch.baseOffset + BigInt(batch.offsetDeltas[record] ?? 0));
        break;
      case PARTITION:
        writePartition(column, row, batch.partition);
        break;
      case TIMESTAMP:
        if (!writeTimestamp(column, row, batch.timestamps[record] ?? 0)) return false;
        break;
      case TOPIC:
        writeBytes(column, row, fill.topic);
        break;
      case KEY: {
        const length = batch.keyLengths[record] ?? -1;
        const key = length < 0 ? undefined : batch.bytes.subarray(byte, byte + length);
        if (writeText(column, row, key) !== undefined) return false;
        break;
      }
      case HEADER:
        if (writeText(column, row, lastHeader(headersAt(batch, record), nameOf(column))) !== undefined)
          return false;
        break;
      default:
        if (writeHeaders(column, row, headersAt(batch, record)) !== undefined) return false;
    }
  }
  return true;
}

const headerNames = new WeakMap<ColumnSpec, Uint8Array>();

function nameOf({ spec }: Column): Uint8Array {
  let bytes = headerNames.get(spec);
  if (bytes !== undefined) return bytes;
  const from = spec.rule?.from;
  bytes = Buffer.from(from?.kind === 'header' ? from.name : '', 'utf8');
  headerNames.set(spec, bytes);
  return bytes;
}

function writePartition(column: Column, row: number, partition: number): void {
  if (column.spec.kind === KIND.long) {
    setInt64(column, row, partition);
    return;
  }
  column.i32[row] = partition;
  setValid(column, row);
}

/** Kafka writes -1 for a record without a time. False where the column must have one. */
function writeTimestamp(column: Column, row: number, milliseconds: number): boolean {
  if (milliseconds === -1) return writeMissing(column, row);
  const micros = milliseconds * 1000;
  if (Number.isSafeInteger(micros)) setInt64(column, row, micros);
  else setBigInt64(column, row, BigInt(milliseconds) * 1000n);
  return true;
}

function writeText(column: Column, row: number, bytes: Uint8Array | undefined): string | undefined {
  const { spec } = column;
  if (bytes === undefined) return writeMissing(column, row) ? undefined : missing(column);
  if (spec.kind === KIND.binary && spec.rule?.cast !== true) {
    writeBytes(column, row, bytes);
    return undefined;
  }
  if (!isUtf8(bytes)) {
    if (spec.rule?.isHidden === true && writeMissing(column, row)) return undefined;
    return `${nameFor(spec)} is no UTF-8 text`;
  }
  if (spec.kind !== KIND.string) return appendValue(column, row, textOf(bytes));
  writeBytes(column, row, bytes);
  return undefined;
}

/** Of headers with the same name the last counts, as for Kafka's own `lastHeader`. */
function writeHeaders(column: Column, row: number, packed: Uint8Array | undefined): string | undefined {
  const [keys, values] = column.children;
  if (keys === undefined || values === undefined) return `${nameFor(column.spec)} is no map`;
  let position = column.offsets[row] ?? 0;
  for (const [name, value] of new Map(readHeaders(packed).map(header => [header.name, header.value]))) {
    growColumn(values, position + 1);
    if (value !== undefined && values.spec.kind === KIND.string && !isUtf8(value))
      return `in ${nameFor(column.spec)}: the header ${JSON.stringify(name)} is no UTF-8 text`;
    const reason = appendValue(keys, position, name);
    if (reason !== undefined) return reason;
    if (value !== undefined) writeBytes(values, position, value);
    else if (!writeMissing(values, position)) return `${JSON.stringify(name)} has no value`;
    position += 1;
  }
  column.offsets[row + 1] = position;
  setValid(column, row);
  return undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function missing({ spec }: Column): string {
  return `${JSON.stringify(spec.name)} is required but the record has no ${sourceName(spec)}`;
}

function nameFor(spec: ColumnSpec): string {
  return `${JSON.stringify(spec.name)} (${sourceName(spec)})`;
}

function sourceName({ rule }: ColumnSpec): string {
  return rule === undefined ? 'value' : sourceToText(rule.from);
}
