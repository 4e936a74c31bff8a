import {
  currentSchema,
  defaultSortOrder,
  defaultSpec,
  type TableMetadata,
} from '../../catalog/iceberg/metadata.ts';
import { transformToText } from '../../catalog/iceberg/partition.ts';
import { indexFields } from '../../catalog/iceberg/schema.ts';
import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { type NestedField, typeToText } from '../../catalog/iceberg/types.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { TableGroup, TableLine } from './catalog-nodes.ts';
import { countText } from '../count-text.ts';

export interface TablePlace {
  readonly ref: string;
  readonly key: ContentKey;
}

/** Snapshots that the tree shows of a table, the newest ones; the table's page shows them all. */
const SHOWN_SNAPSHOTS = 50;

/** The groups that a table's metadata tells without its manifests. */
export type MetadataGroup = Exclude<TableGroup, 'partitions' | 'files'>;

/** The lines of one group of a table, from its metadata alone. */
export function tableLines(metadata: TableMetadata, group: MetadataGroup, place: TablePlace): TableLine[] {
  switch (group) {
    case 'columns':
      return columnLines(metadata, place);
    case 'partitioning':
      return partitioningLines(metadata, place);
    case 'snapshots':
      return snapshotLines(metadata, place);
  }
}

/** `1.2 M rows · 34 MB · 12 files`, as far as the writer of the current snapshot has said it. */
export function describeTable(metadata: TableMetadata): string {
  const snapshot = metadata.snapshots.find(candidate => candidate.snapshotId === metadata.currentSnapshotId);
  if (snapshot === undefined) return 'empty';
  const { summary } = snapshot;
  const parts = [
    countPart(summary['total-records'], 'row'),
    sizePart(summary['total-files-size']),
    countPart(summary['total-data-files'], 'file'),
  ];
  return parts.filter(part => part !== undefined).join(' · ');
}

function columnLines(metadata: TableMetadata, place: TablePlace): TableLine[] {
  const partitioned = new Set(defaultSpec(metadata).fields.map(field => field.sourceId));
  const sorted = new Set(defaultSortOrder(metadata).fields.map(field => field.sourceId));
  return currentSchema(metadata).fields.map(field => {
    const marks = [
      ...(field.required ? ['required'] : []),
      ...(partitioned.has(field.id) ? ['partitioned by'] : []),
      ...(sorted.has(field.id) ? ['sorted by'] : []),
    ];
    const icon = partitioned.has(field.id)
      ? 'symbol-enum'
      : sorted.has(field.id)
        ? 'list-ordered'
        : 'symbol-field';
    return {
      kind: 'line',
      group: 'columns',
      ...place,
      id: `${field.id}`,
      label: field.name,
      description: [
        typeToText(field.type),
        ...marks,
        ...(field.doc === undefined ? [] : [firstLine(field.doc)]),
      ].join(' · '),
      icon,
      tooltip: columnTooltip(field, marks),
    };
  });
}

/** A comment may be a text of several lines; the tooltip has it whole. */
function firstLine(comment: string): string {
  const [line = ''] = comment.split('\n', 1);
  return line.length <= MAX_COMMENT ? line : `${line.slice(0, MAX_COMMENT)}…`;
}

const MAX_COMMENT = 80;

function columnTooltip(field: NestedField, marks: readonly string[]): string {
  return [
    `${field.name}: ${typeToText(field.type)}`,
    `field id ${field.id}${marks.length === 0 ? '' : `, ${marks.join(', ')}`}`,
    ...(field.doc === undefined ? [] : [field.doc]),
  ].join('\n');
}

function partitioningLines(metadata: TableMetadata, place: TablePlace): TableLine[] {
  const names = indexFields(currentSchema(metadata).fields);
  const line = (id: string, label: string, description: string, icon: string): TableLine => {
    const tooltip = `${label} ${description}`;
    return { kind: 'line', group: 'partitioning', ...place, id, label, description, icon, tooltip };
  };
  const partitions = defaultSpec(metadata).fields.map(({ sourceId, transform, fieldId, name }) => {
    const column = names.get(sourceId)?.path ?? `column ${sourceId}`;
    return line(`partition ${fieldId}`, name, `${transformToText(transform)} of ${column}`, 'symbol-enum');
  });
  const orders = defaultSortOrder(metadata).fields.map(({ sourceId, transform, direction, nullOrder }) => {
    const column = names.get(sourceId)?.path ?? `column ${sourceId}`;
    const how = transformToText(transform) === 'identity' ? '' : ` by ${transformToText(transform)}`;
    return line(`sort ${sourceId}`, column, `sorted${how} ${direction}, ${nullOrder}`, 'list-ordered');
  });
  const lines = [...partitions, ...orders];
  return lines.length > 0 ? lines : [line('none', 'Neither partitioned nor sorted', '', 'circle-slash')];
}

function snapshotLines(metadata: TableMetadata, place: TablePlace): TableLine[] {
  const snapshots = [...metadata.snapshots].sort((a, b) => b.timestampMs - a.timestampMs);
  if (snapshots.length === 0) {
    const label = 'No snapshot yet';
    return [
      {
        kind: 'line',
        group: 'snapshots',
        ...place,
        id: 'none',
        label,
        description: '',
        icon: 'circle-slash',
        tooltip: label,
      },
    ];
  }
  return snapshots.slice(0, SHOWN_SNAPSHOTS).map(snapshot => ({
    kind: 'line',
    group: 'snapshots',
    ...place,
    id: `${snapshot.snapshotId}`,
    snapshotId: snapshot.snapshotId,
    label: new Date(snapshot.timestampMs)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' UTC'),
    description: describeSnapshot(snapshot, metadata.currentSnapshotId),
    icon: snapshot.snapshotId === metadata.currentSnapshotId ? 'circle-filled' : 'circle-outline',
    tooltip: snapshotTooltip(snapshot),
  }));
}

function describeSnapshot({ summary, snapshotId }: Snapshot, current: bigint | undefined): string {
  const added = BigInt(digitsOf(summary['added-records']) ?? '0');
  const deleted = BigInt(digitsOf(summary['deleted-records']) ?? '0');
  return [
    summary['operation'] ?? 'unknown operation',
    ...(added === 0n ? [] : [`+${countText(added)}`]),
    ...(deleted === 0n ? [] : [`−${countText(deleted)}`]),
    ...(snapshotId === current ? ['current'] : []),
  ].join(' · ');
}

function snapshotTooltip({ snapshotId, summary }: Snapshot): string {
  const lines = Object.entries(summary).map(([name, value]) => `${name}: ${value}`);
  return [`snapshot ${snapshotId}`, ...lines].join('\n');
}

function countPart(text: string | undefined, unit: string): string | undefined {
  const count = digitsOf(text);
  return count === undefined ? undefined : `${countText(BigInt(count))} ${unit}${count === '1' ? '' : 's'}`;
}

function sizePart(text: string | undefined): string | undefined {
  const bytes = digitsOf(text);
  return bytes === undefined ? undefined : formatBytes(Number(bytes));
}

/** Summaries are texts by whatever writer. */
function digitsOf(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? text : undefined;
}
