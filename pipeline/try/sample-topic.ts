import type { KafkaConnection } from '../kafka/client.ts';
import { connectKafka } from '../kafka/client.ts';
import { type ClientRecord, packRecords } from '../kafka/pack.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { replayTopic } from '../kafka/replay-topic.ts';

export interface SampleRequest {
  readonly connection: KafkaConnection;
  readonly topics: readonly string[];
  /** Records in all; the topics give equally many. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** The first records that topics hold, as a pipeline would get them. */
export async function sampleTopics(request: SampleRequest): Promise<readonly RecordBatch[]> {
  const { connection, topics, limit, signal } = request;
  const kafka = connectKafka(connection, 'lakehouse-sample');
  const perTopic = Math.ceil(limit / topics.length);
  const batches: RecordBatch[] = [];
  for (const topic of topics) {
    const byPartition = new Map<number, ClientRecord[]>();
    let count = 0;
    await replayTopic({
      kafka,
      topic,
      limit: perTopic,
      ...(signal === undefined ? {} : { signal }),
      onRecords: records => {
        for (const { partition, offset, ...record } of records) {
          if (count++ >= perTopic) return;
          const ofPartition = byPartition.get(partition) ?? [];
          byPartition.set(partition, ofPartition);
          ofPartition.push({ ...record, offset: String(offset) });
        }
      },
    });
    for (const [partition, records] of [...byPartition].sort(([a], [b]) => a - b)) {
      const place = { topic, partition, nextOffset: BigInt(records.at(-1)?.offset ?? 0) + 1n };
      batches.push(packRecords(place, records, [0, records.length]));
    }
  }
  return batches;
}
