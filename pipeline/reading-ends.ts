import { retryingReads } from './iceberg/retrying.ts';
import type { RecordSource } from './kafka/record-source.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import type { TopicPartition } from './topic-partition.ts';

/** Where reading ends in each partition, if it does. */
export interface ReadingEnds {
  of(name: TopicPartition): bigint | undefined;
  /** Whether a partition needs no more records. */
  isPast(name: TopicPartition): boolean;
  /** Whether no partition needs more. */
  isReached(): boolean;
  /** From now on reading ends where the topics end now. */
  endHere(): Promise<void>;
}

export interface ReadingEndsParts {
  readonly options: PipelineOptions;
  readonly run: PipelineRun;
  readonly source: RecordSource;
  /** Where reading ends when the run is to have an end. */
  readonly ends: ReadonlyMap<TopicPartition, bigint>;
  /** Where reading begins in the partitions that are read. */
  readonly positions: ReadonlyMap<TopicPartition, bigint>;
  /** Undefined where the topics are not shared with other processes. */
  readonly assignment: object | undefined;
  readonly onTrouble: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** `positions` says how far each partition was read; it changes. */
export function createReadingEnds(
  parts: ReadingEndsParts,
  positions: ReadonlyMap<TopicPartition, bigint>,
): ReadingEnds {
  const { options, run, source } = parts;
  const hasEnd = options.once === true || options.range !== undefined || run.draining.aborted;
  let ends = hasEnd ? parts.ends : undefined;
  const of = (name: TopicPartition): bigint | undefined =>
    ends?.get(name) ?? (options.range === undefined ? undefined : 0n);
  const isPast = (name: TopicPartition): boolean => {
    const end = of(name);
    return end !== undefined && (positions.get(name) ?? 0n) >= end;
  };
  return {
    of,
    isPast,
    isReached: () => ends !== undefined && [...ends.keys()].every(isPast),
    endHere: async () => {
      const ranges = await retryingReads(parts, () => source.ranges());
      const isOwn = (name: TopicPartition): boolean =>
        parts.assignment === undefined || parts.positions.has(name);
      ends ??= new Map([...ranges].filter(([name]) => isOwn(name)).map(([name, { high }]) => [name, high]));
    },
  };
}
