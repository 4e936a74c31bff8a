import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectNessie, getContents } from '../../catalog/nessie.ts';
import type { PipelineConfig } from '../config.ts';
import { connectKafka, type KafkaConnection } from '../kafka/client.ts';
import { replayTopic } from '../kafka/replay-topic.ts';
import { inferSchema, type SchemaProposal } from './infer.ts';

const SAMPLE_RECORDS = 1_000;

export interface ProposalRequest {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'>;
  readonly signal?: AbortSignal;
}

/** Proposes columns from the first records of a pipeline's topic. Undefined when the file has a schema or the table exists. */
export async function proposeSchema(request: ProposalRequest): Promise<SchemaProposal | undefined> {
  const { config, endpoints, kafkaSecurity, signal } = request;
  if (config.schema !== undefined) return undefined;
  const nessie = connectNessie(endpoints.nessie);
  const { items } = await getContents(nessie, { name: config.branch }, { keys: [config.table] });
  if (items[0]?.content !== undefined) return undefined;
  const perTopic = Math.ceil(SAMPLE_RECORDS / config.source.topics.length);
  const kafka = connectKafka({ ...endpoints.kafka, ...kafkaSecurity }, 'lakehouse-sample');
  const sample: (Uint8Array | null)[] = [];
  for (const topic of config.source.topics) {
    const limit = sample.length + perTopic;
    await replayTopic({
      kafka,
      topic,
      limit: perTopic,
      ...(signal === undefined ? {} : { signal }),
      onRecords: records => {
        for (const { value } of records) if (sample.length < limit) sample.push(value);
      },
    });
  }
  return inferSchema(sample);
}
