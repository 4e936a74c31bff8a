import type { ContentKey } from '../../catalog/nessie.ts';
import type { PipelineRun, PipelineRuns } from '../pipelines/pipeline-runs.ts';
import { describeRun } from '../pipelines/pipeline-text.ts';
import { countText } from '../count-text.ts';

/** The pipeline of this window that writes a table now. */
export function runOf(
  runs: Pick<PipelineRuns, 'running'>,
  ref: string,
  key: ContentKey,
): Extract<PipelineRun, { kind: 'running' }> | undefined {
  return runs.running().find(({ target }) => target?.branch === ref && isSameKey(target.table, key));
}

/** What it does to the table now: its rate, and how far each partition of its topic is behind. Empty when none runs. */
export function liveLines(runs: Pick<PipelineRuns, 'running'>, ref: string, key: ContentKey): string[] {
  const run = runOf(runs, ref, key);
  if (run === undefined) return [];
  const partitions = run.metrics?.lagPerPartition ?? [];
  return [
    describeRun(run),
    ...partitions.map(({ topic, partition, committed, end }) => {
      const lag = end > committed ? end - committed : 0n;
      return `${topic} [${partition}]: committed up to ${countText(committed)} of ${countText(end)}, lag ${countText(lag)}`;
    }),
  ];
}

function isSameKey(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
