import { parseTableMetadata, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { Schema } from '../../catalog/iceberg/schema.ts';
import { diffSchemas, type SchemaChange } from '../../catalog/iceberg/table-diff.ts';
import {
  type CommitMeta,
  type ContentKey,
  listHistory,
  type LogEntry,
  type TableContent,
} from '../../catalog/nessie.ts';
import { loadBranch, type TableCatalog } from '../iceberg/table-state.ts';

/** How the columns of a table came to be what they are. */
export interface SchemaLog {
  readonly table: ContentKey;
  readonly branch: string;
  /** Oldest first; empty where there is no such table. */
  readonly versions: readonly SchemaVersion[];
}

/** A schema that became the table's, and the commit that made it so. */
export interface SchemaVersion {
  readonly schemaId: number;
  readonly isCurrent: boolean;
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly author: string;
  readonly message: string;
  /** The first snapshot with data of this schema, as far as snapshots are kept. */
  readonly firstSnapshotId: bigint | undefined;
  /** What differs from the version before; for the first one its columns. */
  readonly changes: readonly SchemaChange[];
}

/**
 * Reads from the commits of a branch when, by whom and how the columns of a table were changed. Dropping a table and making
 * it anew begins a new story; the commits before are not told.
 */
export async function readSchemaLog(
  catalog: TableCatalog,
  {
    branch,
    table,
    signal,
  }: { readonly branch: string; readonly table: ContentKey; readonly signal?: AbortSignal },
): Promise<SchemaLog> {
  const { hash, tables } = await loadBranch(catalog, branch, [table]);
  const [now] = tables;
  if (now === undefined) return { table, branch, versions: [] };
  const turns = await readTurns(
    listHistory(
      catalog.nessie,
      { name: branch, hash },
      { withOperations: true, filter: filterFor(table), pageSize: 1_000, signal },
    ),
    { table, contentId: now.contentId },
  );
  const versions: SchemaVersion[] = [];
  let before: Schema = { schemaId: -1, fields: [] };
  for (const [index, { commit, content }] of turns.entries()) {
    const schema = await schemaOf(catalog, now.metadata, content);
    versions.push({
      schemaId: schema.schemaId,
      isCurrent: index === turns.length - 1,
      commit: commit.hash,
      at: commit.commitTime,
      author: commit.authors.join(', ') || commit.committer || 'unknown',
      message: commit.message,
      firstSnapshotId: firstSnapshotOf(now.metadata, schema.schemaId),
      changes: diffSchemas(before, schema),
    });
    before = schema;
  }
  return { table, branch, versions };
}

/** A change for people, e.g. `+ place.zip long` or `~ id int → long`. */
export function schemaChangeToText(change: SchemaChange): string {
  switch (change.kind) {
    case 'added':
      return `+ ${change.path} ${change.type}${change.required ? ' required' : ''}`;
    case 'dropped':
      return `- ${change.path} ${change.type}`;
    case 'renamed':
      return `~ ${change.from} renamed to ${change.to}`;
    case 'type':
      return `~ ${change.path} ${change.from} → ${change.to}`;
    case 'comment':
      return `~ ${change.path} comment ${JSON.stringify(change.to)}`;
    case 'required':
      return `~ ${change.path} ${change.to ? 'required' : 'optional'}`;
  }
}

/** A commit after which the table had another schema than before. */
interface Turn {
  readonly commit: CommitMeta;
  readonly content: TableContent;
}

async function readTurns(
  entries: AsyncIterable<LogEntry>,
  { table, contentId }: { readonly table: ContentKey; readonly contentId: string | undefined },
): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const { commit, operations = [] } of entries) {
    const own = operations.find(({ key }) => key.join('\0') === table.join('\0'));
    if (own === undefined) continue;
    if (own.type !== 'PUT' || own.content.type !== 'ICEBERG_TABLE') break;
    const { content } = own;
    if (content.id !== undefined && content.id !== contentId) break;
    // Newest first: an older commit with the same schema is nearer to the one that brought it.
    if (turns.at(-1)?.content.schemaId === content.schemaId) turns.pop();
    turns.push({ commit, content });
  }
  return turns.reverse();
}

/** Nessie's filters are expressions of CEL, whose strings are written like those of JSON. */
function filterFor(table: ContentKey): string {
  return `operations.exists(op, op.name == ${JSON.stringify(table.at(-1))})`;
}

async function schemaOf(
  { store }: TableCatalog,
  metadata: TableMetadata,
  content: TableContent,
): Promise<Schema> {
  const find = (within: TableMetadata): Schema | undefined =>
    within.schemas.find(({ schemaId }) => schemaId === content.schemaId);
  const known = find(metadata);
  if (known !== undefined) return known;
  // Expiring snapshots may have taken a schema that no snapshot uses; the metadata of the time has it.
  const bytes = await store.get(content.metadataLocation).catch(() => undefined);
  const old = bytes === undefined ? undefined : find(parseTableMetadata(Buffer.from(bytes).toString('utf8')));
  return old ?? { schemaId: content.schemaId, fields: [] };
}

function firstSnapshotOf(metadata: TableMetadata, schemaId: number): bigint | undefined {
  return metadata.snapshots
    .filter(snapshot => snapshot.schemaId === schemaId)
    .sort((a, b) => a.timestampMs - b.timestampMs)[0]?.snapshotId;
}
