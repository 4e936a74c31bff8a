import {
  parseJson,
  readArray,
  readInt64,
  readObject,
  readString,
  stringifyJson,
} from '../../catalog/json.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import type { OffsetSpan } from '../iceberg/commit-unit.ts';
import type { LoadedTable, TableCatalog } from '../iceberg/table-state.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { deleteUnneeded, JOURNAL_FOLDER } from './uncommitted.ts';

/** Names, beside each table, the data files of commit units that are on their way to it. */
export interface UnitJournal {
  /** Resolves when the file is named in the store: only then may it be put there. */
  add(unit: JournalledUnit, location: string, path: string): Promise<void>;
  /** The unit is committed: its files are no longer on their way. */
  close(unitId: string): Promise<void>;
  /**
   * Deletes files that earlier runs put into the store for units which can no longer be committed, because the table has gone
   * on from where they begin. Call it when this run has committed, so that this is so. Answers how many.
   */
  clean(tables: readonly LoadedTable[], committed: ReadonlyMap<TopicPartition, bigint>): Promise<number>;
}

export interface JournalledUnit {
  readonly id: string;
  readonly spans: ReadonlyMap<TopicPartition, OffsetSpan>;
}

interface Entry {
  readonly uri: string;
  readonly paths: Set<string>;
  written: Promise<void>;
}

export function openUnitJournal(catalog: TableCatalog, branch: string, pipeline: string): UnitJournal {
  const { store } = catalog;
  const prefix = `unit.${pipeline}.`;
  /** By unit, then by the table's location. */
  const open = new Map<string, Map<string, Entry>>();
  return {
    add: ({ id, spans }, location, path) => {
      const ofUnit = open.get(id) ?? new Map<string, Entry>();
      open.set(id, ofUnit);
      const uri = `${location}/${JOURNAL_FOLDER}/${prefix}${id}.json`;
      const entry = ofUnit.get(location) ?? { uri, paths: new Set<string>(), written: Promise.resolve() };
      ofUnit.set(location, entry);
      entry.paths.add(path);
      const starts = Object.fromEntries([...spans].map(([partition, { start }]) => [partition, start]));
      const put = async (): Promise<void> => {
        const bytes = Buffer.from(stringifyJson({ starts, paths: [...entry.paths] }));
        await store.put(uri, bytes, { contentType: 'application/json' });
      };
      // A failure is its own caller's, who tries again.
      entry.written = entry.written.catch(() => {}).then(put);
      return entry.written;
    },
    close: async id => {
      const entries = [...(open.get(id)?.values() ?? [])];
      open.delete(id);
      await Promise.all(entries.map(({ uri }) => store.delete(uri)));
    },
    clean: async (tables, committed) => {
      let count = 0;
      for (const table of tables) {
        const folder = `${table.metadata.location}/${JOURNAL_FOLDER}/${prefix}`;
        const left = await readLeftUnits(store, { folder, committed, isOpen: id => open.has(id) });
        if (left.entries.length === 0) continue;
        const { deleted, unreadable } = await deleteUnneeded({ catalog, branch, table }, left.paths);
        count += deleted.length;
        if (unreadable.length === 0) await Promise.all(left.entries.map(uri => store.delete(uri)));
      }
      return count;
    },
  };
}

interface LeftUnits {
  readonly folder: string;
  readonly committed: ReadonlyMap<TopicPartition, bigint>;
  readonly isOpen: (unitId: string) => boolean;
}

async function readLeftUnits(
  store: ObjectStore,
  { folder, committed, isOpen }: LeftUnits,
): Promise<{ readonly entries: string[]; readonly paths: string[] }> {
  const entries: string[] = [];
  const paths: string[] = [];
  for await (const { uri } of store.list(folder)) {
    if (isOpen(uri.slice(folder.length, -'.json'.length))) continue;
    const entry = readObject(parseJson(new TextDecoder().decode(await store.get(uri))), 'unit');
    const starts = Object.entries(readObject(entry['starts'], 'unit.starts'));
    const hasMoved = starts.some(
      ([partition, start]) => (committed.get(partition as TopicPartition) ?? 0n) > readInt64(start, 'start'),
    );
    // Its writer may be alive and about to commit.
    if (!hasMoved) continue;
    entries.push(uri);
    for (const path of readArray(entry['paths'], 'unit.paths')) paths.push(readString(path, 'unit.paths[]'));
  }
  return { entries, paths };
}
