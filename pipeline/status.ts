import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { currentSnapshot, type TableMetadata } from '../catalog/iceberg/metadata.ts';
import { connectNessie } from '../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../catalog/storage.ts';
import { type CommitRate, recentRate } from './commit-rate.ts';
import type { PipelineConfig } from './config.ts';
import { deadLetterKey } from './dead-letters.ts';
import { type CommittedOffsets, offsetsProperty, parseOffsets } from './iceberg/offsets.ts';
import { loadBranch } from './iceberg/table-state.ts';
import { consumerGroup } from './kafka/consumer-group.ts';
import { connectKafka } from './kafka/client.ts';
import { type GroupMember, readGroupMembers } from './kafka/group-members.ts';
import { createKafkaSource } from './kafka/kafka-source.ts';
import type { OffsetRange } from './kafka/record-source.ts';
import type { KafkaSecurity } from './kafka/security.ts';
import { compareTopicPartitions, splitTopicPartition, type TopicPartition } from './topic-partition.ts';
import { secondsBehind } from './watch-lag.ts';

/** How far a pipeline is, wherever it runs: what its table says, held against Kafka. */
export interface PipelineStatus {
  readonly pipeline: string;
  readonly table: readonly string[];
  readonly branch: string;
  /** Undefined where the table does not exist or holds no commit of the pipeline. */
  readonly lastCommit: LastCommit | undefined;
  /** How fast rows come, from the last commits; undefined where there are none of late. */
  readonly rate: CommitRate | undefined;
  readonly partitions: readonly PartitionStatus[];
  readonly rows: bigint | undefined;
  readonly deadLetters: bigint | undefined;
  /** Back-fills of the pipeline, and which offsets each has loaded. */
  readonly backfills: readonly { readonly name: string; readonly loaded: readonly Loaded[] }[];
  /** The processes that share the pipeline now, by what Kafka says; undefined where the file does not say `members: shared`. */
  readonly members: readonly GroupMember[] | undefined;
  /** Why Kafka could not be asked; then ends and lags are missing. */
  readonly kafkaFailure: string | undefined;
}

export interface LastCommit {
  readonly seq: number;
  readonly id: string;
  /** Host and process id of the writer. */
  readonly writer: string;
  /** Milliseconds since the epoch, and how long ago that is; undefined when the snapshot has expired. */
  readonly at: number | undefined;
  readonly ageSeconds: number | undefined;
}

interface Loaded {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

export interface PartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the first record that is not in the table; undefined before the first commit. */
  readonly committed: bigint | undefined;
  readonly end: bigint | undefined;
  readonly lag: bigint | undefined;
  readonly lagSeconds: number | undefined;
}

export interface StatusRequest {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: KafkaSecurity;
}

/** Reads the status of a pipeline. Nothing is asked of the process that runs it. Throws where its branch does not exist. */
export async function readPipelineStatus(request: StatusRequest): Promise<PipelineStatus> {
  const { config, endpoints } = request;
  const client = createS3Client(endpoints.objectStore);
  try {
    const catalog = {
      nessie: connectNessie(endpoints.nessie),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    };
    const loading = loadBranch(catalog, config.branch, [config.table, deadLetterKey(config.table)]);
    const [{ tables }, kafka] = await Promise.all([loading, readKafka(request)]);
    const [table, deadLetters] = tables;
    return {
      pipeline: config.name,
      table: config.table,
      branch: config.branch,
      ...describeTable(config, table?.metadata, kafka.ranges),
      rows: totalRecords(table?.metadata),
      deadLetters: totalRecords(deadLetters?.metadata),
      members: kafka.members,
      kafkaFailure: kafka.failure,
    };
  } finally {
    client.destroy();
  }
}

function describeTable(
  { name, source }: PipelineConfig,
  metadata: TableMetadata | undefined,
  ranges: ReadonlyMap<TopicPartition, OffsetRange>,
): Pick<PipelineStatus, 'lastCommit' | 'rate' | 'partitions' | 'backfills'> {
  const properties = metadata?.properties ?? {};
  const text = properties[offsetsProperty(name)];
  const offsets = text === undefined ? undefined : parseOffsets(text);
  const known = [...(offsets?.next.keys() ?? [])].filter(partition =>
    source.topics.includes(splitTopicPartition(partition).topic),
  );
  const names = [...new Set([...known, ...ranges.keys()])].sort(compareTopicPartitions);
  return {
    lastCommit: metadata === undefined || offsets === undefined ? undefined : lastCommit(metadata, offsets),
    rate: recentRate(metadata?.snapshots ?? [], name, Date.now()),
    partitions: names.map(partition => describePartition(partition, offsets, ranges.get(partition))),
    backfills: Object.entries(properties).flatMap(([key, value]) => {
      const backfill = /^lakehouse\.(.+)\.offsets$/.exec(key)?.[1];
      return backfill?.startsWith(`${name}.backfill-`) === true
        ? [{ name: backfill, loaded: loadedBy(parseOffsets(value)) }]
        : [];
    }),
  };
}

function describePartition(
  name: TopicPartition,
  offsets: CommittedOffsets | undefined,
  range: OffsetRange | undefined,
): PartitionStatus {
  const committed = offsets?.next.get(name);
  const end = range?.high;
  const { topic } = splitTopicPartition(name);
  // A partition that a topic got later is read from its first record.
  const isLater = [...(offsets?.next.keys() ?? [])].some(known => splitTopicPartition(known).topic === topic);
  const from = committed ?? (isLater ? range?.low : undefined);
  return {
    ...splitTopicPartition(name),
    committed,
    end,
    lag: from === undefined || end === undefined ? undefined : end - from,
    lagSeconds:
      from === undefined || end === undefined
        ? undefined
        : secondsBehind(from, end, offsets?.times.get(name)),
  };
}

function lastCommit(metadata: TableMetadata, { seq, commitId, writer }: CommittedOffsets): LastCommit {
  const snapshot = metadata.snapshots.find(({ summary }) => summary['lakehouse.commit-id'] === commitId);
  const at = snapshot?.timestampMs;
  return {
    seq,
    id: commitId,
    writer,
    at,
    ageSeconds: at === undefined ? undefined : (Date.now() - at) / 1000,
  };
}

function loadedBy({ starts, next }: CommittedOffsets): Loaded[] {
  return [...next].map(([name, to]) => ({ ...splitTopicPartition(name), from: starts.get(name) ?? 0n, to }));
}

function totalRecords(metadata: TableMetadata | undefined): bigint | undefined {
  const total = metadata === undefined ? undefined : currentSnapshot(metadata)?.summary['total-records'];
  return total === undefined || !/^\d+$/.test(total) ? undefined : BigInt(total);
}

interface KafkaState {
  readonly ranges: ReadonlyMap<TopicPartition, OffsetRange>;
  readonly members: readonly GroupMember[] | undefined;
  readonly failure: string | undefined;
}

async function readKafka({ config, endpoints, kafkaSecurity }: StatusRequest): Promise<KafkaState> {
  const kafka = connectKafka({ ...endpoints.kafka, ...kafkaSecurity }, 'lakehouse-status');
  const source = createKafkaSource({ kafka, topics: config.source.topics, group: '' });
  try {
    const ranges = await source.ranges();
    const members =
      config.members === 'shared' ? await readGroupMembers(kafka, consumerGroup(config)) : undefined;
    return { ranges, members, failure: undefined };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ranges: new Map(), members: undefined, failure };
  } finally {
    await source.stop();
  }
}
