import type { LakehouseEndpoints } from '../endpoints.ts';
import type { CatalogTarget } from './catalogs.ts';

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

const TOKEN_FROM_ENVIRONMENT = '${ENV:LAKEHOUSE_NESSIE_TOKEN}';

/**
 * The properties of a catalog, best first: later ones name more in clear, for a Trino that has less in its environment. `login`
 * is there for a Nessie that asks for one; its token is undefined where there is only a name and a password, which Trino
 * cannot give to Nessie.
 */
export function propertySets(
  target: CatalogTarget,
  endpoints: LakehouseEndpoints | undefined,
  login?: { readonly token: string | undefined },
): Record<string, string>[] {
  const sets = [catalogProperties(target, FROM_ENVIRONMENT, login && TOKEN_FROM_ENVIRONMENT)];
  const token = login?.token;
  if (endpoints !== undefined && (login === undefined || token !== undefined))
    sets.push(catalogProperties(target, valuesOf(endpoints), token));
  // Last: the environment of a Trino that we started names the Nessie beside it, and the login may be for another one.
  if (token !== undefined) sets.push(catalogProperties(target, FROM_ENVIRONMENT, token));
  return sets;
}

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

function catalogProperties(
  target: CatalogTarget,
  values: CatalogValues,
  token: string | undefined,
): Record<string, string> {
  const source =
    target.kind === 'reference'
      ? nativeProperties(target.name, values, token)
      : restProperties(target.hash, values, token);
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

function nativeProperties(
  reference: string,
  values: CatalogValues,
  token: string | undefined,
): Record<string, string> {
  return {
    'iceberg.catalog.type': 'nessie',
    'iceberg.nessie-catalog.uri': values.nessieUri,
    'iceberg.nessie-catalog.ref': reference,
    'iceberg.nessie-catalog.default-warehouse-dir': values.warehouse,
    ...(token === undefined
      ? {}
      : {
          'iceberg.nessie-catalog.authentication.type': 'BEARER',
          'iceberg.nessie-catalog.authentication.token': token,
        }),
  };
}

function restProperties(
  hash: string,
  values: CatalogValues,
  token: string | undefined,
): Record<string, string> {
  return {
    'iceberg.catalog.type': 'rest',
    'iceberg.rest-catalog.uri': `${values.icebergRestUri}/@${hash}`,
    ...(token === undefined
      ? {}
      : { 'iceberg.rest-catalog.security': 'OAUTH2', 'iceberg.rest-catalog.oauth2.token': token }),
  };
}
