import { randomUUID } from 'node:crypto';
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { connectNessie } from '../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../catalog/storage.ts';
import { filterSources } from './columns/filter-sources.ts';
import type { PipelineConfig } from './config.ts';
import { connectKafka, type KafkaConnection, type KafkaLog } from './kafka/client.ts';
import { consumerGroup } from './kafka/consumer-group.ts';
import { createKafkaSource } from './kafka/kafka-source.ts';
import { joinGroup } from './kafka/membership.ts';
import { type PipelineOptions, type RunningPipeline, startPipeline } from './pipeline.ts';
import { processName } from './process-name.ts';

export interface LakehousePipeline extends Omit<PipelineOptions, 'catalog' | 'openSource' | 'joinGroup'> {
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
  readonly kafkaRoute?: KafkaConnection['route'];
  /** After so long without an answer a server is taken for away, in milliseconds; every client has its own time by default. */
  readonly patienceMs?: number | undefined;
}

/** Runs a pipeline against the servers of a lakehouse. */
export function startLakehousePipeline(options: LakehousePipeline): RunningPipeline {
  const { config, endpoints, kafkaSecurity, patienceMs } = options;
  // A back-fill has an end and offsets of its own: one process does it.
  const isShared = config.members === 'shared' && options.range === undefined;
  const client = createS3Client(endpoints.objectStore, { silenceMs: patienceMs });
  const calls = { retries: KAFKA_RETRIES, requestTimeoutMs: patienceMs };
  const reached = { ...endpoints.kafka, ...kafkaSecurity, ...calls };
  const kafka = connectKafka(
    options.kafkaRoute === undefined ? reached : { ...reached, route: options.kafkaRoute },
    'lakehouse-pipeline',
    oncePerMinute(text => {
      if (isShared && USUAL_AMONG_MEMBERS.test(text)) return;
      options.onReport?.({ kind: 'notice', level: 'warn', text: `Kafka: ${text}` });
    }),
  );
  const pipeline = startPipeline({
    ...options,
    joinGroup: isShared
      ? () =>
          joinGroup({
            kafka,
            topics: config.source.topics,
            group: consumerGroup(config),
            member: processName(),
          })
      : undefined,
    catalog: {
      nessie: connectNessie({
        ...endpoints.nessie,
        ...(patienceMs === undefined ? {} : { timeoutMs: patienceMs }),
      }),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    },
    openSource: () =>
      createKafkaSource({
        kafka,
        topics: config.source.topics,
        // The group itself is that of the members; each of them reads through one of its own.
        group: isShared ? `${consumerGroup(config)}.${randomUUID().slice(0, 8)}` : consumerGroup(config),
        withHeaders: needsHeaders(config),
      }),
  });
  return { ...pipeline, finished: pipeline.finished.finally(() => client.destroy()) };
}

/** Few: the pipeline itself waits for brokers that are away, and says so. */
const KAFKA_RETRIES = 3;
const REPEAT_MS = 60_000;
/** What the client warns of whenever a member comes or goes. */
const USUAL_AMONG_MEMBERS = /group is rebalancing/;

/** The client says the same with every attempt; once a minute is enough. */
function oncePerMinute(tell: (text: string) => void): KafkaLog {
  const told = new Map<string, number>();
  return (_level, text) => {
    const now = performance.now();
    // Times and counts differ from line to line.
    const what = text.replaceAll(/\d+/g, '#');
    if (now - (told.get(what) ?? -Infinity) < REPEAT_MS) return;
    told.set(what, now);
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
