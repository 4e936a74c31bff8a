import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import type { PipelineConfig } from '../config.ts';
import { createTableMetadata } from '../iceberg/new-table.ts';
import { loadBranch } from '../iceberg/table-state.ts';
import type { KafkaConnection } from '../kafka/client.ts';
import { planFormat } from '../rows/row-format.ts';
import { planEncoding, planSteps } from '../table-plan.ts';
import { sampleTopics } from './sample-topic.ts';
import { tryRecords, type TrialResult } from './try-records.ts';

export interface TrialRequest {
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
  readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
  /** Records that are tried. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/**
 * Takes the first records of a pipeline's topics the way they would go, and writes nothing. Throws PipelineHalt where the
 * pipeline would halt at its start.
 */
export async function runTrial(request: TrialRequest): Promise<TrialResult> {
  const { config } = request;
  const metadata = (await findTable(request)) ?? plannedTable(config);
  const sample = await sampleOf(request);
  const plan = { format: planFormat(config.source), ...planSteps(config) };
  // Rows that are routed may be of tables with other columns.
  if (metadata === undefined || config.route !== undefined)
    return tryRecords({ ...plan, table: undefined }, sample);
  return tryRecords({ ...plan, table: planEncoding(config, metadata) }, sample);
}

/** The table as the file has it made. */
function plannedTable({ schema, table, partitioning }: PipelineConfig): TableMetadata | undefined {
  if (schema === undefined) return undefined;
  const place = { warehouse: 's3://nowhere', now: 0 };
  return createTableMetadata({ key: table, fields: schema, partitioning, ...place });
}

/** The columns that a pipeline's rows have: those of its table, else of the file; undefined where neither says. */
export async function findColumns(
  request: Omit<TrialRequest, 'limit'>,
): Promise<readonly NestedField[] | undefined> {
  const { config } = request;
  const table = await findTable(request);
  if (table === undefined) return config.schema;
  const { fields } = currentSchema(table);
  const wanted = config.schema?.map(({ name }) => name);
  return wanted === undefined ? fields : fields.filter(({ name }) => wanted.includes(name));
}

/** The first records of the topics. */
export function sampleOf({
  config,
  endpoints,
  kafkaSecurity,
  limit,
  signal,
}: TrialRequest): ReturnType<typeof sampleTopics> {
  return sampleTopics({
    connection: { ...endpoints.kafka, ...kafkaSecurity },
    topics: config.source.topics,
    limit,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function findTable({
  config,
  endpoints,
}: Omit<TrialRequest, 'limit'>): Promise<TableMetadata | undefined> {
  const client = createS3Client(endpoints.objectStore);
  try {
    const catalog = {
      nessie: connectNessie(endpoints.nessie),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    };
    const { tables } = await loadBranch(catalog, config.branch, [config.table]);
    return tables[0]?.metadata;
  } finally {
    client.destroy();
  }
}
