import { homeAt } from '../home.ts';
import type { Lakehouse, UpOptions } from '../lakehouse-api.ts';
import { pluginOf } from './catalog-file.ts';
import { type CatalogOutcome, readCatalogFolder, syncCatalogs } from './sync.ts';

/**
 * Makes Trino have the catalogs that the `*.properties` files of a folder describe, on either back end. The lakehouse is
 * brought up first; Trino alone is started anew when a file needs a plugin or a variable that it does not have yet.
 * @throws LakehouseStartError when the lakehouse does not become ready; faults of files are answered, not thrown.
 */
export async function applyCatalogFolder(
  lakehouse: Lakehouse,
  folder: string,
  options: { readonly env: NodeJS.ProcessEnv } & Pick<UpOptions, 'signal' | 'onEvent'>,
): Promise<CatalogOutcome[]> {
  const { env, ...up } = options;
  const read = readCatalogFolder(folder);
  const plugins = read.files.map(file => pluginOf(file.connector));
  const names = read.files.flatMap(file => file.variables).filter(name => !name.startsWith('LAKEHOUSE_'));
  const catalogVariables = Object.fromEntries(
    names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  await lakehouse.up({ ...up, settings: { plugins, catalogVariables } });
  const recordFile = homeAt(lakehouse.home).catalogsFile;
  return syncCatalogs(read, { endpoints: await lakehouse.endpoints(), recordFile });
}
