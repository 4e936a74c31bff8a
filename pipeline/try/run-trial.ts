import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import { type ContentKey, connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import type { PipelineConfig } from '../config.ts';
import { createTableMetadata } from '../iceberg/new-table.ts';
import { loadBranch } from '../iceberg/table-state.ts';
import type { KafkaConnection } from '../kafka/client.ts';
import { planFormat } from '../rows/row-format.ts';
import { configOfTable, planEncoding, planRows, planSteps } from '../table-plan.ts';
import { withTypedColumns } from '../schema/apply-columns.ts';
import { proposeSchema } from '../schema/propose.ts';
import { sampleTopics } from './sample-topic.ts';
import { type TriedTable, tryRecords, type TrialResult } from './try-records.ts';

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
  const config = await withColumns(request);
  const metadata = (await findTable(request, config.table)) ?? plannedTable(config);
  const sample = await sampleOf(request);
  const plan = { format: planFormat(config.source), ...planSteps(config) };
  if (metadata === undefined) return tryRecords({ ...plan, table: undefined }, sample);
  const table = planEncoding(config, metadata);
  const { route } = table;
  const routing = route && {
    main: config.table,
    route,
    openTable: tableOpener(request, { config, metadata }),
  };
  return tryRecords({ ...plan, table, routing }, sample);
}

/** The pipeline file as it will be when what is proposed for a table that does not exist stands in it. */
async function withColumns(request: TrialRequest): Promise<PipelineConfig> {
  const { config } = request;
  const proposal = await proposeSchema(request);
  if (proposal === undefined || proposal.fields.length === 0) return config;
  return { ...config, schema: withTypedColumns(proposal.fields, config.columns) };
}

/** The rows of the tables that records are routed to: as the tables are, or as the run would make them. */
function tableOpener(
  request: TrialRequest,
  { config, metadata: main }: { readonly config: PipelineConfig; readonly metadata: TableMetadata },
): (key: ContentKey) => Promise<TriedTable> {
  return async key => {
    const own = configOfTable(config, key);
    const metadata =
      (await findTable(request, key)) ??
      plannedTable({ ...own, schema: own.schema ?? currentSchema(main).fields });
    // There is a schema.
    return planRows(own, metadata!, { action: 'ignore' });
  };
}

/** The table as the file has it made. */
function plannedTable({ schema, table, partitioning, files }: PipelineConfig): TableMetadata | undefined {
  if (schema === undefined) return undefined;
  const place = { warehouse: 's3://nowhere', now: 0 };
  return createTableMetadata({ key: table, fields: schema, partitioning, sortBy: files.sortBy, ...place });
}

/** The columns that a pipeline's rows have: those of its table, else of the file; undefined where neither says. */
export async function findColumns(
  request: Omit<TrialRequest, 'limit'>,
): Promise<readonly NestedField[] | undefined> {
  const { config } = request;
  const table = await findTable(request, config.table);
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

async function findTable(
  { config, endpoints }: Omit<TrialRequest, 'limit'>,
  key: ContentKey,
): Promise<TableMetadata | undefined> {
  const client = createS3Client(endpoints.objectStore);
  try {
    const catalog = {
      nessie: connectNessie(endpoints.nessie),
      store: createObjectStore(client),
      warehouse: `s3://${endpoints.objectStore.bucket}`,
    };
    const { tables } = await loadBranch(catalog, config.branch, [key]);
    return tables[0]?.metadata;
  } finally {
    client.destroy();
  }
}
