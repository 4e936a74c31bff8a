import {
  DateDay,
  type Data,
  type DataType,
  Decimal,
  makeData,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
} from 'apache-arrow';
import { arrowType, createColumnBuilder } from '../results/column-builder.ts';
import type { StoredValue } from '../results/stored-value.ts';
import { parseMoment } from '../results/time-text.ts';
import { decimalKey } from '../results/sort-keys.ts';
import { parseTrinoType, storageOf, type Storage, type TrinoType } from '../results/trino-type.ts';

/** How a column is written to Arrow and Parquet files: with a type of its own where Arrow has one that is exact. */
export interface ExportColumn {
  readonly type: DataType;
  /** The values of one batch, from their texts. */
  build(texts: readonly (string | null)[]): Data;
}

/**
 * Decimals, dates, times and timestamps get Arrow's types; a zone becomes UTC. What Arrow cannot hold exactly stays
 * text: timestamps finer than a nanosecond, times with zone, rows, arrays and maps (as JSON), intervals, uuid …
 */
export function exportColumn(signature: string): ExportColumn {
  const type = parseTrinoType(signature);
  return typedColumn(type) ?? plainColumn(storageOf(type));
}

function plainColumn(storage: Storage): ExportColumn {
  const read = readerOf(storage);
  return {
    type: arrowType(storage),
    build: texts => {
      const builder = createColumnBuilder(storage);
      for (const text of texts) builder.append(text === null ? null : read(text));
      return builder.finish();
    },
  };
}

function readerOf(storage: Storage): (text: string) => StoredValue {
  switch (storage) {
    case 'bool':
      return text => text === 'true';
    case 'int32':
    case 'float32':
    case 'float64':
      return Number;
    case 'int64':
      return BigInt;
    case 'binary':
      return text => Buffer.from(text.slice(2), 'hex');
    case 'text':
      return String;
  }
}

function typedColumn(type: TrinoType): ExportColumn | undefined {
  const [precision = 3, scale = 0] = type.numbers;
  switch (type.base) {
    case 'decimal':
      return wideColumn(new Decimal(scale, precision, 128), decimalKey);
    case 'date':
      return {
        type: new DateDay(),
        build: texts =>
          fixed(new DateDay(), {
            texts,
            values: new Int32Array(texts.length),
            read: text => secondsOf(text) / 86_400,
          }),
      };
    case 'time':
      return precision > 6 ? undefined : wideLong(new TimeMicrosecond(), text => units(text, 6));
    case 'timestamp':
    case 'timestamp with time zone': {
      const zone = type.base === 'timestamp' ? null : 'UTC';
      if (precision <= 6) return wideLong(new TimestampMicrosecond(zone), text => units(text, 6));
      return precision <= 9 ? wideLong(new TimestampNanosecond(zone), text => units(text, 9)) : undefined;
    }
    default:
      return undefined;
  }
}

function wideLong(type: DataType, read: (text: string) => bigint): ExportColumn {
  return { type, build: texts => fixed(type, { texts, values: new BigInt64Array(texts.length), read }) };
}

/** 128-bit integers, little endian. */
function wideColumn(type: DataType, read: (text: string) => bigint): ExportColumn {
  return {
    type,
    build: texts => {
      const halves = new BigInt64Array(texts.length * 2);
      const { bitmap, nulls } = validityOf(texts);
      texts.forEach((text, i) => {
        if (text === null) return;
        const value = read(text);
        halves[i * 2] = BigInt.asIntN(64, value);
        halves[i * 2 + 1] = value >> 64n;
      });
      return dataOf(type, { length: texts.length, values: new Uint32Array(halves.buffer), bitmap, nulls });
    },
  };
}

interface FixedOptions<T extends number | bigint> {
  readonly texts: readonly (string | null)[];
  readonly values: T extends bigint ? BigInt64Array : Int32Array;
  readonly read: (text: string) => T;
}

function fixed<T extends number | bigint>(type: DataType, { texts, values, read }: FixedOptions<T>): Data {
  const { bitmap, nulls } = validityOf(texts);
  texts.forEach((text, i) => {
    if (text !== null) (values as T[] | typeof values)[i] = read(text);
  });
  return dataOf(type, { length: texts.length, values, bitmap, nulls });
}

function validityOf(texts: readonly (string | null)[]): { bitmap: Uint8Array; nulls: number } {
  const bitmap = new Uint8Array((texts.length + 7) >> 3);
  let nulls = 0;
  texts.forEach((text, i) => {
    if (text === null) nulls++;
    else bitmap[i >> 3] = (bitmap[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return { bitmap, nulls };
}

function dataOf(
  type: DataType,
  parts: {
    readonly length: number;
    readonly values: unknown;
    readonly bitmap: Uint8Array;
    readonly nulls: number;
  },
): Data {
  const { length, values, bitmap, nulls } = parts;
  return makeData({
    type,
    length,
    nullCount: nulls,
    nullBitmap: nulls === 0 ? null : bitmap,
    data: values,
  } as never) as Data;
}

function secondsOf(text: string): number {
  return parseMoment(text)?.seconds ?? 0;
}

/** Units of 10^-digits seconds. */
function units(text: string, digits: 6 | 9): bigint {
  const moment = parseMoment(text);
  if (moment === undefined) return 0n;
  const factor = 10 ** (12 - digits);
  return BigInt(moment.seconds) * BigInt(10 ** digits) + BigInt(Math.floor(moment.picoseconds / factor));
}
