import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { removeReference } from '../../../catalog/branch-actions.ts';
import {
  commit,
  connectNessie,
  type Content,
  type ContentKey,
  createReference,
  getConfig,
  getContents,
  getReference,
  listEntries,
  listReferences,
  type Reference,
  type TableContent,
} from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { type CatalogHost, listOpenedCatalogs, openCatalog } from '../../../catalog/trino/catalogs.ts';
import { connectTrino, createSession, queryAll, type TrinoRow } from '../../../catalog/trino/client.ts';
import { quoteIdentifier, quoteName } from '../../../catalog/trino/quote.ts';
import { shortRetentionProperties } from '../../../catalog/trino/table-sql.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

/** A namespace and branches of one test file on the real servers; everything of it goes at the end. */
export type Workbench = Awaited<ReturnType<typeof openWorkbench>>;

export async function openWorkbench(title: string) {
  const endpoints = testEndpoints();
  const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
  const nessie = connectNessie({ uri: endpoints.nessie.uri });
  const s3 = createS3Client(endpoints.objectStore);
  const store = createObjectStore(s3);
  const run = randomUUID().slice(0, 8);
  const namespace = `catalog_${title}_${run}`;
  const { defaultBranch } = await getConfig(nessie);
  const host: CatalogHost = { trino, staticCatalog: `catalog_${title}_${run}`, defaultBranch, endpoints };
  const root = await fork(await getReference(nessie, defaultBranch), 'root');

  async function fork(from: Reference, name: string): Promise<Reference> {
    return createReference(nessie, { type: 'BRANCH', name: `catalog-test/${run}/${name}`, from });
  }

  async function catalogOf(branch: string): Promise<string> {
    return openCatalog(host, { kind: 'reference', name: branch });
  }

  const bench = {
    endpoints,
    trino,
    nessie,
    store,
    namespace,
    root: root.name,
    catalog: catalogOf,
    fork: async (name: string, from = root.name) => fork(await getReference(nessie, from), name),
    head: async (name: string) => getReference(nessie, name),
    /** Runs SQL on a branch; `{t}` in it is the qualified name of table `t`, `{}` the schema. */
    sql: async (branch: string, text: string): Promise<readonly TrinoRow[]> => {
      const catalog = await catalogOf(branch);
      const full = text
        .replaceAll('{}', quoteName([catalog, namespace]))
        .replaceAll(/\{([^}]+)\}/g, (_match, table: string) => quoteName([catalog, namespace, table]));
      const session = createSession({ properties: shortRetentionProperties(catalog) });
      return (await queryAll(trino, full, { session })).rows;
    },
    content: async (ref: string, table: string): Promise<TableContent> => {
      const found = (await getContents(nessie, { name: ref }, { keys: [[namespace, table]] })).items[0]
        ?.content;
      assert.ok(found?.type === 'ICEBERG_TABLE', `${table} is no table on ${ref}`);
      return found;
    },
    put: async (branch: string, key: ContentKey, content: Content) => {
      const { hash } = await getReference(nessie, branch);
      await commit(nessie, {
        branch,
        expectedHash: hash,
        message: 'put',
        operations: [{ type: 'PUT', key, content }],
      });
    },
    [Symbol.asyncDispose]: async () => {
      // Also those of branches that are gone already.
      for (const catalog of await listOpenedCatalogs(host))
        await queryAll(trino, `DROP CATALOG IF EXISTS ${quoteIdentifier(catalog)}`);
      for await (const reference of listReferences(nessie)) {
        if (!reference.name.includes(`catalog-test/${run}/`)) continue;
        await removeReference(nessie, reference, { now: new Date(), withBackup: false });
      }
      for await (const object of store.list(`s3://${endpoints.objectStore.bucket}/${namespace}/`))
        await store.delete(object.uri);
      s3.destroy();
    },
  };
  await bench.sql(root.name, 'CREATE SCHEMA {}');
  return bench;
}

export async function entriesOf(bench: Workbench, ref: string): Promise<ContentKey[]> {
  const keys: ContentKey[] = [];
  for await (const entry of listEntries(bench.nessie, { name: ref }, { prefix: [bench.namespace] }))
    keys.push(entry.key);
  return keys;
}
