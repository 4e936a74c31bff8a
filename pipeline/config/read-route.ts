import { isMap, type Node } from 'yaml';
import type { RouteConfig, RoutedTable } from '../config.ts';
import { PLACEHOLDER, type RoutePlan } from '../rows/route.ts';
import { readSchema } from './read-schema.ts';
import { readPartitioning, readTable } from './read-table.ts';
import {
  pairs,
  readChoice,
  readMapping,
  readQuantity,
  readText,
  textOf,
  type YamlReader,
} from './yaml-reader.ts';

const MEMBERS = ['table', 'field', 'tables', 'otherwise', 'maxTables'];
const DEFAULT_MAX_TABLES = 100;
const MOST_TABLES = 1_000;

/**
 * `route: demo.trips_{zone}` puts fields into the table's name; `{ field: type, tables: { order: shop.orders } }` names the
 * tables by a field's values. `otherwise` and `maxTables` go with both.
 */
export function readRoute(
  reader: YamlReader,
  node: Node | null | undefined,
  main: readonly string[] | undefined,
): RouteConfig | undefined {
  if (!isMap(node)) {
    const rule = readTemplate(reader, node);
    return rule && { rule, otherwise: 'main', maxTables: DEFAULT_MAX_TABLES };
  }
  const members = readMapping(reader, node, MEMBERS, 'route');
  if (members.has('table') === members.has('field'))
    reader.fault(
      node,
      'route must have either table, a template such as demo.trips_{zone}, or field and tables.',
    );
  const rule = members.has('table')
    ? readTemplate(reader, members.get('table'))
    : readTables(reader, node, { members, main });
  const otherwise = members.has('otherwise')
    ? readChoice(reader, members.get('otherwise'), ['main', 'deadLetter', 'drop'] as const, 'route.otherwise')
    : 'main';
  const maxTables = members.has('maxTables')
    ? readQuantity(reader, members.get('maxTables'), { '': 1 }, 'route.maxTables')
    : DEFAULT_MAX_TABLES;
  if (maxTables !== undefined && maxTables > MOST_TABLES)
    reader.fault(members.get('maxTables'), `route.maxTables must be at most ${MOST_TABLES}.`);
  return rule && otherwise && maxTables ? { rule, otherwise, maxTables } : undefined;
}

function readTemplate(
  reader: YamlReader,
  node: Node | null | undefined,
): Extract<RoutePlan['rule'], { kind: 'template' }> | undefined {
  const parts = readTable(reader, node, 'route');
  if (parts === undefined) return undefined;
  if (parts.some(part => PLACEHOLDER.test(part))) {
    // What is left when the fields are taken out has no braces in a well-formed name.
    if (!parts.some(part => /[{}]/.test(part.replaceAll(/\{[^{}]+\}/g, ''))))
      return { kind: 'template', parts };
  }
  reader.fault(node, 'route must name a field in braces, e.g. demo.trips_{zone}.');
  return undefined;
}

interface RouteParts {
  readonly members: ReadonlyMap<string, Node | null>;
  readonly main: readonly string[] | undefined;
}

function readTables(
  reader: YamlReader,
  route: Node,
  { members, main }: RouteParts,
): Extract<RouteConfig['rule'], { kind: 'field' }> | undefined {
  if (!members.has('field')) return undefined;
  const field = readText(reader, members.get('field'), 'route.field');
  const listed = members.get('tables');
  if (!isMap(listed) || listed.items.length === 0) {
    reader.fault(
      listed ?? route,
      'route.tables must be a mapping of values to tables, e.g. order: shop.orders.',
    );
    return undefined;
  }
  const tables = new Map<string, RoutedTable>();
  for (const { key, value } of pairs(listed)) {
    const table = readRoutedTable(reader, value);
    if (table === undefined) continue;
    const isMain = table.table.join('.') === main?.join('.');
    if (isMain && table.schema !== undefined)
      reader.fault(value, `${table.table.join('.')} is the pipeline's own table: its schema stands above.`);
    tables.set(textOf(key) ?? '', table);
  }
  return field === undefined ? undefined : { kind: 'field', field, tables };
}

function readRoutedTable(reader: YamlReader, node: Node | null | undefined): RoutedTable | undefined {
  if (!isMap(node)) {
    const table = readTable(reader, node, 'A table of route.tables');
    return table && { table, schema: undefined, partitioning: [] };
  }
  const members = readMapping(reader, node, ['table', 'schema', 'partitioning'], 'A table of route.tables');
  const table = readTable(reader, members.get('table'), 'A table of route.tables');
  const schema = members.has('schema') ? readSchema(reader, members.get('schema')) : undefined;
  const partitioning = members.has('partitioning')
    ? readPartitioning(reader, members.get('partitioning'), schema)
    : [];
  if (members.has('partitioning') && !members.has('schema'))
    reader.fault(
      members.get('partitioning'),
      'A table of route.tables needs its own schema to have its own partitioning.',
    );
  return table && { table, schema, partitioning };
}
