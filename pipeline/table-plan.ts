import { currentSchema, defaultSortOrder, type TableMetadata } from '../catalog/iceberg/metadata.ts';
import { childFields } from '../catalog/iceberg/schema.ts';
import { UNSORTED } from '../catalog/iceberg/sort-order.ts';
import { isPrimitive, isPromotion, type NestedField, typeToText } from '../catalog/iceberg/types.ts';
import { transformToText } from '../catalog/iceberg/partition.ts';
import type { EncodingPlan } from './batch-encoder.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { PipelineConfig, RouteConfig, RoutedTable } from './config.ts';
import { deadLetterKey } from './dead-letters.ts';
import { FilterFault } from './columns/filter.ts';
import { ruleMisfit, withRule } from './columns/rule-misfit.ts';
import { checkFilter } from './config/read-columns.ts';
import type { ColumnSpec } from './decode/column.ts';
import { toColumnSpecs } from './decode/spec.ts';
import { PipelineHalt } from './errors.ts';
import { tableId } from './iceberg/commit-unit.ts';
import { partitionFieldsOf } from './iceberg/data-files.ts';
import type { DriftPlan } from './schema/drift-watch.ts';
import { planFormat } from './rows/row-format.ts';
import { canSortBy } from './parquet/sort-rows.ts';
import type { StepsPlan } from './rows/open-steps.ts';
import type { RoutePlan } from './rows/route.ts';
import type { TablePlan } from './rows/table-sink.ts';

/** An open file is in memory, so that larger ones are made by compaction. */
const MAX_OPEN_FILE_BYTES = 24 * 1024 * 1024;

/**
 * How records become rows of this table: the columns are the table's, because ids and types must be its own. Throws
 * PipelineHalt when the pipeline file and the table contradict each other.
 */
export function planEncoding(
  config: PipelineConfig,
  metadata: TableMetadata,
  drift = fixedColumns(config),
): EncodingPlan {
  const { onError, route, columns } = config;
  const rows = planRows(config, metadata, drift);
  // A table that records are routed to may lack some; this one is where all of them belong.
  const unknown = columns.rules.find(rule => rows.columns.every(({ name }) => name !== rule.column));
  if (unknown !== undefined)
    throw mismatch(config, `the table has no column ${JSON.stringify(unknown.column)}`);
  return {
    ...rows,
    pipeline: config.name,
    deadLetters: deadLetterKey(config.table),
    format: planFormat(config.source),
    onError: onError.action === 'deadLetter' ? 'deadLetter' : 'skip',
    ...(route === undefined ? {} : { route: planRoute(route) }),
    ...planSteps(config),
  };
}

/** What stands between the records and the rows. */
export function planSteps({ name, transform }: PipelineConfig): StepsPlan {
  if (transform === undefined) return {};
  if (transform.code === undefined) throw new Error(`The transform ${transform.file} was not loaded.`);
  return { transform: { code: transform.code, pipeline: name } };
}

/** The tables that the pipeline file names for values of a field. */
export function namedTables({ route }: PipelineConfig): readonly RoutedTable[] {
  return route?.rule.kind === 'field' ? [...route.rule.tables.values()] : [];
}

/** The pipeline file as it is for a table that records are routed to: with columns and layout of its own, or those of the pipeline's. */
export function configOfTable(config: PipelineConfig, key: ContentKey): PipelineConfig {
  const id = tableId(key);
  const named = namedTables(config).find(({ table }) => tableId(table) === id);
  if (named?.schema === undefined) return { ...config, table: key };
  const { schema, partitioning } = named;
  return { ...config, table: key, schema, partitioning, files: { ...config.files, sortBy: [] } };
}

/** How the rows of one table are written; `config.table` names it. Throws PipelineHalt as {@link planEncoding} does. */
export function planRows(config: PipelineConfig, metadata: TableMetadata, drift: DriftPlan): TablePlan {
  const fields = selectFields(config, metadata);
  checkPartitioning(config, metadata);
  checkSorting(config, metadata);
  const columns = applyRules(config, toColumnSpecs(fields));
  checkCondition(config, fields);
  const order = defaultSortOrder(metadata);
  return {
    table: config.table,
    columns,
    dropped: config.columns.dropped,
    filter: config.filter,
    partitionFields: partitionFieldsOf(metadata),
    sortOrder: canSortBy(columns, order.fields) ? order : UNSORTED,
    targetFileBytes: Math.min(config.files.targetBytes, MAX_OPEN_FILE_BYTES),
    openPartitions: config.files.openPartitions,
    drift,
  };
}

/** Where the table is not changed, what it would have to be changed for is bad. */
function fixedColumns({ drift: { action } }: PipelineConfig): DriftPlan {
  const full = 'only a running pipeline adds columns';
  return action === 'add' ? { action, full, refused: new Map() } : { action };
}

function planRoute({ rule, otherwise, maxTables }: RouteConfig): RoutePlan {
  if (rule.kind === 'template') return { rule, otherwise, maxTables };
  const tables = new Map([...rule.tables].map(([value, { table }]) => [value, table]));
  return { rule: { ...rule, tables }, otherwise, maxTables: Math.max(maxTables, tables.size + 1) };
}

function selectFields(config: PipelineConfig, metadata: TableMetadata): readonly NestedField[] {
  const { fields } = currentSchema(metadata);
  if (config.schema === undefined) return fields;
  const wanted = new Set(config.schema.map(field => field.name));
  const columns = new Map(fields.map(field => [field.name, field]));
  for (const field of config.schema) {
    const column = columns.get(field.name);
    if (column === undefined) throw mismatch(config, `the table has no column ${JSON.stringify(field.name)}`);
    if (!isSameOrWider(field, column)) {
      throw mismatch(
        config,
        `column ${JSON.stringify(field.name)} is ${typeToText(field.type)} in the pipeline file, ${typeToText(column.type)} in the table`,
      );
    }
  }
  const unfilled = fields.find(field => field.required && !wanted.has(field.name));
  if (unfilled !== undefined) {
    throw mismatch(
      config,
      `the table's column ${JSON.stringify(unfilled.name)} is required, but the pipeline file lacks it`,
    );
  }
  // What records brought into the table stays filled.
  return config.drift.action === 'add' ? fields : fields.filter(field => wanted.has(field.name));
}

/** The columns with how they are made. The types are the table's, so that only now all of the rules can be checked. */
function applyRules(config: PipelineConfig, specs: readonly ColumnSpec[]): readonly ColumnSpec[] {
  const rules = new Map(config.columns.rules.map(rule => [rule.column, rule]));
  return specs.map(spec => {
    const column = withRule(spec, rules.get(spec.name));
    const misfit = ruleMisfit(column);
    if (misfit === undefined) return column;
    throw mismatch(config, `column ${JSON.stringify(spec.name)}: ${misfit.message.replace(/[.]$/, '')}`);
  });
}

function checkCondition(config: PipelineConfig, fields: readonly NestedField[]): void {
  try {
    if (config.filter !== undefined) checkFilter(config.filter, fields);
  } catch (error) {
    if (error instanceof FilterFault) throw mismatch(config, `filter: ${error.message.replace(/[.]$/, '')}`);
    throw error;
  }
}

/** Whether a column of the file is the table's, or what the table's was before legal changes: wider, or with more optional members. */
function isSameOrWider(wanted: NestedField, column: NestedField): boolean {
  if (isPrimitive(wanted.type) || isPrimitive(column.type)) {
    if (typeToText(wanted.type) === typeToText(column.type)) return true;
    return isPrimitive(wanted.type) && isPrimitive(column.type) && isPromotion(wanted.type, column.type);
  }
  if (wanted.type.kind !== column.type.kind) return false;
  const members = childFields(wanted.type);
  return (
    members.every(member =>
      childFields(column.type).some(inner => inner.name === member.name && isSameOrWider(member, inner)),
    ) &&
    childFields(column.type).every(
      inner => !inner.required || members.some(({ name }) => name === inner.name),
    )
  );
}

function checkPartitioning(config: PipelineConfig, metadata: TableMetadata): void {
  if (config.partitioning.length === 0) return;
  const { fields } = currentSchema(metadata);
  const nameOf = (id: number): string => fields.find(field => field.id === id)?.name ?? `column ${id}`;
  const actual = partitionFieldsOf(metadata).map(
    field => `${transformToText(field.transform)}(${nameOf(field.sourceId)})`,
  );
  const wanted = config.partitioning.map(term => `${transformToText(term.transform)}(${term.column})`);
  if (actual.join() === wanted.join()) return;
  throw new PipelineHalt(
    'partitioning-mismatch',
    `The table ${config.table.join('.')} is partitioned by [${actual.join(', ')}], the pipeline file says [${wanted.join(', ')}].`,
    'Change the file, or the table with ALTER TABLE … SET PROPERTIES partitioning.',
  );
}

function checkSorting(config: PipelineConfig, metadata: TableMetadata): void {
  const { sortBy } = config.files;
  if (sortBy.length === 0) return;
  const { fields } = currentSchema(metadata);
  const actual = defaultSortOrder(metadata).fields.map(({ sourceId, transform, direction, nullOrder }) => {
    const name = fields.find(field => field.id === sourceId)?.name ?? `column ${sourceId}`;
    const term = transform.kind === 'identity' ? name : `${transformToText(transform)}(${name})`;
    return `${term} ${direction} ${nullOrder}`;
  });
  const wanted = sortBy.map(({ column, direction, nullOrder }) => `${column} ${direction} ${nullOrder}`);
  if (actual.join() === wanted.join()) return;
  throw mismatch(
    config,
    `it is sorted by [${actual.join(', ')}], the file's files.sortBy says [${wanted.join(', ')}]`,
  );
}

function mismatch(config: PipelineConfig, what: string): PipelineHalt {
  return new PipelineHalt(
    'schema-mismatch',
    `The table ${config.table.join('.')} does not fit the pipeline file: ${what}.`,
    'Change the file, or the table with ALTER TABLE.',
  );
}
