import { createHash } from 'node:crypto';
import type { LakehouseEndpoints } from '../endpoints.ts';
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

/** Makes the catalog of a target unless it is there, and answers its name. Throws TrinoError. */
export async function openCatalog(
  host: CatalogHost,
  target: CatalogTarget,
  signal?: AbortSignal,
): Promise<string> {
  const name = catalogName(host, target);
  if (name === host.staticCatalog) return name;
  try {
    await createCatalog(host, { name, properties: catalogProperties(target, FROM_ENVIRONMENT), signal });
  } catch (error) {
    if (!isWithoutEnvironment(error)) throw error;
    if (host.endpoints === undefined) throw withoutEnvironment(error);
    const values = valuesOf(host.endpoints);
    await createCatalog(host, { name, properties: catalogProperties(target, values), signal });
  }
  return name;
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
  readonly properties: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

async function createCatalog(host: CatalogHost, { name, properties, signal }: NewCatalog): Promise<void> {
  const pairs = Object.entries(properties).map(
    ([key, value]) => `${quoteIdentifier(key)} = ${quoteString(value)}`,
  );
  const sql = `CREATE CATALOG IF NOT EXISTS ${quoteIdentifier(name)} USING iceberg WITH (${pairs.join(', ')})`;
  await queryAll(host.trino, sql, { signal });
}

/** Addresses and secrets as a catalog's properties give them. */
interface CatalogValues {
  readonly nessieUri: string;
  readonly icebergRestUri: string;
  readonly warehouse: string;
  readonly s3Endpoint: string;
  readonly s3Region: string;
  readonly s3AccessKey: string;
  readonly s3SecretKey: string;
}

/** Trino keeps the names and reads the values itself: no secret travels, and inside Docker the addresses are right. */
const FROM_ENVIRONMENT: CatalogValues = {
  nessieUri: '${ENV:LAKEHOUSE_NESSIE_URI}',
  icebergRestUri: '${ENV:LAKEHOUSE_ICEBERG_REST_URI}',
  warehouse: '${ENV:LAKEHOUSE_WAREHOUSE}',
  s3Endpoint: '${ENV:LAKEHOUSE_S3_ENDPOINT}',
  s3Region: '${ENV:LAKEHOUSE_S3_REGION}',
  s3AccessKey: '${ENV:LAKEHOUSE_S3_ACCESS_KEY}',
  s3SecretKey: '${ENV:LAKEHOUSE_S3_SECRET_KEY}',
};

function valuesOf({ nessie, icebergRest, objectStore }: LakehouseEndpoints): CatalogValues {
  return {
    nessieUri: nessie.uri,
    icebergRestUri: icebergRest.uri,
    warehouse: `s3://${objectStore.bucket}/`,
    s3Endpoint: objectStore.endpoint,
    s3Region: objectStore.region,
    s3AccessKey: objectStore.accessKeyId,
    s3SecretKey: objectStore.secretAccessKey,
  };
}

function catalogProperties(target: CatalogTarget, values: CatalogValues): Record<string, string> {
  const source: Record<string, string> =
    target.kind === 'reference'
      ? {
          'iceberg.catalog.type': 'nessie',
          'iceberg.nessie-catalog.uri': values.nessieUri,
          'iceberg.nessie-catalog.ref': target.name,
          'iceberg.nessie-catalog.default-warehouse-dir': values.warehouse,
        }
      : {
          'iceberg.catalog.type': 'rest',
          'iceberg.rest-catalog.uri': `${values.icebergRestUri}/@${target.hash}`,
        };
  return {
    ...source,
    'fs.native-s3.enabled': 'true',
    's3.endpoint': values.s3Endpoint,
    's3.region': values.s3Region,
    's3.path-style-access': 'true',
    's3.aws-access-key': values.s3AccessKey,
    's3.aws-secret-key': values.s3SecretKey,
  };
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
