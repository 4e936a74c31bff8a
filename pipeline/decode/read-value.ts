import { type Column, decimalAt, isValid, KIND } from './column.ts';
import { ExactNumber, type RecordValue } from './parse-record.ts';

/** The value of a row as it stands in a column: what became of a member of a record. */
export function readValue(column: Column, row: number): RecordValue {
  if (!isValid(column, row)) return null;
  const { kind, width, scale } = column.spec;
  const [start, end] = [column.offsets[row] ?? 0, column.offsets[row + 1] ?? 0];
  switch (kind) {
    case KIND.boolean:
      return ((column.bytes[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
    case KIND.int:
      return column.i32[row] ?? 0;
    case KIND.long:
      return column.i64[row] ?? 0n;
    case KIND.float:
      return column.f32[row] ?? NaN;
    case KIND.double:
      return column.f64[row] ?? NaN;
    case KIND.decimal:
      return new ExactNumber(decimalText(decimalAt(column, row), scale));
    case KIND.date:
      return isoText((column.i32[row] ?? 0) * 86_400_000).slice(0, 10);
    case KIND.time:
      return instantText(column.i64[row] ?? 0n).slice(11);
    case KIND.timestamp:
      return instantText(column.i64[row] ?? 0n);
    case KIND.timestamptz:
      return `${instantText(column.i64[row] ?? 0n)}Z`;
    case KIND.string:
      return Buffer.from(column.bytes.subarray(start, end)).toString('utf8');
    case KIND.binary:
      return column.bytes.slice(start, end);
    case KIND.uuid:
      return uuidText(column.bytes.subarray(row * width, (row + 1) * width));
    case KIND.fixed:
      return column.bytes.slice(row * width, (row + 1) * width);
    default:
      return readNested(column, row, [start, end]);
  }
}

function readNested(column: Column, row: number, [start, end]: readonly [number, number]): RecordValue {
  const [first, second] = column.children;
  if (column.spec.kind === KIND.struct)
    return Object.fromEntries(column.children.map(child => [child.spec.name, readValue(child, row)]));
  const places = Array.from({ length: end - start }, (_, index) => start + index);
  if (first === undefined) return null;
  if (second === undefined) return places.map(place => readValue(first, place));
  return Object.fromEntries(
    places.map(place => [keyText(readValue(first, place)), readValue(second, place)]),
  );
}

/** A key as the name of an object's member. */
export function keyText(key: RecordValue): string {
  if (key instanceof ExactNumber) return key.source;
  if (key instanceof Uint8Array) return Buffer.from(key).toString('base64');
  return typeof key === 'object' ? JSON.stringify(key) : String(key);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** Microseconds since the epoch as ISO 8601 without a zone; only as many digits of a fraction as are needed. */
function instantText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = isoText(Number(micros - fraction) / 1000).slice(0, 19);
  return fraction === 0n ? seconds : `${seconds}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

function isoText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
