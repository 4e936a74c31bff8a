import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { PipelineRun } from './pipeline-runs.ts';
import { countText } from '../count-text.ts';

/** One line about a pipeline: what stands beside its name in the tree. */
export function describeRun(run: PipelineRun): string {
  switch (run.kind) {
    case 'idle':
      return '';
    case 'running':
      if (run.isStopping) return 'stopping';
      return run.metrics === undefined ? 'starting' : describeMetrics(run.metrics);
    case 'ended':
      return run.metrics === undefined ? 'ended' : `ended · ${countText(run.metrics.rowsCommitted)} rows`;
    case 'failed':
      return `failed: ${run.reason.split(/\r?\n/, 1)[0] ?? ''}`;
  }
}

/** The figures of a pipeline, one line each. */
export function metricLines(metrics: PipelineMetrics): string[] {
  const partitions = metrics.lagPerPartition.length;
  const of = metrics.share?.of ?? partitions;
  const share = of === partitions ? '' : ` of ${of}`;
  return [
    `${countText(metrics.rowsRead)} rows read`,
    `${countText(metrics.rowsCommitted)} rows committed`,
    ...metrics.waitingFor.map(server => `waiting for ${server}, which does not answer`),
    `${formatRate(metrics.rowsPerSecond)} rows/s read, ${formatRate(metrics.rowsCommittedPerSecond)} committed`,
    `lag: ${countText(totalLag(metrics))} records in ${partitions}${share} ${of === 1 ? 'partition' : 'partitions'}${lagTime(metrics)}`,
    ...(partitions > 1
      ? metrics.lagPerPartition.filter(({ committed, end }) => end > committed).map(partitionLine)
      : []),
    `${formatBytes(Number(metrics.bytesRead))} read, ${formatBytes(Number(metrics.bytesWritten))} written in ${countText(metrics.filesWritten)} files`,
    metrics.commits === 0
      ? 'no commit yet'
      : `${metrics.commits} ${metrics.commits === 1 ? 'commit' : 'commits'}, the last in ${Math.round(metrics.lastCommitMs)} ms`,
    ...(metrics.rowsFiltered === 0n
      ? []
      : [`${countText(metrics.rowsFiltered)} rows left out by the filter`]),
    ...(metrics.poisonRecords === 0n
      ? []
      : [`${countText(metrics.poisonRecords)} records could not be decoded`]),
    `${formatBytes(metrics.rssBytes)} memory`,
  ];
}

function lagTime({ lagPerPartition }: PipelineMetrics): string {
  const seconds = Math.max(0, ...lagPerPartition.map(partition => partition.seconds ?? 0));
  return seconds < 1 ? '' : `, ${countText(Math.round(seconds))} s`;
}

function partitionLine({
  topic,
  partition,
  committed,
  end,
}: PipelineMetrics['lagPerPartition'][number]): string {
  return `${topic}/${partition}: ${countText(end - committed)} behind`;
}

/** Records that are in the topic and not yet in a commit, over all partitions. */
export function totalLag(metrics: PipelineMetrics): bigint {
  return metrics.lagPerPartition.reduce(
    (sum, { committed, end }) => sum + (end > committed ? end - committed : 0n),
    0n,
  );
}

function shareText({ partitions, of }: NonNullable<PipelineMetrics['share']>): string {
  return partitions === 0 ? 'no partition' : `${partitions} of ${of} partitions`;
}

function describeMetrics(metrics: PipelineMetrics): string {
  const state =
    metrics.waitingFor.length > 0 ? `waiting for ${metrics.waitingFor.join(', ')}` : metrics.state;
  const { share } = metrics;
  const part = share === undefined ? '' : ` · ${shareText(share)}`;
  return `${state}${part} · ${formatRate(metrics.rowsPerSecond)} rows/s · lag ${countText(totalLag(metrics))}`;
}

function formatRate(rowsPerSecond: number): string {
  return countText(Math.round(rowsPerSecond));
}
