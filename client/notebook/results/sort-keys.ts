import type { ColumnReader } from './column-reader.ts';
import type { ResultStore } from './result-store.ts';
import { parseMoment } from './time-text.ts';
import { orderingOf, storageOf } from './trino-type.ts';

/** The keys of one column for `radixSort`, and what decides between rows whose keys are equal. */
export interface SortKeys {
  readonly words: readonly Uint32Array[];
  /** 1 where the value is NULL. */
  readonly nulls: Uint8Array;
  /** Compares two rows with equal words; absent where equal words mean equal values. */
  readonly compare?: (a: number, b: number) => number;
}

/** Above this a text column is not gathered for sorting: ORDER BY in Trino serves it better. */
const MAX_TEXT_BYTES = 512_000_000;

/** The scaled integer of a decimal's text; the text always carries the digits of its scale. */
export function decimalKey(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

/** Order-preserving keys of every row of a column. */
export function sortKeysOf(store: ResultStore, column: number): SortKeys {
  const type = store.types[column];
  if (type === undefined) throw new RangeError(`The result has no column ${column}.`);
  switch (orderingOf(type)) {
    case 'number':
      return storageOf(type) === 'int64' ? integerKeys(store, column) : doubleKeys(store, column);
    case 'decimal':
      return (type.numbers[0] ?? 38) <= LONG_DIGITS
        ? shortDecimalKeys(store, column)
        : decimalKeys(store, column);
    case 'time':
      return timeKeys(store, column);
    case 'bytes':
    case 'text':
      return byteKeys(store, column);
  }
}

/** Calls `visit` with every row of a column, batch by batch. */
function eachRow(
  store: ResultStore,
  column: number,
  visit: (reader: ColumnReader, at: number, row: number) => void,
): Uint8Array {
  const nulls = new Uint8Array(store.rowCount);
  for (let index = 0; index < store.batchCount(); index++) {
    const batch = store.batch(index);
    const reader = batch.column(column);
    for (let at = 0; at < batch.rows; at++) {
      if (reader.isNull(at)) nulls[batch.firstRow + at] = 1;
      else visit(reader, at, batch.firstRow + at);
    }
  }
  return nulls;
}

function integerKeys(store: ResultStore, column: number): SortKeys {
  return wholeKeys(store, column, (reader, at) => reader.integer(at));
}

/** Keys of values that are integers of 64 bits. */
function wholeKeys(
  store: ResultStore,
  column: number,
  valueAt: (reader: ColumnReader, at: number) => bigint,
): SortKeys {
  const high = new Uint32Array(store.rowCount);
  const low = new Uint32Array(store.rowCount);
  const cell = new BigInt64Array(1);
  const halves = new Uint32Array(cell.buffer);
  const nulls = eachRow(store, column, (reader, at, row) => {
    cell[0] = valueAt(reader, at);
    low[row] = halves[0] ?? 0;
    high[row] = (halves[1] ?? 0) ^ 0x80000000;
  });
  return { words: [high, low], nulls };
}

/** The bits of a double, changed so that they order like the number: −∞ … −0, 0 … ∞, NaN. */
function doubleKeys(store: ResultStore, column: number): SortKeys {
  const high = new Uint32Array(store.rowCount);
  const low = new Uint32Array(store.rowCount);
  const cell = new Float64Array(1);
  const halves = new Uint32Array(cell.buffer);
  const nulls = eachRow(store, column, (reader, at, row) => {
    cell[0] = reader.number(at);
    const top = halves[1] ?? 0;
    const isNegative = top >= 0x80000000;
    high[row] = isNegative ? ~top : top ^ 0x80000000;
    low[row] = isNegative ? ~(halves[0] ?? 0) : (halves[0] ?? 0);
  });
  return { words: [high, low], nulls };
}

/** Digits that always fit 64 bits. */
const LONG_DIGITS = 18;

function shortDecimalKeys(store: ResultStore, column: number): SortKeys {
  return wholeKeys(store, column, (reader, at) => decimalKey(reader.text(at) ?? '0'));
}

function decimalKeys(store: ResultStore, column: number): SortKeys {
  const words = [0, 1, 2, 3].map(() => new Uint32Array(store.rowCount));
  const cell = new BigUint64Array(2);
  const quarters = new Uint32Array(cell.buffer);
  const nulls = eachRow(store, column, (reader, at, row) => {
    const key = decimalKey(reader.text(at) ?? '0');
    cell[0] = key;
    cell[1] = key >> 64n;
    for (let w = 0; w < 4; w++) (words[w] ?? quarters)[row] = quarters[3 - w] ?? 0;
    const top = words[0] ?? quarters;
    top[row] = (top[row] ?? 0) ^ 0x80000000;
  });
  return { words, nulls };
}

function timeKeys(store: ResultStore, column: number): SortKeys {
  const words = [0, 1, 2, 3].map(() => new Uint32Array(store.rowCount));
  const [high = new Uint32Array(0), low = high, upper = high, lower = high] = words;
  const nulls = eachRow(store, column, (reader, at, row) => {
    const moment = parseMoment(reader.text(at) ?? '');
    const seconds = (moment?.seconds ?? 0) + 2 ** 51;
    const picoseconds = moment?.picoseconds ?? 0;
    high[row] = Math.floor(seconds / 2 ** 32);
    low[row] = seconds % 2 ** 32;
    upper[row] = Math.floor(picoseconds / 2 ** 32);
    lower[row] = picoseconds % 2 ** 32;
  });
  return { words, nulls };
}

const PREFIX_WORDS = 3;

/** The first bytes as key; longer values are told apart by all of their bytes, gathered in one buffer. */
function byteKeys(store: ResultStore, column: number): SortKeys {
  const { bytes, starts, nulls } = gatherBytes(store, column);
  const words = Array.from({ length: PREFIX_WORDS }, () => new Uint32Array(store.rowCount));
  for (let row = 0; row < store.rowCount; row++) {
    const start = starts[row] ?? 0;
    const end = starts[row + 1] ?? 0;
    for (let w = 0, at = start; w < PREFIX_WORDS && at < end; w++, at += 4) {
      (words[w] ?? nulls)[row] = at + 4 <= end ? bytes.readUInt32BE(at) : lastWord(bytes, at, end);
    }
  }
  // A loop over few bytes beats a call out of JavaScript for each of millions of comparisons.
  const compare = (a: number, b: number): number => {
    const startA = starts[a] ?? 0;
    const startB = starts[b] ?? 0;
    const lengthA = (starts[a + 1] ?? 0) - startA;
    const lengthB = (starts[b + 1] ?? 0) - startB;
    const shorter = lengthA < lengthB ? lengthA : lengthB;
    for (let i = PREFIX_WORDS * 4; i < shorter; i++) {
      const difference = (bytes[startA + i] ?? 0) - (bytes[startB + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  };
  return { words, nulls, compare };
}

function lastWord(bytes: Buffer, at: number, end: number): number {
  let word = 0;
  for (let i = at; i < at + 4; i++) word = word * 256 + (i < end ? (bytes[i] ?? 0) : 0);
  return word;
}

/** All values of a text or binary column one behind the other. NULL takes no bytes. */
function gatherBytes(
  store: ResultStore,
  column: number,
): { bytes: Buffer; starts: Uint32Array; nulls: Uint8Array } {
  // Grows in its place: nothing is copied, and only what is used takes memory.
  const memory = new ArrayBuffer(0, { maxByteLength: MAX_TEXT_BYTES });
  const starts = new Uint32Array(store.rowCount + 1);
  const nulls = new Uint8Array(store.rowCount);
  let used = 0;
  for (let index = 0; index < store.batchCount(); index++) {
    const batch = store.batch(index);
    const reader = batch.column(column);
    const { values, offsets } = reader.raw ?? {
      values: new Uint8Array(),
      offsets: new Int32Array(batch.rows + 1),
    };
    const first = offsets[0] ?? 0;
    const length = (offsets[batch.rows] ?? 0) - first;
    if (used + length > MAX_TEXT_BYTES) {
      throw new Error(
        `The column "${store.columns[column]?.name ?? ''}" holds more than ${MAX_TEXT_BYTES / 1e6} MB: sort it with ORDER BY in the statement.`,
      );
    }
    memory.resize(used + length);
    new Uint8Array(memory, used).set(values.subarray(first, first + length));
    for (let at = 0; at < batch.rows; at++) {
      starts[batch.firstRow + at + 1] = used + (offsets[at + 1] ?? 0) - first;
      if (reader.isNull(at)) nulls[batch.firstRow + at] = 1;
    }
    used += length;
  }
  return { bytes: Buffer.from(memory), starts, nulls };
}
