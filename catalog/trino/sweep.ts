import { catalogName, type CatalogHost, listOpenedCatalogs } from './catalogs.ts';
import { getQueryState, queryAll } from './client.ts';
import { quoteIdentifier } from './quote.ts';

export interface SweepOptions {
  /** Names of the branches and tags that exist. Their catalogs stay as long as there are not too many. */
  readonly references: readonly string[];
  /** Whether somebody still has the catalog before the eyes, e.g. in an open document. */
  readonly isInSight: (catalog: string) => boolean;
  /** How long after a query a catalog counts as in use. */
  readonly idleMinutes?: number;
  /** More opened catalogs than this cost Trino memory: then those of existing references go too, when nobody uses them. */
  readonly maxOpened?: number;
  readonly signal?: AbortSignal | undefined;
}

const IDLE_MINUTES = 10;
const MAX_OPENED = 20;

/**
 * Drops opened catalogs that nobody uses: of deleted references, of commits, and of any reference when there are too many.
 * In use is what a running query is on and what a query of the last minutes names. Answers the names of the dropped ones;
 * each is made again when it is asked for.
 */
export async function sweepCatalogs(host: CatalogHost, options: SweepOptions): Promise<string[]> {
  const { references, isInSight, maxOpened = MAX_OPENED, signal } = options;
  const opened = await listOpenedCatalogs(host, signal);
  if (opened.length === 0) return [];
  const used = await findUses(host, options);
  const isUsed = (name: string): boolean => isInSight(name) || used.some(text => text.includes(name));
  const existing = new Set(references.map(name => catalogName(host, { kind: 'reference', name })));
  const isCrowded = opened.length > maxOpened;
  const unused = opened.filter(name => !isUsed(name) && (isCrowded || !existing.has(name)));
  for (const name of unused)
    await queryAll(host.trino, `DROP CATALOG IF EXISTS ${quoteIdentifier(name)}`, { signal });
  return unused;
}

/** The texts of recent queries, and the catalogs that running ones are on without naming them. */
async function findUses(
  { trino }: CatalogHost,
  { idleMinutes = IDLE_MINUTES, signal }: SweepOptions,
): Promise<string[]> {
  const { rows, queryId } = await queryAll(
    trino,
    `SELECT query_id, query, state NOT IN ('FINISHED', 'FAILED')
     FROM system.runtime.queries
     WHERE state NOT IN ('FINISHED', 'FAILED') OR "end" > current_timestamp - INTERVAL '${idleMinutes}' MINUTE`,
    { signal },
  );
  const uses: string[] = [];
  for (const [id, text, isRunning] of rows) {
    if (id === queryId) continue;
    uses.push(String(text));
    if (isRunning === true) uses.push((await getQueryState(trino, String(id))).catalog ?? '');
  }
  return uses;
}
