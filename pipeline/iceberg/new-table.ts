import { randomUUID } from 'node:crypto';
import { assignFieldIds } from '../../catalog/iceberg/schema.ts';
import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import {
  type PartitionField,
  type Transform,
  UNPARTITIONED_LAST_ID,
} from '../../catalog/iceberg/partition.ts';
import { type SortField, UNSORTED } from '../../catalog/iceberg/sort-order.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { ContentKey } from '../../catalog/nessie.ts';

/** One entry of a partition spec by the name of its column. */
export interface PartitionTerm {
  readonly column: string;
  readonly transform: Transform;
}

export interface NewTable {
  readonly key: ContentKey;
  /** Ids are given here; those of the fields do not matter. */
  readonly fields: readonly NestedField[];
  readonly partitioning: readonly PartitionTerm[];
  /** The order of the rows in each file. */
  readonly sortBy?: readonly SortTerm[];
  /** Root of the warehouse, e.g. `s3://warehouse`. */
  readonly warehouse: string;
  readonly now: number;
}

export interface SortTerm extends Pick<SortField, 'direction' | 'nullOrder'> {
  readonly column: string;
}

/** The metadata of an empty table of format version 2. Throws where a partition term names no column. */
export function createTableMetadata(table: NewTable): TableMetadata {
  const { fields, lastId } = assignFieldIds(table.fields);
  const sorting = (table.sortBy ?? []).map(term => toSortField(term, fields));
  const partition = table.partitioning.map((term, index) => toPartitionField(term, index, fields));
  return {
    formatVersion: 2,
    tableUuid: randomUUID(),
    location: `${table.warehouse}/${table.key.map(encodeURIComponent).join('/')}_${randomUUID()}`,
    lastSequenceNumber: 0n,
    lastUpdatedMs: table.now,
    lastColumnId: lastId,
    currentSchemaId: 0,
    schemas: [{ schemaId: 0, fields }],
    defaultSpecId: 0,
    partitionSpecs: [{ specId: 0, fields: partition }],
    lastPartitionId: UNPARTITIONED_LAST_ID + partition.length,
    defaultSortOrderId: sorting.length === 0 ? 0 : 1,
    sortOrders: sorting.length === 0 ? [UNSORTED] : [UNSORTED, { orderId: 1, fields: sorting }],
    properties: { 'write.format.default': 'PARQUET', 'write.parquet.compression-codec': 'zstd' },
    snapshots: [],
    refs: {},
    snapshotLog: [],
    metadataLog: [],
    extra: {},
  };
}

function toSortField({ column, ...order }: SortTerm, fields: readonly NestedField[]): SortField {
  const source = fields.find(field => field.name === column);
  if (source === undefined)
    throw new Error(`The sort order names a column ${JSON.stringify(column)} that is not there.`);
  return { sourceId: source.id, transform: { kind: 'identity' }, ...order };
}

function toPartitionField(
  term: PartitionTerm,
  index: number,
  fields: readonly NestedField[],
): PartitionField {
  const source = fields.find(field => field.name === term.column);
  if (source === undefined)
    throw new Error(`The partitioning names a column ${JSON.stringify(term.column)} that is not there.`);
  return {
    sourceId: source.id,
    fieldId: UNPARTITIONED_LAST_ID + 1 + index,
    name: partitionName(term),
    transform: term.transform,
  };
}

/** The name that Trino and Spark give to a partition field. */
function partitionName({ column, transform }: PartitionTerm): string {
  switch (transform.kind) {
    case 'identity':
      return column;
    case 'void':
      return `${column}_null`;
    case 'truncate':
      return `${column}_trunc`;
    case 'other':
      return `${column}_${transform.text}`;
    default:
      return `${column}_${transform.kind}`;
  }
}
