import { getReference, isNotFound } from '../../catalog/nessie.ts';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import { ActionableError } from '../errors.ts';
import type { ReferenceDirective } from './directives.ts';

/** The Trino catalog that shows a branch, tag or commit of the lakehouse, made when it is not there yet. */
export async function openReferenceCatalog(
  source: CatalogSource,
  { kind, name }: ReferenceDirective,
): Promise<string> {
  if (kind !== 'commit') {
    await getReference(source.nessie, name).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw new ActionableError(`Nessie has no ${kind} "${name}": correct the line "-- @${kind} ${name}".`);
    });
  }
  const target =
    kind === 'commit' ? ({ kind: 'commit', hash: name } as const) : ({ kind: 'reference', name } as const);
  return source.reader.call('openCatalog', { target, defaultBranch: await source.defaultBranch() });
}
