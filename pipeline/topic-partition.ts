/** Names one partition of a topic, e.g. `flights/3`. Names of topics hold no slash. */
export type TopicPartition = `${string}/${number}`;

export function topicPartition(topic: string, partition: number): TopicPartition {
  return `${topic}/${partition}`;
}

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
