import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFile } from '../catalog/iceberg/manifest.ts';
import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import type { ObjectStore } from '../catalog/storage.ts';
import { ObjectStoreError } from '../catalog/storage-error.ts';
import type { EncodedFile } from './batch-encoder.ts';
import { type DataFileOptions, uploadDataFile } from './iceberg/data-files.ts';

const MAX_RETRY_DELAY_MS = 5_000;
/** A store that takes longer for one file has either stalled or is far too slow. */
const SILENT_AFTER_MS = 15_000;

export interface UploadTarget {
  readonly store: ObjectStore;
  /** Told of every failure that is tried again. */
  readonly onTrouble: (error: unknown) => void;
  /** Ends the trying. */
  readonly signal: AbortSignal;
  /** After so long without an answer the store is in trouble, although nothing has failed yet. */
  readonly silentAfterMs?: number;
}

/** Puts a file into a table's folder, again and again until the store answers. A refusal is thrown. */
export async function uploadFile(
  { store, onTrouble, signal, silentAfterMs = SILENT_AFTER_MS }: UploadTarget,
  metadata: TableMetadata,
  file: EncodedFile,
  options: DataFileOptions = {},
): Promise<DataFile> {
  for (let attempt = 0; ; attempt++) {
    const silence = setTimeout(() => onTrouble(silent(metadata, file, silentAfterMs)), silentAfterMs);
    try {
      return await uploadDataFile(store, metadata, file, options);
    } catch (error) {
      if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
      onTrouble(error);
      await sleep(Math.min(MAX_RETRY_DELAY_MS, 200 * 2 ** attempt), undefined, { signal });
    } finally {
      clearTimeout(silence);
    }
  }
}

function silent({ location: uri }: TableMetadata, { bytes }: EncodedFile, ms: number): ObjectStoreError {
  const size = (bytes.byteLength / 1e6).toFixed(1);
  return new ObjectStoreError(
    `A file of ${size} MB for ${uri} has been on its way for ${ms / 1000} s, and the store has not answered.`,
    { code: 'unavailable', uri },
  );
}
