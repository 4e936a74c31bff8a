import { connectNessie } from '../../catalog/nessie.ts';
import { createManifestReader, reachableFiles } from '../../catalog/reachability.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import { loadBranch, type TableCatalog } from '../../pipeline/iceberg/table-state.ts';
import {
  type RedriveOptions,
  type RedriveResult,
  redriveTable,
} from '../../pipeline/redrive/redrive-table.ts';
import { testEndpoints } from './lakehouse.ts';
import { NAMESPACE, type Playground } from './pipeline-playground.ts';

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

/** Data files of a playground's two tables that lie in the store and that no snapshot names. */
export async function unneededFiles(
  catalog: TableCatalog,
  { table }: Pick<Playground, 'table'>,
): Promise<string[]> {
  const keys = [table, `${table}__dead_letters`].map(name => [NAMESPACE, name]);
  const found: string[] = [];
  for (const loaded of (await loadBranch(catalog, 'main', keys)).tables) {
    if (loaded === undefined) continue;
    const { metadata } = loaded;
    const needed = await reachableFiles(createManifestReader(catalog.store), metadata);
    for await (const { uri } of catalog.store.list(`${metadata.location}/data/`))
      if (!needed.has(uri)) found.push(uri);
  }
  return found;
}
