import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { partitionKey } from '../compact/plan-compaction.ts';
import type { DeadLetterFile } from './dead-letter-files.ts';

/** What is tried, and committed, at once. */
export interface UnitLimits {
  readonly letters: number;
  /** Bytes of the dead-letter files. */
  readonly bytes: number;
}

export const UNIT_LIMITS: UnitLimits = { letters: 200_000, bytes: 32 * 1024 * 1024 };

/** The next files to look at: the first of those that are left and more of its partition, up to the limits; one at least. */
export function chooseUnit(files: readonly DeadLetterFile[], limits: UnitLimits): DeadLetterFile[] {
  const unit: DeadLetterFile[] = [];
  let letters = 0;
  let bytes = 0;
  for (const file of files) {
    const [first = file] = unit;
    if (partitionKey(file) !== partitionKey(first)) continue;
    letters += Number(file.dataFile.recordCount);
    bytes += Number(file.dataFile.fileSizeInBytes);
    if (unit.length > 0 && (letters > limits.letters || bytes > limits.bytes)) break;
    unit.push(file);
  }
  return unit;
}

/**
 * Whether a file holds letters that came when the work had begun already: a running pipeline may add them for ever. Files that
 * others made of older ones meanwhile do not count as such.
 */
export function isLater(
  file: DeadLetterFile,
  { snapshots, start }: { readonly snapshots: readonly Snapshot[]; readonly start: bigint },
): boolean {
  if (file.sequenceNumber <= start) return false;
  const added = snapshots.find(({ snapshotId }) => snapshotId === file.snapshotId);
  return added?.summary['operation'] === 'append';
}
