import { type Column, isValid, KIND } from '../decode/column.ts';

/** Rows that are looked at, and below how many of them nothing can be said. */
const SAMPLE_ROWS = 4_096;
const MIN_SAMPLE_ROWS = 512;
/** Above this share of values that are new although so many came before, a dictionary only repeats the column. */
const MAX_NEW_SHARE = 0.5;
/** Shares of different values so far from it that no further row changes the answer. */
const CLEAR_SHARES = { low: 0.1, high: 0.97 };

/**
 * The names of the columns that are better written without a dictionary: nearly every value is another one. For the others
 * a dictionary makes files small; for these it costs most of the encoder's time and makes files larger. Members of structs,
 * lists and maps keep their dictionaries.
 */
export function columnsWithoutDictionary(columns: readonly Column[], rows: number): string[] {
  if (rows < MIN_SAMPLE_ROWS) return [];
  return columns
    .filter(column => isMostlyDistinct(column, Math.min(rows, SAMPLE_ROWS)))
    .map(({ spec }) => spec.name);
}

function isMostlyDistinct(column: Column, rows: number): boolean {
  const read = sampleReader(column);
  if (read === undefined) return false;
  const found = new Set<number | string>();
  let values = 0;
  // Only the last quarter tells what the rest will be like: amounts of money differ at first and repeat in the end.
  const lateFrom = Math.floor(rows * 0.75);
  let late = { values: 0, found: 0 };
  for (let row = 0; row < rows; row++) {
    if (row === lateFrom) late = { values, found: found.size };
    if (!isValid(column, row)) continue;
    values += 1;
    found.add(read(row));
    if (values === MIN_SAMPLE_ROWS) {
      if (found.size > values * CLEAR_SHARES.high) return true;
      if (found.size < values * CLEAR_SHARES.low) return false;
    }
  }
  if (values < MIN_SAMPLE_ROWS) return false;
  return found.size - late.found > (values - late.values) * MAX_NEW_SHARE;
}

/** Something that differs where values do, or nearly always; undefined for columns that are left as they are. */
function sampleReader(column: Column): ((row: number) => number | string) | undefined {
  const { spec, i32, f32, f64, offsets, bytes } = column;
  const textAt = (from: number, to: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  switch (spec.kind) {
    case KIND.int:
    case KIND.date:
      return row => i32[row] ?? 0;
    case KIND.float:
      return row => f32[row] ?? 0;
    case KIND.double:
      return row => f64[row] ?? 0;
    case KIND.long:
    case KIND.time:
    case KIND.timestamp:
    case KIND.timestamptz:
      return row => (i32[row * 2 + 1] ?? 0) * 4_294_967_296 + ((i32[row * 2] ?? 0) >>> 0);
    case KIND.string:
    case KIND.binary:
      return row => textAt(offsets[row] ?? 0, offsets[row + 1] ?? 0);
    case KIND.decimal:
    case KIND.uuid:
    case KIND.fixed:
      return row => textAt(row * spec.width, (row + 1) * spec.width);
    default:
      return undefined;
  }
}
