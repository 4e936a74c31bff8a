import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import { type CatalogCache, tableId } from './catalog-cache.ts';
import type { CatalogSource } from './catalog-source.ts';
import { describeTable } from './table-lines.ts';

/** What the line of a table says of it before it is opened. */
export interface TableSummary {
  /** Rows, size and files. */
  readonly text: string;
  readonly comment: string;
}

export function summaryOf(metadata: TableMetadata): TableSummary {
  return { text: describeTable(metadata), comment: metadata.properties['comment'] ?? '' };
}

/** So many tables of a namespace are described by themselves; those further down when they are opened. */
const DESCRIBED_TABLES = 100;

/** Those of some tables of a namespace that nobody has asked for yet. */
export function undescribed(cache: CatalogCache, ref: string, keys: readonly ContentKey[]): ContentKey[] {
  return keys.slice(0, DESCRIBED_TABLES).filter(key => !cache.described.has(tableId(ref, key)));
}

/**
 * Reads what the lines of tables say and keeps it, table by table: `onKnown` is told each that says something new. Never
 * rejects: a table that cannot be read says why when it is opened.
 */
export async function describeTables(
  { cache, from, ref }: { readonly cache: CatalogCache; readonly from: CatalogSource; readonly ref: string },
  keys: readonly ContentKey[],
  onKnown: (key: ContentKey) => void,
): Promise<void> {
  if (keys.length === 0) return;
  const ids = keys.map(key => tableId(ref, key));
  // Nobody asks a second time while it is read.
  for (const id of ids) cache.described.set(id, Infinity);
  try {
    await from.summaries(ref, keys, (key, summary, tookMs) => {
      cache.described.set(tableId(ref, key), performance.now() + tookMs * REST_FACTOR);
      if (keepSummary(cache, tableId(ref, key), summary)) onKnown(key);
    });
    for (const id of ids) if (cache.described.get(id) === Infinity) cache.described.set(id, 0);
  } catch {
    // Nessie or the branch is away, which the tree says elsewhere: whoever draws these lines next asks again.
    for (const id of ids) cache.described.delete(id);
  }
}

/** A table whose metadata takes long to read, and which gets a commit every second, is not read all the time. */
const REST_FACTOR = 20;

/** Notes tables that have changed, by reference. */
export function markOutdated(cache: CatalogCache, tables: ReadonlyMap<string, readonly ContentKey[]>): void {
  for (const [ref, keys] of tables)
    for (const key of keys) cache.outdated.set(tableId(ref, key), { ref, key });
}

/** Takes those out that may be read again by now. */
export function takeOutdated(cache: CatalogCache, now: number): Map<string, ContentKey[]> {
  const due = new Map<string, ContentKey[]>();
  for (const [id, { ref, key }] of cache.outdated) {
    if ((cache.described.get(id) ?? 0) > now) continue;
    cache.outdated.delete(id);
    due.set(ref, [...(due.get(ref) ?? []), key]);
  }
  return due;
}

/** Answers whether that is news. */
export function keepSummary(cache: CatalogCache, id: string, summary: TableSummary): boolean {
  const before = cache.summaries.get(id);
  if (before?.text === summary.text && before.comment === summary.comment) return false;
  cache.summaries.set(id, summary);
  return true;
}
