import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import { connectNessie, getContents } from '../../catalog/nessie.ts';
import { proposeFromAvro } from '../avro/propose-from-avro.ts';
import type { PipelineConfig } from '../config.ts';
import type { KafkaConnection } from '../kafka/client.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { openUntypedCsv } from '../rows/csv-format.ts';
import { placeBehind, rawRecordAt } from '../rows/raw-record.ts';
import { planFormat } from '../rows/row-format.ts';
import { planSteps } from '../table-plan.ts';
import { sampleTopics } from '../try/sample-topic.ts';
import { type TrialResult, tryRecords } from '../try/try-records.ts';
import { applyColumns } from './apply-columns.ts';
import { inferRows, inferSchema } from './infer.ts';

const SAMPLE_RECORDS = 1_000;

export interface ProposalRequest {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
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
  const proposal = await proposeFields(request);
  return proposal && { ...proposal, fields: applyColumns(proposal.fields, request.config.columns) };
}

async function proposeFields(request: ProposalRequest): Promise<TableProposal | undefined> {
  const { config, endpoints } = request;
  const { source } = config;
  if (config.schema !== undefined) return undefined;
  const nessie = connectNessie(endpoints.nessie);
  const { items } = await getContents(nessie, { name: config.branch }, { keys: [config.table] });
  if (items[0]?.content !== undefined) return undefined;
  if (config.transform !== undefined) {
    const plan = { format: planFormat(source), ...planSteps(config), table: undefined };
    return proposeFromTrial(await tryRecords(plan, await sampleOf(request)));
  }
  const readSample = async (): Promise<readonly (Uint8Array | null)[]> => valuesOf(await sampleOf(request));
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

/** What a transform makes of the sample is what the table is to hold. */
function proposeFromTrial({ records }: TrialResult): TableProposal {
  const bad = records.filter(({ error }) => error !== undefined);
  const { fields, remarks } = inferRows(records.flatMap(({ rows }) => rows));
  const remark = `${bad.length} records are no rows, the first because: ${bad[0]?.error ?? ''}.`;
  return {
    fields,
    origin: `what the transform makes of ${records.length - bad.length} records of the topic`,
    remarks: bad.length === 0 ? remarks : [...remarks, remark],
  };
}

function sampleOf({
  config,
  endpoints,
  kafkaSecurity,
  signal,
}: ProposalRequest): ReturnType<typeof sampleTopics> {
  return sampleTopics({
    connection: { ...endpoints.kafka, ...kafkaSecurity },
    topics: config.source.topics,
    limit: SAMPLE_RECORDS,
    ...(signal === undefined ? {} : { signal }),
  });
}

function valuesOf(batches: readonly RecordBatch[]): (Uint8Array | null)[] {
  return batches.flatMap(batch => {
    let byte = 0;
    return Array.from({ length: batch.count }, (_, record) => {
      const place = { record, byte };
      ({ byte } = placeBehind(batch, place));
      return rawRecordAt(batch, place).value ?? null;
    });
  });
}
