import { COMMIT_SECONDS } from './meter.ts';
import type { PipelineMetrics, PipelineState } from './metrics.ts';

/** The figures of one pipeline, with what tells it from others. */
export interface LabelledMetrics {
  readonly pipeline: string;
  /** Dotted. */
  readonly table: string;
  readonly branch: string;
  readonly metrics: PipelineMetrics;
}

const STATES: readonly PipelineState[] = ['starting', 'running', 'paused', 'draining', 'stopped', 'halted'];

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number | bigint;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: (metrics: PipelineMetrics) => readonly Sample[];
}

const FAMILIES: readonly Family[] = [
  counter('rows_read_total', 'Records that were taken from the topics, good and bad.', m => m.rowsRead),
  counter('rows_committed_total', 'Rows that became visible.', m => m.rowsCommitted),
  counter('dead_letters_total', 'Records that were no rows.', m => m.poisonRecords),
  counter('rows_filtered_total', 'Rows that the condition of the pipeline left out.', m => m.rowsFiltered),
  counter('read_bytes_total', 'Bytes of keys and values that were read.', m => m.bytesRead),
  counter('written_bytes_total', 'Bytes of committed data files.', m => m.bytesWritten),
  counter('files_total', 'Committed data files.', m => m.filesWritten),
  gauge('rows_read_per_second', 'Rows read per second over the last few seconds.', m => m.rowsPerSecond),
  gauge(
    'rows_committed_per_second',
    'Rows committed per second over the last few seconds.',
    m => m.rowsCommittedPerSecond,
  ),
  gauge('resident_memory_bytes', 'Memory of the process that runs the pipeline.', m => m.rssBytes),
  {
    name: 'commit_duration_seconds',
    type: 'histogram',
    help: 'How long commits took.',
    samples: ({ commits, commitSeconds: { sum, counts } }) => [
      ...COMMIT_SECONDS.map((bound, index) => ({
        suffix: '_bucket',
        labels: { le: String(bound) },
        value: counts[index] ?? 0,
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: commits },
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: commits },
    ],
  },
  gauge(
    'partitions',
    'Partitions that this process reads; where it shares the pipeline with others, the others read the rest.',
    m => m.lagPerPartition.length,
  ),
  perPartition(
    'lag_records',
    'Records in the topic that are not in the table.',
    ({ committed, end }) => end - committed,
  ),
  perPartition(
    'lag_seconds',
    'Age of the last record in the table where there are later ones.',
    ({ seconds }) => seconds,
  ),
  perPartition(
    'committed_offset',
    'Offset of the first record that is not in the table.',
    ({ committed }) => committed,
  ),
  perPartition('end_offset', 'Offset that the next record of the topic gets.', ({ end }) => end),
  {
    name: 'state',
    type: 'gauge',
    help: '1 for the state in which the pipeline is, 0 for the others.',
    samples: ({ state }) => STATES.map(name => ({ labels: { state: name }, value: state === name ? 1 : 0 })),
  },
  {
    name: 'waiting',
    type: 'gauge',
    help: '1 for a server that does not answer and that the pipeline waits for.',
    samples: ({ waitingFor }) => waitingFor.map(server => ({ labels: { server }, value: 1 })),
  },
];

/** The figures in Prometheus' text exposition format, version 0.0.4. */
export function printPrometheus(pipelines: readonly LabelledMetrics[]): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of FAMILIES) {
    const full = `lakehouse_pipeline_${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`);
    for (const { metrics, ...own } of pipelines) {
      for (const { suffix = '', labels, value } of samples(metrics)) {
        lines.push(`${full}${suffix}${printLabels({ ...own, ...labels })} ${String(value)}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function counter(name: string, help: string, value: (metrics: PipelineMetrics) => bigint | number): Family {
  return { name, type: 'counter', help, samples: metrics => [{ value: value(metrics) }] };
}

function gauge(name: string, help: string, value: (metrics: PipelineMetrics) => number): Family {
  return { name, type: 'gauge', help, samples: metrics => [{ value: value(metrics) }] };
}

function perPartition(
  name: string,
  help: string,
  value: (lag: PipelineMetrics['lagPerPartition'][number]) => bigint | number | undefined,
): Family {
  const samples: Family['samples'] = ({ lagPerPartition }) =>
    lagPerPartition.flatMap(lag => {
      const found = value(lag);
      if (found === undefined) return [];
      return [{ labels: { topic: lag.topic, partition: String(lag.partition) }, value: found }];
    });
  return { name, type: 'gauge', help, samples };
}

function printLabels(labels: Labels): string {
  const escape = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(',')}}`;
}
