import { AsyncLocalStorage } from 'node:async_hooks';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** Finishes what was begun with the partitions that a member has. */
export type HandOver = () => Promise<void>;

const HEARTBEAT_MS = 1_000;

/**
 * kafkajs joins its group again as soon as it hears that partitions are distributed anew, and asks nobody. Consumers that are
 * run inside `withHandOver` finish their work first: the group waits for them, for its rebalance time at most, and only
 * then gives their partitions to others. Meanwhile they stay alive for the group. All other consumers are left alone.
 */
export function withHandOver<T>(handOver: HandOver, run: () => T): T {
  return handOvers.run(handOver, run);
}

const handOvers = new AsyncLocalStorage<HandOver>();
const join: unknown = Reflect.get(ConsumerGroup.prototype, 'joinAndSync');
ConsumerGroup.prototype.joinAndSync = async function joinAfterHandOver() {
  const handOver = handOvers.getStore();
  if (handOver !== undefined) {
    const timer = setInterval(() => {
      // The answer is that the group distributes anew, which is known; the heartbeat has counted all the same.
      this.heartbeat({ interval: HEARTBEAT_MS }).catch(() => {});
    }, HEARTBEAT_MS);
    try {
      await handOver();
    } finally {
      clearInterval(timer);
    }
  }
  await Reflect.apply(join as () => Promise<void>, this, []);
};
