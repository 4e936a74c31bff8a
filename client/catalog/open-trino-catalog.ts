import type { CatalogTarget } from '../../catalog/trino/catalogs.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CatalogSource } from './catalog-source.ts';

/** Makes the Trino catalog that shows a branch, tag or commit where there is none yet, and answers its name. */
export async function openTrinoCatalog(
  session: LakehouseSession,
  source: CatalogSource,
  target: CatalogTarget,
): Promise<string> {
  const endpoints = requireEndpoints(session, ['trino', 'nessie']);
  const [{ openCatalog }, { connectTrino }, defaultBranch] = await Promise.all([
    import('../../catalog/trino/catalogs.ts'),
    import('../../catalog/trino/client.ts'),
    source.defaultBranch(),
  ]);
  const { uri, user, catalog } = endpoints.trino;
  const trino = connectTrino({ uri, user, source: 'lakehouse-vscode' });
  return openCatalog({ trino, staticCatalog: catalog, defaultBranch, endpoints }, target);
}
