import type { TablePath } from '../catalog-index/catalog-view.ts';
import type { TableDetails } from '../catalog-index/source.ts';
import type { AnalyzedScript } from '../script/workspace-session.ts';
import type { Column, Environment, Reference, SqlSymbol } from '../semantics/model.ts';
import { isUnknown, typeText } from '../semantics/sql-type.ts';
import { lookupTable, tableColumn } from '../semantics/tables.ts';
import { nodesAt } from '../semantics/tree.ts';
import type { NodeBase, Property, Span } from '../sql/index.ts';
import { TYPES } from '../sql/types.ts';
import type { SqlFunction } from '../sql/functions.ts';
import { findProperty, procedureOf } from './completion/properties.ts';
import { type PlaceInScript, placeInScript, referenceAt } from './symbol-at.ts';

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

const COLUMNS_SHOWN = 40;

/** What is known of the thing at an offset. */
export function hoverAt(
  analyzed: AnalyzedScript,
  offset: number,
  findFunction: (name: string) => SqlFunction | undefined,
): Hover | undefined {
  const place = placeInScript(analyzed, offset);
  if (place === undefined) return undefined;
  const reference = referenceAt(place);
  if (reference !== undefined) {
    const markdown = describeReference(analyzed, place, reference, findFunction);
    if (markdown !== undefined) return { span: inDocument(place, reference.span), markdown };
  }
  return hoverOnTree(analyzed, place);
}

function inDocument({ statement }: PlaceInScript, span: Span): Span {
  return { start: span.start + statement.piece.start, end: span.end + statement.piece.start };
}

function describeReference(
  analyzed: AnalyzedScript,
  { index, local }: PlaceInScript,
  { symbol }: Reference,
  findFunction: (name: string) => SqlFunction | undefined,
): string | undefined {
  switch (symbol.kind) {
    case 'function':
      return symbol.declaration === null
        ? describeFunction(findFunction(symbol.name))
        : code(`function ${symbol.name}`);
    case 'table':
    case 'relationAlias': {
      const path = symbol.table;
      const found = path === undefined ? undefined : lookupTable(analyzed.environmentOf(index), path);
      const details = found?.state === 'present' ? found.details : undefined;
      return describeRelation(symbol, details);
    }
    case 'commonTable':
      return describeRelation(symbol, undefined);
    default:
      return local < 0 ? undefined : describeValue(symbol);
  }
}

const KIND_WORDS: Readonly<Partial<Record<SqlSymbol['kind'], string>>> = {
  column: 'column',
  columnAlias: 'column',
  field: 'field',
  lambdaParameter: 'lambda parameter',
  parameter: 'parameter',
  variable: 'variable',
  patternVariable: 'pattern variable',
  window: 'window',
  label: 'label',
};

function describeValue(symbol: SqlSymbol): string {
  const type = symbol.type === undefined || isUnknown(symbol.type) ? '' : ` ${typeText(symbol.type)}`;
  const owner = symbol.table === undefined ? '' : `\n\nof \`${symbol.table.schema}.${symbol.table.table}\``;
  const comment = symbol.comment === undefined ? '' : `\n\n${plain(symbol.comment)}`;
  return `${code(`${symbol.name}${type}`)}\n${KIND_WORDS[symbol.kind] ?? ''}${owner}${comment}`;
}

function describeRelation(symbol: SqlSymbol, details: TableDetails | undefined): string {
  const { table } = symbol;
  const title = table === undefined ? symbol.name : `${table.catalog}.${table.schema}.${table.table}`;
  const kind = symbol.kind === 'commonTable' ? 'common table' : table === undefined ? 'relation' : 'table';
  const parts = [`${code(title)}\n${kind}`];
  if (details?.comment !== undefined) parts.push(plain(details.comment));
  const facts = factsOf(details);
  if (facts.length > 0) parts.push(facts.join(' · '));
  const columns = (symbol.columns ?? []).filter(column => column.isHidden !== true);
  if (columns.length > 0) parts.push(columnTable(columns));
  return parts.join('\n\n');
}

/** A table of the catalog in a few lines, for the list of proposals. */
export function describeTable(path: TablePath, details: TableDetails | undefined): string {
  const columns = (details?.columns ?? []).map(column => tableColumn(column, path));
  const symbol: SqlSymbol = { kind: 'table', name: path.table, declaration: null, table: path, columns };
  return describeRelation(symbol, details);
}

function factsOf(details: TableDetails | undefined): string[] {
  const facts: string[] = [];
  if (details?.rowCount !== undefined) facts.push(`${details.rowCount.toLocaleString('en')} rows`);
  if (details?.partitioning !== undefined && details.partitioning.length > 0) {
    facts.push(`partitioned by ${details.partitioning.map(field => `\`${field}\``).join(', ')}`);
  }
  const [newest] = details?.snapshots ?? [];
  if (newest !== undefined)
    facts.push(`last ${newest.operation} ${new Date(newest.timestampMs).toISOString()}`);
  return facts;
}

function columnTable(columns: readonly Column[]): string {
  const rows = columns
    .slice(0, COLUMNS_SHOWN)
    .map(({ name, type }) => `| ${plain(name)} | ${plain(typeText(type))} |`);
  const more = columns.length > COLUMNS_SHOWN ? [`\n… and ${columns.length - COLUMNS_SHOWN} more`] : [];
  return ['| column | type |', '|---|---|', ...rows, ...more].join('\n');
}

function describeFunction(found: SqlFunction | undefined): string | undefined {
  if (found === undefined) return undefined;
  const shown = found.signatures.slice(0, 6).map(({ parameters, returns, isVariadic }) => {
    const list = parameters.map(({ name, type }) => `${name} ${type}`.trim()).join(', ');
    return `${found.name}(${list}${isVariadic ? ', …' : ''}) → ${returns}`;
  });
  const lines = found.syntax === undefined ? shown : [found.syntax, ...shown];
  const more = found.signatures.length > 6 ? `\n\n… and ${found.signatures.length - 6} more signatures` : '';
  return `${code(lines.join('\n'))}\n\n${found.summary}${more}`;
}

/** Things that are no symbols: types, properties, procedures. */
function hoverOnTree(analyzed: AnalyzedScript, place: PlaceInScript): Hover | undefined {
  const { statement } = place.statement.parsed;
  const nodes = nodesAt(statement, place.local);
  const identifier = nodes.at(-1);
  if (identifier?.kind !== 'Identifier') return undefined;
  const { name } = identifier as NodeBase & { readonly name: string };
  const environment = analyzed.environmentOf(place.index);
  const markdown = describeName(place, { nodes, environment }, name);
  return markdown === undefined ? undefined : { span: inDocument(place, identifier), markdown };
}

interface NamedNodes {
  /** From the statement down to the name. */
  readonly nodes: readonly NodeBase[];
  readonly environment: Environment;
}

function describeName(
  place: PlaceInScript,
  { nodes, environment }: NamedNodes,
  name: string,
): string | undefined {
  const { statement } = place.statement.parsed;
  if (nodes.at(-2)?.kind === 'SimpleType') {
    const type = TYPES.find(item => item.name === name.toLowerCase());
    return type === undefined ? undefined : `${code(type.name)}\n${type.summary}`;
  }
  const property = nodes.findLast(node => node.kind === 'Property') as Property | undefined;
  if (property !== undefined && place.local <= property.name.end) {
    const full = property.name.parts.map(part => part.name).join('.');
    const found = findProperty({ nodes, environment }, statement, full);
    if (found === undefined) return undefined;
    const preset = found.defaultValue === '' ? '' : `, default \`${found.defaultValue}\``;
    return `${code(`${found.name} ${found.type}`)}\n${found.summary}${preset}`;
  }
  const procedure = procedureOf(statement);
  if (procedure === undefined) return undefined;
  const argument = procedure.arguments.find(item => item.name === name.toLowerCase());
  if (argument !== undefined) return `${code(`${argument.name} ${argument.type}`)}\n${argument.summary}`;
  return procedure.name === name.toLowerCase() ? `${code(procedure.name)}\n${procedure.summary}` : undefined;
}

function code(text: string): string {
  return `\`\`\`sql\n${text}\n\`\`\``;
}

/** Names and comments from outside are shown as they are, whatever Markdown would make of them. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+\-.!|]/g, String.raw`\$&`).replaceAll(/\s*\n\s*/g, ' ');
}
