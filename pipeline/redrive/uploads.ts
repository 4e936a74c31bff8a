import { randomUUID } from 'node:crypto';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { openUncommitted, type UncommittedFiles } from '../compact/uncommitted.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import type { LoadedTable } from '../iceberg/table-state.ts';
import { uploadFile, type UploadTarget } from '../upload-file.ts';

/** Files of one unit on their way into its tables. Each stands in its table's journal before it is put into the store. */
export interface UnitUploads {
  readonly id: string;
  add(table: LoadedTable, file: EncodedFile, specId?: number): Promise<void>;
  /** The tables that got files, as they were then. */
  tables(): readonly UploadedTable[];
  /** They are in a commit. */
  keep(): Promise<void>;
  /** They are certainly in none, now or later. Never rejects: what cannot be deleted now stays in the journal. */
  discard(): Promise<void>;
}

export interface UploadedTable {
  readonly table: LoadedTable;
  readonly files: readonly DataFile[];
}

export function openUploads(target: UploadTarget): UnitUploads {
  const { store } = target;
  const id = randomUUID();
  const tables = new Map<string, UploadedTable>();
  const journals = new Map<string, UncommittedFiles>();
  const paths: string[] = [];
  /** Perhaps still on their way into the store. */
  const unsure = new Set<string>();
  const journalOf = ({ location }: TableMetadata): UncommittedFiles => {
    const journal = journals.get(location) ?? openUncommitted(store, location, `redrive-${id}`);
    journals.set(location, journal);
    return journal;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...journals.values()].map(journal => journal.close()));
  };
  return {
    id,
    add: async (table, file, specId = table.metadata.defaultSpecId) => {
      const { metadata } = table;
      const uploaded = await uploadFile(target, { ...metadata, defaultSpecId: specId }, file, {
        beforePut: async path => {
          paths.push(path);
          unsure.add(path);
          await journalOf(metadata).add(path);
        },
      });
      unsure.delete(uploaded.filePath);
      const name = tableId(table.key);
      tables.set(name, { table, files: [...(tables.get(name)?.files ?? []), uploaded] });
    },
    tables: () => [...tables.values()],
    keep: close,
    discard: async () => {
      const deleted = await Promise.allSettled(paths.map(path => store.delete(path)));
      // What may still be there is deleted by whoever finds the entry, when it is old enough.
      if (unsure.size === 0 && deleted.every(({ status }) => status === 'fulfilled')) await close();
    },
  };
}
