import {
  DataType,
  type Decimal,
  type Struct,
  type Time,
  type Timestamp,
  TimeUnit,
  type Vector,
} from 'apache-arrow';

/** Reads one row of a column as a JSON value. */
export type JsonReader = (row: number) => unknown;

/** How the values of an Arrow column look in JSON: nothing loses digits, times are ISO texts, bytes are base64. */
export function toJsonReader(vector: Vector<DataType>): JsonReader {
  const read = presentReader(vector);
  return row => (vector.isValid(row) ? read(row) : null);
}

function presentReader(vector: Vector<DataType>): JsonReader {
  const type: DataType = vector.type;
  if (DataType.isInt(type) && type.bitWidth === 64) return row => exactInteger(vector.get(row) as bigint);
  if (DataType.isTimestamp(type)) return timestampReader(vector as Vector<Timestamp>);
  if (DataType.isTime(type)) return timeReader(vector as Vector<Time>);
  if (DataType.isDate(type)) return row => new Date(Number(vector.get(row))).toISOString().slice(0, 10);
  if (DataType.isDecimal(type)) return row => decimalText(vector.get(row) as Uint32Array, type);
  if (DataType.isFloat(type)) return row => floatOf(vector.get(row) as number);
  if (DataType.isBinary(type) || DataType.isFixedSizeBinary(type)) {
    return row => Buffer.from(vector.get(row) as Uint8Array).toString('base64');
  }
  if (DataType.isList(type)) {
    return row => {
      const inner = vector.get(row) as Vector<DataType>;
      const readInner = toJsonReader(inner);
      return Array.from({ length: inner.length }, (_, index) => readInner(index));
    };
  }
  if (DataType.isStruct(type)) return structReader(vector as Vector<Struct>);
  return row => plainValue(vector.get(row));
}

function structReader(vector: Vector<Struct>): JsonReader {
  const readers = vector.type.children.map((field, index) => {
    const child = vector.getChildAt<DataType>(index);
    return [field.name, child === null ? () => null : toJsonReader(child)] as const;
  });
  return row => Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
}

/** JSON has no place for an integer beyond 2^53 but in its text. */
function exactInteger(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : rawJson(String(value));
}

/** NaN and the infinities go as texts, which the decoder takes for what they are. */
function floatOf(value: number): unknown {
  return Number.isFinite(value) ? value : String(value);
}

function decimalText(words: Uint32Array, { scale }: Decimal): unknown {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] ?? 0);
  const signed = BigInt.asIntN(words.length * 32, value);
  const digits = String(signed < 0n ? -signed : signed).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return rawJson(signed < 0n ? `-${text}` : text);
}

const PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** ISO 8601 with as many digits of a second as are not zero, and `Z` where the column has a zone. */
function timestampReader(vector: Vector<Timestamp>): JsonReader {
  const { unit, timezone } = vector.type;
  const perSecond = PER_SECOND[unit];
  const suffix = timezone == null ? '' : 'Z';
  const days = new Map<number, string>();
  return row => {
    const ticks = ticksAt(vector, row);
    const wholeSeconds = ticks / perSecond - (ticks % perSecond < 0n ? 1n : 0n);
    const fraction = ticks - wholeSeconds * perSecond;
    const seconds = Number(wholeSeconds);
    const day = Math.floor(seconds / 86_400);
    let date = days.get(day);
    if (date === undefined) days.set(day, (date = new Date(day * 86_400_000).toISOString().slice(0, 10)));
    const ofDay = seconds - day * 86_400;
    const clock = `${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
    return `${date}T${clock}${fraction === 0n ? '' : fractionText(fraction, perSecond)}${suffix}`;
  };
}

/** The time of a day as `HH:MM:SS` with the digits of the second that are not zero. */
function timeReader(vector: Vector<Time>): JsonReader {
  const perSecond = PER_SECOND[vector.type.unit];
  return row => {
    const ticks = BigInt(vector.get(row) as bigint | number);
    const seconds = Number(ticks / perSecond);
    const fraction = ticks % perSecond;
    const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    return `${clock}${fraction === 0n ? '' : fractionText(fraction, perSecond)}`;
  };
}

/** The stored integer: the library's own getter rounds to milliseconds. */
function ticksAt(vector: Vector<Timestamp>, row: number): bigint {
  let index = row;
  for (const data of vector.data) {
    if (index < data.length) return data.values[index] ?? 0n;
    index -= data.length;
  }
  return 0n;
}

function fractionText(fraction: bigint, perSecond: bigint): string {
  const width = String(perSecond).length - 1;
  return `.${String(fraction).padStart(width, '0').replace(/0+$/, '')}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function plainValue(value: unknown): unknown {
  return typeof value === 'bigint' ? exactInteger(value) : value;
}

/** A JSON number by its text. The standard library's declarations do not know `JSON.rawJSON` yet. */
export function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
