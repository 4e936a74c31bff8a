import type { TopicPartition } from '../topic-partition.ts';
import type { PackedHeaders } from './headers.ts';

/** Records of one partition in offset order, packed so that a worker can take them over without copying. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the first record; the others are `baseOffset + offsetDeltas[i]`. */
  readonly baseOffset: bigint;
  /** Where reading goes on after this batch: beyond the last record and any control record or gap behind it. */
  readonly nextOffset: bigint;
  readonly count: number;
  readonly offsetDeltas: Float64Array;
  /** The time of each record, in milliseconds since the epoch. */
  readonly timestamps: Float64Array;
  /** Keys and values back to back in the order key 0, value 0, key 1, … */
  readonly bytes: Uint8Array;
  /** Length of each key in bytes; -1 for a record without a key. */
  readonly keyLengths: Int32Array;
  /** Length of each value in bytes; -1 for a tombstone. */
  readonly valueLengths: Int32Array;
  /** Left out where nobody asked for headers and where no record has any. */
  readonly headers?: PackedHeaders | undefined;
}

/** The first offset that a partition still holds and the offset its next record will get. */
export interface OffsetRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** What the loop hears from a source. */
export interface SourceHandlers {
  /** The next batch of a partition is asked for only after the returned promise has resolved: that is the back-pressure. */
  onBatch(batch: RecordBatch): Promise<void>;
  /** A stretch without any record (control records, compacted away) was passed: reading goes on at `nextOffset`. */
  onSkipped(partition: TopicPartition, nextOffset: bigint): void;
  /** The group gave this reader other partitions than it had: positions must be read again from the table. */
  onReassigned(): void;
  /** Reading cannot go on. */
  onFailure(error: unknown): void;
}

/** Where reading begins, and what is known about the record before it. */
export interface StartPosition {
  readonly offset: bigint;
  /** The time of the record before, in milliseconds: another time there means that the topic is another one. */
  readonly previousTime?: number | undefined;
}

/** A place to read records from, each partition from a position that the caller keeps. */
export interface RecordSource {
  /** Names the cluster, so that a rebuilt one is noticed. */
  clusterId(): Promise<string>;
  /** The first record of every partition that was written at a time (milliseconds) or later; the end where there is none. */
  offsetsAt(time: number): Promise<ReadonlyMap<TopicPartition, bigint>>;
  /** What every partition of the topics holds now. */
  ranges(): Promise<ReadonlyMap<TopicPartition, OffsetRange>>;
  start(positions: ReadonlyMap<TopicPartition, StartPosition>, handlers: SourceHandlers): Promise<void>;
  pause(): void;
  resume(): void;
  /** Tells ordinary lag tools how far the table is; never read back. Failures are the caller's to ignore. */
  reportCommitted(positions: ReadonlyMap<TopicPartition, bigint>): Promise<void>;
  stop(): Promise<void>;
}
