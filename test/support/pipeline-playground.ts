import { randomUUID } from 'node:crypto';
import { connectTrino, queryAll, type TrinoRow } from '../../catalog/trino/client.ts';
import { quoteName } from '../../catalog/trino/quote.ts';
import { parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';
import { connectKafka } from '../../pipeline/kafka/client.ts';
import { deleteTopic } from '../../pipeline/kafka/replay-topic.ts';
import { openTopicProducer, type OutgoingRecord } from '../../pipeline/kafka/topic-producer.ts';
import { type LakehousePipeline, startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { PipelineReport, PipelineSummary, RunningPipeline } from '../../pipeline/pipeline.ts';
import { testEndpoints } from './lakehouse.ts';

export const NAMESPACE = 'pipeline_test';

/** A topic and a table of one test on the real servers; both are gone when it ends. */
export interface Playground extends AsyncDisposable {
  readonly topic: string;
  readonly table: string;
  /** The pipeline file's text and what it means. */
  readonly yaml: string;
  readonly config: PipelineConfig;
  /** The table's name as SQL. */
  readonly sqlName: string;
  readonly deadLetters: string;
  produce(values: readonly (string | Buffer | null | OutgoingRecord)[]): Promise<void>;
  /** Makes the topic one of so many partitions; the playground's own producer goes on without the new ones. */
  addPartitions(count: number): Promise<void>;
  /** Runs the pipeline to the end of the topic. */
  run(options?: RunOptions): Promise<PipelineSummary>;
  /** Starts it without an end. */
  start(options?: RunOptions): RunningPipeline;
  query(sql: string): Promise<readonly TrinoRow[]>;
  /** The one value of a query. */
  value(sql: string): Promise<unknown>;
  readonly kafka: ReturnType<typeof connectKafka>;
  readonly trino: ReturnType<typeof connectTrino>;
}

export interface RunOptions extends Partial<
  Pick<LakehousePipeline, 'hooks' | 'once' | 'range' | 'recovery' | 'endpoints' | 'kafkaRoute' | 'patienceMs'>
> {
  readonly config?: Partial<PipelineConfig>;
  readonly onReport?: (report: PipelineReport) => void;
}

export interface PlaygroundOptions {
  /** The lines below `schema:`. */
  readonly schema: string;
  /** Further lines of the pipeline file. */
  readonly settings?: string;
  readonly partitions?: number;
  readonly topicConfig?: Readonly<Record<string, string>>;
}

export async function openPlayground(name: string, options: PlaygroundOptions): Promise<Playground> {
  const endpoints = testEndpoints();
  const id = `${name}_${randomUUID().slice(0, 8)}`;
  const topic = `pipeline-test-${id}`;
  const schema = options.schema.trim().replace(/^\s*/gm, '  ');
  const yaml = `name: ${id}\nsource: { topic: ${topic} }\ntable: ${NAMESPACE}.${id}\nschema:\n${schema}\n${options.settings ?? ''}\n`;
  const config = parsePipelineConfig(yaml, `${id}.pipeline.yaml`);
  const kafka = connectKafka(endpoints.kafka, 'pipeline-test');
  const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
  const { partitions = 3, topicConfig = {} } = options;
  const producer = await openTopicProducer(kafka, { topic, partitions, config: topicConfig });
  const sqlName = quoteName([endpoints.trino.catalog, NAMESPACE, id]);
  const deadLetters = quoteName([endpoints.trino.catalog, NAMESPACE, `${id}__dead_letters`]);
  const query = async (sql: string): Promise<readonly TrinoRow[]> => (await queryAll(trino, sql)).rows;
  const start = ({ config: change, ...rest }: RunOptions = {}): RunningPipeline =>
    startLakehousePipeline({ endpoints, ...rest, config: { ...config, ...change } });
  return {
    topic,
    table: id,
    yaml,
    config,
    sqlName,
    deadLetters,
    kafka,
    trino,
    query,
    value: async sql => (await query(sql))[0]?.[0],
    produce: values =>
      producer.send(
        values.map((value, index) =>
          value !== null && typeof value === 'object' && !Buffer.isBuffer(value)
            ? value
            : { key: `k${index}`, value },
        ),
      ),
    addPartitions: async count => {
      const admin = kafka.admin();
      await admin.connect();
      try {
        await admin.createPartitions({ topicPartitions: [{ topic, count }] });
      } finally {
        await admin.disconnect();
      }
    },
    run: options => start({ once: true, ...options }).finished,
    start,
    [Symbol.asyncDispose]: async () => {
      await producer.close();
      await query(`DROP TABLE IF EXISTS ${sqlName}`);
      await query(`DROP TABLE IF EXISTS ${deadLetters}`);
      await deleteTopic(kafka, topic);
    },
  };
}
