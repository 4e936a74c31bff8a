import { defaultSortOrder, defaultSpec, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { SchemaChange } from '../../catalog/iceberg/table-diff.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { TablePage } from '../../catalog/table-page.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type {
  BarView,
  ColumnView,
  FileView,
  ManifestView,
  PartitionView,
  SnapshotView,
  TableView,
  VersionView,
} from './table-page-messages.ts';
import { countText } from '../count-text.ts';

/** Lists longer than this are cut, and the page says so. */
const MAX_ROWS = 1000;

export interface TableViewPlace {
  readonly key: ContentKey;
  readonly reference: string;
  readonly canChange: boolean;
}

/** A table's page in the words that a person reads. */
export function toTableView(page: TablePage, { key, reference, canChange }: TableViewPlace): TableView {
  const { metadata, files } = page;
  return {
    name: key.join('.'),
    reference,
    canChange,
    facts: facts(page),
    columns: columns(page),
    schemas: page.schemas.map(schema => ({
      title: `Schema ${schema.schemaId}`,
      isCurrent: schema.isCurrent,
      lines:
        schema.changes.length === 0 ? ['No change to a column'] : schema.changes.map(describeSchemaChange),
    })),
    layouts: layouts(page),
    snapshots: snapshots(page),
    histogram: histogram(page),
    partitions: partitions(page),
    skew: skew(page),
    files: files.list.slice(0, MAX_ROWS).map((file): FileView => ({
      path: file.path.replace(`${metadata.location}/`, ''),
      kind: file.content === 'data' ? file.format.toLowerCase() : file.content.replace('-', ' '),
      rows: countText(file.rows),
      bytes: formatBytes(Number(file.bytes)),
      partition: file.partition,
    })),
    manifests: page.manifests.slice(0, MAX_ROWS).map((manifest): ManifestView => ({
      path: manifest.manifestPath.replace(`${metadata.location}/`, ''),
      content: manifest.content,
      added: optionalCount(manifest.addedFilesCount),
      existing: optionalCount(manifest.existingFilesCount),
      deleted: optionalCount(manifest.deletedFilesCount),
      bytes: formatBytes(Number(manifest.manifestLength)),
    })),
    notes: notes(page),
    pipelines: pipelines(page),
    properties: Object.entries(metadata.properties).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** One change of a column as a sentence. */
export function describeSchemaChange(change: SchemaChange): string {
  switch (change.kind) {
    case 'added':
      return `Added ${change.path} ${change.type}${change.required ? ', required' : ''}`;
    case 'dropped':
      return `Dropped ${change.path} ${change.type}`;
    case 'renamed':
      return `Renamed ${change.from} to ${change.to}`;
    case 'type':
      return `Changed the type of ${change.path} from ${change.from} to ${change.to}`;
    case 'comment':
      return `Changed the comment of ${change.path} to “${change.to}”`;
    case 'required':
      return change.to ? `Made ${change.path} required` : `Made ${change.path} optional`;
  }
}

function facts({ metadata, totals, manifests, location }: TablePage): [string, string][] {
  const optional = (label: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[label, value]];
  return [
    ...optional('Rows', totals.rows === undefined ? undefined : countText(totals.rows)),
    ...optional('Size', totals.bytes === undefined ? undefined : formatBytes(Number(totals.bytes))),
    ...optional('Data files', totals.dataFiles === undefined ? undefined : countText(totals.dataFiles)),
    ...optional('Delete files', totals.deleteFiles === undefined ? undefined : countText(totals.deleteFiles)),
    ['Manifests', `${manifests.length}`],
    ['Snapshots', `${metadata.snapshots.length}`],
    ['Last change', new Date(metadata.lastUpdatedMs).toISOString()],
    ['Format version', `${metadata.formatVersion}`],
    ['Table id', metadata.tableUuid],
    ['Location', metadata.location],
    ['Metadata', location],
  ];
}

function columns({ metadata, files }: TablePage): ColumnView[] {
  const marks = columnMarks(metadata);
  return files.columns.map(column => ({
    path: column.path,
    type: column.type,
    marks: [...(column.required ? ['required'] : []), ...(marks.get(column.fieldId) ?? [])].join(', '),
    comment: column.comment ?? '',
    ...(column.nullShare === undefined ? {} : { nullShare: column.nullShare }),
    min: column.min === undefined ? '' : `${column.min}${column.isCut === true ? '…' : ''}`,
    max: column.max === undefined ? '' : `${column.max}${column.isCut === true ? '…' : ''}`,
    distinct: column.distinct === undefined ? '' : `≈ ${countText(column.distinct)}`,
    bytes: column.bytes === undefined ? '' : formatBytes(Number(column.bytes)),
  }));
}

function columnMarks(metadata: TableMetadata): ReadonlyMap<number, string[]> {
  const marks = new Map<number, string[]>();
  const mark = (id: number, text: string): unknown => marks.set(id, [...(marks.get(id) ?? []), text]);
  for (const { sourceId } of defaultSpec(metadata).fields) mark(sourceId, 'partitioned by');
  for (const { sourceId } of defaultSortOrder(metadata).fields) mark(sourceId, 'sorted by');
  return marks;
}

function layouts({ partitioning, sorting }: TablePage): VersionView[] {
  return [
    ...partitioning.map(({ id, text, isCurrent }) => ({
      title: `Partition spec ${id}`,
      isCurrent,
      lines: [text === '' ? 'Not partitioned' : text],
    })),
    ...sorting.map(({ id, text, isCurrent }) => ({
      title: `Sort order ${id}`,
      isCurrent,
      lines: [text === '' ? 'Not sorted' : text],
    })),
  ];
}

function snapshots(page: TablePage): SnapshotView[] {
  const shown = page.snapshots.slice(0, MAX_ROWS);
  const most = shown.reduce((max, { totalRows = 0n }) => (totalRows > max ? totalRows : max), 1n);
  return shown.map(snapshot => ({
    id: `${snapshot.snapshotId}`,
    time: new Date(snapshot.timestampMs).toISOString(),
    operation: snapshot.operation,
    added: signed('+', snapshot.addedRows),
    deleted: signed('−', snapshot.deletedRows),
    total: snapshot.totalRows === undefined ? '' : countText(snapshot.totalRows),
    share: Number(snapshot.totalRows ?? 0n) / Number(most),
    isCurrent: snapshot.isCurrent,
    isInHistory: snapshot.isInHistory,
  }));
}

function histogram({ files }: TablePage): BarView[] {
  const most = Math.max(1, ...files.summary.histogram.map(size => size.files));
  return files.summary.histogram.map(size => ({
    label: `${formatBytes(size.fromBytes)} – ${formatBytes(size.fromBytes * 2)}`,
    value: `${size.files} ${size.files === 1 ? 'file' : 'files'}, ${formatBytes(Number(size.bytes))}`,
    share: size.files / most,
  }));
}

function partitions({ files }: TablePage): PartitionView[] {
  const most = Number(files.partitions[0]?.rows ?? 1n) || 1;
  return files.partitions.slice(0, MAX_ROWS).map(partition => ({
    label: partition.partition === '' ? '(whole table)' : partition.partition,
    value: countText(partition.rows),
    share: Number(partition.rows) / most,
    files: `${partition.dataFiles}${partition.deleteFiles === 0 ? '' : ` + ${partition.deleteFiles} deletes`}`,
    bytes: formatBytes(Number(partition.bytes)),
  }));
}

function skew({ files }: TablePage): string {
  if (files.skew.partitions < 2) return '';
  const { partitions: number, largestRows, averageRows, ratio } = files.skew;
  return `${number} partitions; the largest has ${countText(largestRows)} rows, ${ratio.toFixed(1)} times the average of ${countText(BigInt(Math.round(averageRows)))}.`;
}

function notes({ files, manifests, snapshots: all }: TablePage): string[] {
  const cut = (what: string, total: number): string[] =>
    total > MAX_ROWS
      ? [`The first ${countText(BigInt(MAX_ROWS))} of ${countText(BigInt(total))} ${what} are listed.`]
      : [];
  const small = files.summary.smallFiles;
  return [
    ...(files.manifestsRead < manifests.length
      ? [
          `The figures of files, partitions and columns are about ${files.manifestsRead} of ${manifests.length} manifests.`,
        ]
      : []),
    ...(small.files > 1
      ? [
          `${small.files} files are small (${formatBytes(Number(small.bytes))} together): optimize would put them together.`,
        ]
      : []),
    ...cut('files', files.list.length),
    ...cut('partitions', files.partitions.length),
    ...cut('snapshots', all.length),
  ];
}

function pipelines(page: TablePage): VersionView[] {
  return page.pipelines.map(({ pipeline, topics, isUnreadable }) => ({
    title: `Pipeline ${pipeline}`,
    isCurrent: false,
    lines: isUnreadable
      ? ['Its offsets cannot be read: another program has changed the property.']
      : topics.flatMap(({ topic, next }) =>
          [...next].map(
            ([partition, offset]) =>
              `${topic} [${partition}]: in the table up to offset ${countText(offset)}`,
          ),
        ),
  }));
}

function signed(sign: string, rows: bigint | undefined): string {
  return rows === undefined || rows === 0n ? '' : `${sign}${countText(rows)}`;
}

function optionalCount(value: number | undefined): string {
  return value === undefined ? '' : countText(BigInt(value));
}
