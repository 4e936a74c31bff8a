import { tableFromIPC } from 'apache-arrow';
import { ParquetFile } from 'parquet-wasm';
import type { ColumnSpec } from '../decode/column.ts';
import { columnsOf, MAX_BATCH_ROWS, type ReadRows } from './read-columns.ts';

/** A file of which pieces are read. */
export interface FileRanges {
  /** Bytes, exactly: the footer stands at the end. */
  readonly size: number;
  readonly read: (start: number, length: number) => Promise<Uint8Array>;
}

/**
 * As `readColumns`, but holds one row group at a time, however large the file is. Rejects with what `read` rejects with, and
 * with UnreadableFile.
 */
export async function* readColumnsByRanges(
  ranges: FileRanges,
  specs: readonly ColumnSpec[],
): AsyncGenerator<ReadRows, void, undefined> {
  const { handle, failed } = openHandle(ranges);
  const file = await Promise.race([ParquetFile.fromFile(handle), failed]);
  let isReading = false;
  try {
    const groups = file.metadata().numRowGroups();
    for (let group = 0; group < groups; group++) {
      isReading = true;
      const reading = file.read({ rowGroups: [group], batchSize: MAX_BATCH_ROWS });
      const table = await Promise.race([reading, failed]);
      isReading = false;
      for (const batch of tableFromIPC(table.intoIPCStream()).batches)
        yield { columns: columnsOf(batch, specs), rows: batch.numRows };
    }
  } finally {
    // What waits for an answer that never comes still holds the file.
    if (!isReading) file.free();
  }
}

/**
 * What the library takes for a file on disk: of a Blob it asks the size and slices. It cannot bear a slice that fails, so that
 * one is never answered, and the failure is heard beside.
 */
function openHandle({ size, read }: FileRanges): { readonly handle: Blob; readonly failed: Promise<never> } {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const slice = (start = 0, end = size): Pick<Blob, 'size' | 'arrayBuffer'> => ({
    size: end - start,
    arrayBuffer: () =>
      new Promise(resolve => {
        read(start, end - start).then(bytes => resolve(aloneIn(bytes)), failed.reject);
      }),
  });
  return { handle: { size, slice } as Blob, failed: failed.promise };
}

function aloneIn({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return byteLength === buffer.byteLength
    ? (buffer as ArrayBuffer)
    : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}
