import type { RecordSource } from './kafka/record-source.ts';
import type { Meter } from './meter.ts';

const LAG_INTERVAL_MS = 1_000;

export interface LagWatch {
  readonly source: RecordSource;
  readonly meter: Meter;
  /** How far a partition is in the table. */
  readonly committed: (partition: number) => bigint;
}

/** Keeps the meter's lag up to date; answers how to stop that. */
export function watchLag({ source, meter, committed }: LagWatch): () => void {
  let pending = false;
  const refresh = async (): Promise<void> => {
    if (pending) return;
    pending = true;
    try {
      const ranges = await source.ranges();
      meter.lag = [...ranges].map(([partition, { high }]) => ({
        topic: source.topic,
        partition,
        committed: committed(partition),
        end: high,
      }));
    } catch {
      // The reader itself reports brokers that do not answer; the lag keeps its last value.
    } finally {
      pending = false;
    }
  };
  const timer = setInterval(() => void refresh(), LAG_INTERVAL_MS);
  void refresh();
  return () => clearInterval(timer);
}
