/** The keys of the columns as bytes, for comparison and look-up. */
export interface KeyTable {
  /** For each column the bytes of `"name":` as 32-bit little-endian words; the last word overlaps the one before. */
  readonly words: readonly Int32Array[];
  /** Bytes of `"name":`; 0 where the name needs an escape in JSON or is empty, which the careful path understands. */
  readonly lengths: Int32Array;
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
  return { words: keys.map(toWords), lengths: Int32Array.from(keys, key => key.length), byLength };
}

/** Whether `"name":` of column `index` stands at `position`; reads nothing at or behind `end`. */
export function matchesKey(
  table: KeyTable,
  index: number,
  view: DataView,
  position: number,
  end: number,
): boolean {
  const words = table.words[index];
  const length = table.lengths[index] ?? 0;
  if (words === undefined || length === 0 || position + length > end) return false;
  const last = words.length - 1;
  for (let i = 0; i < last; i++) if (view.getInt32(position + i * 4, true) !== words[i]) return false;
  return view.getInt32(position + length - 4, true) === words[last];
}

/** The column whose quoted name stands in `bytes[start..close)`; -1 where there is none. */
export function findKey(table: KeyTable, view: DataView, start: number, close: number): number {
  for (const index of table.byLength.get(close - start + 1) ?? NONE) {
    if (matchesName(table, index, view, start)) return index;
  }
  return -1;
}

const NONE: readonly number[] = [];

/** Compares all but the colon, which may stand behind white space. */
function matchesName(table: KeyTable, index: number, view: DataView, start: number): boolean {
  const words = table.words[index];
  const length = table.lengths[index] ?? 0;
  if (words === undefined || length === 0) return false;
  const bytes = new Uint8Array(words.buffer);
  const last = words.length - 1;
  for (let i = 0; i < length - 1; i++) {
    const key = i < last * 4 ? bytes[i] : bytes[last * 4 + i - (length - 4)];
    if (view.getUint8(start + i) !== key) return false;
  }
  return true;
}

function toWords(key: Buffer): Int32Array {
  if (key.length === 0) return new Int32Array(0);
  const count = Math.ceil(key.length / 4);
  return Int32Array.from({ length: count }, (_, i) => key.readInt32LE(Math.min(i * 4, key.length - 4)));
}
