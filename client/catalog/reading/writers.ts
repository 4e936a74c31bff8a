import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import { readPipelineOffsets } from '../../../catalog/table-page/offsets.ts';
import { type CommitRate, recentRate } from '../../../pipeline/commit-rate.ts';
import { type CommittedOffsets, offsetsProperty, parseOffsets } from '../../../pipeline/iceberg/offsets.ts';
import { connectKafka } from '../../../pipeline/kafka/client.ts';
import { createKafkaSource } from '../../../pipeline/kafka/kafka-source.ts';
import type { KafkaSecurity } from '../../../pipeline/kafka/security.ts';
import {
  compareTopicPartitions,
  splitTopicPartition,
  type TopicPartition,
} from '../../../pipeline/topic-partition.ts';
import { secondsBehind } from '../../../pipeline/watch-lag.ts';
import type { VersionView } from '../table-page-messages.ts';
import { countText } from '../../count-text.ts';

/** Where the topics end now, or why that is not known. */
export interface TopicEnds {
  readonly cluster?: string;
  readonly ends: ReadonlyMap<TopicPartition, bigint>;
  readonly failure?: string;
}

/** Asks Kafka where topics end. Never rejects: a topic that is gone, or Kafka itself, is a failure that can be told. */
export type AskEnds = (topics: readonly string[]) => Promise<TopicEnds>;

/**
 * The pipelines that write a table, wherever they run: what they have committed stands in the table itself, how far they are
 * behind comes from Kafka.
 */
export async function describeWriters(
  { properties, snapshots }: Pick<TableMetadata, 'properties' | 'snapshots'>,
  askEnds: AskEnds,
  now: number,
): Promise<VersionView[]> {
  return Promise.all(
    readPipelineOffsets(properties).map(async ({ pipeline, isUnreadable }) => {
      const title = `Pipeline ${pipeline}`;
      const offsets = isUnreadable ? undefined : tryParse(properties[offsetsProperty(pipeline)] ?? '');
      if (offsets === undefined) {
        const lines = ['Its offsets cannot be read: another program has changed the property.'];
        return { title, isCurrent: false, lines };
      }
      const snapshot = snapshots.find(({ summary }) => summary['lakehouse.commit-id'] === offsets.commitId);
      const age =
        snapshot === undefined ? '' : `, ${describeSeconds((now - snapshot.timestampMs) / 1000)} ago`;
      const commit = `Commit ${countText(offsets.seq)}${age}, by ${offsets.writer}`;
      // A back-fill has an end of its own and never catches up with anything.
      if (pipeline.includes('.backfill-')) {
        const lines = partitionsOf(offsets).map(name => partitionLine(name, offsets, undefined));
        return { title, isCurrent: false, lines: [commit, ...lines] };
      }
      const rate = recentRate(snapshots, pipeline, now);
      const rateLines = rate === undefined ? [] : [rateLine(rate)];
      return {
        title,
        isCurrent: false,
        lines: [commit, ...rateLines, ...(await lagLines(offsets, askEnds))],
      };
    }),
  );
}

/**
 * A few words about the pipelines that fill a table, from its commits alone: how fast, and how far behind their topics.
 * Undefined where none has committed lately and none is known to be behind.
 */
export async function describeProgress(
  { properties, snapshots }: Pick<TableMetadata, 'properties' | 'snapshots'>,
  askEnds: AskEnds,
  now: number,
): Promise<string | undefined> {
  let rowsPerSecond: number | undefined;
  let lag: bigint | undefined;
  let last = -Infinity;
  for (const { pipeline, isUnreadable } of readPipelineOffsets(properties)) {
    const offsets = isUnreadable ? undefined : tryParse(properties[offsetsProperty(pipeline)] ?? '');
    if (offsets === undefined || pipeline.includes('.backfill-')) continue;
    const rate = recentRate(snapshots, pipeline, now);
    if (rate !== undefined) rowsPerSecond = (rowsPerSecond ?? 0) + rate.rowsPerSecond;
    for (const { summary, timestampMs } of snapshots)
      if (summary['lakehouse.commit-id'] === offsets.commitId) last = Math.max(last, timestampMs);
    const { all, ends } = await knownEnds(offsets, askEnds);
    if (ends.size > 0) lag = (lag ?? 0n) + totalLag(all, offsets, ends);
  }
  if (rowsPerSecond === undefined && (lag === undefined || lag === 0n)) return undefined;
  const silence = Number.isFinite(last) ? `no commit for ${describeSeconds((now - last) / 1000)}` : '';
  const rate = rowsPerSecond === undefined ? silence : `${countText(Math.round(rowsPerSecond))} rows/s`;
  const behind = lag === undefined ? 'lag unknown' : `lag ${countText(lag)}`;
  return [rate, behind, 'from commits'].filter(part => part !== '').join(' · ');
}

function rateLine({ rowsPerSecond, commits, seconds }: CommitRate): string {
  const text = countText(Math.round(rowsPerSecond));
  return `${text} rows/s, from ${commits === 1 ? 'its last commit' : `its last ${commits} commits`} (${describeSeconds(seconds)})`;
}

/** Asks the Kafka of a lakehouse. */
export function askKafka({ kafka }: LakehouseEndpoints, security: KafkaSecurity): AskEnds {
  return async topics => {
    const client = connectKafka({ ...kafka, ...security, retries: 1 }, 'lakehouse-table-page');
    const source = createKafkaSource({ kafka: client, topics, group: '' });
    try {
      const [cluster, ranges] = await Promise.all([source.clusterId(), source.ranges()]);
      return { cluster, ends: new Map([...ranges].map(([name, { high }]) => [name, high])) };
    } catch (error) {
      return { ends: new Map(), failure: error instanceof Error ? error.message : String(error) };
    } finally {
      await source.stop();
    }
  };
}

interface KnownEnds {
  /** The partitions that are in the table, or in its topics. */
  readonly all: readonly TopicPartition[];
  /** None where the topics lie in another cluster. */
  readonly ends: ReadonlyMap<TopicPartition, bigint>;
  readonly isOther: boolean;
  readonly failure: string | undefined;
}

async function knownEnds(offsets: CommittedOffsets, askEnds: AskEnds): Promise<KnownEnds> {
  const names = partitionsOf(offsets);
  const topics = [...new Set(names.map(name => splitTopicPartition(name).topic))];
  const { cluster, ends, failure } = await askEnds(topics);
  const isOther = cluster !== undefined && cluster !== offsets.cluster;
  const known = isOther ? new Map<TopicPartition, bigint>() : ends;
  const all = [...new Set([...names, ...known.keys()])].sort(compareTopicPartitions);
  return { all, ends: known, isOther, failure };
}

async function lagLines(offsets: CommittedOffsets, askEnds: AskEnds): Promise<string[]> {
  const { all, ends: known, isOther, failure } = await knownEnds(offsets, askEnds);
  return [
    ...(failure === undefined ? [] : [`How far it is behind is not known: ${failure}`]),
    ...(isOther
      ? [`Its topics lie in another Kafka cluster (${offsets.cluster}): its lag is not known here.`]
      : []),
    ...(known.size === 0 ? [] : [totalLine(all, offsets, known)]),
    ...all.map(name => partitionLine(name, offsets, known.get(name))),
  ];
}

function totalLine(
  names: readonly TopicPartition[],
  offsets: CommittedOffsets,
  ends: ReadonlyMap<TopicPartition, bigint>,
): string {
  const total = totalLag(names, offsets, ends);
  return total === 0n
    ? 'Everything of its topics is in the table'
    : `Lag ${countText(total)} ${total === 1n ? 'record' : 'records'}`;
}

function totalLag(
  names: readonly TopicPartition[],
  offsets: CommittedOffsets,
  ends: ReadonlyMap<TopicPartition, bigint>,
): bigint {
  return names.reduce((sum, name) => sum + lagOf(offsets.next.get(name), ends.get(name)), 0n);
}

function partitionLine(name: TopicPartition, offsets: CommittedOffsets, end: bigint | undefined): string {
  const { topic, partition } = splitTopicPartition(name);
  const next = offsets.next.get(name);
  const place = `${topic} [${partition}]: `;
  if (next === undefined) return `${place}nothing in the table yet, of ${countText(end ?? 0n)}`;
  if (end === undefined) return `${place}in the table up to offset ${countText(next)}`;
  const seconds = secondsBehind(next, end, offsets.times.get(name)) ?? 0;
  const time = seconds === 0 ? '' : `, ${describeSeconds(seconds)} behind`;
  return `${place}in the table up to offset ${countText(next)} of ${countText(end)}, lag ${countText(lagOf(next, end))}${time}`;
}

/** What a partition holds that the table does not; all of it where nothing was committed. */
function lagOf(next: bigint | undefined, end: bigint | undefined): bigint {
  const lag = (end ?? 0n) - (next ?? 0n);
  return lag > 0n ? lag : 0n;
}

function partitionsOf({ next }: CommittedOffsets): TopicPartition[] {
  return [...next.keys()].sort(compareTopicPartitions);
}

function tryParse(text: string): CommittedOffsets | undefined {
  try {
    return parseOffsets(text);
  } catch {
    return undefined;
  }
}

function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
