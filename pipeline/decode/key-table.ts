/** The keys of the columns as bytes, for comparison and look-up. */
export interface KeyTable {
  /** For each column the bytes of `"name":`; none where the name needs an escape in JSON or is empty, which the careful path understands. */
  readonly keys: readonly Uint8Array[];
  readonly lengths: Int32Array;
  /**
   * The keys of 8 bytes and more, eight bytes at a time read as little-endian doubles: the fewest comparisons that need no
   * object. Text never looks like a NaN, which needs a byte FF or F0 before 7F, nor like a zero. The last of a key overlaps the one before.
   */
  readonly doubles: Float64Array;
  /** Where the doubles of each column begin; one more than columns. */
  readonly starts: Int32Array;
  /** The first and the last four bytes of each key, for shorter ones. */
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  /** Column numbers by the length of `"name":`. */
  readonly byLength: ReadonlyMap<number, readonly number[]>;
}

export function createKeyTable(names: readonly string[]): KeyTable {
  const keys = names.map(name => {
    const quoted = JSON.stringify(name);
    return quoted.includes('\\') || name === '' ? Buffer.alloc(0) : Buffer.from(`${quoted}:`, 'utf8');
  });
  const byLength = new Map<number, number[]>();
  keys.forEach((key, index) => {
    const same = byLength.get(key.length);
    if (same === undefined) byLength.set(key.length, [index]);
    else same.push(index);
  });
  const doubles = keys.map(toDoubles);
  const starts = new Int32Array(keys.length + 1);
  doubles.forEach((list, index) => (starts[index + 1] = (starts[index] ?? 0) + list.length));
  return {
    keys,
    lengths: Int32Array.from(keys, key => key.length),
    doubles: Float64Array.from(doubles.flat()),
    starts,
    heads: Int32Array.from(keys, key => (key.length === 0 ? 0 : key.readInt32LE(0))),
    tails: Int32Array.from(keys, key => (key.length === 0 ? 0 : key.readInt32LE(key.length - 4))),
    byLength,
  };
}

/** Whether `"name":` of column `index` stands at `position`; reads nothing at or behind `end`. */
export function matchesKey(
  table: KeyTable,
  index: number,
  view: DataView,
  position: number,
  end: number,
): boolean {
  const length = table.lengths[index] ?? 0;
  const behind = position + length;
  if (length === 0 || behind > end) return false;
  if (length < 8) {
    return (
      view.getInt32(position, true) === table.heads[index] &&
      view.getInt32(behind - 4, true) === table.tails[index]
    );
  }
  const { doubles, starts } = table;
  const last = (starts[index + 1] ?? 0) - 1;
  let at = position;
  for (let i = starts[index] ?? 0; i < last; i++, at += 8)
    if (view.getFloat64(at, true) !== doubles[i]) return false;
  return view.getFloat64(behind - 8, true) === doubles[last];
}

/** The column whose quoted name stands in `bytes[start..close)`; -1 where there is none. */
export function findKey(table: KeyTable, view: DataView, start: number, close: number): number {
  for (const index of table.byLength.get(close - start + 1) ?? NONE) {
    if (matchesName(table.keys[index], view, start)) return index;
  }
  return -1;
}

const NONE: readonly number[] = [];

/** Compares all but the colon, which may stand behind white space. */
function matchesName(key: Uint8Array | undefined, view: DataView, start: number): boolean {
  if (key === undefined || key.length === 0) return false;
  for (let i = 0; i < key.length - 1; i++) if (view.getUint8(start + i) !== key[i]) return false;
  return true;
}

function toDoubles(key: Buffer): number[] {
  if (key.length < 8) return [];
  const count = Math.ceil(key.length / 8);
  return Array.from({ length: count }, (_, i) => key.readDoubleLE(Math.min(i * 8, key.length - 8)));
}
