import type { MaintenancePlan } from '../../catalog/maintenance.ts';
import { formatBytes } from '../lakehouse/services.ts';
import { countText } from '../count-text.ts';

/** How old something must be to go. */
export interface Retention {
  readonly label: string;
  readonly description: string;
  readonly milliseconds: number;
  /** As Trino's procedures take it. */
  readonly trino: string;
}

const HOUR_MS = 3_600_000;

export const RETENTIONS: readonly Retention[] = [
  {
    label: 'older than 7 days',
    description: 'Trino’s own minimum',
    milliseconds: 168 * HOUR_MS,
    trino: '7d',
  },
  { label: 'older than 1 day', description: '', milliseconds: 24 * HOUR_MS, trino: '1d' },
  { label: 'older than 1 hour', description: '', milliseconds: HOUR_MS, trino: '1h' },
  {
    label: 'older than now',
    description: 'only the current state stays; never while somebody writes the table',
    milliseconds: 0,
    trino: '0s',
  },
];

/** What a procedure would delete, line by line; the first line is the whole in figures. */
export function describePlan({ snapshots, files, bytes }: MaintenancePlan): string[] {
  const count = files === 1 ? '1 file' : `${countText(files)} files`;
  const gone =
    snapshots.length === 0
      ? []
      : [`${snapshots.length} ${snapshots.length === 1 ? 'snapshot' : 'snapshots'}`];
  return [
    [...gone, `${count}, at least ${formatBytes(Number(bytes))}`].join(' · '),
    ...snapshots.map(
      snapshot =>
        `snapshot ${snapshot.snapshotId} of ${new Date(snapshot.timestampMs).toISOString()}, ${snapshot.summary['operation'] ?? 'unknown'}`,
    ),
  ];
}

/** Who stands in the way of a procedure, and what it would lose. */
export function describeBlocks({ blockedBy }: MaintenancePlan): string[] {
  return blockedBy.map(({ reference, files, isCurrentLost }) => {
    if (files === undefined) return `${reference}: its metadata cannot be read, so it may need all of them`;
    const loss = isCurrentLost ? 'the table there could no longer be read' : 'its history would be lost';
    return `${reference} needs ${files} of them: ${loss}`;
  });
}
