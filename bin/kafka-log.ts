import type { KafkaLog } from '../pipeline/kafka/client.ts';

/**
 * Tells what the Kafka client reports. Answers of a broker that it asks again about are left out: a topic that was made a moment ago
 * has no leader yet, which is no fault, and what stays wrong is thrown in the end.
 */
export function kafkaLogTo(write: (line: string) => void): KafkaLog {
  return (_level, text) => {
    if (!text.startsWith('Response ')) write(`Kafka: ${text}`);
  };
}
