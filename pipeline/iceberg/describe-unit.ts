import { compareTopicPartitions, splitTopicPartition } from '../topic-partition.ts';
import type { CommitUnit } from './commit-unit.ts';

/** One line about a unit for the log of commits: how many rows, and which offsets of which topic. */
export function describeUnit(pipeline: string, unit: CommitUnit): string {
  const topics = new Map<string, string[]>();
  for (const [name, { start, next }] of [...unit.spans].sort(([a], [b]) => compareTopicPartitions(a, b))) {
    const { topic, partition } = splitTopicPartition(name);
    const spans = topics.get(topic) ?? [];
    spans.push(`${partition}: ${start}–${next}`);
    topics.set(topic, spans);
  }
  const from = [...topics].map(([topic, spans]) => `${topic} (${spans.join(', ')})`).join(', ');
  const tables = unit.writes.length > 1 ? ` to ${unit.writes.length} tables` : '';
  return `${pipeline}: append ${unit.rows} rows${tables} from ${from}`;
}
