import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { type EncoderThread, startEncoderThread } from '../encoder-thread.ts';
import { createTableMetadata } from '../iceberg/new-table.ts';
import { loadBranch, type TableCatalog } from '../iceberg/table-state.ts';
import { uploadFile } from '../upload-file.ts';
import { checkNewTable } from './check-table.ts';
import { commitTable, isUncertain } from './commit-table.ts';
import { type DataFileInput, readRows } from './data-file.ts';
import { describeRowPlace } from './row-place.ts';
import { packRows } from './pack-rows.ts';

export interface LoadOptions {
  readonly file: DataFileInput;
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly key: ContentKey;
  /** The columns to take, by the names that the file gives them; ids do not matter. Others are left out. */
  readonly fields: readonly NestedField[];
  /** All rows of the file, where that is known: progress is told by them then. */
  readonly totalRows?: number | undefined;
  /** Until the commit, an abort leaves nothing behind. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly onNotice?: (text: string) => void;
}

export interface LoadProgress {
  readonly rows: number;
  /** Of the file, 0 to 1. */
  readonly share: number;
}

export interface LoadResult {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly snapshotId: bigint;
}

/**
 * Writes a file into a new table, all of its rows or none: the table comes into being with its rows in one commit. Throws,
 * with the line, for the first row that does not fit the columns; what was uploaded by then is deleted.
 */
export async function loadFile(options: LoadOptions): Promise<LoadResult> {
  const { file, catalog, branch, key, fields, signal } = options;
  checkNewTable(key, fields);
  const state = await loadBranch(catalog, branch, [key]);
  if (state.tables[0] !== undefined)
    throw new Error(`${key.join('.')} exists on ${branch} already. Choose another name, or drop it first.`);
  const metadata = createTableMetadata({
    key,
    fields,
    partitioning: [],
    warehouse: catalog.warehouse,
    now: Date.now(),
  });
  const uploaded: DataFile[] = [];
  const uploads = openUploads(options, metadata, uploaded);
  const thread = startEncoderThread({
    pipeline: 'upload',
    table: key,
    deadLetters: key,
    columns: toColumnSpecs(currentSchema(metadata).fields),
    partitionFields: [],
    targetFileBytes: TARGET_FILE_BYTES,
    onError: 'skip',
  });
  try {
    const rows = await encodeRows(options, { thread, uploads });
    signal.throwIfAborted();
    const table = { key, contentId: undefined, metadataLocation: undefined, metadata };
    const message = `Upload ${file.name} as ${key.join('.')}`;
    const snapshotId = await commitTable({ catalog, branch, table, files: uploaded, message });
    const bytes = uploaded.reduce((sum, item) => sum + Number(item.fileSizeInBytes), 0);
    return { rows, files: uploaded.length, bytes, snapshotId };
  } catch (error) {
    await uploads.settle();
    // A commit whose answer was lost may need the files.
    if (!isUncertain(error))
      await Promise.allSettled(uploaded.map(({ filePath }) => catalog.store.delete(filePath)));
    throw error;
  } finally {
    await thread.stop();
  }
}

const TARGET_FILE_BYTES = 64 * 1024 * 1024;
const MAX_UPLOADS = 2;

interface Uploads {
  /** Waits only while too many are on their way. Throws what an earlier one failed with. */
  add(files: readonly EncodedFile[]): Promise<void>;
  finish(): Promise<void>;
  /** Waits for all, whatever becomes of them. */
  settle(): Promise<void>;
}

function openUploads(
  { catalog, signal, onNotice }: LoadOptions,
  metadata: TableMetadata,
  uploaded: DataFile[],
): Uploads {
  const running = new Set<Promise<void>>();
  const ending = new AbortController();
  const failed = Promise.withResolvers<never>();
  // Heard wherever uploads are waited for; nobody may be waiting yet.
  failed.promise.catch(() => {});
  let told = '';
  const target = {
    store: catalog.store,
    signal: AbortSignal.any([signal, ending.signal]),
    onTrouble: (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== told) onNotice?.(text);
      told = text;
    },
  };
  return {
    add: async files => {
      for (const file of files) {
        if (running.size >= MAX_UPLOADS) await Promise.race([failed.promise, ...running]);
        const upload = uploadFile(target, metadata, file)
          .then(done => void uploaded.push(done), failed.reject)
          .finally(() => running.delete(upload));
        running.add(upload);
      }
    },
    finish: () => Promise.race([failed.promise, Promise.all(running).then(() => {})]),
    settle: async () => {
      ending.abort();
      await Promise.all(running);
    },
  };
}

async function encodeRows(
  { file, fields, totalRows, signal, onProgress }: LoadOptions,
  { thread, uploads }: { readonly thread: EncoderThread; readonly uploads: Uploads },
): Promise<number> {
  const textColumns = new Set(fields.filter(({ type }) => type.kind === 'string').map(({ name }) => name));
  let bytes = 0;
  let rows = 0;
  let encoding = Promise.resolve();
  const add = async (batch: ReturnType<typeof packRows>): Promise<void> => {
    const report = await thread.add(batch);
    const [bad] = report.examples;
    if (bad !== undefined)
      throw new Error(
        `${await describeRowPlace(file, Number(bad.offset))}: ${bad.reason}. Nothing was written.`,
      );
    await uploads.add(report.files);
  };
  try {
    for await (const batch of readRows(file, { textColumns, onBytes: read => (bytes = read) })) {
      signal.throwIfAborted();
      // The next rows are read while the last ones are encoded.
      await encoding;
      encoding = add(packRows(batch, { name: file.name, firstRow: rows }));
      // A failure is thrown where it is awaited; until then it must not count as unhandled.
      encoding.catch(() => {});
      rows += batch.length;
      const share = totalRows === undefined ? bytes / file.bytes : rows / totalRows;
      onProgress?.({ rows, share: Math.min(1, share) });
    }
  } finally {
    // Whatever happened: nothing may still be on its way when the failure is cleared up.
    await encoding.catch(() => {});
  }
  await encoding;
  await uploads.add(await thread.flush());
  await uploads.finish();
  return rows;
}
