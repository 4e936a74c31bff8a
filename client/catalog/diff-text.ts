import type { ReferenceChange } from '../../catalog/compare.ts';
import type { SnapshotDiff, TableDiff, TableTotals } from '../../catalog/iceberg/table-diff.ts';
import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { CompareChange, CompareGroup } from './compare-messages.ts';
import { describeSchemaChange } from './table-view.ts';
import { countText } from '../count-text.ts';

const CONTENTS: Readonly<Record<string, string>> = {
  ICEBERG_TABLE: 'table',
  ICEBERG_VIEW: 'view',
  NAMESPACE: 'namespace',
};

/** One line of a comparison. */
export function toCompareChange({ key, kind, from, to }: ReferenceChange): CompareChange {
  const content = to ?? from;
  const type = content?.type === 'UNKNOWN' ? content.kind : (content?.type ?? '');
  const hasDetails = from?.type === 'ICEBERG_TABLE' && to?.type === 'ICEBERG_TABLE';
  return { kind, name: key.join('.'), content: CONTENTS[type] ?? type, hasDetails };
}

/** Nessie's own note in every metadata file: it differs always and says nothing. */
const COMMIT_MARK = 'nessie.commit.id';

/** What differs inside a table, in words; how the two histories relate can be left out where it is clear. */
export function describeTableDiff(diff: TableDiff, { withRelation = true } = {}): CompareGroup[] {
  const groups: CompareGroup[] = [
    ...(diff.isSameTable ? [] : [{ title: 'Not the same table', lines: ['It was dropped and made again.'] }]),
    { title: 'Size', lines: totalLines(diff.totals.from, diff.totals.to) },
    { title: 'Schema', lines: diff.schema.map(describeSchemaChange) },
    { title: 'Partitioning', lines: changeLines(diff.partitioning, 'not partitioned') },
    { title: 'Sort order', lines: changeLines(diff.sortOrder, 'not sorted') },
    { title: 'Snapshots', lines: snapshotLines(diff.snapshots, withRelation) },
    {
      title: 'Properties',
      lines: diff.properties
        .filter(({ name }) => name !== COMMIT_MARK)
        .map(({ name, from, to }) => `${name}: ${from ?? 'not set'} → ${to ?? 'not set'}`),
    },
  ];
  return groups.filter(group => group.lines.length > 0);
}

function totalLines(from: TableTotals, to: TableTotals): string[] {
  const line = (
    what: string,
    before?: bigint,
    after?: bigint,
    text: (value: bigint) => string = countText,
  ): string[] => {
    if (before === undefined || after === undefined || before === after) return [];
    const delta = after - before;
    const sign = delta > 0n ? '+' : '−';
    return [`${what}: ${text(before)} → ${text(after)} (${sign}${text(delta > 0n ? delta : -delta)})`];
  };
  return [
    ...line('Rows', from.rows, to.rows),
    ...line('Size', from.bytes, to.bytes, bytes => formatBytes(Number(bytes))),
    ...line('Data files', from.dataFiles, to.dataFiles),
    ...line('Delete files', from.deleteFiles, to.deleteFiles),
  ];
}

function changeLines(
  change: { readonly from: string; readonly to: string } | undefined,
  none: string,
): string[] {
  return change === undefined ? [] : [`${change.from || none} → ${change.to || none}`];
}

const MAX_SNAPSHOTS = 20;

function snapshotLines({ relation, onlyFrom, onlyTo }: SnapshotDiff, withRelation: boolean): string[] {
  const relations: Readonly<Record<SnapshotDiff['relation'], string[]>> = {
    same: [],
    ahead: ['The second side has every snapshot of the first, and more.'],
    behind: ['The first side has every snapshot of the second, and more.'],
    diverged: ['Both sides have snapshots of their own: a merge would be a conflict.'],
    unrelated: ['The two histories have no snapshot in common.'],
  };
  return [
    ...(withRelation ? relations[relation] : []),
    ...sideLines('−', onlyFrom),
    ...sideLines('+', onlyTo),
  ];
}

function sideLines(sign: string, snapshots: readonly Snapshot[]): string[] {
  const lines = snapshots.slice(0, MAX_SNAPSHOTS).map(({ snapshotId, timestampMs, summary }) => {
    const added = summary['added-records'] ?? '0';
    const deleted = summary['deleted-records'] ?? '0';
    const rows = [
      ...(added === '0' ? [] : [`+${added} rows`]),
      ...(deleted === '0' ? [] : [`−${deleted} rows`]),
    ].join(' ');
    return `${sign} ${snapshotId}, ${summary['operation'] ?? 'unknown'} ${rows} at ${new Date(timestampMs).toISOString()}`;
  });
  const more = snapshots.length - lines.length;
  return more > 0 ? [...lines, `${sign} ${more} more`] : lines;
}
