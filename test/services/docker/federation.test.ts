import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { applyCatalogFolder } from '../../../docker/federation/apply.ts';
import { findPostgres, type Postgres, startPostgres } from './postgres.ts';
import { AUTO_PORTS, openTemporaryLakehouse, pidsOf, queryTrino } from './stack-clients.ts';

const bin = findPostgres();
const skip = bin === undefined ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)' : false;

describe('catalog files of the workspace', { skip }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workspace-'));
  const stack = openTemporaryLakehouse();
  let postgres: Postgres;
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(path.join(folder, `${name}.properties`), `${lines.join('\n')}\n`);
  const apply = () =>
    applyCatalogFolder(stack.lakehouse, folder, { env: { ...process.env, CRM_PASSWORD: postgres.password } });

  before(async () => {
    [postgres] = await Promise.all([
      startPostgres(bin ?? ''),
      stack.lakehouse.up({ settings: { ports: AUTO_PORTS } }),
    ]);
    postgres.sql(
      "CREATE TABLE customers (id int, name text); INSERT INTO customers VALUES (1, 'Zoë'), (2, 'O''Hara')",
    );
  });
  after(async () => {
    await postgres[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('join Iceberg tables with a real PostgreSQL, while a broken file stops nothing', async () => {
    write('crm', [
      'connector.name=postgresql',
      `connection-url=jdbc:postgresql://127.0.0.1:${postgres.port}/postgres`,
      `connection-user=${postgres.user}`,
      'connection-password=${ENV:CRM_PASSWORD}',
    ]);
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
    assert.ok(!stored.includes(postgres.password));
  });

  test('are kept when nothing changes, made anew when a file does, and dropped when it has gone', async () => {
    const before = pidsOf(await stack.lakehouse.status());
    const kinds = async (): Promise<string[]> =>
      (await apply()).map(outcome => `${outcome.name} ${outcome.kind}`);
    rmSync(path.join(folder, 'broken.properties'));
    rmSync(path.join(folder, 'unknown.properties'));
    assert.deepEqual(await kinds(), ['crm kept']);
    write('crm', [
      'connector.name=postgresql',
      `connection-url=jdbc:postgresql://127.0.0.1:${postgres.port}/postgres`,
      `connection-user=${postgres.user}`,
      'connection-password=${ENV:CRM_PASSWORD}',
      'case-insensitive-name-matching=true',
    ]);
    assert.deepEqual(await kinds(), ['crm changed']);
    const endpoints = await stack.lakehouse.endpoints();
    assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM crm.public.customers'), [[2]]);
    rmSync(path.join(folder, 'crm.properties'));
    assert.deepEqual(await kinds(), ['crm removed']);
    assert.deepEqual(pidsOf(await stack.lakehouse.status()), before, 'Trino was not started anew');
    const catalogs = (await queryTrino(endpoints, 'SHOW CATALOGS')).flat();
    assert.ok(!catalogs.includes('crm'));
    assert.ok(catalogs.includes('iceberg'));
  });
});
