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
import { headersAt, type RawRecord, type RecordPlace } from '../rows/raw-record.ts';
import { type ColumnSource, sourceToText } from './column-rule.ts';

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
      return writeText(column, row, lastHeader(record.headers, nameOf(from)));
    case 'headers':
      return writeHeaders(column, row, record.headers);
    default:
      throw new TypeError(`The column ${column.spec.name} does not come from Kafka.`);
  }
}

/** The same for several columns of a record in a batch, without taking it out. False: ask {@link writeMetadata} why not. */
export function fillMetadata(
  columns: readonly Column[],
  row: number,
  batch: RecordBatch,
  { record, byte }: RecordPlace,
): boolean {
  for (const column of columns) {
    const from = column.spec.rule?.from;
    switch (from?.kind) {
      case 'offset':
        writeOffset(column, row, batch, record);
        break;
      case 'partition':
        writePartition(column, row, batch.partition);
        break;
      case 'timestamp':
        if (!writeTimestamp(column, row, batch.timestamps[record] ?? 0)) return false;
        break;
      case 'topic':
        writeBytes(column, row, topicBytes(batch.topic));
        break;
      case 'key': {
        const length = batch.keyLengths[record] ?? -1;
        const key = length < 0 ? undefined : batch.bytes.subarray(byte, byte + length);
        if (writeText(column, row, key) !== undefined) return false;
        break;
      }
      case 'header':
        if (writeText(column, row, lastHeader(headersAt(batch, record), nameOf(from))) !== undefined)
          return false;
        break;
      case 'headers':
        if (writeHeaders(column, row, headersAt(batch, record)) !== undefined) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

let lastTopic = { topic: '', bytes: Buffer.alloc(0) };

/** Batches come topic by topic. */
function topicBytes(topic: string): Uint8Array {
  if (lastTopic.topic !== topic) lastTopic = { topic, bytes: Buffer.from(topic, 'utf8') };
  return lastTopic.bytes;
}

const headerNames = new Map<string, Uint8Array>();

function nameOf({ name }: Extract<ColumnSource, { kind: 'header' }>): Uint8Array {
  let bytes = headerNames.get(name);
  if (bytes === undefined) headerNames.set(name, (bytes = Buffer.from(name, 'utf8')));
  return bytes;
}

function writeOffset(column: Column, row: number, batch: RecordBatch, record: number): void {
  const delta = batch.offsetDeltas[record] ?? 0;
  const offset = Number(batch.baseOffset) + delta;
  if (Number.isSafeInteger(offset)) setInt64(column, row, offset);
  else setBigInt64(column, row, batch.baseOffset + BigInt(delta));
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
