import { diffTables, type TableDiff } from './iceberg/table-diff.ts';
import {
  type Content,
  type ContentKey,
  type DiffEntry,
  listDiff,
  type NessieConnection,
  type RefSpec,
} from './nessie.ts';
import type { ObjectStore } from './storage.ts';
import { loadTableMetadata } from './table-loader.ts';

/** One key that is not the same on two references. */
export interface ReferenceChange {
  readonly key: ContentKey;
  readonly kind: 'added' | 'dropped' | 'changed';
  readonly from?: Content;
  readonly to?: Content;
}

/** Every key that differs, in key order: from the first reference to the second. One request; no table is opened. */
export async function compareReferences(
  nessie: NessieConnection,
  between: { readonly from: RefSpec; readonly to: RefSpec },
  signal?: AbortSignal,
): Promise<ReferenceChange[]> {
  const changes: ReferenceChange[] = [];
  for await (const entry of listDiff(nessie, between, { signal })) changes.push(toChange(entry));
  return changes;
}

/**
 * What differs inside a table that both references have. Undefined for a key that is on one side only or is no table. Throws
 * TableUnreadableError.
 */
export async function compareTable(
  store: ObjectStore,
  change: ReferenceChange,
  signal?: AbortSignal,
): Promise<TableDiff | undefined> {
  const { from, to } = change;
  if (from?.type !== 'ICEBERG_TABLE' || to?.type !== 'ICEBERG_TABLE') return undefined;
  const [before, after] = await Promise.all(
    [from, to].map(async table => loadTableMetadata(store, table.metadataLocation, { signal })),
  );
  return before === undefined || after === undefined ? undefined : diffTables(before, after);
}

function toChange({ key, from, to }: DiffEntry): ReferenceChange {
  return {
    key,
    kind: from === undefined ? 'added' : to === undefined ? 'dropped' : 'changed',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
