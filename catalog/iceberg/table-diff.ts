import {
  currentSchema,
  currentSnapshot,
  defaultSortOrder,
  defaultSpec,
  type TableMetadata,
} from './metadata.ts';
import { type PartitionSpec, transformToText } from './partition.ts';
import { indexFields, type LocatedField, type Schema } from './schema.ts';
import type { Snapshot } from './snapshot.ts';
import type { SortOrder } from './sort-order.ts';
import { typeToText, isPrimitive } from './types.ts';

/** What differs between two states of one table, told from their metadata alone. */
export interface TableDiff {
  /** False when the two are not the same table: one was dropped and made again. */
  readonly isSameTable: boolean;
  readonly schema: readonly SchemaChange[];
  readonly partitioning?: Change<string>;
  readonly sortOrder?: Change<string>;
  readonly properties: readonly PropertyChange[];
  readonly snapshots: SnapshotDiff;
  readonly totals: Change<TableTotals>;
}

export interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** One change of a column, nested ones named by their dotted path. Columns are the same when their ids are. */
export type SchemaChange =
  | { readonly kind: 'added'; readonly path: string; readonly type: string; readonly required: boolean }
  | { readonly kind: 'dropped'; readonly path: string; readonly type: string }
  | {
      readonly kind: 'renamed' | 'type' | 'comment';
      readonly path: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: 'required'; readonly path: string; readonly to: boolean };

export interface PropertyChange {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** How the histories of the two states lie to each other. */
export interface SnapshotDiff {
  /** `ahead`: the second state has everything of the first, and more. */
  readonly relation: 'same' | 'ahead' | 'behind' | 'diverged' | 'unrelated';
  /** The newest snapshot that both have in their current history. */
  readonly commonAncestor?: bigint;
  /** In the current history of one side only, newest first. */
  readonly onlyFrom: readonly Snapshot[];
  readonly onlyTo: readonly Snapshot[];
}

/** Sizes as the current snapshot's summary says them; absent where its writer did not. */
export interface TableTotals {
  readonly rows?: bigint;
  readonly dataFiles?: bigint;
  readonly bytes?: bigint;
  readonly deleteFiles?: bigint;
}

export function diffTables(from: TableMetadata, to: TableMetadata): TableDiff {
  const partitioning = changed(partitionText(from, defaultSpec(from)), partitionText(to, defaultSpec(to)));
  const sortOrder = changed(sortText(from, defaultSortOrder(from)), sortText(to, defaultSortOrder(to)));
  return {
    isSameTable: from.tableUuid === to.tableUuid,
    schema: diffSchemas(currentSchema(from), currentSchema(to)),
    ...(partitioning === undefined ? {} : { partitioning }),
    ...(sortOrder === undefined ? {} : { sortOrder }),
    properties: diffProperties(from.properties, to.properties),
    snapshots: diffSnapshots(from, to),
    totals: { from: tableTotals(from), to: tableTotals(to) },
  };
}

/** True when nothing that a reader can see differs. */
export function isEmptyDiff(diff: TableDiff): boolean {
  return (
    diff.isSameTable &&
    diff.snapshots.relation === 'same' &&
    diff.schema.length + diff.properties.length === 0 &&
    diff.partitioning === undefined &&
    diff.sortOrder === undefined
  );
}

/** What was done to columns between two schemas, by field id: a rename is no drop. */
export function diffSchemas(from: Schema, to: Schema): SchemaChange[] {
  const [before, after] = [indexFields(from.fields), indexFields(to.fields)];
  const changes: SchemaChange[] = [];
  for (const [id, { field, path }] of before) {
    if (!after.has(id)) changes.push({ kind: 'dropped', path, type: typeToText(field.type) });
  }
  for (const [id, located] of after) {
    const old = before.get(id);
    if (old !== undefined) changes.push(...diffField(old, located));
    else {
      const { field, path } = located;
      changes.push({ kind: 'added', path, type: typeToText(field.type), required: field.required });
    }
  }
  return changes;
}

/** The current history of a table, newest first: the current snapshot, its parent, and so on while they are kept. */
export function currentHistory(metadata: TableMetadata): Snapshot[] {
  const byId = new Map(metadata.snapshots.map(snapshot => [snapshot.snapshotId, snapshot]));
  const history: Snapshot[] = [];
  let snapshot = currentSnapshot(metadata);
  while (snapshot !== undefined && history.length <= byId.size) {
    history.push(snapshot);
    snapshot = snapshot.parentSnapshotId === undefined ? undefined : byId.get(snapshot.parentSnapshotId);
  }
  return history;
}

export function tableTotals(metadata: TableMetadata): TableTotals {
  const summary = currentSnapshot(metadata)?.summary;
  if (summary === undefined) return { rows: 0n, dataFiles: 0n, bytes: 0n, deleteFiles: 0n };
  const rows = counter(summary['total-records']);
  const dataFiles = counter(summary['total-data-files']);
  const bytes = counter(summary['total-files-size']);
  const deleteFiles = counter(summary['total-delete-files']);
  return {
    ...(rows === undefined ? {} : { rows }),
    ...(dataFiles === undefined ? {} : { dataFiles }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(deleteFiles === undefined ? {} : { deleteFiles }),
  };
}

/** A counter of a snapshot's summary; undefined when it is missing or not a number. */
export function counter(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

/** `day(ts), bucket[16](id)`; empty for a table without partitions. */
export function partitionText(metadata: TableMetadata, spec: PartitionSpec): string {
  const names = columnNames(metadata);
  return spec.fields
    .filter(field => field.transform.kind !== 'void')
    .map(field => transformOf(transformToText(field.transform), names.get(field.sourceId)))
    .join(', ');
}

/** `ts desc nulls-last, id asc nulls-first`; empty for an unsorted table. */
export function sortText(metadata: TableMetadata, order: SortOrder): string {
  const names = columnNames(metadata);
  return order.fields
    .map(({ transform, sourceId, direction, nullOrder }) => {
      return `${transformOf(transformToText(transform), names.get(sourceId))} ${direction} ${nullOrder}`;
    })
    .join(', ');
}

function diffSnapshots(from: TableMetadata, to: TableMetadata): SnapshotDiff {
  const [before, after] = [currentHistory(from), currentHistory(to)];
  const known = new Set(before.map(snapshot => snapshot.snapshotId));
  const meeting = after.find(snapshot => known.has(snapshot.snapshotId))?.snapshotId;
  const until = (history: readonly Snapshot[]): Snapshot[] => {
    const end = history.findIndex(snapshot => snapshot.snapshotId === meeting);
    return history.slice(0, end === -1 ? history.length : end);
  };
  const [onlyFrom, onlyTo] = [until(before), until(after)];
  return {
    relation: relationOf(
      onlyFrom.length,
      onlyTo.length,
      meeting !== undefined || before.length * after.length === 0,
    ),
    ...(meeting === undefined ? {} : { commonAncestor: meeting }),
    onlyFrom,
    onlyTo,
  };
}

function relationOf(onlyFrom: number, onlyTo: number, isRelated: boolean): SnapshotDiff['relation'] {
  if (!isRelated) return 'unrelated';
  if (onlyFrom === 0) return onlyTo === 0 ? 'same' : 'ahead';
  return onlyTo === 0 ? 'behind' : 'diverged';
}

function diffField(old: LocatedField, now: LocatedField): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const { path } = now;
  if (old.field.name !== now.field.name) changes.push({ kind: 'renamed', path, from: old.path, to: path });
  // The inside of a nested type is told field by field.
  const [oldType, newType] = [shallowType(old), shallowType(now)];
  if (oldType !== newType) changes.push({ kind: 'type', path, from: oldType, to: newType });
  if (old.field.required !== now.field.required)
    changes.push({ kind: 'required', path, to: now.field.required });
  if (old.field.doc !== now.field.doc)
    changes.push({ kind: 'comment', path, from: old.field.doc ?? '', to: now.field.doc ?? '' });
  return changes;
}

function shallowType({ field }: LocatedField): string {
  return isPrimitive(field.type) ? typeToText(field.type) : field.type.kind;
}

/** Nessie's own notes in the metadata (the commit it was read at), which differ with every commit and mean nothing. */
const NESSIE_PREFIX = 'nessie.';

function diffProperties(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): PropertyChange[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names]
    .filter(name => from[name] !== to[name] && !name.startsWith(NESSIE_PREFIX))
    .sort()
    .map(name => ({
      name,
      ...(from[name] === undefined ? {} : { from: from[name] }),
      ...(to[name] === undefined ? {} : { to: to[name] }),
    }));
}

function columnNames(metadata: TableMetadata): ReadonlyMap<number, string> {
  // Older schemas first, so that a column that still exists has its present name and a dropped one its last.
  const names = new Map<number, string>();
  for (const schema of [...metadata.schemas, currentSchema(metadata)]) {
    for (const [id, { path }] of indexFields(schema.fields)) names.set(id, path);
  }
  return names;
}

function transformOf(transform: string, column: string | undefined): string {
  const name = column ?? 'unknown column';
  return transform === 'identity' ? name : `${transform}(${name})`;
}

function changed<T>(from: T, to: T): Change<T> | undefined {
  return from === to ? undefined : { from, to };
}
