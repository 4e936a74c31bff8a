import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import type { TableCatalog } from '../../pipeline/iceberg/table-state.ts';
import {
  type RedriveOptions,
  type RedriveResult,
  redriveTable,
} from '../../pipeline/redrive/redrive-table.ts';
import { testEndpoints } from './lakehouse.ts';
import type { Playground } from './pipeline-playground.ts';

export type TestCatalog = TableCatalog & { readonly [Symbol.dispose]: () => void };

/** The catalog of the test lakehouse. */
export function openTestCatalog(): TestCatalog {
  const endpoints = testEndpoints();
  const client = createS3Client(endpoints.objectStore);
  return {
    nessie: connectNessie({ uri: endpoints.nessie.uri }),
    store: createObjectStore(client),
    warehouse: `s3://${endpoints.objectStore.bucket}`,
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Redrives the dead letters of a playground's pipeline. */
export function redrive(
  catalog: TableCatalog,
  { config }: Pick<Playground, 'config'>,
  options: Partial<RedriveOptions> = {},
): Promise<RedriveResult> {
  return redriveTable({
    catalog,
    config,
    selection: {},
    action: 'redrive',
    onNotice: () => {},
    ...options,
  });
}
