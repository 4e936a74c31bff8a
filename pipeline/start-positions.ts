import type { PipelineConfig } from './config.ts';
import { offsetsLost, PipelineHalt, runWith } from './errors.ts';
import type { CommittedOffsets } from './iceberg/offsets.ts';
import type { OffsetRange } from './kafka/record-source.ts';
import { splitTopicPartition, type TopicPartition } from './topic-partition.ts';

export interface StartSituation {
  readonly config: Pick<PipelineConfig, 'name' | 'source'>;
  readonly cluster: string;
  /** What the partitions of the topics hold now. */
  readonly ranges: ReadonlyMap<TopicPartition, OffsetRange>;
  /** What the table says; undefined before the first commit. */
  readonly committed: CommittedOffsets | undefined;
  readonly recovery?: Recovery;
  /** Where a partition begins that the table says nothing of, in place of what the file says. */
  readonly first?: ReadonlyMap<TopicPartition, bigint> | undefined;
}

/** What a person decided about a pipeline that halted. Each holds for one run. */
export interface Recovery {
  /** Go on behind records that retention deleted before they were read. */
  readonly skipLost?: boolean;
  /** Forget the committed offsets: the topic is another one now. */
  readonly resetOffsets?: boolean;
  /** After a rollback, the offsets of the snapshot that the table shows now are the true ones. */
  readonly fromSnapshot?: boolean;
}

/**
 * The offset at which reading begins in every partition: where the table stands, else where the file says. Throws
 * PipelineHalt when the topic and the table do not belong together any more; it never skips or repeats on its own.
 */
export function startPositions(situation: StartSituation): ReadonlyMap<TopicPartition, bigint> {
  const { config, cluster, ranges, recovery } = situation;
  const { topics, start } = config.source;
  const committed = recovery?.resetOffsets === true ? undefined : situation.committed;
  if (committed !== undefined && committed.cluster !== cluster) throw clusterChanged(situation, committed);
  const known = [...(committed?.next.keys() ?? [])];
  const knownTopics = new Set(known.map(name => splitTopicPartition(name).topic));
  const positions = new Map<TopicPartition, bigint>();
  for (const [name, range] of ranges) {
    const { topic, partition } = splitTopicPartition(name);
    const next = committed?.next.get(name);
    // A partition that was added to a topic later begins at its first record, so that nothing is missed.
    const initial = start === 'latest' && !knownTopics.has(topic) ? range.high : range.low;
    positions.set(name, next ?? situation.first?.get(name) ?? initial);
    if (next !== undefined && next < range.low && recovery?.skipLost === true) {
      positions.set(name, range.low);
    } else if (next !== undefined && next < range.low) {
      throw offsetsLost({ topic, partition, expected: next, found: range.low });
    }
    if (next !== undefined && next > range.high)
      throw topicRecreated(topic, partition, { next, high: range.high });
  }
  const gone =
    situation.first === undefined
      ? known.filter(name => topics.includes(splitTopicPartition(name).topic) && !ranges.has(name))
      : [];
  if (gone.length > 0) throw partitionsMissing(gone);
  return positions;
}

function clusterChanged({ config, cluster }: StartSituation, committed: CommittedOffsets): PipelineHalt {
  return new PipelineHalt(
    'cluster-changed',
    `The table was filled from Kafka cluster ${committed.cluster}, but the brokers now belong to cluster ${cluster}: ` +
      `offsets of one mean nothing in the other.`,
    `To load ${config.source.topics.join(', ')} of the new cluster from the beginning: ${runWith('--reset-offsets')}`,
  );
}

function topicRecreated(
  topic: string,
  partition: number,
  found: { readonly next: bigint; readonly high: bigint },
): PipelineHalt {
  return new PipelineHalt(
    'topic-recreated',
    `Topic ${topic}, partition ${partition}: the table holds everything before offset ${found.next}, but the topic ends at ` +
      `${found.high}: it was deleted and made again, or lost data.`,
    `To load the new topic from its beginning behind the rows that are there: ${runWith('--reset-offsets')}`,
  );
}

function partitionsMissing(gone: readonly TopicPartition[]): PipelineHalt {
  return new PipelineHalt(
    'partitions-missing',
    `Kafka no longer has the partitions ${gone.join(', ')}, which the table was filled from.`,
    `To load the topic as it is now from its beginning: ${runWith('--reset-offsets')}`,
  );
}
