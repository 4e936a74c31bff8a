import type { CallOptions, ObjectStore } from '../../catalog/storage.ts';
import type { TableCatalog } from '../iceberg/table-state.ts';

/** What may still be finished after a cancel: a commit that is on its way, and the deletion of what was uploaded for nothing. */
const GRACE_MS = 2_000;

/**
 * A catalog whose calls end when `signal` is aborted, whether the servers answer or not: reads and writes of files at once,
 * commits and deletions two seconds later.
 */
export function cancellableCatalog(catalog: TableCatalog, signal: AbortSignal | undefined): TableCatalog {
  if (signal === undefined) return catalog;
  const late = delayed(signal, GRACE_MS);
  const { nessie, store } = catalog;
  return {
    ...catalog,
    nessie: {
      ...nessie,
      fetch: (input, init) => {
        const end = (init?.method ?? 'GET') === 'GET' ? signal : late;
        return nessie.fetch(input, { ...init, signal: either(end, init?.signal) });
      },
    },
    store: cancellableStore(store, signal, late),
  };
}

function cancellableStore(store: ObjectStore, signal: AbortSignal, late: AbortSignal): ObjectStore {
  const now = <T extends CallOptions>(options?: T): T & { readonly signal: AbortSignal } => ({
    ...(options as T),
    signal: either(signal, options?.signal),
  });
  return {
    get: (uri, options) => store.get(uri, now(options)),
    getRange: (uri, range, options) => store.getRange(uri, range, now(options)),
    getTail: (uri, length, options) => store.getTail(uri, length, now(options)),
    put: (uri, bytes, options) => store.put(uri, bytes, now(options)),
    head: (uri, options) => store.head(uri, now(options)),
    list: (prefix, options) => store.list(prefix, now(options)),
    delete: (uri, options) => store.delete(uri, { ...options, signal: either(late, options?.signal) }),
  };
}

function either(a: AbortSignal, b: AbortSignal | null | undefined): AbortSignal {
  return b === undefined || b === null ? a : AbortSignal.any([a, b]);
}

/** Aborted some time after another signal. */
function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  const start = (): void => {
    setTimeout(() => controller.abort(signal.reason), ms).unref();
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return controller.signal;
}
