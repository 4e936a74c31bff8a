import { BOUND_LENGTH, decodeBound } from '../iceberg/bounds.ts';
import type { DataFile } from '../iceberg/manifest.ts';
import type { TableMetadata } from '../iceberg/metadata.ts';
import { indexFields, type LocatedField, type Schema } from '../iceberg/schema.ts';
import { currentHistory } from '../iceberg/table-diff.ts';
import { isPrimitive, type PrimitiveType, typeToText } from '../iceberg/types.ts';
import { compareValues, formatValue, type IcebergValue } from '../iceberg/value.ts';
import type { JsonObject } from '../json.ts';

/**
 * What metadata knows of a column. Everything is about data files as written: rows deleted since still count. A figure is
 * absent where one file does not tell it.
 */
export interface ColumnStatistics {
  readonly fieldId: number;
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly comment?: string;
  /** 0 to 1. */
  readonly nullShare?: number;
  readonly min?: string;
  readonly max?: string;
  /** True when a text was cut, so that the real maximum is no more than `max` and the minimum no less than `min`. */
  readonly isCut?: boolean;
  /** An estimate by a statistics file. */
  readonly distinct?: bigint;
  /** In all data files. */
  readonly bytes?: bigint;
}

/** The statistics of every column with values of its own, nested ones too, in the order of the schema. */
export function columnStatistics(
  metadata: TableMetadata,
  schema: Schema,
  files: readonly DataFile[],
): ColumnStatistics[] {
  const distinct = distinctCounts(metadata);
  const data = files.filter(file => file.content === 'data');
  const located = [...indexFields(schema.fields).values()].filter(({ field }) => isPrimitive(field.type));
  return located.map(column => {
    const { field, path } = column;
    const count = distinct.get(field.id);
    return {
      fieldId: field.id,
      path,
      type: typeToText(field.type),
      required: field.required,
      ...(field.doc === undefined ? {} : { comment: field.doc }),
      ...nullShare(field.id, data),
      ...bounds(column, data),
      ...(count === undefined ? {} : { distinct: count }),
      ...columnBytes(field.id, data),
    };
  });
}

function nullShare(id: number, files: readonly DataFile[]): { readonly nullShare?: number } {
  let values = 0n;
  let nulls = 0n;
  for (const file of files) {
    const [all, missing] = [file.valueCounts?.get(id), file.nullValueCounts?.get(id)];
    if (all === undefined || missing === undefined) return {};
    values += all;
    nulls += missing;
  }
  return values === 0n ? {} : { nullShare: Number(nulls) / Number(values) };
}

function columnBytes(id: number, files: readonly DataFile[]): { readonly bytes?: bigint } {
  let bytes = 0n;
  for (const file of files) {
    const size = file.columnSizes?.get(id);
    if (size === undefined) return {};
    bytes += size;
  }
  return files.length === 0 ? {} : { bytes };
}

type Bounds = Pick<ColumnStatistics, 'min' | 'max' | 'isCut'>;

function bounds({ field }: LocatedField, files: readonly DataFile[]): Bounds {
  const type = field.type as PrimitiveType;
  let min: IcebergValue | undefined;
  let max: IcebergValue | undefined;
  for (const file of files) {
    if (isAllNull(field.id, file)) continue;
    const [low, high] = [
      decode(type, file.lowerBounds?.get(field.id)),
      decode(type, file.upperBounds?.get(field.id)),
    ];
    if (low === undefined || high === undefined) return {};
    if (min === undefined || compareValues(low, min) < 0) min = low;
    if (max === undefined || compareValues(high, max) > 0) max = high;
  }
  if (min === undefined || max === undefined) return {};
  const isCut = isCutLength(min) || isCutLength(max);
  return { min: formatValue(type, min), max: formatValue(type, max), ...(isCut ? { isCut } : {}) };
}

function isAllNull(id: number, file: DataFile): boolean {
  const values = file.valueCounts?.get(id);
  return file.recordCount === 0n || (values !== undefined && values === file.nullValueCounts?.get(id));
}

function decode(type: PrimitiveType, bytes: Uint8Array | undefined): IcebergValue | undefined {
  return bytes === undefined ? undefined : decodeBound(type, bytes);
}

function isCutLength(value: IcebergValue): boolean {
  if (typeof value === 'string') return Array.from(value).length >= BOUND_LENGTH;
  return value instanceof Uint8Array && value.length >= BOUND_LENGTH;
}

/** Estimates of the newest statistics file in the table's history, by field id. */
function distinctCounts(metadata: TableMetadata): ReadonlyMap<number, bigint> {
  const files = metadata.extra['statistics'];
  if (!Array.isArray(files)) return new Map();
  const bySnapshot = new Map(
    (files as readonly JsonObject[]).map(file => [`${file['snapshot-id'] as number | bigint}`, file]),
  );
  for (const { snapshotId } of currentHistory(metadata)) {
    const file = bySnapshot.get(`${snapshotId}`);
    if (file !== undefined) return readDistinctCounts(file);
  }
  return new Map();
}

/** One blob per column: a sketch whose estimate stands beside it (`ndv`), as the Puffin specification has it. */
function readDistinctCounts(file: JsonObject): ReadonlyMap<number, bigint> {
  const counts = new Map<number, bigint>();
  const blobs = file['blob-metadata'];
  for (const blob of Array.isArray(blobs) ? (blobs as readonly JsonObject[]) : []) {
    const estimate = (blob['properties'] as JsonObject | undefined)?.['ndv'];
    const fields = blob['fields'];
    if (typeof estimate !== 'string' || !/^\d+$/.test(estimate) || !Array.isArray(fields)) continue;
    const [id] = fields as readonly unknown[];
    if (typeof id === 'number' && fields.length === 1) counts.set(id, BigInt(estimate));
  }
  return counts;
}
