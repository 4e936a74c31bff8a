import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { connectNessie } from '../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../catalog/storage.ts';
import { filterSources } from './columns/filter-sources.ts';
import type { PipelineConfig } from './config.ts';
import { connectKafka, type KafkaConnection, type KafkaLog } from './kafka/client.ts';
import { createKafkaSource } from './kafka/kafka-source.ts';
import { type PipelineOptions, type RunningPipeline, startPipeline } from './pipeline.ts';

export interface LakehousePipeline extends Omit<PipelineOptions, 'catalog' | 'openSource'> {
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
  readonly kafkaRoute?: KafkaConnection['route'];
  /** Time for one request to Nessie and its answer, in milliseconds. */
  readonly nessieTimeoutMs?: number;
}

/** Runs a pipeline against the servers of a lakehouse. */
export function startLakehousePipeline(options: LakehousePipeline): RunningPipeline {
  const { config, endpoints, kafkaSecurity } = options;
  const client = createS3Client(endpoints.objectStore);
  const reached = { ...endpoints.kafka, ...kafkaSecurity, retries: KAFKA_RETRIES };
  const kafka = connectKafka(
    options.kafkaRoute === undefined ? reached : { ...reached, route: options.kafkaRoute },
    'lakehouse-pipeline',
    oncePerMinute(text => options.onReport?.({ kind: 'notice', level: 'warn', text: `Kafka: ${text}` })),
  );
  const pipeline = startPipeline({
    ...options,
    catalog: {
      nessie: connectNessie({
        ...endpoints.nessie,
        ...(options.nessieTimeoutMs === undefined ? {} : { timeoutMs: options.nessieTimeoutMs }),
      }),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    },
    openSource: () =>
      createKafkaSource({
        kafka,
        topics: config.source.topics,
        group: consumerGroup(config),
        withHeaders: needsHeaders(config),
      }),
  });
  return { ...pipeline, finished: pipeline.finished.finally(() => client.destroy()) };
}

/** Few: the pipeline itself waits for brokers that are away, and says so. */
const KAFKA_RETRIES = 3;
const REPEAT_MS = 60_000;

/** The client says the same with every attempt; once a minute is enough. */
function oncePerMinute(tell: (text: string) => void): KafkaLog {
  const told = new Map<string, number>();
  return (_level, text) => {
    const now = performance.now();
    if (now - (told.get(text) ?? -Infinity) < REPEAT_MS) return;
    told.set(text, now);
    tell(text);
  };
}

/** Dead letters keep the headers of their records, so that they can be sent again as they were; a transform may ask for them. */
function needsHeaders({ onError, transform, columns, filter }: PipelineConfig): boolean {
  const sources = [
    ...columns.rules.map(({ from }) => from),
    ...(filter === undefined ? [] : filterSources(filter)).map(({ rule }) => rule?.from),
  ];
  return (
    onError.action === 'deadLetter' ||
    transform !== undefined ||
    sources.some(source => source?.kind === 'header' || source?.kind === 'headers')
  );
}

/** The consumer group in which lag tools see a pipeline. */
export function consumerGroup({ name }: Pick<PipelineConfig, 'name'>): string {
  return `lakehouse.${name}`;
}
