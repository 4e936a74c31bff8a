import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { ActionableError } from '../errors.ts';
import type { ReferenceDirective } from './directives.ts';
import { fetchFor } from '../lakehouse/loopback-fetch.ts';

/** The Trino catalog that shows a branch, tag or commit of the lakehouse, made when it is not there yet. */
export async function openReferenceCatalog(
  endpoints: LakehouseEndpoints,
  reference: ReferenceDirective,
): Promise<string> {
  // The clients are loaded with the first cell that needs them, not with the extension.
  const [{ openCatalog }, { connectTrino }, { connectNessie, getConfig, getReference, isNotFound }] =
    await Promise.all([
      import('../../catalog/trino/catalogs.ts'),
      import('../../catalog/trino/client.ts'),
      import('../../catalog/nessie.ts'),
    ]);
  const nessie = connectNessie({ ...endpoints.nessie, fetch: fetchFor(endpoints.nessie.uri) });
  const { defaultBranch } = await getConfig(nessie);
  if (reference.kind !== 'commit') {
    await getReference(nessie, reference.name).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw new ActionableError(
        `Nessie has no ${reference.kind} "${reference.name}": correct the line "-- @${reference.kind} ${reference.name}".`,
      );
    });
  }
  const target =
    reference.kind === 'commit'
      ? ({ kind: 'commit', hash: reference.name } as const)
      : ({ kind: 'reference', name: reference.name } as const);
  return openCatalog(
    {
      trino: connectTrino({
        uri: endpoints.trino.uri,
        user: endpoints.trino.user,
        source: 'lakehouse-notebook',
      }),
      staticCatalog: endpoints.trino.catalog,
      defaultBranch,
      endpoints,
    },
    target,
  );
}
