/**
 * A type of Trino. `name` is in lower case and without arguments: `decimal`, `timestamp with time zone`,
 * `interval day to second`. In a function's signature a name may be a type variable, and an argument a number's variable.
 */
export interface SqlType {
  readonly name: string;
  /** `decimal(10, 2)` has two numbers, `array(bigint)` one type; a row has `fields` instead. */
  readonly args: readonly TypeArgument[];
  readonly fields?: readonly RowField[];
}

export type TypeArgument = SqlType | number | string;

export interface RowField {
  /** As it is written; absent for a field without a name. */
  readonly name?: string;
  readonly type: SqlType;
}

/** The type of NULL. What is not known at all is `undefined`. */
export const NULL_TYPE: SqlType = { name: 'unknown', args: [] };
export const BOOLEAN: SqlType = { name: 'boolean', args: [] };
export const INTEGER: SqlType = { name: 'integer', args: [] };
export const BIGINT: SqlType = { name: 'bigint', args: [] };
export const DOUBLE: SqlType = { name: 'double', args: [] };
export const VARCHAR: SqlType = { name: 'varchar', args: [] };
export const DATE: SqlType = { name: 'date', args: [] };

export function arrayOf(element: SqlType): SqlType {
  return { name: 'array', args: [element] };
}

export function isType(argument: TypeArgument | undefined): argument is SqlType {
  return typeof argument === 'object';
}

/** Other names that Trino takes for a type. */
const ALIASES: Readonly<Record<string, string>> = {
  int: 'integer',
  dec: 'decimal',
  'double precision': 'double',
  'time without time zone': 'time',
  'timestamp without time zone': 'timestamp',
  string: 'varchar',
};

/** Reads a type as Trino writes it, for example `map(varchar, row(a bigint, "b c" timestamp(3)))`; undefined when it is none. */
export function parseType(text: string): SqlType | undefined {
  const reader = { words: text.match(TYPE_TOKENS) ?? [], at: 0 };
  const type = readType(reader);
  return reader.at === reader.words.length ? type : undefined;
}

/** A type as Trino writes it. */
export function formatType(type: SqlType): string {
  const inside = (type.fields?.map(formatField) ?? type.args.map(formatArgument)).join(', ');
  if (inside === '') return type.name;
  const space = type.name.indexOf(' ');
  if (space < 0) return `${type.name}(${inside})`;
  return `${type.name.slice(0, space)}(${inside})${type.name.slice(space)}`;
}

const TYPE_TOKENS = /"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*|\d+|[(),]/g;

interface Reader {
  readonly words: readonly string[];
  at: number;
}

function readType(reader: Reader): SqlType | undefined {
  const first = reader.words[reader.at++];
  if (first === undefined || !/^[A-Za-z_]/.test(first)) return undefined;
  const head = first.toLowerCase();
  if (head === 'row') return readRow(reader);
  const args = reader.words[reader.at] === '(' ? readArguments(reader) : [];
  if (args === undefined) return undefined;
  const name = readTail(reader, isVariableName(first) ? first : head);
  return { name: ALIASES[name] ?? name, args };
}

/** A single letter with digits is a type variable, whose case counts: SHOW FUNCTIONS has both `T` and `t`. */
function isVariableName(word: string): boolean {
  return /^[A-Z]\d?$/.test(word);
}

function readTail(reader: Reader, head: string): string {
  const words = [head];
  const isTail = (word: string | undefined): word is string =>
    word !== undefined && TAIL.has(word.toLowerCase());
  if (!/^(time|timestamp|interval|double)$/.test(head)) return head;
  for (let word = reader.words[reader.at]; isTail(word); word = reader.words[++reader.at]) {
    words.push(word.toLowerCase());
  }
  return words.join(' ');
}

const TAIL = new Set([
  'with',
  'without',
  'time',
  'zone',
  'day',
  'to',
  'second',
  'year',
  'month',
  'precision',
]);

function readArguments(reader: Reader): TypeArgument[] | undefined {
  const args: TypeArgument[] = [];
  do {
    reader.at++;
    const word = reader.words[reader.at];
    if (word === undefined) return undefined;
    if (/^\d/.test(word)) {
      args.push(Number(word));
      reader.at++;
    } else {
      const type = readType(reader);
      if (type === undefined) return undefined;
      args.push(type);
    }
  } while (reader.words[reader.at] === ',');
  return reader.words[reader.at++] === ')' ? args : undefined;
}

function readRow(reader: Reader): SqlType | undefined {
  if (reader.words[reader.at] !== '(') return { name: 'row', args: [] };
  const fields: RowField[] = [];
  do {
    reader.at++;
    const field = readField(reader);
    if (field === undefined) return undefined;
    fields.push(field);
  } while (reader.words[reader.at] === ',');
  return reader.words[reader.at++] === ')' ? { name: 'row', args: [], fields } : undefined;
}

/** `name type`, or a type alone. */
function readField(reader: Reader): RowField | undefined {
  const start = reader.at;
  const word = reader.words[start];
  const next = reader.words[start + 1];
  const isNamed = next !== undefined && /^["A-Za-z_]/.test(next) && !startsLongType(word, next);
  if (word === undefined) return undefined;
  if (isNamed) reader.at++;
  const type = readType(reader);
  if (type === undefined) return undefined;
  return isNamed ? { name: unquote(word), type } : { type };
}

/** `interval day to second`, `timestamp with time zone`: the second word is no type of a field. */
function startsLongType(word: string | undefined, next: string): boolean {
  return (
    word !== undefined &&
    /^(time|timestamp|interval|double)$/i.test(word) &&
    TAIL.has(next.toLowerCase()) &&
    next.toLowerCase() !== 'time'
  );
}

function unquote(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}

function formatField(field: RowField): string {
  if (field.name === undefined) return formatType(field.type);
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(field.name);
  return `${isPlain ? field.name : `"${field.name.replaceAll('"', '""')}"`} ${formatType(field.type)}`;
}

function formatArgument(argument: TypeArgument): string {
  return isType(argument) ? formatType(argument) : String(argument);
}
