import type { RecordSource } from './kafka/record-source.ts';
import { KafkaUnavailable } from './kafka/unavailable.ts';
import type { Meter } from './meter.ts';
import type { Outages } from './outages.ts';
import { splitTopicPartition, type TopicPartition } from './topic-partition.ts';

const LAG_INTERVAL_MS = 1_000;

export interface LagWatch {
  readonly source: RecordSource;
  readonly meter: Meter;
  readonly outages: Outages;
  /** Where reading ends, when that is not the end of the topics; only these partitions count then. */
  readonly ends?: ReadonlyMap<TopicPartition, bigint> | undefined;
  /** The partitions that are this process's own, where it shares the topics with others: what it knows of theirs is old. */
  readonly own?: ReadonlyMap<TopicPartition, unknown> | undefined;
  /** How far a partition is in the tables, and the time of the last record there in milliseconds. */
  readonly committed: (name: TopicPartition) => { readonly next: bigint; readonly time: number | undefined };
}

/** Keeps the meter's lag up to date; answers how to stop that. */
export function watchLag({ source, meter, outages, committed, ends, own }: LagWatch): () => void {
  let pending = false;
  const refresh = async (): Promise<void> => {
    if (pending) return;
    pending = true;
    try {
      const ranges = await source.ranges();
      const until = ends ?? new Map([...ranges].map(([name, { high }]) => [name, high]));
      const watched = [...until].filter(([name]) => own?.has(name) !== false);
      meter.lag = watched.map(([name, high]) => {
        const { next, time } = committed(name);
        return {
          ...splitTopicPartition(name),
          committed: next,
          end: high,
          seconds: secondsBehind(next, high, time),
        };
      });
      outages.answered('Kafka');
    } catch (error) {
      // The lag keeps its last value. When the session ends, calls that are on their way fail, too.
      if (error instanceof KafkaUnavailable) outages.failed('Kafka', error.message);
    } finally {
      pending = false;
    }
  };
  const timer = setInterval(() => void refresh(), LAG_INTERVAL_MS);
  void refresh();
  return () => clearInterval(timer);
}

/** How long ago the last record in the table was written, where there are later ones; undefined where that is not known. */
export function secondsBehind(next: bigint, end: bigint, time: number | undefined): number | undefined {
  if (next >= end) return 0;
  return time === undefined ? undefined : Math.max(0, (Date.now() - time) / 1000);
}
