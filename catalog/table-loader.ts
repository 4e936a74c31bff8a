import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { parseTableMetadata, type TableMetadata } from './iceberg/metadata.ts';
import type { CallOptions, ObjectStore } from './storage.ts';
import { ObjectStoreError } from './storage-error.ts';

/** A table's metadata cannot be shown. The message names the file and what to do. */
export class TableUnreadableError extends Error {
  override readonly name = 'TableUnreadableError';
  readonly location: string;
  /** `missing`: the file is gone; `broken`: it is no valid metadata; `unreachable`: the store does not answer, try again. */
  readonly reason: 'missing' | 'broken' | 'unreachable';
  readonly retriable: boolean;

  constructor(
    message: string,
    detail: { location: string; reason: TableUnreadableError['reason'] },
    cause: unknown,
  ) {
    super(message, { cause });
    this.location = detail.location;
    this.reason = detail.reason;
    this.retriable = detail.reason === 'unreachable';
  }
}

/** Reads a table's `metadata.json`, compressed ones too. Throws TableUnreadableError. */
export async function loadTableMetadata(
  store: ObjectStore,
  location: string,
  options?: CallOptions,
): Promise<TableMetadata> {
  const bytes = await readFile(store, location, options);
  try {
    return parseTableMetadata(Buffer.from(await decompress(bytes)).toString('utf8'));
  } catch (cause) {
    throw new TableUnreadableError(
      `The table's metadata ${location} is broken: ${(cause as Error).message}. An older commit of the branch may still have a whole one.`,
      { location, reason: 'broken' },
      cause,
    );
  }
}

async function readFile(store: ObjectStore, location: string, options?: CallOptions): Promise<Uint8Array> {
  try {
    return await store.get(location, options);
  } catch (cause) {
    if (!(cause instanceof ObjectStoreError) || cause.code === 'aborted') throw cause;
    const isGone = cause.code === 'notFound' || cause.code === 'badUri';
    throw new TableUnreadableError(
      isGone
        ? `The table's metadata ${location} is missing: the table can be dropped from the catalog, or an older commit opened.`
        : cause.message,
      { location, reason: isGone ? 'missing' : 'unreachable' },
      cause,
    );
  }
}

/** Writers may compress the file; its name is not a reliable sign, its first two bytes are. */
async function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes) : bytes;
}

const gunzip = promisify(zlib.gunzip);
