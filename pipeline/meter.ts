import type { Outages } from './outages.ts';
import type { PartitionLag, PipelineMetrics, PipelineState } from './metrics.ts';

/** Counts what a pipeline does; `metrics` looks at it. */
export interface Meter {
  state: PipelineState;
  rowsRead: bigint;
  rowsCommitted: bigint;
  poisonRecords: bigint;
  rowsFiltered: bigint;
  bytesRead: bigint;
  bytesWritten: bigint;
  filesWritten: number;
  commits: number;
  lastCommitMs: number;
  lag: readonly PartitionLag[];
  share: PipelineMetrics['share'];
  outages: Pick<Outages, 'waitingFor'>;
  /** Forgets bad records that were not committed: they are read again. */
  readAgain(): void;
  /** Takes a commit into the figures. */
  countCommit(commit: CommitFigures): void;
  metrics(now: number): PipelineMetrics;
}

export interface CommitFigures {
  readonly rows: bigint;
  readonly files: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Bad records among those that were committed. */
  readonly poison: number;
}

/** Rates are taken over this time. */
const WINDOW_MS = 5_000;
/** Upper bounds of the classes of commit times, in seconds. */
export const COMMIT_SECONDS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMeter(): Meter {
  const read = createRate();
  const written = createRate();
  const commitCounts = COMMIT_SECONDS.map(() => 0);
  let commitSeconds = 0;
  let committedPoison = 0n;
  const meter: Meter = {
    state: 'starting',
    rowsRead: 0n,
    rowsCommitted: 0n,
    poisonRecords: 0n,
    rowsFiltered: 0n,
    bytesRead: 0n,
    bytesWritten: 0n,
    filesWritten: 0,
    commits: 0,
    lastCommitMs: 0,
    lag: [],
    share: undefined,
    outages: { waitingFor: () => [] },
    readAgain: () => {
      meter.poisonRecords = committedPoison;
    },
    countCommit: ({ rows, files, bytes, milliseconds, poison }) => {
      committedPoison += BigInt(poison);
      meter.rowsCommitted += rows;
      meter.filesWritten += files;
      meter.bytesWritten += BigInt(bytes);
      meter.commits += 1;
      meter.lastCommitMs = milliseconds;
      const seconds = milliseconds / 1000;
      commitSeconds += seconds;
      COMMIT_SECONDS.forEach((bound, index) => {
        if (seconds <= bound) commitCounts[index] = (commitCounts[index] ?? 0) + 1;
      });
    },
    metrics: now => ({
      state: meter.state,
      waitingFor: meter.outages.waitingFor(),
      rowsRead: meter.rowsRead,
      rowsCommitted: meter.rowsCommitted,
      poisonRecords: meter.poisonRecords,
      rowsFiltered: meter.rowsFiltered,
      rowsPerSecond: read(now, meter.rowsRead),
      rowsCommittedPerSecond: written(now, meter.rowsCommitted),
      bytesRead: meter.bytesRead,
      bytesWritten: meter.bytesWritten,
      filesWritten: meter.filesWritten,
      lagPerPartition: meter.lag,
      ...(meter.share === undefined ? {} : { share: meter.share }),
      commits: meter.commits,
      lastCommitMs: meter.lastCommitMs,
      commitSeconds: { sum: commitSeconds, counts: [...commitCounts] },
      rssBytes: process.memoryUsage.rss(),
    }),
  };
  return meter;
}

/** How much a count grows per second, over the last few seconds. */
function createRate(): (now: number, count: bigint) => number {
  const samples: { readonly at: number; readonly count: bigint }[] = [];
  return (now, count) => {
    samples.push({ at: now, count });
    while (samples.length > 2 && now - (samples[1]?.at ?? now) > WINDOW_MS) samples.shift();
    const first = samples[0] ?? { at: now, count: 0n };
    const seconds = (now - first.at) / 1000;
    return seconds === 0 ? 0 : Number(count - first.count) / seconds;
  };
}
