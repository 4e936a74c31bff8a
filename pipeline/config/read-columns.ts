import { isMap, isScalar, type Node } from 'yaml';
import { type NestedField, typeToText } from '../../catalog/iceberg/types.ts';
import type { ColumnRule, ColumnRules, Literal } from '../columns/column-rule.ts';
import { columnsByName, compileFilter } from '../columns/compile-filter.ts';
import { type Filter, FilterFault } from '../columns/filter.ts';
import { filterSources } from '../columns/filter-sources.ts';
import { parseFilter } from '../columns/parse-filter.ts';
import { parseSource } from '../columns/parse-source.ts';
import { impliedType, ruleMisfit, withRule } from '../columns/rule-misfit.ts';
import { parseTimeFormat, type TimeFormat } from '../columns/time-format.ts';
import { createColumn } from '../decode/column.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { readField } from './read-schema.ts';
import { pairs, readMapping, readText, textOf, type YamlReader } from './yaml-reader.ts';

const COLUMN_MEMBERS = ['from', 'type', 'cast', 'format', 'default'];

/** What a pipeline file says about columns, and the columns of the table where it has a schema. */
interface ReadColumns {
  readonly columns: ColumnRules;
  readonly schema: readonly NestedField[] | undefined;
}

/**
 * `columns: { city: $.address.city, paid: { from: $.ts, cast: timestamptz, format: epoch millis }, note: { default: none },
 * source_offset: kafka.offset, debug: drop }`. Columns with a type of their own need not be in the schema.
 */
export function readColumns(
  reader: YamlReader,
  node: Node | null | undefined,
  schema: readonly NestedField[] | undefined,
): ReadColumns {
  if (!isMap(node)) {
    reader.fault(
      node,
      'columns must be a mapping of columns to what they are made of, e.g. city: $.address.city.',
    );
    return { columns: { rules: [], dropped: [] }, schema };
  }
  const rules: ColumnRule[] = [];
  const dropped: string[] = [];
  const fields = [...(schema ?? [])];
  for (const { key, value } of pairs(node)) {
    const name = textOf(key) ?? '';
    if (name === '') reader.fault(key, 'columns has a column without a name.');
    else if (textOf(value) === 'drop') {
      if (fields.some(field => field.name === name))
        reader.fault(value, `The schema has the column ${JSON.stringify(name)}: it cannot be dropped.`);
      dropped.push(name);
    } else {
      const read = readRule(reader, { name, key, value });
      if (read === undefined) continue;
      const field = fieldFor(reader, { ...read, key, value, schema: fields, isClosed: schema !== undefined });
      if (field !== undefined && !fields.includes(field)) fields.push(field);
      rules.push(read.rule);
    }
  }
  return { columns: { rules, dropped }, schema: schema === undefined ? undefined : fields };
}

interface NamedNode {
  readonly name: string;
  readonly key: Node | null;
  readonly value: Node | null;
}

interface ReadRule {
  readonly rule: ColumnRule;
  /** The column as its rule has it; undefined where the rule says no type. */
  readonly own: NestedField | undefined;
}

function readRule(reader: YamlReader, { name, key, value }: NamedNode): ReadRule | undefined {
  if (!isMap(value)) {
    const from = readFrom(reader, value);
    return (
      from &&
      completeRule({
        column: name,
        from,
        type: undefined,
        cast: false,
        format: undefined,
        default: undefined,
      })
    );
  }
  const members = readMapping(reader, value, COLUMN_MEMBERS, `The column ${JSON.stringify(name)}`);
  if (members.size === 0) {
    reader.fault(key, `The column ${JSON.stringify(name)} says nothing.`);
    return undefined;
  }
  const own = { kind: 'path', steps: [name] } as const;
  const from = members.has('from') ? readFrom(reader, members.get('from')) : own;
  if (members.has('type') && members.has('cast'))
    reader.fault(members.get('cast'), 'Give a type, which values must have, or a cast to it, not both.');
  const typeNode = members.get('cast') ?? members.get('type');
  const hasType = members.has('type') || members.has('cast');
  const field = hasType ? readField(reader, typeNode, name) : undefined;
  const format = members.has('format') ? readFormat(reader, members.get('format')) : undefined;
  if (from === undefined || (hasType && field === undefined)) return undefined;
  const rule: ColumnRule = {
    column: name,
    from,
    type: field?.type,
    cast: members.has('cast') || members.has('format'),
    format,
    default: members.has('default') ? readDefault(reader, members.get('default'), name) : undefined,
  };
  return completeRule(rule, field?.required);
}

function completeRule(rule: ColumnRule, required = false): ReadRule {
  const type = impliedType(rule);
  return { rule, own: type && { id: 0, name: rule.column, required, type } };
}

/** The column that a rule is for: the schema's, or one of its own; checks that the two fit each other. */
function fieldFor(
  reader: YamlReader,
  {
    rule,
    own,
    key,
    value,
    schema,
    isClosed,
  }: ReadRule &
    Omit<NamedNode, 'name'> & { readonly schema: readonly NestedField[]; readonly isClosed: boolean },
): NestedField | undefined {
  const { column } = rule;
  const known = schema.find(field => field.name === column);
  const field = known ?? own;
  if (known !== undefined && rule.type !== undefined && typeToText(known.type) !== typeToText(rule.type)) {
    const types = `${typeToText(known.type)} in the schema and ${typeToText(rule.type)}`;
    reader.fault(
      memberOf(value, ['type', 'cast']) ?? key,
      `The column ${JSON.stringify(column)} is ${types} here.`,
    );
  }
  const twin = schema.find(({ name }) => name !== column && name.toLowerCase() === column.toLowerCase());
  if (twin !== undefined)
    reader.fault(
      key,
      `The table has the columns ${JSON.stringify(twin.name)} and ${JSON.stringify(column)}; names that differ only in case count as one.`,
    );
  if (field === undefined) {
    if (isClosed)
      reader.fault(
        key,
        `The column ${JSON.stringify(column)} has no type: add it to the schema, or write { from: …, type: string }.`,
      );
    return undefined;
  }
  for (const spec of toColumnSpecs([field])) {
    const misfit = ruleMisfit(withRule(spec, rule));
    if (misfit !== undefined) reader.fault(memberOf(value, [misfit.part]) ?? value, misfit.message);
  }
  return field;
}

function memberOf(node: Node | null, names: readonly string[]): Node | null | undefined {
  if (!isMap(node)) return undefined;
  return pairs(node).find(({ key }) => names.includes(textOf(key) ?? ''))?.value;
}

function readFrom(reader: YamlReader, node: Node | null | undefined): ColumnRule['from'] | undefined {
  const text = readText(reader, node, 'Where a column comes from');
  if (text === undefined) return undefined;
  const parsed = parseSource(text.trim());
  if ('source' in parsed) return parsed.source;
  reader.faultWithin(node, parsed.at, parsed.fault);
  return undefined;
}

function readFormat(reader: YamlReader, node: Node | null | undefined): TimeFormat | undefined {
  const text = readText(reader, node, 'format');
  if (text === undefined) return undefined;
  const format = parseTimeFormat(text);
  if (!('fault' in format)) return format;
  reader.faultWithin(node, format.at, format.fault);
  return undefined;
}

function readDefault(reader: YamlReader, node: Node | null | undefined, name: string): Literal | undefined {
  const text = textOf(node);
  if (isScalar(node) && text !== undefined && node.value !== null)
    return {
      value: node.value as Literal['value'],
      text: typeof node.value === 'string' ? text : (node.source ?? text),
    };
  reader.fault(node, `The default of ${JSON.stringify(name)} must be a text, a number, true or false.`);
  return undefined;
}

/** `filter: fare > 0 and city is not null` */
export function readFilter(
  reader: YamlReader,
  node: Node | null | undefined,
  schema: readonly NestedField[] | undefined,
): Filter | undefined {
  const text = readText(reader, node, 'filter');
  if (text === undefined) return undefined;
  try {
    const filter = parseFilter(text);
    if (schema === undefined) filterSources(filter);
    else checkFilter(filter, schema);
    return filter;
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    reader.faultWithin(node, error.at, `filter: ${error.message}`);
    return undefined;
  }
}

/** Throws FilterFault where a condition does not fit the columns. */
export function checkFilter(filter: Filter, fields: readonly NestedField[]): void {
  const specs = [...toColumnSpecs(fields), ...filterSources(filter)];
  compileFilter(filter, columnsByName(specs.map(spec => createColumn(spec, 0))));
}
