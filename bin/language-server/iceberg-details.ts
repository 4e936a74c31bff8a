import type { ObjectStoreEndpoint } from '../../catalog/endpoints.ts';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  parseTableMetadata,
  type TableMetadata,
} from '../../catalog/iceberg/metadata.ts';
import { transformToText } from '../../catalog/iceberg/partition.ts';
import { indexFields } from '../../catalog/iceberg/schema.ts';
import {
  type Content,
  type ContentKey,
  getContents,
  listEntries,
  type NessieConnection,
} from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client, type ObjectStore } from '../../catalog/storage.ts';
import type { TableDetails, TableKey } from '../../server/catalog-index/source.ts';
import type { DiskCache } from './disk-cache.ts';
import { icebergToTrino } from './iceberg-types.ts';

const SNAPSHOTS_KEPT = 50;
const CACHE_FORMAT = 1;

export type ReadDetails = (
  reference: string,
  tables: readonly TableKey[],
  signal: AbortSignal,
) => Promise<(TableDetails | undefined)[]>;

/**
 * Columns and history of Iceberg tables from their metadata files. A metadata file never changes, so what was read of one
 * is kept on disk under (content id, schema id, location) and is right for ever.
 */
export function readIcebergDetails(
  nessie: NessieConnection,
  objectStore: ObjectStoreEndpoint,
  cache: DiskCache,
): ReadDetails {
  const store = createObjectStore(createS3Client(objectStore));
  return async (reference, tables, signal) => {
    const keys = await Promise.all(tables.map(table => keyOf(nessie, { reference, table }, signal)));
    const { items } = await getContents(nessie, { name: reference }, { keys, signal });
    return Promise.all(items.map(({ content }) => detailsOf(content, { store, cache, signal })));
  };
}

interface Where {
  readonly reference: string;
  readonly table: TableKey;
}

/** A schema's dots usually part its levels; where a level has a dot of its own, the listing tells. */
async function keyOf(
  nessie: NessieConnection,
  { reference, table }: Where,
  signal: AbortSignal,
): Promise<ContentKey> {
  const plain = [...table.schema.split('.'), table.name];
  if (!table.schema.includes('.')) return plain;
  const { items } = await getContents(nessie, { name: reference }, { keys: [plain], signal });
  if (items[0]?.content !== undefined) return plain;
  for await (const entry of listEntries(nessie, { name: reference }, { signal })) {
    const isSame = entry.key.slice(0, -1).join('.') === table.schema && entry.key.at(-1) === table.name;
    if (isSame) return entry.key;
  }
  return plain;
}

interface Reading {
  readonly store: ObjectStore;
  readonly cache: DiskCache;
  readonly signal: AbortSignal;
}

async function detailsOf(content: Content | undefined, reading: Reading): Promise<TableDetails | undefined> {
  if (content?.type !== 'ICEBERG_TABLE') return undefined;
  const key = JSON.stringify([CACHE_FORMAT, content.id ?? '', content.schemaId, content.metadataLocation]);
  const known = await reading.cache.read(key);
  if (isDetails(known)) return known;
  const bytes = await reading.store.get(content.metadataLocation, { signal: reading.signal });
  const details = fromMetadata(parseTableMetadata(new TextDecoder().decode(bytes)));
  await reading.cache.write(key, details);
  return details;
}

function isDetails(value: unknown): value is TableDetails {
  return (
    typeof value === 'object' && value !== null && Array.isArray((value as Partial<TableDetails>).columns)
  );
}

function fromMetadata(metadata: TableMetadata): TableDetails {
  const schema = currentSchema(metadata);
  const fields = indexFields(schema.fields);
  const snapshot = currentSnapshot(metadata);
  const rows = Number(snapshot?.summary['total-records']);
  const comment = metadata.properties['comment'];
  return {
    columns: schema.fields.map(field => ({
      name: field.name,
      type: icebergToTrino(field.type),
      ...(field.doc === undefined ? {} : { comment: field.doc }),
    })),
    partitioning: defaultSpec(metadata).fields.map(field => {
      const column = fields.get(field.sourceId)?.path ?? field.name;
      return partitionText(transformToText(field.transform), column);
    }),
    snapshots: metadata.snapshots
      .map(item => ({
        id: `${item.snapshotId}`,
        timestampMs: item.timestampMs,
        operation: item.summary['operation'] ?? '',
      }))
      .sort((a, b) => b.timestampMs - a.timestampMs)
      .slice(0, SNAPSHOTS_KEPT),
    references: Object.entries(metadata.refs).map(([name, ref]) => ({
      name,
      type: ref.type,
      snapshotId: `${ref.snapshotId}`,
    })),
    ...(Number.isFinite(rows) ? { rowCount: rows } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** `bucket[16]` of a column as SQL writes it: `bucket(id, 16)`. */
function partitionText(transform: string, column: string): string {
  if (transform === 'identity') return column;
  const argument = /^(\w+)\[(\d+)\]$/.exec(transform);
  return argument === null
    ? `${transform}(${column})`
    : `${argument[1] ?? ''}(${column}, ${argument[2] ?? ''})`;
}
