import { compareReferences, compareTable, type ReferenceChange } from '../../catalog/compare.ts';
import { mapConcurrently } from '../../catalog/concurrent.ts';
import type { SchemaChange, TableDiff } from '../../catalog/iceberg/table-diff.ts';
import { TableUnreadableError } from '../../catalog/table-loader.ts';
import { UsageError } from '../command.ts';
import { resolveRef } from './access.ts';
import { bytesToText, type CatalogSubcommand, keyToText, parseKeyText, printJson } from './subcommand.ts';

interface Difference extends Omit<ReferenceChange, 'from' | 'to'> {
  readonly table?: TableDiff;
  /** Why the table could not be opened. */
  readonly problem?: string;
}

/** What the second reference has that the first has not, table by table. */
export const diffCommand: CatalogSubcommand = {
  usage: 'diff <from> <to> [table]',
  summary:
    'Compares two references: tables that were added, dropped or changed; schema, snapshots, rows, sizes.',
  options: [],
  run: async ({ access, positionals, signal }) => {
    const [fromText, toText, tableText] = positionals;
    if (fromText === undefined || toText === undefined) throw new UsageError('diff needs two references.');
    const [from, to] = await Promise.all([resolveRef(access, fromText), resolveRef(access, toText)]);
    const all = await compareReferences(access.nessie, { from, to }, signal);
    const wanted = tableText === undefined ? undefined : JSON.stringify(parseKeyText(tableText));
    const changes = all.filter(change => wanted === undefined || JSON.stringify(change.key) === wanted);
    const differences = await mapConcurrently(changes, 4, async change =>
      describe(access.store, change, signal),
    );
    return {
      json: () => printJson({ from: from.hash, to: to.hash, changes: differences }),
      text: () => differences.map(differenceToText).join('') || 'Nothing differs.\n',
    };
  },
};

async function describe(
  store: Parameters<typeof compareTable>[0],
  change: ReferenceChange,
  signal: AbortSignal,
): Promise<Difference> {
  const { key, kind } = change;
  try {
    const table = await compareTable(store, change, signal);
    return { key, kind, ...(table === undefined ? {} : { table }) };
  } catch (error) {
    if (!(error instanceof TableUnreadableError)) throw error;
    return { key, kind, problem: error.message };
  }
}

function differenceToText({ key, kind, table, problem }: Difference): string {
  const sign = { added: '+', dropped: '-', changed: '~' }[kind];
  const head = `${sign} ${keyToText(key)}\n`;
  if (problem !== undefined) return `${head}    ${problem}\n`;
  return table === undefined ? head : head + tableDiffToText(table);
}

/** The lines about one table, indented. */
export function tableDiffToText(diff: TableDiff): string {
  const { snapshots, totals } = diff;
  const lines = [
    ...(diff.isSameTable ? [] : ['not the same table: it was dropped and made again']),
    `snapshots ${snapshots.relation}: ${snapshots.onlyFrom.length} only before, ${snapshots.onlyTo.length} only after`,
    `rows ${totals.from.rows ?? '?'} → ${totals.to.rows ?? '?'}, size ${bytesToText(totals.from.bytes)} → ${bytesToText(totals.to.bytes)}`,
    ...diff.schema.map(schemaChangeToText),
    ...(diff.partitioning === undefined
      ? []
      : [`partitioned by ${diff.partitioning.from || 'nothing'} → ${diff.partitioning.to || 'nothing'}`]),
    ...(diff.sortOrder === undefined
      ? []
      : [`sorted by ${diff.sortOrder.from || 'nothing'} → ${diff.sortOrder.to || 'nothing'}`]),
    ...diff.properties.map(({ name, from, to }) => `property ${name}: ${from ?? 'none'} → ${to ?? 'none'}`),
  ];
  return lines.map(line => `    ${line}\n`).join('');
}

export function schemaChangeToText(change: SchemaChange): string {
  switch (change.kind) {
    case 'added':
      return `+ column ${change.path} ${change.type}${change.required ? ' not null' : ''}`;
    case 'dropped':
      return `- column ${change.path} ${change.type}`;
    case 'required':
      return `~ column ${change.path} ${change.to ? 'not null' : 'may be null'}`;
    case 'renamed':
    case 'type':
    case 'comment':
      return `~ column ${change.path} ${change.kind}: ${change.from || 'none'} → ${change.to || 'none'}`;
  }
}
