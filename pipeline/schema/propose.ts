import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import { connectNessie, getContents } from '../../catalog/nessie.ts';
import { proposeFromAvro } from '../avro/propose-from-avro.ts';
import type { PipelineConfig } from '../config.ts';
import { connectKafka, type KafkaConnection } from '../kafka/client.ts';
import { replayTopic } from '../kafka/replay-topic.ts';
import { openUntypedCsv } from '../rows/csv-format.ts';
import { inferSchema } from './infer.ts';

const SAMPLE_RECORDS = 1_000;

export interface ProposalRequest {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'>;
  readonly signal?: AbortSignal;
}

/** Columns for a table that does not exist yet. */
export interface TableProposal {
  /** Ids are 0: the table gives them. None where there is nothing to go by. */
  readonly fields: readonly NestedField[];
  /** What they were taken from, e.g. `12 records of the topic`. */
  readonly origin: string;
  /** What a person should know before taking them. */
  readonly remarks: readonly string[];
}

/**
 * Proposes columns from the schema of a pipeline's messages, or from the first of them where they have none. Undefined when
 * the file has a schema or the table exists.
 */
export async function proposeSchema(request: ProposalRequest): Promise<TableProposal | undefined> {
  const { config, endpoints } = request;
  const { source } = config;
  if (config.schema !== undefined) return undefined;
  const nessie = connectNessie(endpoints.nessie);
  const { items } = await getContents(nessie, { name: config.branch }, { keys: [config.table] });
  if (items[0]?.content !== undefined) return undefined;
  const readSample = (): Promise<readonly (Uint8Array | null)[]> => sampleTopics(request);
  switch (source.format) {
    case 'avro':
      return proposeFromAvro(source.schemas, { topic: source.topics[0] ?? '', readSample, ...request });
    case 'csv': {
      const format = openUntypedCsv(source.csv);
      return proposeFromRecords(inferSchema(await readSample(), value => format.read({ value })));
    }
    case 'json':
      return proposeFromRecords(inferSchema(await readSample()));
  }
}

function proposeFromRecords({
  fields,
  records,
  badRecords,
  remarks,
}: ReturnType<typeof inferSchema>): TableProposal {
  const bad = badRecords === 0 ? [] : [`${badRecords} records are no rows.`];
  return { fields, origin: `${records} records of the topic`, remarks: [...remarks, ...bad] };
}

async function sampleTopics(request: ProposalRequest): Promise<readonly (Uint8Array | null)[]> {
  const { config, endpoints, kafkaSecurity, signal } = request;
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
  return sample;
}
