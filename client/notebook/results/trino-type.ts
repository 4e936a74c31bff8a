/** A Trino type as the result of a statement names it, for example `array(row(a bigint, "b c" varchar(5)))`. */
export interface TrinoType {
  /** The base name in lower case with its words after the arguments: `bigint`, `timestamp with time zone`. */
  readonly base: string;
  /** The numbers in parentheses: precision and scale, or length. */
  readonly numbers: readonly number[];
  /** Element of an array; key and value of a map; the fields of a row. */
  readonly children: readonly TrinoField[];
}

export interface TrinoField {
  /** Absent for array elements, map keys and values, and fields of a row without names. */
  readonly name?: string;
  readonly type: TrinoType;
}

/** How a column is held in Arrow memory. Everything that Arrow cannot hold exactly is held as Trino's own text. */
export type Storage = 'bool' | 'int32' | 'int64' | 'float32' | 'float64' | 'binary' | 'text';

/** How values of a type compare. */
export type Ordering = 'number' | 'decimal' | 'time' | 'bytes' | 'text';

/** Reads a type signature. Unknown types keep their name and are treated as text. */
export function parseTrinoType(signature: string): TrinoType {
  return typeOf(signature.trim());
}

const STORAGE: Readonly<Record<string, Storage>> = {
  boolean: 'bool',
  tinyint: 'int32',
  smallint: 'int32',
  integer: 'int32',
  bigint: 'int64',
  real: 'float32',
  double: 'float64',
  varbinary: 'binary',
  // Sketches: Trino sends their bytes, and casts them to varbinary and back.
  hyperloglog: 'binary',
  p4hyperloglog: 'binary',
  qdigest: 'binary',
  tdigest: 'binary',
  setdigest: 'binary',
};

/** The Arrow storage of a column of this type. */
export function storageOf(type: TrinoType): Storage {
  return STORAGE[type.base] ?? 'text';
}

/** How the values of this type are sorted and compared. */
export function orderingOf(type: TrinoType): Ordering {
  if (type.base === 'decimal') return 'decimal';
  if (/^(date$|time\b|timestamp\b)/.test(type.base)) return 'time';
  const storage = storageOf(type);
  if (storage === 'text') return 'text';
  return storage === 'binary' ? 'bytes' : 'number';
}

/** True for rows, arrays and maps, whose text is JSON. */
export function isNested(type: TrinoType): boolean {
  return type.base === 'row' || type.base === 'array' || type.base === 'map';
}

function typeOf(signature: string): TrinoType {
  const open = signature.indexOf('(');
  if (open < 0) return { base: signature.toLowerCase(), numbers: [], children: [] };
  const close = closingParenthesis(signature, open);
  const words = `${signature.slice(0, open).trim()} ${signature.slice(close + 1).trim()}`;
  const base = words.trim().toLowerCase();
  const args = splitArguments(signature.slice(open + 1, close));
  if (base === 'row') return { base, numbers: [], children: args.map(rowField) };
  if (base === 'array' || base === 'map') {
    return { base, numbers: [], children: args.map(argument => ({ type: typeOf(argument) })) };
  }
  return { base, numbers: args.filter(argument => /^\d+$/.test(argument)).map(Number), children: [] };
}

function rowField(argument: string): TrinoField {
  const quoted = /^"((?:[^"]|"")*)"\s+/.exec(argument);
  if (quoted !== null) {
    return { name: (quoted[1] ?? '').replaceAll('""', '"'), type: typeOf(argument.slice(quoted[0].length)) };
  }
  // `a bigint` has a name; `bigint`, `decimal(3,1)`, `timestamp(3) with time zone` and `interval day to second` have none.
  const named = /^([^\s("]+)\s+(?!with\b|without\b|day\b|year\b|precision\b)/i.exec(argument);
  if (named === null) return { type: typeOf(argument) };
  return { name: named[1] ?? '', type: typeOf(argument.slice(named[0].length)) };
}

function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === '(') depth++;
    else if (!isQuoted && char === ')' && --depth === 0) return i;
  }
  return text.length;
}

function splitArguments(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === '(') depth++;
    else if (!isQuoted && char === ')') depth--;
    if (i < text.length && (char !== ',' || depth > 0 || isQuoted)) continue;
    const argument = text.slice(start, i).trim();
    if (argument !== '') args.push(argument);
    start = i + 1;
  }
  return args;
}
