import {
  optional,
  parseJson,
  readInt64,
  readInteger,
  readObject,
  readString,
  stringifyJson,
} from '../../catalog/json.ts';
import { currentSnapshot, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { PipelineHalt } from '../errors.ts';

/** How far a pipeline's topic is in its table: stored in the table itself, in the same commit as the rows. */
export interface CommittedOffsets {
  readonly cluster: string;
  readonly topic: string;
  /** For each partition the offset of the first record that is not in the table. */
  readonly next: ReadonlyMap<number, bigint>;
  /** Counts the commits of this pipeline. */
  readonly seq: number;
  /** Names the last commit unit, so that a writer can tell whether its own commit was made. */
  readonly commitId: string;
}

/** The table property, and the key in a snapshot's summary, that hold a pipeline's offsets. */
export function offsetsProperty(pipeline: string): string {
  return `lakehouse.${pipeline}.offsets`;
}

export function printOffsets(offsets: CommittedOffsets): string {
  return stringifyJson({
    cluster: offsets.cluster,
    topics: {
      [offsets.topic]: {
        p: Object.fromEntries(
          [...offsets.next].sort(([a], [b]) => a - b).map(([partition, next]) => [String(partition), next]),
        ),
      },
    },
    seq: offsets.seq,
    commit: offsets.commitId,
  });
}

/** Throws a SyntaxError or JsonShapeError for a text that {@link printOffsets} did not write. */
export function parseOffsets(text: string, topic: string): CommittedOffsets {
  const raw = readObject(parseJson(text), 'offsets');
  const ofTopic = optional(readObject(raw['topics'], 'topics')[topic], `topics.${topic}`, readObject);
  const partitions = Object.entries(optional(ofTopic?.['p'], 'p', readObject) ?? {});
  return {
    cluster: readString(raw['cluster'], 'cluster'),
    topic,
    next: new Map(partitions.map(([partition, next]) => [Number(partition), readInt64(next, 'p')])),
    seq: readInteger(raw['seq'], 'seq'),
    commitId: readString(raw['commit'], 'commit'),
  };
}

export interface OffsetsPlace {
  readonly pipeline: string;
  readonly topic: string;
  /** After a rollback, take what the current snapshot says instead of halting. */
  readonly fromSnapshot?: boolean;
}

/**
 * The offsets that a table holds for a pipeline; undefined before its first commit. The property is the truth, because a
 * foreign writer may cut the table's history; but when the current snapshot is this pipeline's and says something else,
 * somebody rolled the table back.
 */
export function readCommittedOffsets(
  metadata: TableMetadata,
  { pipeline, topic, fromSnapshot = false }: OffsetsPlace,
): CommittedOffsets | undefined {
  const key = offsetsProperty(pipeline);
  const property = metadata.properties[key];
  const summary = currentSnapshot(metadata)?.summary[key];
  if (property === undefined) return undefined;
  if (summary === undefined || summary === property) return parseOffsets(property, topic);
  if (!fromSnapshot) throw rolledBack(metadata, pipeline, { property, summary });
  return parseOffsets(summary, topic);
}

function rolledBack(
  metadata: TableMetadata,
  pipeline: string,
  found: { readonly property: string; readonly summary: string },
): PipelineHalt {
  return new PipelineHalt(
    'table-rolled-back',
    `The table at ${metadata.location} was rolled back behind the last commit of pipeline ${pipeline}: its current snapshot ` +
      `says ${found.summary}, its properties say ${found.property}.`,
    `To load the records again that the rollback removed, run the pipeline once with --from-snapshot; to go on behind them, roll forward.`,
  );
}
