import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFile } from '../catalog/iceberg/manifest.ts';
import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import type { ObjectStore } from '../catalog/storage.ts';
import type { EncodedFile } from './batch-encoder.ts';
import { type DataFileOptions, uploadDataFile } from './iceberg/data-files.ts';

const MAX_RETRY_DELAY_MS = 5_000;

export interface UploadTarget {
  readonly store: ObjectStore;
  /** Told of every failure that is tried again. */
  readonly onTrouble: (error: unknown) => void;
  /** Ends the trying. */
  readonly signal: AbortSignal;
}

/** Puts a file into a table's folder, again and again until the store answers. A refusal is thrown. */
export async function uploadFile(
  { store, onTrouble, signal }: UploadTarget,
  metadata: TableMetadata,
  file: EncodedFile,
  options: DataFileOptions = {},
): Promise<DataFile> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await uploadDataFile(store, metadata, file, options);
    } catch (error) {
      if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
      onTrouble(error);
      await sleep(Math.min(MAX_RETRY_DELAY_MS, 200 * 2 ** attempt), undefined, { signal });
    }
  }
}
