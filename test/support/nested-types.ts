import type { TrinoValue } from '../../catalog/trino/values.ts';

/** One primitive type: two values as JSON text, as readers show them, and as the Avro library takes them. */
export interface PrimitiveCase {
  readonly type: string;
  readonly json: readonly [string, string];
  /** What readers show; left out where it is the JSON. */
  readonly shown?: readonly [string, string];
  readonly avro: unknown;
  /** How a union names it. */
  readonly branch: string;
  readonly written: readonly [unknown, unknown];
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const logical = (type: string, logicalType: string): object => ({ type, logicalType });
const UUIDS = ['00112233-4455-6677-8899-aabbccddeeff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

export const PRIMITIVES: readonly PrimitiveCase[] = [
  { type: 'boolean', json: ['true', 'false'], avro: 'boolean', branch: 'boolean', written: [true, false] },
  {
    type: 'int',
    json: ['-2147483648', '2147483647'],
    avro: 'int',
    branch: 'int',
    written: [-2147483648, 2147483647],
  },
  {
    type: 'long',
    json: ['9007199254740993', '-9223372036854775808'],
    avro: 'long',
    branch: 'long',
    written: [9007199254740993n, -(2n ** 63n)],
  },
  { type: 'float', json: ['0.5', '-1.25'], avro: 'float', branch: 'float', written: [0.5, -1.25] },
  { type: 'double', json: ['1e+300', '-0.25'], avro: 'double', branch: 'double', written: [1e300, -0.25] },
  {
    type: 'decimal(20,4)',
    json: ['1234567890123456.7891', '-0.5000'],
    avro: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 4 },
    branch: 'bytes',
    written: [bytes('00ab54a98ceb1f0ad3'), bytes('ec78')],
  },
  {
    type: 'date',
    json: ['"2024-02-29"', '"1582-10-15"'],
    avro: logical('int', 'date'),
    branch: 'int',
    written: [19_782, -141_427],
  },
  {
    type: 'time',
    json: ['"23:59:59.999999"', '"00:00:00.000001"'],
    avro: logical('long', 'time-micros'),
    branch: 'long',
    written: [86_399_999_999n, 1n],
  },
  {
    type: 'timestamp',
    json: ['"2024-01-01T12:00:00.123456"', '"1969-12-31T23:59:59.999999"'],
    shown: ['2024-01-01 12:00:00.123456', '1969-12-31 23:59:59.999999'],
    avro: logical('long', 'local-timestamp-micros'),
    branch: 'long',
    written: [1_704_110_400_123_456n, -1n],
  },
  {
    type: 'timestamptz',
    json: ['"2024-01-01T12:00:00.123456+02:00"', '"1969-12-31T23:59:59.999999Z"'],
    shown: ['2024-01-01 10:00:00.123456', '1969-12-31 23:59:59.999999'],
    avro: logical('long', 'timestamp-micros'),
    branch: 'long',
    written: [1_704_103_200_123_456n, -1n],
  },
  {
    type: 'string',
    json: ['"🛫 Zürich, \'a\'"', '""'],
    avro: 'string',
    branch: 'string',
    written: ["🛫 Zürich, 'a'", ''],
  },
  {
    type: 'uuid',
    json: [`"${UUIDS[0]}"`, `"${UUIDS[1]}"`],
    avro: logical('string', 'uuid'),
    branch: 'string',
    written: UUIDS,
  },
  {
    type: 'binary',
    json: ['"AAEC"', '""'],
    shown: ['000102', ''],
    avro: 'bytes',
    branch: 'bytes',
    written: [bytes('000102'), bytes('')],
  },
  {
    type: 'fixed[2]',
    json: ['"AAE="', '"//8="'],
    shown: ['0001', 'ffff'],
    avro: 'bytes',
    branch: 'bytes',
    written: [bytes('0001'), bytes('ffff')],
  },
];

/** A value by its shape: `A` and `B` are the values of a primitive type, an object is a struct, a Map a map. */
export type Tree = null | 'A' | 'B' | readonly Tree[] | { readonly [member: string]: Tree } | TreeMap;
export type TreeMap = ReadonlyMap<'A' | 'B', Tree>;

/** A type around a primitive one, and what stands in it: filled, empty, and with nulls inside. */
export interface NestedCase {
  readonly name: string;
  /** `P` stands for the primitive type, `K` for it as the key of a map. */
  readonly schema: string;
  readonly trees: readonly [whole: Tree, empty: Tree, nulls: Tree];
  /** How the column is selected so that keys of maps come as values. */
  readonly sql?: (name: string) => string;
}

const map = (...entries: readonly (readonly ['A' | 'B', Tree])[]): TreeMap => new Map(entries);
const MAP = (value: string): string => `{ map: { key: K, value: ${value} } }`;
const entries = (name: string): string => `map_entries(${name})`;
const NO_MAP = map();

export const NESTED: readonly NestedCase[] = [
  { name: 'll', schema: '[[P]]', trees: [[['A', null], [], null, ['B']], [], [null]] },
  {
    name: 'ls',
    schema: '[{ v: P, w: P }]',
    trees: [[{ v: 'A', w: 'B' }, null, { v: null, w: 'A' }], [], [{ v: null, w: null }]],
  },
  {
    name: 'lm',
    schema: `[${MAP('P')}]`,
    trees: [[map(['A', 'B'], ['B', null]), NO_MAP, null], [], [null]],
    sql: name => `transform(${name}, e -> map_entries(e))`,
  },
  {
    name: 'ss',
    schema: '{ i: { v: P, w: P } }',
    trees: [{ i: { v: 'A', w: null } }, { i: null }, { i: { v: null, w: null } }],
  },
  {
    name: 'sl',
    schema: '{ i: [P], j: P }',
    trees: [
      { i: ['A', null, 'B'], j: 'A' },
      { i: [], j: null },
      { i: null, j: 'B' },
    ],
  },
  {
    name: 'sm',
    schema: `{ i: ${MAP('P')} }`,
    trees: [{ i: map(['A', 'B'], ['B', 'A']) }, { i: NO_MAP }, { i: map(['B', null]) }],
    sql: name => `if(${name} IS NULL, NULL, ROW(map_entries(${name}.i)))`,
  },
  {
    name: 'ml',
    schema: MAP('[P]'),
    trees: [map(['A', ['A', null]], ['B', []]), NO_MAP, map(['A', null])],
    sql: entries,
  },
  {
    name: 'ms',
    schema: MAP('{ v: P }'),
    trees: [map(['A', { v: 'B' }], ['B', null]), NO_MAP, map(['A', { v: null }])],
    sql: entries,
  },
  {
    name: 'mm',
    schema: MAP(MAP('P')),
    trees: [map(['A', map(['A', 'B'], ['B', 'A'])], ['B', NO_MAP]), NO_MAP, map(['A', map(['B', null])])],
    sql: name => `transform(map_entries(${name}), e -> ROW(e[1], map_entries(e[2])))`,
  },
  { name: 'rl', schema: '[P required]', trees: [['A', 'B'], [], ['B']] },
  {
    name: 'rm',
    schema: MAP('P required'),
    trees: [map(['A', 'B'], ['B', 'A']), NO_MAP, map(['A', 'A'])],
    sql: entries,
  },
  {
    name: 'rs',
    schema: '[{ type: { v: P required, w: [P required] }, required: true }]',
    trees: [
      [
        { v: 'A', w: ['B'] },
        { v: 'B', w: [] },
      ],
      [],
      [{ v: 'A', w: null }],
    ],
  },
];

export interface NestedColumn {
  readonly name: string;
  readonly primitive: PrimitiveCase;
  readonly nested: NestedCase;
}

export const COLUMNS: readonly NestedColumn[] = PRIMITIVES.flatMap(primitive =>
  NESTED.map(nested => ({
    name: `${primitive.type.replace(/\W.*/, '')}_${nested.name}`,
    primitive,
    nested,
  })),
);

/** The lines below `schema:`. */
export const NESTED_SCHEMA = [
  'id: long',
  ...COLUMNS.map(
    ({ name, primitive, nested }) =>
      // In a flow a comma would end the type.
      `${name}: ${nested.schema.replace(/\bP( required)?|\bK\b/g, (_, required = '') => `"${primitive.type}${String(required)}"`)}`,
  ),
].join('\n');

/** Which tree each of four rows has: filled, empty, with nulls inside, and null. */
export const NESTED_ROWS: readonly ((column: NestedColumn) => Tree)[] = [
  ...[0, 1, 2].map(
    row =>
      ({ nested }: NestedColumn) =>
        nested.trees[row] ?? null,
  ),
  () => null,
];

/** The four rows as JSON records, `id` in front. */
export function nestedRecords(): string[] {
  return NESTED_ROWS.map((treeOf, id) => {
    const members = COLUMNS.map(column => `"${column.name}":${treeToJson(treeOf(column), column.primitive)}`);
    return `{"id":${id},${members.join()}}`;
  });
}

/** The JSON of a value. */
export function treeToJson(tree: Tree, primitive: PrimitiveCase): string {
  const inner = (value: Tree): string => treeToJson(value, primitive);
  if (tree === null) return 'null';
  if (typeof tree === 'string') return textOf(primitive, tree);
  if (isTreeMap(tree)) {
    const members = [...tree].map(([key, value]) => `${keyToJson(textOf(primitive, key))}:${inner(value)}`);
    return `{${members.join()}}`;
  }
  if (isTreeList(tree)) return `[${tree.map(inner).join()}]`;
  return `{${Object.entries(tree)
    .map(([name, value]) => `"${name}":${inner(value)}`)
    .join()}}`;
}

function textOf({ json }: PrimitiveCase, which: 'A' | 'B'): string {
  return json[which === 'A' ? 0 : 1];
}

export function isTreeMap(tree: Tree): tree is TreeMap {
  return tree instanceof Map;
}

export function isTreeList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

function keyToJson(json: string): string {
  return json.startsWith('"') ? json : JSON.stringify(json);
}

/** What a reader should show: primitives as text, structs as arrays of their members, maps as sorted pairs. */
export type Shown = null | string | readonly Shown[];

export function treeToShown(tree: Tree, primitive: PrimitiveCase): Shown {
  const inner = (value: Tree): Shown => treeToShown(value, primitive);
  if (tree === null) return null;
  if (typeof tree === 'string') return shownOf(primitive, tree);
  if (isTreeMap(tree))
    return sorted([...tree].map(([key, value]) => [shownOf(primitive, key), inner(value)]));
  return membersOf(tree).map(inner);
}

function membersOf(tree: Exclude<Tree, string | null | TreeMap>): readonly Tree[] {
  return isTreeList(tree) ? tree : Object.values(tree);
}

function shownOf(primitive: PrimitiveCase, which: 'A' | 'B'): string {
  const text = textOf(primitive, which);
  const shown = primitive.shown?.[which === 'A' ? 0 : 1];
  return shown ?? (text.startsWith('"') ? (JSON.parse(text) as string) : text);
}

/** Entries of maps have no order. */
export function sorted<T extends Shown>(pairs: readonly T[]): T[] {
  return [...pairs].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** A value of Trino in the form of {@link treeToShown}; `tree` tells which arrays are entries of maps. */
export function trinoToShown(value: TrinoValue, tree: Tree): Shown {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (!Array.isArray(value)) return String(value).replace(/ UTC$/, '');
  const items = value as readonly TrinoValue[];
  if (tree !== null && isTreeMap(tree)) {
    const inner = [...tree.values()][0] ?? null;
    return sorted(
      items.map(entry => {
        const [key = null, item = null] = entry as readonly TrinoValue[];
        return [trinoToShown(key, null), trinoToShown(item, inner)];
      }),
    );
  }
  const inner = tree === null || typeof tree === 'string' ? [] : membersOf(tree);
  return items.map((item, index) => trinoToShown(item, inner[index] ?? null));
}
