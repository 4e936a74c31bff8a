import { RECORDED_METADATA_TABLES } from './metadata-tables-recorded.ts';

/** A table that Iceberg derives from a table's metadata, read as `"name$snapshots"`. */
export interface MetadataTable {
  /** What stands behind the `$`. */
  readonly name: string;
  readonly summary: string;
  /** Types that follow the table's own columns are given as plain `row`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const SUMMARIES: Readonly<Record<string, string>> = {
  properties: "the table's properties",
  history: 'which snapshot was current from when on',
  metadata_log_entries: 'the metadata files of the table, newest last',
  snapshots: 'every snapshot with its parent, operation and summary',
  manifests: 'the manifests of the current snapshot',
  all_manifests: 'the manifests of all snapshots',
  partitions: 'rows, files, bytes and bounds of each partition',
  files: 'the data and delete files of the current snapshot with their statistics',
  entries: "the entries of the current snapshot's manifests",
  all_entries: "the entries of all snapshots' manifests",
  refs: 'the branches and tags of the table',
};

/** The metadata tables of every Iceberg table. */
export const METADATA_TABLES: readonly MetadataTable[] = readTables();

/** Hidden columns that every Iceberg table has; quoted when selected: `"$path"`. */
export const HIDDEN_COLUMNS: readonly {
  readonly name: string;
  readonly type: string;
  readonly summary: string;
}[] = [
  { name: '$path', type: 'varchar', summary: 'the data file of the row' },
  { name: '$partition', type: 'varchar', summary: 'the partition path of the row' },
  {
    name: '$file_modified_time',
    type: 'timestamp(3) with time zone',
    summary: "when the row's data file was written",
  },
];

function readTables(): MetadataTable[] {
  const columns = new Map<string, { name: string; type: string }[]>();
  for (const line of RECORDED_METADATA_TABLES.trim().split('\n')) {
    const [table = '', name = '', type = ''] = line.split('\t');
    columns.set(table, [...(columns.get(table) ?? []), { name, type }]);
  }
  return [...columns].map(([name, found]) => ({ name, summary: SUMMARIES[name] ?? '', columns: found }));
}
