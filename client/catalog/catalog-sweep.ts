import { type Disposable, workspace } from 'vscode';
import { SQL_LANGUAGE } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import type { CatalogSource } from './catalog-source.ts';

export interface CatalogSweepInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  readonly source: () => CatalogSource | undefined;
  readonly log: (text: string) => void;
}

const SWEEP_MS = 10 * 60_000;

/** Drops, from time to time, the Trino catalogs that were made for branches, tags and commits and are not used any more. */
export function sweepNowAndThen(input: CatalogSweepInput): Disposable {
  const timer = setInterval(() => {
    sweep(input).catch((error: unknown) => {
      input.log(
        `The unused Trino catalogs could not be dropped: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }, SWEEP_MS);
  return { dispose: () => clearInterval(timer) };
}

/** One sweep; answers what was dropped, nothing while Trino or Nessie is not ready. */
export async function sweep({
  session,
  browser,
  source,
  log,
}: CatalogSweepInput): Promise<readonly string[]> {
  const from = source();
  const { endpoints, services } = session;
  if (from === undefined || endpoints === undefined || services.trino.kind !== 'ready') return [];
  const [{ sweepCatalogs }, { connectTrino }, defaultBranch, references] = await Promise.all([
    import('../../catalog/trino/sweep.ts'),
    import('../../catalog/trino/client.ts'),
    from.defaultBranch(),
    browser.references(),
  ]);
  const { uri, user, catalog } = endpoints.trino;
  const trino = connectTrino({ uri, user, source: 'lakehouse-vscode' });
  const documents = workspace.textDocuments.filter(({ languageId }) => languageId === SQL_LANGUAGE);
  const dropped = await sweepCatalogs(
    { trino, staticCatalog: catalog, defaultBranch },
    {
      references: references.map(({ name }) => name),
      isInSight: name => documents.some(document => document.getText().includes(name)),
    },
  );
  if (dropped.length > 0) log(`Dropped unused Trino catalogs: ${dropped.join(', ')}.`);
  return dropped;
}
