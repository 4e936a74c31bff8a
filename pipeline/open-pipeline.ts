import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { connectNessie } from '../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../catalog/storage.ts';
import type { PipelineConfig } from './config.ts';
import { connectKafka, type KafkaConnection } from './kafka/client.ts';
import { createKafkaSource } from './kafka/kafka-source.ts';
import { type PipelineOptions, type RunningPipeline, startPipeline } from './pipeline.ts';

export interface LakehousePipeline extends Omit<PipelineOptions, 'catalog' | 'openSource'> {
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
}

/** Runs a pipeline against the servers of a lakehouse. */
export function startLakehousePipeline(options: LakehousePipeline): RunningPipeline {
  const { config, endpoints, kafkaSecurity } = options;
  const client = createS3Client(endpoints.objectStore);
  const kafka = connectKafka({ ...endpoints.kafka, ...kafkaSecurity }, 'lakehouse-pipeline', (_level, text) =>
    options.onReport?.({ kind: 'notice', level: 'warn', text: `Kafka: ${text}` }),
  );
  const pipeline = startPipeline({
    ...options,
    catalog: {
      nessie: connectNessie({ uri: endpoints.nessie.uri }),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    },
    openSource: () =>
      createKafkaSource({ kafka, topics: config.source.topics, group: consumerGroup(config) }),
  });
  return { ...pipeline, finished: pipeline.finished.finally(() => client.destroy()) };
}

/** The consumer group in which lag tools see a pipeline. */
export function consumerGroup({ name }: Pick<PipelineConfig, 'name'>): string {
  return `lakehouse.${name}`;
}
