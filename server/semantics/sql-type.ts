/** A type of Trino, taken apart. `base` is '' where nothing is known, which silences every error about it. */
export interface SqlType {
  /** In lower case and one spelling: `integer`, never `int`; `timestamp with time zone`. */
  readonly base: string;
  /** Lengths and precisions as numbers or their variables, elements as types. */
  readonly args: readonly (SqlType | number)[];
  /** Of a row. */
  readonly fields?: readonly TypeField[];
}

export interface TypeField {
  /** '' for a field without a name. */
  readonly name: string;
  readonly type: SqlType;
}

export const UNKNOWN: SqlType = { base: '', args: [] };
/** The type of NULL, which fits everywhere. */
export const NULL_TYPE: SqlType = { base: 'unknown', args: [] };

/** A map, because a name in SQL may be `constructor`. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['dec', 'decimal'],
  ['double precision', 'double'],
  ['numeric', 'decimal'],
  ['string', 'varchar'],
  ['timestamp without time zone', 'timestamp'],
  ['time without time zone', 'time'],
]);

const simple = new Map<string, SqlType>();

/** A type without arguments; the same object for the same name. */
export function simpleType(name: string): SqlType {
  const lower = name.toLowerCase();
  const base = SYNONYMS.get(lower) ?? lower;
  let type = simple.get(base);
  if (type === undefined) simple.set(base, (type = { base, args: [] }));
  return type;
}

export function arrayOf(element: SqlType): SqlType {
  return { base: 'array', args: [element] };
}

export function mapOf(key: SqlType, value: SqlType): SqlType {
  return { base: 'map', args: [key, value] };
}

export function rowOf(fields: readonly TypeField[]): SqlType {
  return { base: 'row', args: [], fields };
}

export function isUnknown(type: SqlType): boolean {
  return type.base === '';
}

/** The argument of a type that is a type itself: an array's element, a map's key (0) or value (1). */
export function typeArgument(type: SqlType, index: number): SqlType {
  const found = type.args[index];
  return found === undefined || typeof found === 'number' ? UNKNOWN : found;
}

export function fieldOf(type: SqlType, name: string): TypeField | undefined {
  const wanted = name.toLowerCase();
  return type.fields?.find(field => field.name.toLowerCase() === wanted);
}

/** The type as Trino writes it; `unknown type` where nothing is known. */
export function typeText(type: SqlType): string {
  if (type.base === '') return 'unknown type';
  if (type.fields !== undefined) {
    const fields = type.fields.map(field =>
      field.name === '' ? typeText(field.type) : `${field.name} ${typeText(field.type)}`,
    );
    return `row(${fields.join(', ')})`;
  }
  if (type.args.length === 0) return type.base;
  const args = type.args.map(arg => (typeof arg === 'number' ? `${arg}` : typeText(arg))).join(', ');
  const zone = / with time zone$/.exec(type.base)?.[0];
  if (zone !== undefined) return `${type.base.slice(0, -zone.length)}(${args})${zone}`;
  return `${type.base}(${args})`;
}

const parsed = new Map<string, SqlType>();
const CACHED_TYPES = 2_000;

/** Reads a type as Trino writes it. What is not understood becomes a type with that text as its name. */
export function parseType(text: string): SqlType {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size > CACHED_TYPES) parsed.clear();
  const reader = { text: text.trim(), at: 0 };
  const type = readType(reader);
  parsed.set(text, type);
  return type;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readType(reader: Reader): SqlType {
  const name = readWords(reader).toLowerCase();
  if (reader.text[reader.at] !== '(') return simpleType(name);
  reader.at++;
  if (name === 'row') return rowOf(readList(reader, readField));
  const args = readList(reader, readArgument);
  const suffix = / ?(with|without) time zone/iy;
  suffix.lastIndex = reader.at;
  const zone = suffix.exec(reader.text)?.[0];
  if (zone !== undefined) reader.at += zone.length;
  const base = zone === undefined || /without/i.test(zone) ? name : `${name} with time zone`;
  return { base: SYNONYMS.get(base) ?? base, args };
}

/** Everything up to a parenthesis or comma: `timestamp with time zone`, `double precision`. */
function readWords(reader: Reader): string {
  const start = reader.at;
  while (reader.at < reader.text.length && !'(),'.includes(reader.text[reader.at] ?? '')) reader.at++;
  return reader.text.slice(start, reader.at).trim().replaceAll(/\s+/g, ' ');
}

function readList<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const items: T[] = [];
  while (reader.at < reader.text.length) {
    items.push(read(reader));
    const next = reader.text[reader.at++];
    if (next !== ',') break;
  }
  return items;
}

function readArgument(reader: Reader): SqlType | number {
  const number = /\s*(\d+)\s*/y;
  number.lastIndex = reader.at;
  const found = number.exec(reader.text);
  if (found === null) return readType(skipSpace(reader));
  reader.at += found[0].length;
  return Number(found[1]);
}

function readField(reader: Reader): TypeField {
  skipSpace(reader);
  const name = /"((?:[^"]|"")*)"\s+|([\p{L}_][\p{L}\p{N}_]*)\s+(?!with |precision|day |year |to )/uy;
  name.lastIndex = reader.at;
  const found = name.exec(reader.text);
  if (found === null) return { name: '', type: readType(reader) };
  reader.at += found[0].length;
  return { name: found[1]?.replaceAll('""', '"') ?? found[2] ?? '', type: readType(reader) };
}

function skipSpace(reader: Reader): Reader {
  while (reader.text[reader.at] === ' ') reader.at++;
  return reader;
}
