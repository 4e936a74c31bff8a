import type { DataFile, ManifestEntry } from '../../catalog/iceberg/manifest.ts';
import type { ManifestFile } from '../../catalog/iceberg/manifest-list.ts';

/** A file that is alive in a snapshot, and the partition spec it was written with. */
export interface LiveFile {
  readonly specId: number;
  readonly dataFile: DataFile;
}

export interface CompactionPolicy {
  /** Files become about this large. Those that are three quarters of it already are left alone. */
  readonly targetBytes: number;
  /** A partition is touched when it has so many small files, or when they fill a whole new one. */
  readonly minFiles: number;
  /** Rows that one new file may have; sorting holds all of them in memory. */
  readonly maxRows: number;
}

/** Files of one partition that are to become one. */
export interface CompactionGroup {
  readonly specId: number;
  readonly files: readonly DataFile[];
}

export interface CompactionPlan {
  readonly groups: readonly CompactionGroup[];
  /** Small files that are left as they are, and why. */
  readonly skipped: readonly { readonly files: number; readonly reason: string }[];
}

const LARGE_SHARE = 0.75;

/** Chooses what to put together: per partition, in the order in which the files were added, up to the target size. */
export function planCompaction(
  { data, deletes }: { readonly data: readonly LiveFile[]; readonly deletes: readonly LiveFile[] },
  currentSpecId: number,
  policy: CompactionPolicy,
): CompactionPlan {
  const skipped = new Map<string, number>();
  const skip = (reason: string, files = 1): void =>
    void skipped.set(reason, (skipped.get(reason) ?? 0) + files);
  const deletedIn = new Set(deletes.map(partitionKey));
  // Deletes without a partition hold for the whole table.
  const isAllDeleted = deletes.some(({ dataFile }) => dataFile.partition.length === 0);
  const partitions = new Map<string, LiveFile[]>();
  for (const file of data) {
    const { dataFile, specId } = file;
    if (Number(dataFile.fileSizeInBytes) >= policy.targetBytes * LARGE_SHARE) continue;
    const key = partitionKey(file);
    if (dataFile.fileFormat.toUpperCase() !== 'PARQUET')
      skip(`${dataFile.fileFormat} files are not rewritten`);
    else if (specId !== currentSpecId) skip('written before the partitioning was changed');
    else if (isAllDeleted || deletedIn.has(key))
      skip('rows of them were deleted one by one: run ALTER TABLE … EXECUTE optimize');
    else partitions.set(key, [...(partitions.get(key) ?? []), file]);
  }
  const groups: CompactionGroup[] = [];
  for (const files of partitions.values()) {
    for (const group of packFiles(files, policy)) {
      if (
        group.length >= policy.minFiles ||
        (group.length > 1 && sizeOf(group) >= policy.targetBytes * LARGE_SHARE)
      )
        groups.push({ specId: currentSpecId, files: group.map(({ dataFile }) => dataFile) });
    }
  }
  return { groups, skipped: [...skipped].map(([reason, count]) => ({ files: count, reason })) };
}

function* packFiles(files: readonly LiveFile[], policy: CompactionPolicy): Generator<LiveFile[]> {
  let group: LiveFile[] = [];
  let bytes = 0;
  let rows = 0;
  for (const file of files) {
    const size = Number(file.dataFile.fileSizeInBytes);
    const count = Number(file.dataFile.recordCount);
    if (group.length > 0 && (bytes + size > policy.targetBytes || rows + count > policy.maxRows)) {
      yield group;
      [group, bytes, rows] = [[], 0, 0];
    }
    group.push(file);
    bytes += size;
    rows += count;
  }
  yield group;
}

function sizeOf(files: readonly LiveFile[]): number {
  return files.reduce((sum, { dataFile }) => sum + Number(dataFile.fileSizeInBytes), 0);
}

/** Files with the same key are of one partition spec and one partition. */
export function partitionKey({ specId, dataFile }: LiveFile): string {
  const text = dataFile.partition.map(value =>
    value instanceof Uint8Array
      ? `x${Buffer.from(value).toString('hex')}`
      : `${typeof value} ${String(value)}`,
  );
  return JSON.stringify([specId, ...text]);
}

/** The files that are alive in a snapshot's manifests, oldest first. */
export function liveFiles(
  manifests: readonly { readonly manifest: ManifestFile; readonly entries: readonly ManifestEntry[] }[],
): { readonly data: LiveFile[]; readonly deletes: LiveFile[] } {
  const live = manifests.flatMap(({ manifest, entries }) =>
    entries
      .filter(({ status }) => status !== 'deleted')
      .map(entry => ({ specId: manifest.partitionSpecId, content: manifest.content, entry })),
  );
  const sequence = ({ entry }: (typeof live)[number]): bigint => entry.sequenceNumber ?? 0n;
  live.sort((a, b) => (sequence(a) < sequence(b) ? -1 : sequence(a) > sequence(b) ? 1 : 0));
  const of = (content: ManifestFile['content']): LiveFile[] =>
    live
      .filter(item => item.content === content)
      .map(({ specId, entry }) => ({ specId, dataFile: entry.dataFile }));
  return { data: of('data'), deletes: of('deletes') };
}
