import type { PipelineConfig } from '../../pipeline/config.ts';
import type { PipelineHalt } from '../../pipeline/errors.ts';
import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import type { PipelineReport, PipelineSummary } from '../../pipeline/pipeline.ts';
import type { CommandInput } from '../command.ts';
import { createStatusLine } from '../status-line.ts';

/** What the runs of one command show. */
export interface RunsView {
  /** The part of one pipeline. */
  of(config: PipelineConfig): PipelineView;
  stopping(): void;
}

export interface PipelineView {
  readonly report: (report: PipelineReport) => void;
  ended(summary: PipelineSummary): void;
  halted(error: PipelineHalt): void;
}

/** Every event as one JSON object per line; with several pipelines each names its own. */
export function jsonView({ stdout }: CommandInput, count: number): RunsView {
  const print = (event: object): void => {
    stdout.write(
      `${JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    );
  };
  return {
    of: ({ name }) => {
      const tag = count > 1 ? { pipeline: name } : {};
      return {
        report: report => print({ ...report, ...tag }),
        ended: summary => print({ kind: 'stopped', summary, ...tag }),
        halted: ({ code, message }) => print({ kind: 'halted', code, message, ...tag }),
      };
    },
    stopping: () => {},
  };
}

/** Lines for people, and one that shows how it goes. */
export function textView({ stdout, stderr }: CommandInput, count: number): RunsView {
  const status = createStatusLine(stderr);
  const running = new Map<string, string>();
  const showStatus = (): void => status.show([...running.values()].join(' | '));
  return {
    of: config => {
      const table = `${config.table.join('.')} on ${config.branch}`;
      const prefix = count > 1 ? `${config.name}: ` : '';
      return {
        report: report => {
          if (report.kind === 'metrics') {
            running.set(config.name, `${prefix}${metricsText(report.metrics)}`);
            showStatus();
          } else if (report.kind === 'notice') status.note(`${prefix}${report.text}`);
          else {
            const { rows, files, milliseconds } = report.commit;
            status.note(
              `${prefix}Committed ${rows.toLocaleString('en')} rows in ${plural(files, 'file')} to ${table} (${Math.round(milliseconds)} ms).`,
            );
          }
        },
        ended: summary => {
          running.delete(config.name);
          status.clear();
          stdout.write(`${prefix}${summaryText(summary, table, config)}`);
        },
        halted: () => {
          running.delete(config.name);
          status.clear();
        },
      };
    },
    stopping: () =>
      status.note('Stopping: committing what was read. Ctrl+C again ends at once, which is safe, too.'),
  };
}

function summaryText(
  { rows, rowsFiltered, poisonRecords, commits, milliseconds }: PipelineSummary,
  table: string,
  { onError }: PipelineConfig,
): string {
  const filtered =
    rowsFiltered === 0n ? '' : ` ${rowsFiltered.toLocaleString('en')} rows were left out by the filter.`;
  const why =
    onError.action === 'deadLetter'
      ? ': `lakehouse etl dead-letters` says why, `redrive` tries them again'
      : '';
  const bad =
    poisonRecords === 0n ? '' : ` ${poisonRecords.toLocaleString('en')} records were no rows${why}.`;
  return (
    `${rows.toLocaleString('en')} rows in ${plural(commits, 'commit')} to ${table} ` +
    `in ${(milliseconds / 1000).toFixed(1)} s.${filtered}${bad}\n`
  );
}

/** The line that a terminal shows while a pipeline runs. */
export function metricsText(metrics: PipelineMetrics): string {
  const lag = metrics.lagPerPartition.reduce((sum, { committed, end }) => sum + (end - committed), 0n);
  const seconds = Math.max(0, ...metrics.lagPerPartition.map(partition => partition.seconds ?? 0));
  const count = (value: bigint | number): string => Math.round(Number(value)).toLocaleString('en');
  return [
    `${metrics.state}${metrics.waitingFor.length > 0 ? `, waiting for ${metrics.waitingFor.join(', ')}` : ''}: ` +
      `${metrics.rowsCommitted.toLocaleString('en')} rows committed`,
    ...(metrics.share === undefined ? [] : [shareText(metrics.share)]),
    `${count(metrics.rowsPerSecond)} rows/s in, ${count(metrics.rowsCommittedPerSecond)} out`,
    `${lag.toLocaleString('en')} behind${seconds > 0 ? ` (${count(seconds)} s)` : ''}`,
    ...(metrics.rowsFiltered === 0n ? [] : [`${metrics.rowsFiltered.toLocaleString('en')} filtered`]),
    ...(metrics.poisonRecords === 0n ? [] : [`${metrics.poisonRecords.toLocaleString('en')} bad records`]),
  ].join(', ');
}

/** A member that has never had a partition does not know how many there are. */
function shareText({ partitions, of }: NonNullable<PipelineMetrics['share']>): string {
  return partitions === 0 ? 'no partition' : `${partitions} of ${plural(of, 'partition')}`;
}

export function plural(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
