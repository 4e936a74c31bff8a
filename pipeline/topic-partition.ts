/** Names one partition of a topic, e.g. `flights/3`. Names of topics hold no slash. */
export type TopicPartition = `${string}/${number}`;

export function topicPartition(topic: string, partition: number): TopicPartition {
  return `${topic}/${partition}`;
}

/** The topic and the number in the name of a partition. */
export function splitTopicPartition(name: TopicPartition): {
  readonly topic: string;
  readonly partition: number;
} {
  const slash = name.lastIndexOf('/');
  return { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) };
}

/** By topic, then by number. */
export function compareTopicPartitions(a: TopicPartition, b: TopicPartition): number {
  const [left, right] = [splitTopicPartition(a), splitTopicPartition(b)];
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1;
  return left.partition - right.partition;
}

/** Whether the Kafka client fails with such a topic: it keeps topics in objects, where `constructor` is always something. */
export function isUnreadableTopic(topic: string): boolean {
  return topic in Object.prototype;
}

export function unreadableTopic(topic: string): string {
  return `The topic ${topic} can be neither read nor written: the Kafka client takes its name for a member of JavaScript's objects. Use a topic of another name.`;
}
