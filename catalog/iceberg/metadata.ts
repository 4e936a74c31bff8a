import {
  type JsonObject,
  type JsonValue,
  JsonShapeError,
  optional,
  parseJson,
  readArray,
  readInt64,
  readInteger,
  readObject,
  readString,
  readStringMap,
  stringifyJson,
  unknownMembers,
} from '../json.ts';
import {
  parsePartitionFields,
  parsePartitionSpec,
  type PartitionSpec,
  partitionSpecToJson,
  UNPARTITIONED_LAST_ID,
} from './partition.ts';
import { parseSchema, type Schema, schemaToJson } from './schema.ts';
import {
  type MetadataLogEntry,
  parseSnapshot,
  parseSnapshotRef,
  type Snapshot,
  type SnapshotLogEntry,
  type SnapshotRef,
  snapshotRefToJson,
  snapshotToJson,
} from './snapshot.ts';
import { parseSortOrder, type SortOrder, sortOrderToJson, UNSORTED } from './sort-order.ts';

/** Everything a table's `metadata.json` says (specification, "Table Metadata Fields"). */
export interface TableMetadata {
  readonly formatVersion: number;
  readonly tableUuid: string;
  readonly location: string;
  readonly lastSequenceNumber: bigint;
  readonly lastUpdatedMs: number;
  readonly lastColumnId: number;
  readonly currentSchemaId: number;
  readonly schemas: readonly Schema[];
  readonly defaultSpecId: number;
  readonly partitionSpecs: readonly PartitionSpec[];
  readonly lastPartitionId: number;
  readonly defaultSortOrderId: number;
  readonly sortOrders: readonly SortOrder[];
  readonly properties: Readonly<Record<string, string>>;
  /** Absent while the table has no snapshot. */
  readonly currentSnapshotId?: bigint;
  readonly snapshots: readonly Snapshot[];
  readonly refs: Readonly<Record<string, SnapshotRef>>;
  readonly snapshotLog: readonly SnapshotLogEntry[];
  readonly metadataLog: readonly MetadataLogEntry[];
  /** Puffin statistics files and whatever a newer writer added, as they stand in the file. */
  readonly extra: JsonObject;
}

/** Reads `metadata.json` of format version 1, 2 or 3. Throws SyntaxError or JsonShapeError, which names the member. */
export function parseTableMetadata(text: string): TableMetadata {
  const raw = readObject(parseJson(text), 'metadata');
  const schemas = parseSchemas(raw);
  const partitionSpecs = parsePartitionSpecs(raw);
  const currentSnapshotId = optional(raw['current-snapshot-id'], 'current-snapshot-id', readInt64);
  return {
    formatVersion: readInteger(raw['format-version'], 'format-version'),
    tableUuid: optional(raw['table-uuid'], 'table-uuid', readString) ?? '',
    location: readString(raw['location'], 'location'),
    lastSequenceNumber: optional(raw['last-sequence-number'], 'last-sequence-number', readInt64) ?? 0n,
    lastUpdatedMs: readInteger(raw['last-updated-ms'], 'last-updated-ms'),
    lastColumnId: readInteger(raw['last-column-id'], 'last-column-id'),
    currentSchemaId: optional(raw['current-schema-id'], 'current-schema-id', readInteger) ?? 0,
    schemas,
    defaultSpecId: optional(raw['default-spec-id'], 'default-spec-id', readInteger) ?? 0,
    partitionSpecs,
    lastPartitionId:
      optional(raw['last-partition-id'], 'last-partition-id', readInteger) ??
      highestPartitionId(partitionSpecs),
    defaultSortOrderId: optional(raw['default-sort-order-id'], 'default-sort-order-id', readInteger) ?? 0,
    sortOrders: list(raw, 'sort-orders', parseSortOrder) ?? [UNSORTED],
    properties: optional(raw['properties'], 'properties', readStringMap) ?? {},
    ...(currentSnapshotId === undefined || currentSnapshotId === NO_SNAPSHOT ? {} : { currentSnapshotId }),
    snapshots: list(raw, 'snapshots', parseSnapshot) ?? [],
    refs: parseRefs(raw),
    snapshotLog: list(raw, 'snapshot-log', parseSnapshotLogEntry) ?? [],
    metadataLog: list(raw, 'metadata-log', parseMetadataLogEntry) ?? [],
    extra: unknownMembers(raw, METADATA_MEMBERS),
  };
}

/** The text of a `metadata.json` of format version 2. Reading it back gives an equal value. */
export function printTableMetadata(metadata: TableMetadata): string {
  if (metadata.formatVersion !== 2)
    throw new Error(
      `Only metadata of format version 2 can be written; ${metadata.location} has version ${metadata.formatVersion}.`,
    );
  return stringifyJson(tableMetadataToJson(metadata));
}

/** The schema that new data has. */
export function currentSchema(metadata: TableMetadata): Schema {
  const named = { id: metadata.currentSchemaId, member: 'current-schema-id' };
  return current(metadata.schemas, schema => schema.schemaId, named);
}

/** The partition spec that new data is written with. */
export function defaultSpec(metadata: TableMetadata): PartitionSpec {
  const named = { id: metadata.defaultSpecId, member: 'default-spec-id' };
  return current(metadata.partitionSpecs, spec => spec.specId, named);
}

/** The order in which new files are to be sorted; unsorted where none is named. */
export function defaultSortOrder(metadata: TableMetadata): SortOrder {
  const named = { id: metadata.defaultSortOrderId, member: 'default-sort-order-id' };
  return current(metadata.sortOrders, order => order.orderId, named);
}

/** The snapshot that a reader sees; undefined while the table has none. */
export function currentSnapshot(metadata: TableMetadata): Snapshot | undefined {
  return metadata.snapshots.find(snapshot => snapshot.snapshotId === metadata.currentSnapshotId);
}

/**
 * The location of a table's next metadata file. The name has the only form that Trino reads in native mode: five digits, a
 * UUID. The version counts on from the previous file's; 0 for a new table.
 */
export function nextMetadataLocation(
  tableLocation: string,
  previous: string | undefined,
  uuid: string,
): string {
  const version = previous === undefined ? 0 : metadataVersion(previous) + 1;
  return `${withoutTrailingSlashes(tableLocation)}/metadata/${String(version).padStart(5, '0')}-${uuid}.metadata.json`;
}

/** A location as a prefix to which a slash is added. A loop, because `/\/+$/` takes quadratic time. */
export function withoutTrailingSlashes(location: string): string {
  let end = location.length;
  while (location[end - 1] === '/') end--;
  return location.slice(0, end);
}

function metadataVersion(location: string): number {
  const match = /\/(\d+)-[^/]*\.metadata\.json(\.gz)?$/.exec(location);
  return match === null ? 0 : Number(match[1]);
}

function tableMetadataToJson(metadata: TableMetadata): JsonObject {
  return {
    'format-version': metadata.formatVersion,
    'table-uuid': metadata.tableUuid,
    location: metadata.location,
    'last-sequence-number': metadata.lastSequenceNumber,
    'last-updated-ms': metadata.lastUpdatedMs,
    'last-column-id': metadata.lastColumnId,
    'current-schema-id': metadata.currentSchemaId,
    schemas: metadata.schemas.map(schemaToJson),
    'default-spec-id': metadata.defaultSpecId,
    'partition-specs': metadata.partitionSpecs.map(partitionSpecToJson),
    'last-partition-id': metadata.lastPartitionId,
    'default-sort-order-id': metadata.defaultSortOrderId,
    'sort-orders': metadata.sortOrders.map(sortOrderToJson),
    properties: metadata.properties,
    // Older readers insist on the member, so "no snapshot" is written and not left out.
    'current-snapshot-id': metadata.currentSnapshotId ?? NO_SNAPSHOT,
    refs: Object.fromEntries(
      Object.entries(metadata.refs).map(([name, ref]) => [name, snapshotRefToJson(ref)]),
    ),
    snapshots: metadata.snapshots.map(snapshotToJson),
    'snapshot-log': metadata.snapshotLog.map(entry => ({
      'timestamp-ms': entry.timestampMs,
      'snapshot-id': entry.snapshotId,
    })),
    'metadata-log': metadata.metadataLog.map(entry => ({
      'timestamp-ms': entry.timestampMs,
      'metadata-file': entry.metadataFile,
    })),
    ...metadata.extra,
  };
}

function parseSchemas(raw: JsonObject): Schema[] {
  const schemas = list(raw, 'schemas', parseSchema);
  if (schemas !== undefined && schemas.length > 0) return schemas;
  return [parseSchema(raw['schema'], 'schema')];
}

function parsePartitionSpecs(raw: JsonObject): PartitionSpec[] {
  const specs = list(raw, 'partition-specs', parsePartitionSpec);
  if (specs !== undefined && specs.length > 0) return specs;
  return [{ specId: 0, fields: parsePartitionFields(raw['partition-spec'], 'partition-spec') }];
}

function parseRefs(raw: JsonObject): Record<string, SnapshotRef> {
  const refs = optional(raw['refs'], 'refs', readObject) ?? {};
  return Object.fromEntries(
    Object.entries(refs).map(([name, ref]) => [name, parseSnapshotRef(ref, `refs.${name}`)]),
  );
}

function parseSnapshotLogEntry(value: JsonValue, path: string): SnapshotLogEntry {
  const raw = readObject(value, path);
  return {
    timestampMs: readInteger(raw['timestamp-ms'], `${path}.timestamp-ms`),
    snapshotId: readInt64(raw['snapshot-id'], `${path}.snapshot-id`),
  };
}

function parseMetadataLogEntry(value: JsonValue, path: string): MetadataLogEntry {
  const raw = readObject(value, path);
  return {
    timestampMs: readInteger(raw['timestamp-ms'], `${path}.timestamp-ms`),
    metadataFile: readString(raw['metadata-file'], `${path}.metadata-file`),
  };
}

function list<T>(
  raw: JsonObject,
  name: string,
  parse: (value: JsonValue, path: string) => T,
): T[] | undefined {
  const items = optional(raw[name], name, readArray);
  return items?.map((item, index) => parse(item, `${name}[${index}]`));
}

function highestPartitionId(specs: readonly PartitionSpec[]): number {
  return Math.max(UNPARTITIONED_LAST_ID, ...specs.flatMap(spec => spec.fields.map(field => field.fieldId)));
}

/** The item that a member of the metadata names by its id. */
function current<T>(
  items: readonly T[],
  idOf: (item: T) => number,
  named: { id: number; member: string },
): T {
  const found = items.find(item => idOf(item) === named.id);
  if (found === undefined)
    throw new JsonShapeError(named.member, `one of ${items.map(idOf).join(', ')}`, named.id);
  return found;
}

const NO_SNAPSHOT = -1n;

const METADATA_MEMBERS: ReadonlySet<string> = new Set([
  'format-version',
  'table-uuid',
  'location',
  'last-sequence-number',
  'last-updated-ms',
  'last-column-id',
  'current-schema-id',
  'schema',
  'schemas',
  'default-spec-id',
  'partition-spec',
  'partition-specs',
  'last-partition-id',
  'default-sort-order-id',
  'sort-orders',
  'properties',
  'current-snapshot-id',
  'refs',
  'snapshots',
  'snapshot-log',
  'metadata-log',
]);
