import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { type CatalogSource, createCatalogSource } from './catalog-source.ts';

/** The catalog that is read now. Throws an error with the right button when Nessie is not ready. */
export function requireSource(current: CatalogSource | undefined, session: LakehouseSession): CatalogSource {
  return current ?? createCatalogSource(requireEndpoints(session, ['nessie']));
}
