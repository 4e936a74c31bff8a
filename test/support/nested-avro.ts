import {
  isTreeList,
  isTreeMap,
  type NestedColumn,
  type PrimitiveCase,
  type Tree,
  COLUMNS,
} from './nested-types.ts';

/** The Avro schema of records with all columns of the matrix, everything optional. */
export const NESTED_AVRO = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'long' },
    ...COLUMNS.map(column => ({
      name: column.name,
      type: ['null', avroType(column, wholeOf(column), column.name)],
    })),
  ],
};

/** A record as the Avro library takes it; each column is given one of its trees, or null. */
export function avroRecord(
  id: bigint,
  treeOf: (column: NestedColumn) => Tree,
): Readonly<Record<string, unknown>> {
  const members = COLUMNS.map((column): Entry => [
    column.name,
    avroValue(treeOf(column), column.primitive, column.name),
  ]);
  return { id, ...Object.fromEntries(members) };
}

type Entry = readonly [name: string, value: unknown];

function wholeOf({ nested }: NestedColumn): Tree {
  return nested.trees[0];
}

/** The type of what a tree shows; records are named by where they stand. */
function avroType(column: NestedColumn, tree: Tree, path: string): unknown {
  const inner = (of: Tree, name: string): unknown => ['null', avroType(column, of, `${path}_${name}`)];
  if (tree === null || typeof tree === 'string') return column.primitive.avro;
  if (isTreeMap(tree)) return { type: 'map', values: inner([...tree.values()][0] ?? null, 'e') };
  if (isTreeList(tree)) return { type: 'array', items: inner(tree[0] ?? null, 'e') };
  const fields = Object.entries<Tree>(tree).map(([name, value]) => ({ name, type: inner(value, name) }));
  return { type: 'record', name: path, fields };
}

function avroValue(tree: Tree, primitive: PrimitiveCase, path: string): unknown {
  const inner = (of: Tree, name: string): unknown => avroValue(of, primitive, `${path}_${name}`);
  if (tree === null) return null;
  if (typeof tree === 'string') return { [primitive.branch]: primitive.written[tree === 'A' ? 0 : 1] };
  if (isTreeMap(tree)) {
    const entries = [...tree].map(([key, value]): Entry => [keyText(primitive, key), inner(value, 'e')]);
    return { map: Object.fromEntries(entries) };
  }
  if (isTreeList(tree)) return { array: tree.map(item => inner(item, 'e')) };
  return {
    [path]: Object.fromEntries(Object.entries<Tree>(tree).map(([name, of]) => [name, inner(of, name)])),
  };
}

/** Keys are texts in Avro. */
function keyText({ json }: PrimitiveCase, which: 'A' | 'B'): string {
  const text = json[which === 'A' ? 0 : 1];
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
