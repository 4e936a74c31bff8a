import { bytesToUuid } from '../../catalog/iceberg/bounds.ts';
import type { Transform, TypedPartitionField } from '../../catalog/iceberg/partition.ts';
import { applyTransform } from '../../catalog/iceberg/transforms.ts';
import type { IcebergValue } from '../../catalog/iceberg/value.ts';
import { type Column, decimalAt, isValid, KIND } from '../decode/column.ts';

/** Rows that belong into one partition. */
export interface PartitionedRows {
  /** One value per field of the partition spec. */
  readonly partition: readonly (IcebergValue | null)[];
  /** The same as text, to find the partition again. */
  readonly key: string;
  readonly rows: Int32Array;
}

/** Sorts the first `rows` rows of the columns by partition. Throws for a partition field whose column is not there. */
export function partitionRows(
  columns: readonly Column[],
  rows: number,
  fields: readonly TypedPartitionField[],
): PartitionedRows[] {
  const keyed = fields.map(field => createKeyReader(columnById(columns, field), field));
  const groups = new Map<string, { partition: (IcebergValue | null)[]; members: number[] }>();
  for (let row = 0; row < rows; row++) {
    let key = '';
    for (const reader of keyed) key += `${reader.key(row)}/`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { partition: keyed.map(reader => reader.value(row)), members: [] };
      groups.set(key, group);
    }
    group.members.push(row);
  }
  return [...groups].map(([key, { partition, members }]) => ({
    partition,
    key,
    rows: Int32Array.from(members),
  }));
}

/** The value of a row as Iceberg's functions take it; null where there is none. Primitive columns only. */
export function icebergValueAt(column: Column, row: number): IcebergValue | null {
  if (!isValid(column, row)) return null;
  const { spec, offsets, bytes } = column;
  const start = offsets[row] ?? 0;
  const end = offsets[row + 1] ?? 0;
  switch (spec.kind) {
    case KIND.boolean:
      return ((bytes[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
    case KIND.int:
    case KIND.date:
      return column.i32[row] ?? 0;
    case KIND.float:
      return column.f32[row] ?? 0;
    case KIND.double:
      return column.f64[row] ?? 0;
    case KIND.decimal:
      return decimalAt(column, row);
    case KIND.string:
      return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    case KIND.binary:
      return bytes.slice(start, end);
    case KIND.fixed:
      return bytes.slice(row * spec.width, (row + 1) * spec.width);
    case KIND.uuid:
      return bytesToUuid(bytes.subarray(row * 16, row * 16 + 16));
    case KIND.struct:
    case KIND.list:
    case KIND.map:
      throw new TypeError(`Column ${spec.name} is nested and has no single value.`);
    default:
      return column.i64[row] ?? 0n;
  }
}

interface KeyReader {
  /** A text that is equal exactly where the partition value is. */
  key(row: number): string;
  value(row: number): IcebergValue | null;
}

function createKeyReader(column: Column, field: TypedPartitionField): KeyReader {
  const value = (row: number): IcebergValue | null =>
    normalise(applyTransform(field.transform, field.sourceType, icebergValueAt(column, row)));
  const key = (row: number): string => keyOf(value(row));
  const coarse = coarseReader(column, field.transform);
  if (coarse === undefined) return { key, value };
  // Rows of one hour share every time transform, so the transform itself runs once per hour.
  const known = new Map<number, string>();
  return {
    value,
    key: row => {
      const hour = isValid(column, row) ? coarse(row) : NaN;
      if (Number.isNaN(hour)) return key(row);
      let text = known.get(hour);
      if (text === undefined) known.set(hour, (text = key(row)));
      return text;
    },
  };
}

function coarseReader(column: Column, transform: Transform): ((row: number) => number) | undefined {
  const isTime =
    transform.kind === 'year' ||
    transform.kind === 'month' ||
    transform.kind === 'day' ||
    transform.kind === 'hour';
  if (!isTime) return undefined;
  if (column.spec.kind === KIND.date) return row => column.i32[row] ?? 0;
  return row => {
    const micros = (column.i32[row * 2 + 1] ?? 0) * 4_294_967_296 + ((column.i32[row * 2] ?? 0) >>> 0);
    return Number.isSafeInteger(micros) ? Math.floor(micros / 3_600_000_000) : NaN;
  };
}

/** Both zeros and all NaNs are one partition each. */
function normalise(value: IcebergValue | null): IcebergValue | null {
  return value === 0 ? 0 : value;
}

function keyOf(value: IcebergValue | null): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function columnById(columns: readonly Column[], field: TypedPartitionField): Column {
  const pending = [...columns];
  for (let column = pending.shift(); column !== undefined; column = pending.shift()) {
    if (column.spec.id === field.sourceId) return column;
    if (column.spec.kind === KIND.struct) pending.push(...column.children);
  }
  throw new Error(
    `The table is partitioned by ${field.name}, but no column of the schema has id ${field.sourceId}.`,
  );
}
