import type { Page, PageCell, PageRange } from '../results/view.ts';

const PAGE_ROWS = 200;
const PAGE_COLUMNS = 60;
const MAX_PAGES = 60;

/** Loads a rectangle of the current view. */
export type LoadPage = (range: PageRange) => Promise<Page & { readonly viewRows: number }>;

/** Pages of one view as far as they were looked at. Reading never waits: what is missing is asked for and drawn later. */
export interface PageCache {
  /** The cell, or undefined while its page is on the way. */
  cell(row: number, column: number): PageCell | undefined;
  /** Puts the page in that the output brought along. */
  seed(page: Page): void;
}

/** An empty cache. `onLoad` is called after every page that came in, `onError` once per page that could not be read. */
export function createPageCache(
  load: LoadPage,
  {
    onLoad,
    onError,
  }: { readonly onLoad: (viewRows: number) => void; readonly onError: (error: Error) => void },
): PageCache {
  const pages = new Map<string, Page | 'loading' | 'failed'>();
  let seeded: Page | undefined;
  const request = (key: string, range: PageRange): void => {
    pages.set(key, 'loading');
    load(range).then(
      page => {
        pages.set(key, page);
        for (const oldest of pages.keys()) {
          if (pages.size <= MAX_PAGES) break;
          pages.delete(oldest);
        }
        onLoad(page.viewRows);
      },
      (error: unknown) => {
        pages.set(key, 'failed');
        onError(error instanceof Error ? error : new Error(String(error)));
      },
    );
  };
  return {
    cell: (row, column) => {
      const fromSeed = seeded === undefined ? undefined : cellOf(seeded, row, column);
      if (fromSeed !== undefined) return fromSeed;
      const firstRow = Math.floor(row / PAGE_ROWS) * PAGE_ROWS;
      const firstColumn = Math.floor(column / PAGE_COLUMNS) * PAGE_COLUMNS;
      const key = `${firstRow}:${firstColumn}`;
      const page = pages.get(key);
      if (page === undefined) request(key, { firstRow, rows: PAGE_ROWS, firstColumn, columns: PAGE_COLUMNS });
      if (page === undefined || typeof page === 'string') return undefined;
      return cellOf(page, row, column);
    },
    seed: page => {
      seeded = page;
    },
  };
}

function cellOf(page: Page, row: number, column: number): PageCell | undefined {
  return page.rows[row - page.firstRow]?.[column - page.firstColumn];
}
