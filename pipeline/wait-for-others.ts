import { setTimeout as sleep } from 'node:timers/promises';
import { readCommittedOffsets } from './iceberg/offsets.ts';
import { messageOf, retryingReads } from './iceberg/retrying.ts';
import { loadBranch } from './iceberg/table-state.ts';
import type { OffsetRange } from './kafka/record-source.ts';
import { serverOf } from './outages.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import type { TopicPartition } from './topic-partition.ts';

const POLL_MS = 500;

/**
 * With `once` a member has done its part when its own partitions are read, but the run is to end when the topics are: until
 * then the partitions of a member that fails may still come to this one. Resolves when the table holds everything; rejects with
 * AbortError when the signal ends the waiting.
 */
export async function waitForOthers(
  options: PipelineOptions,
  run: PipelineRun,
  signal: AbortSignal,
): Promise<void> {
  const onTrouble = (error: unknown): void => run.outages.failed(serverOf(error), messageOf(error));
  for (;;) {
    const isDone = await retryingReads({ onTrouble, signal }, async () => {
      run.goal.ranges ??= await readRanges(options);
      return await isLoaded(options, run.goal.ranges);
    });
    if (isDone) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function readRanges({
  openSource,
}: PipelineOptions): Promise<ReadonlyMap<TopicPartition, OffsetRange>> {
  const source = openSource();
  try {
    return await source.ranges();
  } finally {
    await source.stop();
  }
}

async function isLoaded(
  { catalog, config }: PipelineOptions,
  ranges: ReadonlyMap<TopicPartition, OffsetRange>,
): Promise<boolean> {
  const [table] = (await loadBranch(catalog, config.branch, [config.table])).tables;
  if (table === undefined) return false;
  const next = readCommittedOffsets(table.metadata, { pipeline: config.name })?.next;
  return [...ranges].every(([name, { low, high }]) => (next?.get(name) ?? low) >= high);
}
