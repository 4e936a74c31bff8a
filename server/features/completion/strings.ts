import { PARTITION_TRANSFORMS } from '../../sql/properties.ts';
import {
  type NodeBase,
  parseStatement,
  type Property,
  type Statement,
  type TableReference,
} from '../../sql/index.ts';
import { analyze } from '../../semantics/analyze.ts';
import type { Environment } from '../../semantics/model.ts';
import { nodesAt } from '../../semantics/tree.ts';
import { columnsOf } from './column-lists.ts';
import type { StringCaret } from './caret.ts';
import { findProperty, procedureOf } from './properties.ts';
import { type Proposal, RANK } from './proposal.ts';
import { detailsOf } from './versions.ts';

const UNITS = ['day', 'hour', 'week', 'month', 'quarter', 'year', 'minute', 'second', 'millisecond'];
const UNIT_FUNCTIONS = /^(date_trunc|date_add|date_diff)$/i;

/** What may stand inside a string: partition transforms, sort columns, property values, branches and tags, units. */
export function proposeInString(caret: StringCaret, environment: Environment): Proposal[] {
  const { statement } = parseStatement(caret.text);
  const nodes = nodesAt(statement, caret.before.text.length + 1);
  const property = nodes.findLast(node => node.kind === 'Property') as Property | undefined;
  if (property !== undefined) return inProperty({ property, nodes, statement, environment, caret });
  const table = nodes.findLast(node => node.kind === 'TableReference') as TableReference | undefined;
  if (table?.version != null && caret.before.text.length >= table.version.start) {
    const references = detailsOf({ environment }, table.name)?.references ?? [];
    return references.map(({ name, type }, i) => value(name, type, i));
  }
  const call = nodes.findLast(node => node.kind === 'FunctionCall') as
    (NodeBase & { readonly name: { readonly parts: readonly { readonly name: string }[] } }) | undefined;
  if (UNIT_FUNCTIONS.test(call?.name.parts.at(-1)?.name ?? '') && isFirstArgument(caret)) {
    return UNITS.map((unit, i) => value(unit, 'unit', i));
  }
  return argumentValues(statement, nodes);
}

function isFirstArgument({ before }: StringCaret): boolean {
  return before.text.trimEnd().endsWith('(');
}

interface InProperty {
  readonly property: Property;
  readonly nodes: readonly NodeBase[];
  readonly statement: Statement;
  readonly environment: Environment;
  readonly caret: StringCaret;
}

function inProperty({ property, nodes, statement, environment, caret }: InProperty): Proposal[] {
  const name = property.name.parts.map(part => part.name.toLowerCase()).join('.');
  if (name === 'partitioning') return transforms(tableColumns(statement, environment), caret);
  if (/^(sorted_by|orc_bloom_filter_columns|parquet_bloom_filter_columns|columns)$/.test(name)) {
    return tableColumns(statement, environment).map((column, i) => value(column.name, column.type, i));
  }
  const known = findProperty({ nodes, environment }, statement, name);
  return (known?.values ?? []).map((text, i) => value(text.replaceAll("'", ''), known?.name ?? '', i));
}

interface PlainColumn {
  readonly name: string;
  readonly type: string;
}

/** The columns of the table that a statement makes or changes. */
function tableColumns(statement: Statement, environment: Environment): PlainColumn[] {
  switch (statement.kind) {
    case 'CreateTable':
      return statement.elements.flatMap(element =>
        element.kind === 'LikeClause'
          ? []
          : [{ name: element.name.parts[0]?.name ?? '', type: typeName(element.type) }],
      );
    case 'CreateTableAs':
    case 'CreateMaterializedView': {
      const analysis = analyze(statement, '', environment);
      const output = analysis.queries.get(statement.query.query);
      const names = statement.kind === 'CreateTableAs' ? statement.columns : [];
      return (output?.columns ?? [])
        .map((column, i) => ({ name: names[i]?.name ?? column.name, type: column.type.base }))
        .filter(column => column.name !== '');
    }
    case 'SetProperties':
    case 'Analyze': {
      const table = statement.kind === 'Analyze' ? statement.table : statement.name;
      return columnsOf({ environment }, table).map(({ name, type }) => ({ name, type: type.base }));
    }
    default:
      return [];
  }
}

function typeName(type: NodeBase): string {
  const node = type as NodeBase & { readonly name?: { readonly name: string }; readonly base?: string };
  return (node.name?.name ?? node.base ?? '').toLowerCase();
}

/** Every transform of every column it fits. Behind `bucket(` only columns stand. */
function transforms(columns: readonly PlainColumn[], { whole }: StringCaret): Proposal[] {
  if (whole.includes('(')) return columns.map((column, i) => value(column.name, column.type, i));
  return PARTITION_TRANSFORMS.flatMap(({ pattern, summary, types }, group) =>
    columns
      .filter(({ type }) => types.length === 0 || types.includes(type))
      .map((column, i) => ({
        ...value(pattern.replace('$1', column.name), summary, i),
        rank: RANK.expectedColumn - group * 20 - i / 10,
      })),
  );
}

/** The values of a procedure's named argument. */
function argumentValues(statement: Statement, nodes: readonly NodeBase[]): Proposal[] {
  const procedure = procedureOf(statement);
  const argument = nodes.findLast(node => node.kind === 'Argument') as
    (NodeBase & { readonly name: { readonly name: string } | null }) | undefined;
  const name = argument?.name?.name.toLowerCase();
  const known = procedure?.arguments.find(item => item.name === name);
  const values = known?.values ?? (known?.defaultValue === undefined ? [] : [known.defaultValue]);
  return values.map((text, i) => value(text.replaceAll("'", ''), known?.name ?? '', i));
}

function value(text: string, detail: string, index: number): Proposal {
  return {
    label: text,
    kind: 'value',
    insertText: text.replaceAll("'", "''"),
    detail,
    rank: RANK.expectedColumn - index,
  };
}
