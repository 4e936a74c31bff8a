import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import type { TableCatalog } from '../../pipeline/iceberg/table-state.ts';
import type { CommandInput } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';

export type OpenCatalog = TableCatalog & { readonly [Symbol.dispose]: () => void };

/** The catalog and the store of the lakehouse that a command is about. */
export async function openCatalog(input: CommandInput): Promise<OpenCatalog> {
  const endpoints = await findEndpoints(input);
  const client = createS3Client(endpoints.objectStore);
  return {
    nessie: connectNessie(endpoints.nessie),
    store: createObjectStore(client),
    warehouse: `s3://${endpoints.objectStore.bucket}`,
    [Symbol.dispose]: () => client.destroy(),
  };
}
