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
  requireEndpoints(session, ['trino', 'nessie']);
  return source.reader.call('openCatalog', { target, defaultBranch: await source.defaultBranch() });
}
