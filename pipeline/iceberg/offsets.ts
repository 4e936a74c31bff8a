import {
  type JsonObject,
  optional,
  parseJson,
  readInt64,
  readInteger,
  readObject,
  readString,
  stringifyJson,
} from '../../catalog/json.ts';
import { currentSnapshot, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { PipelineHalt, runWith } from '../errors.ts';
import {
  compareTopicPartitions,
  splitTopicPartition,
  type TopicPartition,
  topicPartition,
} from '../topic-partition.ts';

/** How far a pipeline's topics are in its tables: stored in the tables themselves, in the same commit as the rows. */
export interface CommittedOffsets {
  readonly cluster: string;
  /** For each partition the offset of the first record that is not in the tables. */
  readonly next: ReadonlyMap<TopicPartition, bigint>;
  /** For each partition the offset at which the pipeline began: everything from there to `next` was read. */
  readonly starts: ReadonlyMap<TopicPartition, bigint>;
  /** For each partition the time of the last record before `next`, in milliseconds; absent where none was read. */
  readonly times: ReadonlyMap<TopicPartition, number>;
  /** Counts the commits of this pipeline. */
  readonly seq: number;
  /** Names the last commit unit, so that a writer can tell whether its own commit was made. */
  readonly commitId: string;
  /** Which process made the commit, for people: `host/pid`. */
  readonly writer: string;
}

/** The table property, and the key in a snapshot's summary, that hold a pipeline's offsets. */
export function offsetsProperty(pipeline: string): string {
  return `lakehouse.${pipeline}.offsets`;
}

/** What the property holds for a topic, by partition: `next`, `starts` and `times`. */
type TopicOffsets = Record<'p' | 's', Record<string, bigint>> & { t: Record<string, number> };

export function printOffsets(offsets: CommittedOffsets): string {
  const topics = new Map<string, TopicOffsets>();
  for (const [name, next] of [...offsets.next].sort(([a], [b]) => compareTopicPartitions(a, b))) {
    const { topic, partition } = splitTopicPartition(name);
    const { p, s, t } = topics.get(topic) ?? { p: {}, s: {}, t: {} };
    topics.set(topic, { p, s, t });
    p[partition] = next;
    const start = offsets.starts.get(name);
    if (start !== undefined) s[partition] = start;
    const time = offsets.times.get(name);
    if (time !== undefined) t[partition] = time;
  }
  const { cluster, seq, commitId, writer } = offsets;
  return stringifyJson({ cluster, topics: Object.fromEntries(topics), seq, commit: commitId, writer });
}

/** Throws a SyntaxError or JsonShapeError for a text that {@link printOffsets} did not write. */
export function parseOffsets(text: string): CommittedOffsets {
  const raw = readObject(parseJson(text), 'offsets');
  const next = new Map<TopicPartition, bigint>();
  const starts = new Map<TopicPartition, bigint>();
  const times = new Map<TopicPartition, number>();
  for (const [topic, value] of Object.entries(readObject(raw['topics'], 'topics'))) {
    const ofTopic = readObject(value, `topics.${topic}`);
    for (const [partition, offset] of members(ofTopic, 'p'))
      next.set(topicPartition(topic, Number(partition)), readInt64(offset, 'p'));
    for (const [partition, offset] of members(ofTopic, 's'))
      starts.set(topicPartition(topic, Number(partition)), readInt64(offset, 's'));
    for (const [partition, time] of members(ofTopic, 't'))
      times.set(topicPartition(topic, Number(partition)), readInteger(time, 't'));
  }
  return {
    cluster: readString(raw['cluster'], 'cluster'),
    next,
    starts,
    times,
    seq: readInteger(raw['seq'], 'seq'),
    commitId: readString(raw['commit'], 'commit'),
    writer: optional(raw['writer'], 'writer', readString) ?? 'unknown',
  };
}

function members(raw: JsonObject, name: string): [string, unknown][] {
  return Object.entries(optional(raw[name], name, readObject) ?? {});
}

export interface OffsetsPlace {
  readonly pipeline: string;
  /** After a rollback, take what the current snapshot says instead of halting. */
  readonly fromSnapshot?: boolean;
}

/**
 * The offsets that a table holds for a pipeline; undefined before its first commit. The property is the truth, because a
 * foreign writer may cut the table's history. But when the snapshot that wrote the property is still there and no longer
 * stands behind the current one, somebody rolled the table back: rows are gone that the property says are there.
 */
export function readCommittedOffsets(
  metadata: TableMetadata,
  { pipeline, fromSnapshot = false }: OffsetsPlace,
): CommittedOffsets | undefined {
  const key = offsetsProperty(pipeline);
  const property = metadata.properties[key];
  if (property === undefined) return undefined;
  const shown = newestSummary(metadata, key);
  if (shown === property || !isRolledBack(metadata, key)) return parseOffsets(property);
  if (!fromSnapshot) throw rolledBack(metadata, pipeline, { property, summary: shown });
  return shown === undefined ? undefined : parseOffsets(shown);
}

/** What the newest snapshot of this pipeline says that the current snapshot stands on. */
function newestSummary(metadata: TableMetadata, key: string): string | undefined {
  return ancestors(metadata).find(({ summary }) => summary[key] !== undefined)?.summary[key];
}

function isRolledBack(metadata: TableMetadata, key: string): boolean {
  const property = metadata.properties[key];
  if (currentSnapshot(metadata)?.summary[key] !== undefined) return true;
  return metadata.snapshots.some(({ summary }) => summary[key] === property);
}

/** The current snapshot and those before it, newest first, as far as they have not expired. */
function ancestors(metadata: TableMetadata): Snapshot[] {
  const byId = new Map(metadata.snapshots.map(snapshot => [snapshot.snapshotId, snapshot]));
  const found: Snapshot[] = [];
  let snapshot = currentSnapshot(metadata);
  while (snapshot !== undefined && found.length <= byId.size) {
    found.push(snapshot);
    snapshot = snapshot.parentSnapshotId === undefined ? undefined : byId.get(snapshot.parentSnapshotId);
  }
  return found;
}

function rolledBack(
  metadata: TableMetadata,
  pipeline: string,
  found: { readonly property: string; readonly summary: string | undefined },
): PipelineHalt {
  return new PipelineHalt(
    'table-rolled-back',
    `The table at ${metadata.location} was rolled back behind the last commit of pipeline ${pipeline}: its current snapshot ` +
      `says ${found.summary ?? 'nothing'}, its properties say ${found.property}.`,
    `To go on behind them, roll the table forward; to load the records again that the rollback removed: ${runWith('--from-snapshot')}`,
  );
}
