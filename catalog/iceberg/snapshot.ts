import {
  type JsonObject,
  type JsonValue,
  optional,
  readInt64,
  readInteger,
  readObject,
  readString,
  readStringMap,
  unknownMembers,
} from '../json.ts';

/** The state of a table after one change. */
export interface Snapshot {
  readonly snapshotId: bigint;
  readonly parentSnapshotId?: bigint;
  /** 0 in tables of format version 1. */
  readonly sequenceNumber: bigint;
  /** Milliseconds since 1970, UTC. */
  readonly timestampMs: number;
  /** `operation` and counters as text (`added-records`, `total-data-files` …), and whatever the writer adds. */
  readonly summary: Readonly<Record<string, string>>;
  /** Location of the manifest list; absent only in very old tables, which list their manifests in `extra.manifests`. */
  readonly manifestList?: string;
  readonly schemaId?: number;
  readonly extra?: JsonObject;
}

/** A name inside one table's metadata. In Nessie there is only `main`; Nessie's own references are above the table. */
export interface SnapshotRef {
  readonly snapshotId: bigint;
  readonly type: 'branch' | 'tag';
  readonly extra?: JsonObject;
}

export interface SnapshotLogEntry {
  readonly timestampMs: number;
  readonly snapshotId: bigint;
}

export interface MetadataLogEntry {
  readonly timestampMs: number;
  readonly metadataFile: string;
}

export function parseSnapshot(value: JsonValue | undefined, path = 'snapshot'): Snapshot {
  const raw = readObject(value, path);
  const parentSnapshotId = optional(raw['parent-snapshot-id'], `${path}.parent-snapshot-id`, readInt64);
  const manifestList = optional(raw['manifest-list'], `${path}.manifest-list`, readString);
  const schemaId = optional(raw['schema-id'], `${path}.schema-id`, readInteger);
  const extra = unknownMembers(raw, SNAPSHOT_MEMBERS);
  return {
    snapshotId: readInt64(raw['snapshot-id'], `${path}.snapshot-id`),
    ...(parentSnapshotId === undefined ? {} : { parentSnapshotId }),
    sequenceNumber: optional(raw['sequence-number'], `${path}.sequence-number`, readInt64) ?? 0n,
    timestampMs: readInteger(raw['timestamp-ms'], `${path}.timestamp-ms`),
    summary: optional(raw['summary'], `${path}.summary`, readStringMap) ?? {},
    ...(manifestList === undefined ? {} : { manifestList }),
    ...(schemaId === undefined ? {} : { schemaId }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

export function snapshotToJson(snapshot: Snapshot): JsonObject {
  return {
    'sequence-number': snapshot.sequenceNumber,
    'snapshot-id': snapshot.snapshotId,
    ...(snapshot.parentSnapshotId === undefined ? {} : { 'parent-snapshot-id': snapshot.parentSnapshotId }),
    'timestamp-ms': snapshot.timestampMs,
    summary: snapshot.summary,
    ...(snapshot.manifestList === undefined ? {} : { 'manifest-list': snapshot.manifestList }),
    ...(snapshot.schemaId === undefined ? {} : { 'schema-id': snapshot.schemaId }),
    ...snapshot.extra,
  };
}

export function parseSnapshotRef(value: JsonValue | undefined, path: string): SnapshotRef {
  const raw = readObject(value, path);
  const extra = unknownMembers(raw, REF_MEMBERS);
  return {
    snapshotId: readInt64(raw['snapshot-id'], `${path}.snapshot-id`),
    type: readString(raw['type'], `${path}.type`) === 'tag' ? 'tag' : 'branch',
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

export function snapshotRefToJson(ref: SnapshotRef): JsonObject {
  return { 'snapshot-id': ref.snapshotId, type: ref.type, ...ref.extra };
}

/** A random positive 63-bit id, as writers choose them. */
export function newSnapshotId(): bigint {
  const words = crypto.getRandomValues(new BigUint64Array(1));
  return (words[0] ?? 0n) & 0x7fff_ffff_ffff_ffffn;
}

const SNAPSHOT_MEMBERS: ReadonlySet<string> = new Set([
  'snapshot-id',
  'parent-snapshot-id',
  'sequence-number',
  'timestamp-ms',
  'summary',
  'manifest-list',
  'schema-id',
]);
const REF_MEMBERS: ReadonlySet<string> = new Set(['snapshot-id', 'type']);
