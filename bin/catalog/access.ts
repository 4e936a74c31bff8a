import {
  connectNessie,
  getConfig,
  getReference,
  isNotFound,
  type NessieConnection,
  type Reference,
  type RefSpec,
} from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client, type ObjectStore } from '../../catalog/storage.ts';
import type { CommandInput } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';

/** The clients that the subcommands of `catalog` share. */
export interface CatalogAccess {
  readonly nessie: NessieConnection;
  readonly store: ObjectStore;
  readonly defaultBranch: string;
  /** Root of the warehouse, where new tables are put. */
  readonly warehouse: string;
  close(): void;
}

export async function openCatalogAccess(input: CommandInput): Promise<CatalogAccess> {
  const endpoints = await findEndpoints(input);
  const nessie = connectNessie(endpoints.nessie);
  const { defaultBranch } = await getConfig(nessie, input.signal);
  const s3 = createS3Client(endpoints.objectStore);
  const warehouse = `s3://${endpoints.objectStore.bucket}`;
  return { nessie, store: createObjectStore(s3), defaultBranch, warehouse, close: () => s3.destroy() };
}

/** `name`, `name@hash` or `@hash`; the default branch for nothing. */
export function parseRef(access: CatalogAccess, text: unknown): RefSpec {
  if (typeof text !== 'string' || text === '') return { name: access.defaultBranch };
  const at = text.lastIndexOf('@');
  if (at < 0) return { name: text };
  return at === 0 ? { hash: text.slice(1) } : { name: text.slice(0, at), hash: text.slice(at + 1) };
}

/** The reference at its commit: its head, unless the text names an older one. */
export async function resolveRef(access: CatalogAccess, text: unknown): Promise<Reference> {
  const ref = parseRef(access, text);
  if (ref.name === undefined) return { type: 'TAG', name: '', hash: ref.hash ?? '' };
  const reference = await findReference(access.nessie, ref.name);
  return ref.hash === undefined ? reference : { ...reference, hash: ref.hash };
}

/** A branch or tag by its name. Throws a sentence where there is none. */
export async function findReference(nessie: NessieConnection, name: string): Promise<Reference> {
  try {
    return await getReference(nessie, name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error(`There is no branch or tag ${name}: 'lakehouse catalog branch' lists them.`, {
      cause: error,
    });
  }
}
