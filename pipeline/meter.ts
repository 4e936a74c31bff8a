import type { PartitionLag, PipelineMetrics, PipelineState } from './metrics.ts';

/** Counts what a pipeline does; `metrics` looks at it. */
export interface Meter {
  state: PipelineState;
  rowsRead: bigint;
  rowsCommitted: bigint;
  poisonRecords: bigint;
  bytesRead: bigint;
  commits: number;
  lastCommitMs: number;
  lag: readonly PartitionLag[];
  metrics(now: number): PipelineMetrics;
}

/** Rows per second are taken over this time. */
const WINDOW_MS = 5_000;

export function createMeter(): Meter {
  const samples: { readonly at: number; readonly rows: bigint }[] = [];
  const meter: Meter = {
    state: 'starting',
    rowsRead: 0n,
    rowsCommitted: 0n,
    poisonRecords: 0n,
    bytesRead: 0n,
    commits: 0,
    lastCommitMs: 0,
    lag: [],
    metrics: now => {
      samples.push({ at: now, rows: meter.rowsRead });
      while (samples.length > 2 && now - (samples[1]?.at ?? now) > WINDOW_MS) samples.shift();
      const first = samples[0] ?? { at: now, rows: 0n };
      const seconds = (now - first.at) / 1000;
      return {
        state: meter.state,
        rowsRead: meter.rowsRead,
        rowsCommitted: meter.rowsCommitted,
        poisonRecords: meter.poisonRecords,
        rowsPerSecond: seconds === 0 ? 0 : Number(meter.rowsRead - first.rows) / seconds,
        bytesRead: meter.bytesRead,
        lagPerPartition: meter.lag,
        commits: meter.commits,
        lastCommitMs: meter.lastCommitMs,
        rssBytes: process.memoryUsage.rss(),
      };
    },
  };
  return meter;
}
