import type { Snapshot } from '../catalog/iceberg/snapshot.ts';
import { offsetsProperty, parseOffsets } from './iceberg/offsets.ts';

/** How fast a pipeline fills a table, wherever it runs, by what its last commits say. */
export interface CommitRate {
  readonly rowsPerSecond: number;
  /** The commits that were counted, and the time that they took together. */
  readonly commits: number;
  readonly seconds: number;
}

const MAX_COMMITS = 10;
const MAX_AGE_MS = 10 * 60_000;
/** A pipeline that has not committed for so long, and for several times its own pace, has no rate now. */
const SILENCE_MS = 60_000;
const SILENT_INTERVALS = 3;

/**
 * The rate of the newest commits of a pipeline; undefined where there are fewer than two, or the last is too long ago to say
 * anything of now. Compaction, redrives and other writers do not count. `now` is in milliseconds since the epoch.
 */
export function recentRate(
  snapshots: readonly Snapshot[],
  pipeline: string,
  now: number,
): CommitRate | undefined {
  const own: { readonly at: number; readonly rows: number }[] = [];
  for (const { summary, timestampMs } of snapshots.toSorted((a, b) => b.timestampMs - a.timestampMs)) {
    const newest = own[0]?.at ?? timestampMs;
    if (own.length > MAX_COMMITS || newest - timestampMs > MAX_AGE_MS) break;
    if (isCommitOf(pipeline, summary))
      own.push({ at: timestampMs, rows: Number(summary['added-records'] ?? 0) });
  }
  const [newest, oldest] = [own[0], own.at(-1)];
  if (newest === undefined || oldest === undefined || own.length < 2) return undefined;
  const milliseconds = newest.at - oldest.at;
  const commits = own.length - 1;
  const patience = Math.max(SILENCE_MS, (SILENT_INTERVALS * milliseconds) / commits);
  if (milliseconds <= 0 || now - newest.at > patience) return undefined;
  // The rows of the oldest came before its time.
  const rows = own.slice(0, -1).reduce((sum, commit) => sum + commit.rows, 0);
  const seconds = milliseconds / 1000;
  return { rowsPerSecond: rows / seconds, commits, seconds };
}

/** Others copy a pipeline's offsets into their own snapshots, but not its commit id. */
function isCommitOf(pipeline: string, summary: Snapshot['summary']): boolean {
  const text = summary[offsetsProperty(pipeline)];
  if (text === undefined) return false;
  try {
    return parseOffsets(text).commitId === summary['lakehouse.commit-id'];
  } catch {
    return false;
  }
}
