import type { RecordBatch } from './kafka/record-source.ts';
import { splitTopicPartition, type TopicPartition } from './topic-partition.ts';

/** Records of one partition that were given up unread, because Kafka deleted them first. */
export interface LostRecords {
  readonly topic: string;
  readonly partition: number;
  /** The first of them, and the first behind them. */
  readonly from: bigint;
  readonly to: bigint;
}

/** What lies between where the table stands and where reading begins. */
export function findLostRecords(
  committed: ReadonlyMap<TopicPartition, bigint> | undefined,
  positions: ReadonlyMap<TopicPartition, bigint>,
): readonly LostRecords[] {
  return [...(committed ?? [])].flatMap(([name, from]) => {
    const to = positions.get(name) ?? from;
    return to > from ? [{ ...splitTopicPartition(name), from, to }] : [];
  });
}

/** How the errors of dead letters begin that stand for records that nobody has. */
export const GIVEN_UP = 'given up: ';

export function describeLostRecords({ from, to }: LostRecords): string {
  if (to - from === 1n) return `${GIVEN_UP}record ${from} was deleted by Kafka before it was read`;
  return `${GIVEN_UP}up to ${to - from} records, ${from} to ${to - 1n}, were deleted by Kafka before they were read`;
}

/** A batch of one record without key and value, which stands for the lost ones at the offset of the first. */
export function placeOfLostRecords({ topic, partition, from }: LostRecords, now: number): RecordBatch {
  return {
    topic,
    partition,
    baseOffset: from,
    nextOffset: from + 1n,
    count: 1,
    offsetDeltas: new Float64Array(1),
    timestamps: Float64Array.of(now),
    bytes: new Uint8Array(0),
    keyLengths: Int32Array.of(-1),
    valueLengths: Int32Array.of(-1),
  };
}
