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
async function sweep({ session, browser, source, log }: CatalogSweepInput): Promise<readonly string[]> {
  const from = source();
  if (from === undefined || session.services.trino.kind !== 'ready') return [];
  const [defaultBranch, references] = await Promise.all([from.defaultBranch(), browser.references()]);
  const opened = await from.reader.call('openedCatalogs', { defaultBranch });
  if (opened.length === 0) return [];
  const documents = workspace.textDocuments.filter(({ languageId }) => languageId === SQL_LANGUAGE);
  const dropped = await from.reader.call('sweep', {
    defaultBranch,
    references: references.map(({ name }) => name),
    inSight: opened.filter(name => documents.some(document => document.getText().includes(name))),
  });
  if (dropped.length > 0) log(`Dropped unused Trino catalogs: ${dropped.join(', ')}.`);
  return dropped;
}
