import { AssignerProtocol, type Kafka, type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import { topicMissing } from '../errors.ts';
import {
  compareTopicPartitions,
  splitTopicPartition,
  topicPartition,
  type TopicPartition,
} from '../topic-partition.ts';
import { withHandOver } from './hand-over.ts';
import { ENDLESS_RETRIES } from './kafka-source.ts';
import { withinPatience } from './patience.ts';
import { kafkaError } from './unavailable.ts';

/** After so long without a sign of life the others get the partitions of a member that was killed. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_INTERVAL_MS = 1_000;
/** How long the group waits for its members when partitions are distributed anew; each has a little less to commit. */
const REBALANCE_TIMEOUT_MS = 30_000;
const HAND_OVER_MS = 25_000;
/** How often a member looks whether the topics have got partitions. */
const METADATA_MAX_AGE_MS = 5_000;

/** The partitions that the group has given to this member, until it distributes them anew. */
export interface Assignment {
  /** In order; empty when there are more members than partitions. */
  readonly partitions: readonly TopicPartition[];
  /** Whether the group gave the first of all partitions to this member: then it is the one that does what one must do. */
  readonly isFirst: boolean;
  /** Aborted when the group distributes anew: what was read is to be committed, and no more is to be read. */
  readonly revoked: AbortSignal;
  /** Aborted when the group waits no longer for that. */
  readonly expired: AbortSignal;
  /** Nothing is done with these partitions any more. */
  release(): void;
}

/** A place in the consumer group of a pipeline whose partitions are shared among several processes. */
export interface Membership {
  /** The current assignment; waits while the group is about to make one. Rejects when the group cannot be used, or on abort. */
  assigned(signal: AbortSignal): Promise<Assignment>;
  /** Tells ordinary lag tools how far these partitions are in the table; never read back. */
  reportCommitted(positions: ReadonlyMap<TopicPartition, bigint>): Promise<void>;
  leave(): Promise<void>;
}

export interface MembershipOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  readonly group: string;
  /** Names this process for whoever looks at the group: `host/pid`. */
  readonly member: string;
}

/**
 * A place in a consumer group for the sake of its assignment alone: the consumer is paused from the start, so its heartbeats
 * wait for no record, and a member that is busy stays a member. What was committed stands in the tables, never in the group.
 */
export function joinGroup(options: MembershipOptions): Membership {
  let joined: JoinedGroup | undefined;
  const leave = async (): Promise<void> => {
    const left = joined;
    joined = undefined;
    await left?.leave();
  };
  return {
    assigned: async signal => {
      joined ??= join(options);
      try {
        const assignment = await Promise.race([joined.assigned(), rejectOnAbort(signal)]);
        assignment.take();
        return assignment;
      } catch (error) {
        // Who asks again joins again.
        if (!signal.aborted) await leave();
        throw error;
      }
    },
    reportCommitted: async positions => {
      await joined?.reportCommitted(positions);
    },
    leave,
  };
}

interface JoinedGroup extends Pick<Membership, 'reportCommitted' | 'leave'> {
  assigned(): Promise<HeldAssignment>;
}

function join({ kafka, topics, group, member }: MembershipOptions): JoinedGroup {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let next = Promise.withResolvers<HeldAssignment>();
  let held: HeldAssignment | undefined;
  let hasLeft = false;
  const handOver = async (): Promise<void> => {
    const revoked = held;
    if (revoked === undefined) return;
    held = undefined;
    next = Promise.withResolvers();
    await revoked.revoke();
  };
  const fail = (error: unknown): void => {
    failed.reject(kafkaError(error));
    void handOver();
  };
  const consumer = kafka.consumer({
    groupId: group,
    partitionAssigners: [named(member)],
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
    retry: { ...ENDLESS_RETRIES, restartOnFailure: () => Promise.resolve(!hasLeft) },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) fail(payload.error);
  });
  // Synchronously between joining and the first fetch, so nothing is ever fetched.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    consumer.pause(topics.map(topic => ({ topic })));
    held = holdAssignment(topics, payload.memberAssignment);
    next.resolve(held);
  });
  const run = async (): Promise<void> => {
    await findTopics(kafka, topics);
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await withHandOver(handOver, () => consumer.run({ autoCommit: false, eachBatch: async () => {} }));
  };
  const running = run().catch(fail);
  return {
    assigned: () => Promise.race([next.promise, failed.promise]),
    reportCommitted: async positions => {
      const own = new Set(held?.partitions);
      const committed = [...positions].filter(([name]) => own.has(name));
      await consumer.commitOffsets(
        committed.map(([name, offset]) => ({ ...splitTopicPartition(name), offset: String(offset) })),
      );
    },
    leave: async () => {
      hasLeft = true;
      await withinPatience(async () => {
        await running;
        await consumer.disconnect();
      });
    },
  };
}

/** The consumer itself would wait for brokers and topics that are not there for as long as it takes, and say nothing. */
async function findTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const existing = await admin.listTopics();
    const missing = topics.find(topic => !existing.includes(topic));
    if (missing !== undefined) throw topicMissing(missing);
  } finally {
    await admin.disconnect();
  }
}

interface HeldAssignment extends Assignment {
  take(): void;
  /** Resolves when nobody works with the partitions, or when the time for that is over. */
  revoke(): Promise<void>;
}

function holdAssignment(
  topics: readonly string[],
  assignment: Readonly<Record<string, readonly number[]>>,
): HeldAssignment {
  const partitions = topics
    .flatMap(topic => (assignment[topic] ?? []).map(partition => topicPartition(topic, partition)))
    .sort(compareTopicPartitions);
  const revoked = new AbortController();
  const expired = new AbortController();
  /** Resolves when nobody works with the partitions. */
  let idle = Promise.withResolvers<void>();
  idle.resolve();
  return {
    partitions,
    isFirst: topics[0] !== undefined && partitions.includes(topicPartition(topics[0], 0)),
    revoked: revoked.signal,
    expired: expired.signal,
    take: () => {
      idle = Promise.withResolvers();
    },
    release: () => idle.resolve(),
    revoke: async () => {
      revoked.abort();
      const timer = setTimeout(() => {
        expired.abort();
        idle.resolve();
      }, HAND_OVER_MS);
      await idle.promise;
      clearTimeout(timer);
    },
  };
}

/** The client's own way to distribute partitions, which also tells the group who a member is. */
function named(member: string): PartitionAssigner {
  return options => {
    const assigner = PartitionAssigners.roundRobin(options);
    const { name, version } = assigner;
    const userData = Buffer.from(member);
    return {
      ...assigner,
      assign: group => assigner.assign(group),
      protocol: ({ topics }) => ({
        name,
        metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }),
      }),
    };
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
