import type { CatalogOutcome } from '../../docker/federation/sync.ts';

/** An editor that saves a file makes several changes of it. */
const SETTLE_MS = 300;

export interface CatalogSyncOptions {
  /** The folder of catalog files, if there is one. */
  readonly find: () => string | undefined;
  /** Undefined when nothing can be applied now. */
  readonly apply: (folder: string) => Promise<readonly CatalogOutcome[] | undefined>;
  readonly show: (folder: string, outcomes: readonly CatalogOutcome[]) => void;
  readonly fail: (error: unknown) => void;
  readonly settleMs?: number;
}

/** Applies the folder after each burst of changes, one application at a time; a change during one leads to another. */
export interface CatalogSync {
  readonly touch: () => void;
  readonly dispose: () => void;
}

export function createCatalogSync(options: CatalogSyncOptions): CatalogSync {
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isDirty = false;
  /** A folder that was deleted is applied once more, so that its catalogs go too. */
  let last: string | undefined;
  const run = async (): Promise<void> => {
    const folder = options.find() ?? last;
    if (folder === undefined) return;
    isRunning = true;
    isDirty = false;
    try {
      const outcomes = await options.apply(folder);
      if (outcomes !== undefined) {
        last = folder;
        options.show(folder, outcomes);
      }
    } catch (error) {
      options.fail(error);
    } finally {
      isRunning = false;
    }
    if (isDirty) touch();
  };
  const touch = (): void => {
    isDirty = true;
    clearTimeout(timer);
    if (!isRunning) timer = setTimeout(() => void run(), options.settleMs ?? SETTLE_MS);
  };
  return { touch, dispose: () => clearTimeout(timer) };
}
