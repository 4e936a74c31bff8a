import type { LakehouseSession } from '../lakehouse/session.ts';
import type { Pages } from '../page-panel.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import type { CatalogSource } from './catalog-source.ts';

/** What the pages of the catalog need. */
export interface CatalogPageInput {
  readonly session: LakehouseSession;
  readonly browser: CatalogBrowser;
  /** The catalog; throws an error with the right button when there is none. */
  readonly source: () => CatalogSource;
  readonly pages: Pages;
  readonly onError: (title: string, error: unknown) => void;
}
