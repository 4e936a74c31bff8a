import { mapConcurrently } from '../../catalog/concurrent.ts';
import { findHolders } from '../../catalog/holders.ts';
import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { parseJson, readArray, readString, stringifyJson } from '../../catalog/json.ts';
import { getContents } from '../../catalog/nessie.ts';
import { createManifestReader, reachableFiles } from '../../catalog/reachability.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { loadTableMetadata } from '../../catalog/table-loader.ts';
import type { LoadedTable, TableCatalog } from '../iceberg/table-state.ts';

/**
 * The journal of files that no commit names (yet): beside the table, so that whoever comes next finds it, on whatever
 * machine. Each piece of work has an entry of its own, written before the file it names and deleted when the files are
 * committed or gone.
 */
export interface UncommittedFiles {
  /** Resolves when the entry is in the store: only then may the files be put there. */
  add(...paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Below a table's location. */
export const JOURNAL_FOLDER = 'metadata/lakehouse-uncommitted';

/** Entries of commit units follow a rule of their own; see unit-journal.ts. */
const UNIT_ENTRY = /\/unit\.[^/]*$/;

export function openUncommitted(store: ObjectStore, location: string, name: string): UncommittedFiles {
  const uri = `${location}/${JOURNAL_FOLDER}/${name}.json`;
  const paths = new Set<string>();
  let written = Promise.resolve();
  return {
    add: (...more) => {
      for (const path of more) paths.add(path);
      const put = (): Promise<void> => store.put(uri, Buffer.from(stringifyJson([...paths])));
      // A failure is its own caller's.
      written = written.catch(() => {}).then(put);
      return written;
    },
    close: async () => {
      if (paths.size > 0) await store.delete(uri);
    },
  };
}

export interface ForgottenFiles {
  readonly entries: readonly string[];
  readonly files: readonly string[];
}

/** What earlier runs left in the journal of a table; entries younger than `olderThanMs` may be of a run that goes on. */
export async function readForgotten(
  store: ObjectStore,
  { location }: TableMetadata,
  olderThanMs: number,
): Promise<ForgottenFiles> {
  const entries: string[] = [];
  const files = new Set<string>();
  for await (const { uri, lastModified } of store.list(`${location}/${JOURNAL_FOLDER}/`)) {
    if (UNIT_ENTRY.test(uri) || (lastModified?.getTime() ?? 0) >= olderThanMs) continue;
    entries.push(uri);
    const text = new TextDecoder().decode(await store.get(uri));
    for (const path of readArray(parseJson(text), 'uncommitted'))
      files.add(readString(path, 'uncommitted[]'));
  }
  return { entries, files: [...files] };
}

/** A table, and the branch that it is looked at on. */
export interface MaintainedPlace {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly table: LoadedTable;
}

export interface Deletion {
  readonly deleted: readonly string[];
  /** Files that a snapshot of this or another reference still names. */
  readonly kept: number;
  /** References whose metadata could not be read: then nothing is deleted. */
  readonly unreadable: readonly string[];
}

/**
 * Deletes those of some files that nothing needs: no snapshot that the table still has on its branch, and none of the
 * table on any other branch or tag. Nothing is deleted while one of these cannot be read.
 */
export async function deleteUnneeded(
  { catalog, branch, table }: MaintainedPlace,
  files: readonly string[],
  { dryRun = false, signal }: { readonly dryRun?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<Deletion> {
  const { store, nessie } = catalog;
  const { key, metadata, metadataLocation } = table;
  const reader = createManifestReader(store, signal);
  const needed = new Set(
    (
      await reachableFiles(
        reader,
        metadata,
        metadataLocation === undefined ? {} : { location: metadataLocation },
      )
    ).keys(),
  );
  const { items, reference } = await getContents(nessie, { name: branch }, { keys: [key] });
  const content = items[0]?.content;
  const unreadable: string[] = [];
  if (content?.type === 'ICEBERG_TABLE') {
    const seen = new Set<string>();
    for (const holder of await findHolders(nessie, { reference, key, content }, signal)) {
      const location = holder.content.metadataLocation;
      if (seen.has(location)) continue;
      seen.add(location);
      try {
        const theirs = await loadTableMetadata(store, location, { signal });
        for (const file of (await reachableFiles(reader, theirs, { location })).keys()) needed.add(file);
      } catch {
        signal?.throwIfAborted();
        unreadable.push(holder.reference.name);
      }
    }
  }
  const deleted = unreadable.length > 0 ? [] : files.filter(file => !needed.has(file));
  if (!dryRun) await mapConcurrently(deleted, 16, async file => store.delete(file, { signal }));
  return { deleted, kept: files.length - deleted.length, unreadable };
}
