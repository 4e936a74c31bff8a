import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findArtifact } from '../../../docker/artifacts/fetch.ts';
import { ARTIFACTS } from '../../../docker/artifacts/table.ts';
import { applyCatalogFolder } from '../../../docker/federation/apply.ts';
import { findCacheDirectory } from '../../../docker/home.ts';
import { findPostgres, type Postgres, startPostgres } from './postgres.ts';
import { AUTO_PORTS, isInstalled, openTemporaryLakehouse, pidsOf, queryTrino } from './stack-clients.ts';

const bin = findPostgres();
const noPostgres =
  bin === undefined ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)' : false;
const hasMinio =
  findArtifact(ARTIFACTS.minio, findCacheDirectory(process.env)) !== undefined || isInstalled('go');
const noMinio = hasMinio ? false : 'MinIO is compiled from its Go module and there is no Go here';

/** One start serves both subjects: another object store, and other databases beside the lakehouse. */
describe('a lakehouse on MinIO with catalog files of the workspace', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workspace-'));
  const stack = openTemporaryLakehouse();
  let postgres: Postgres | undefined;
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(path.join(folder, `${name}.properties`), `${lines.join('\n')}\n`);
  const apply = () =>
    applyCatalogFolder(stack.lakehouse, folder, {
      env: { ...process.env, CRM_PASSWORD: postgres?.password },
    });
  const crm = (): string[] => [
    'connector.name=postgresql',
    `connection-url=jdbc:postgresql://127.0.0.1:${postgres?.port}/postgres`,
    `connection-user=${postgres?.user}`,
    'connection-password=${ENV:CRM_PASSWORD}',
  ];

  before(async () => {
    const objectStore = hasMinio ? 'minio' : 'seaweedfs';
    [postgres] = await Promise.all([
      bin === undefined ? undefined : startPostgres(bin),
      stack.lakehouse.up({ settings: { ports: AUTO_PORTS, objectStore } }),
    ]);
    postgres?.sql(
      "CREATE TABLE customers (id int, name text); INSERT INTO customers VALUES (1, 'Zoë'), (2, 'O''Hara')",
    );
  });
  after(async () => {
    await postgres?.[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'holds its tables in MinIO and cannot be changed to another store while it does',
    { skip: noMinio },
    async () => {
      const status = await stack.lakehouse.status();
      assert.equal(status.services.objectStore.title, 'MinIO');
      const endpoints = await stack.lakehouse.endpoints();
      await queryTrino(endpoints, 'CREATE SCHEMA iceberg.on_minio');
      await queryTrino(endpoints, 'CREATE TABLE iceberg.on_minio.nation AS SELECT * FROM tpch.tiny.nation');
      assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM iceberg.on_minio.nation'), [[25]]);
      await assert.rejects(
        stack.lakehouse.up({ settings: { objectStore: 'seaweedfs' } }),
        /The tables of this lakehouse lie in minio.*'lakehouse reset'/,
      );
    },
  );

  test(
    'joins Iceberg tables with a real PostgreSQL, while a broken file stops nothing',
    { skip: noPostgres },
    async () => {
      write('crm', crm());
      write('broken', ['connector.name=postgresql', 'no.such.property=1']);
      write('unknown', ['connector.name=nowhere']);
      const before = pidsOf(await stack.lakehouse.status());
      const outcomes = await apply();
      assert.deepEqual(
        outcomes.map(outcome => `${outcome.name} ${outcome.kind}`),
        ['broken failed', 'crm created', 'unknown failed'],
      );
      const causes = outcomes.flatMap(outcome => (outcome.kind === 'failed' ? outcome.cause : []));
      assert.match(causes[0] ?? '', /no\.such\.property|connection-url/);
      assert.match(causes[1] ?? '', /nowhere/);

      const after = pidsOf(await stack.lakehouse.status());
      assert.notEqual(after.trino, before.trino, 'Trino was started anew for the plugin');
      assert.deepEqual({ ...after, trino: 0 }, { ...before, trino: 0 });

      const endpoints = await stack.lakehouse.endpoints();
      await queryTrino(endpoints, 'CREATE SCHEMA iceberg.shop');
      await queryTrino(
        endpoints,
        'CREATE TABLE iceberg.shop.orders AS SELECT * FROM (VALUES (1, 10), (2, 20), (2, 5)) t(customer, amount)',
      );
      const join =
        'SELECT c.name, sum(o.amount) FROM iceberg.shop.orders o JOIN crm.public.customers c ON c.id = o.customer GROUP BY c.name ORDER BY 2';
      assert.deepEqual(await queryTrino(endpoints, join), [
        ['Zoë', 10],
        ["O'Hara", 25],
      ]);
      const stored = readFileSync(path.join(stack.home, 'config/trino/etc/catalog/crm.properties'), 'utf8');
      assert.ok(!stored.includes(postgres?.password ?? 'CRM'));
    },
  );

  test(
    'keeps a catalog when nothing changes, makes it anew when its file does, drops it when that has gone',
    { skip: noPostgres },
    async () => {
      const before = pidsOf(await stack.lakehouse.status());
      const kinds = async (): Promise<string[]> =>
        (await apply()).map(outcome => `${outcome.name} ${outcome.kind}`);
      rmSync(path.join(folder, 'broken.properties'));
      rmSync(path.join(folder, 'unknown.properties'));
      assert.deepEqual(await kinds(), ['crm kept']);
      write('crm', [...crm(), 'case-insensitive-name-matching=true']);
      assert.deepEqual(await kinds(), ['crm changed']);
      const endpoints = await stack.lakehouse.endpoints();
      assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM crm.public.customers'), [[2]]);
      rmSync(path.join(folder, 'crm.properties'));
      assert.deepEqual(await kinds(), ['crm removed']);
      assert.deepEqual(pidsOf(await stack.lakehouse.status()), before, 'Trino was not started anew');
      const catalogs = (await queryTrino(endpoints, 'SHOW CATALOGS')).flat();
      assert.ok(!catalogs.includes('crm'));
      assert.ok(catalogs.includes('iceberg'));
    },
  );
});
