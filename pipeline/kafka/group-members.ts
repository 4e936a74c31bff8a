import { AssignerProtocol, type Kafka } from 'kafkajs';
import { compareTopicPartitions, topicPartition, type TopicPartition } from '../topic-partition.ts';

/** A process that shares a pipeline with others, as its consumer group knows it. */
export interface GroupMember {
  /** Host and process id, as in the tables; the client's own name for a member that does not say. */
  readonly member: string;
  /** The address that the broker sees. */
  readonly address: string;
  /** In order; none while the group distributes them. */
  readonly partitions: readonly TopicPartition[];
}

/** Who is in a consumer group now, and with which partitions. */
export async function readGroupMembers(kafka: Kafka, group: string): Promise<readonly GroupMember[]> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([group]);
    const members = (groups[0]?.members ?? []).map(member => ({
      member: nameIn(member.memberMetadata) ?? member.memberId,
      address: member.clientHost.replace(/^\//, ''),
      partitions: partitionsIn(member.memberAssignment),
    }));
    return members.sort((a, b) => (a.member < b.member ? -1 : 1));
  } finally {
    await admin.disconnect();
  }
}

function nameIn(metadata: Buffer): string | undefined {
  // A member that is just joining has said nothing yet.
  if (metadata.length === 0) return undefined;
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata) as {
    readonly userData: Buffer | null;
  } | null;
  const name = decoded?.userData?.toString('utf8') ?? '';
  return name === '' ? undefined : name;
}

function partitionsIn(assignment: Buffer): readonly TopicPartition[] {
  if (assignment.length === 0) return [];
  const topics = AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {};
  return Object.entries(topics)
    .flatMap(([topic, partitions]) => partitions.map(partition => topicPartition(topic, partition)))
    .sort(compareTopicPartitions);
}
