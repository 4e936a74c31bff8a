import { type QuickPickItem, window } from 'vscode';
import { getContents } from '../../catalog/nessie.ts';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import type { ReferenceDirective, SnapshotDirective } from './directives.ts';
import { pickLoaded } from './pick-loaded.ts';

/** Where the tables of a cell are looked for. */
export interface SnapshotPlace {
  readonly source: CatalogSource;
  readonly reference: ReferenceDirective | undefined;
  /** The schema of names without one. */
  readonly schema: string | undefined;
}

/** Lets a person choose a snapshot of one of some tables, named by their parts. Undefined when they give up. */
export async function chooseSnapshot(
  place: SnapshotPlace,
  tables: readonly (readonly string[])[],
): Promise<SnapshotDirective | undefined> {
  const table = await chooseTable(tables);
  if (table === undefined) return undefined;
  const picked = await pickLoaded(loadSnapshots(place, table), {
    title: `Read ${table.join('.')} as of a snapshot`,
    placeHolder: 'Newest first; search by time, operation or id',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) return undefined;
  const { spellName } = await import('../catalog/sql-name.ts');
  return { table: table.map(spellName).join('.'), id: picked.id };
}

async function chooseTable(tables: readonly (readonly string[])[]): Promise<readonly string[] | undefined> {
  if (tables.length <= 1) return tables[0];
  const items = tables.map(table => ({ label: `$(table) ${table.join('.')}`, table }));
  return (await window.showQuickPick(items, { title: 'Which table is to be read as of a snapshot?' }))?.table;
}

interface SnapshotItem extends QuickPickItem {
  readonly id: string;
}

async function loadSnapshots(
  { source, reference, schema }: SnapshotPlace,
  table: readonly string[],
): Promise<SnapshotItem[]> {
  const name = table.at(-1) ?? '';
  const namespace = table.at(-2) ?? schema;
  if (namespace === undefined)
    throw new Error(`Name the schema of ${name} in the statement, or write "-- @schema …" into the cell.`);
  const key = [...namespace.split('.'), name];
  const ref =
    reference === undefined
      ? { name: await source.defaultBranch() }
      : reference.kind === 'commit'
        ? { hash: reference.name }
        : { name: reference.name };
  const { items } = await getContents(source.nessie, ref, { keys: [key] });
  const content = items[0]?.content;
  if (content?.type !== 'ICEBERG_TABLE')
    throw new Error(`There is no table ${key.join('.')} on ${reference?.name ?? 'the default branch'}.`);
  const snapshots = await source.reader.call('snapshots', { location: content.metadataLocation });
  return snapshots.map(({ snapshotId, timestampMs, summary, isCurrent }) => ({
    label: `$(history) ${new Date(timestampMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    description: describeChange(summary),
    detail: isCurrent ? `${snapshotId} (current)` : String(snapshotId),
    id: String(snapshotId),
  }));
}

function describeChange(summary: Readonly<Record<string, string>>): string {
  const added = summary['added-records'];
  const deleted = summary['deleted-records'];
  const total = summary['total-records'];
  return [
    summary['operation'] ?? 'change',
    ...(added === undefined ? [] : [`+${added}`]),
    ...(deleted === undefined ? [] : [`−${deleted}`]),
    ...(total === undefined ? [] : [`${total} rows`]),
  ].join(' · ');
}
