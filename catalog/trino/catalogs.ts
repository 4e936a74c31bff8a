import { createHash } from 'node:crypto';
import type { LakehouseEndpoints } from '../endpoints.ts';
import { tokenOf, trinoLoginRefusal } from '../nessie/login.ts';
import { propertySets } from './catalog-properties.ts';
import { queryAll, type TrinoConnection, TrinoError } from './client.ts';
import { quoteIdentifier, quoteString } from './quote.ts';

/** What of the lakehouse a Trino catalog shows. */
export type CatalogTarget =
  /** A branch or tag, natively: with the whole history of every table, and writable when it is a branch. */
  | { readonly kind: 'reference'; readonly name: string }
  /**
   * Everything as of one commit, through Iceberg REST: read only, each table with one snapshot. The commit is named without
   * a branch: with one, Nessie accepts new tables there and puts them onto the branch.
   */
  | { readonly kind: 'commit'; readonly hash: string };

/** Where catalogs are made. */
export interface CatalogHost {
  readonly trino: TrinoConnection;
  /** The catalog that shows the default branch; it is in Trino's own configuration and never made or dropped here. */
  readonly staticCatalog: string;
  readonly defaultBranch: string;
  /**
   * Used only with a Trino whose environment lacks the `LAKEHOUSE_…` variables, i.e. one that this project did not start:
   * the addresses and the key pair then stand in the CREATE CATALOG statement, and in Trino's catalog file where it keeps
   * one. Without it such a Trino is refused.
   */
  readonly endpoints?: LakehouseEndpoints;
}

/** The name of the catalog that shows a target. The default branch has the static one; other names tell what they show. */
export function catalogName(
  host: Pick<CatalogHost, 'staticCatalog' | 'defaultBranch'>,
  target: CatalogTarget,
): string {
  if (target.kind === 'commit') return `${host.staticCatalog}_at_${target.hash.slice(0, 12)}`;
  if (target.name === host.defaultBranch) return host.staticCatalog;
  const slug = target.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  if (slug === target.name && slug.length <= MAX_SLUG) return `${host.staticCatalog}_ref_${slug}`;
  // Names that differ only in what the slug loses must not meet.
  const digest = createHash('sha256').update(target.name).digest('hex').slice(0, 6);
  return `${host.staticCatalog}_ref_${slug.slice(0, MAX_SLUG)}_${digest}`;
}

const MAX_SLUG = 40;

/**
 * Makes the catalog of a target unless it is there, and answers its name. Throws TrinoError, or NessieError where Trino has no
 * login that Nessie takes.
 */
export async function openCatalog(
  host: CatalogHost,
  target: CatalogTarget,
  signal?: AbortSignal,
): Promise<string> {
  const name = catalogName(host, target);
  if (name === host.staticCatalog) return name;
  const nessie = host.endpoints?.nessie;
  const catalog = { name, signal };
  if (nessie?.login === undefined) {
    const missing = await createFirst(host, catalog, propertySets(target, host.endpoints));
    if (missing !== undefined) throw withoutEnvironment(missing);
    return name;
  }
  const token = await tokenOf(nessie.uri, nessie.login);
  const [own, ...given] = propertySets(target, host.endpoints, { token });
  // A catalog that is there may have been made with a token that has run out since: another token is another catalog.
  if (own !== undefined && (await tryLogin(host, catalog, own)) === 'let in') return name;
  let unreachable: TrinoError | undefined;
  for (const properties of given) {
    const outcome = await tryLogin(host, catalog, properties);
    if (outcome === 'let in') return name;
    // Whoever knows the token and refuses it is the right server.
    if (outcome === 'refused') throw trinoLoginRefusal(nessie.uri, nessie.login);
    if (outcome !== 'no environment') unreachable ??= outcome.fault;
  }
  throw unreachable ?? trinoLoginRefusal(nessie.uri, nessie.login);
}

/** Makes a catalog with a login and looks whether Nessie answers through it; where it does not, the catalog is dropped. */
async function tryLogin(
  host: CatalogHost,
  catalog: NewCatalog,
  properties: Readonly<Record<string, string>>,
): Promise<'let in' | 'refused' | 'no environment' | { readonly fault: TrinoError }> {
  if ((await createFirst(host, catalog, [properties])) !== undefined) return 'no environment';
  let outcome: 'refused' | { readonly fault: TrinoError } = 'refused';
  try {
    if (await isLetIn(host, catalog)) return 'let in';
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    outcome = { fault: error };
  }
  await queryAll(host.trino, `DROP CATALOG IF EXISTS ${quoteIdentifier(catalog.name)}`, {
    signal: catalog.signal,
  });
  return outcome;
}

/** Whether Nessie answers through a catalog. Throws TrinoError for any other fault. */
async function isLetIn({ trino }: CatalogHost, { name, signal }: NewCatalog): Promise<boolean> {
  try {
    await queryAll(trino, `SHOW SCHEMAS FROM ${quoteIdentifier(name)}`, { signal });
    return true;
  } catch (error) {
    if (error instanceof TrinoError && /HTTP\/401|Not authorized/.test(error.message)) return false;
    throw error;
  }
}

/** The catalogs that {@link openCatalog} made, by this process or another. */
export async function listOpenedCatalogs(host: CatalogHost, signal?: AbortSignal): Promise<string[]> {
  const { rows } = await queryAll(host.trino, 'SHOW CATALOGS', { signal });
  const prefixes = [`${host.staticCatalog}_ref_`, `${host.staticCatalog}_at_`];
  return rows
    .map(row => row[0])
    .filter(name => typeof name === 'string')
    .filter(name => prefixes.some(prefix => name.startsWith(prefix)));
}

interface NewCatalog {
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** Makes the catalog with the first of the properties whose environment variables Trino has; answers the fault when it has none. */
async function createFirst(
  host: CatalogHost,
  { name, signal }: NewCatalog,
  sets: readonly Readonly<Record<string, string>>[],
): Promise<TrinoError | undefined> {
  let missing: TrinoError | undefined;
  for (const properties of sets) {
    const pairs = Object.entries(properties).map(
      ([key, value]) => `${quoteIdentifier(key)} = ${quoteString(value)}`,
    );
    const sql = `CREATE CATALOG IF NOT EXISTS ${quoteIdentifier(name)} USING iceberg WITH (${pairs.join(', ')})`;
    try {
      await queryAll(host.trino, sql, { signal });
      return undefined;
    } catch (error) {
      if (!isWithoutEnvironment(error)) throw error;
      missing = error;
    }
  }
  return missing;
}

function isWithoutEnvironment(error: unknown): error is TrinoError {
  return error instanceof TrinoError && error.message.includes('Environment variable is not set');
}

function withoutEnvironment(cause: TrinoError): TrinoError {
  return new TrinoError(
    `This Trino was not started with the lakehouse's addresses in its environment (${cause.message}), so it cannot show other branches`,
    cause,
    { cause },
  );
}
