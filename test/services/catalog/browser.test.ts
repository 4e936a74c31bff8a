import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deleteReference, type TableContent } from '../../../catalog/nessie.ts';
import { createNamespace } from '../../../catalog/table-actions.ts';
import { type CatalogBrowser, createCatalogBrowser } from '../../../client/catalog/catalog-browser.ts';
import type { CatalogNode } from '../../../client/catalog/catalog-nodes.ts';
import { type CatalogSource, createCatalogSource } from '../../../client/catalog/catalog-source.ts';
import { sqlNameOf } from '../../../client/catalog/sql-name.ts';
import { type Fate, openFaultProxy } from '../../support/fault-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const HOSTILE = [
  'a.b.c',
  'it\'s "quoted"',
  ' spaces ',
  '🚕 émoji',
  'x'.repeat(300),
  '../up',
  '<b>bold</b>',
  '__proto__',
];

describe('the catalog view on real servers with what it does not expect', () => {
  let bench: Workbench;
  let source: CatalogSource;
  let browser: CatalogBrowser;

  before(async () => {
    bench = await openWorkbench('browser');
    source = createCatalogSource(bench.endpoints);
    browser = createCatalogBrowser(() => source);
  });
  after(async () => {
    source.dispose();
    await bench[Symbol.asyncDispose]();
  });

  const at = (...key: string[]): CatalogNode => ({
    kind: 'namespace',
    ref: bench.root,
    key: [bench.namespace, ...key],
  });
  const tableNode = (name: string): CatalogNode => ({
    kind: 'leaf',
    leaf: 'table',
    ref: bench.root,
    key: [bench.namespace, name],
  });

  async function putTable(name: string, metadataLocation: string): Promise<void> {
    const ids = { snapshotId: -1n, schemaId: 0, specId: 0, sortOrderId: 0 };
    const content: TableContent = { type: 'ICEBERG_TABLE', metadataLocation, ...ids };
    await bench.put(bench.root, [bench.namespace, name], content);
  }

  async function reasonOf(node: CatalogNode): Promise<string> {
    const [child] = await browser.children(node);
    return child?.kind === 'failed' ? child.reason : `no failure but ${JSON.stringify(child?.kind)}`;
  }

  test('names of any kind and length are shown as they are, and stay one name in SQL', async () => {
    for (const name of HOSTILE) {
      await createNamespace(bench.nessie, { branch: bench.root, key: [bench.namespace, name] });
    }
    const children = await browser.children(at());
    assert.deepEqual(
      children.map(node => ('key' in node ? node.key.at(-1) : '')),
      HOSTILE.toSorted(),
    );
    assert.equal(sqlNameOf(tableNode('a"; DROP'), 'iceberg'), `iceberg.${bench.namespace}."a""; DROP"`);
    await bench.sql(bench.root, 'CREATE TABLE {}."it\'s ""odd"" 🚕" AS SELECT 1 AS "a.b"');
    await browser.poll();
    const groups = await browser.children(tableNode('it\'s "odd" 🚕'));
    const columns = await browser.children(groups[0]);
    assert.deepEqual(
      columns.map(node => (node.kind === 'line' ? node.label : node.kind)),
      ['a.b'],
    );
  });

  test('a table whose metadata is gone or broken is a line that says so, and the others stay', async () => {
    const location = `s3://${bench.endpoints.objectStore.bucket}/${bench.namespace}/broken.metadata.json`;
    await putTable('gone', `${location}.none`);
    await putTable('broken', location);
    await putTable('elsewhere', 'file:///etc/passwd');
    await bench.store.put(location, Buffer.from('{"format-version": 2'));
    await browser.poll();
    assert.match(await reasonOf(tableNode('gone')), /is missing/);
    assert.match(await reasonOf(tableNode('broken')), /is broken/);
    assert.match(await reasonOf(tableNode('elsewhere')), /is missing/);
    const whole = await browser.children(tableNode('it\'s "odd" 🚕'));
    assert.ok(whole.every(node => node.kind === 'group'));
  });

  test('tables in sight tell their rows without being opened, and new rows after the next look', async () => {
    await bench.sql(bench.root, `CREATE TABLE {seen} COMMENT 'first' AS SELECT 1 AS n`);
    await browser.poll();
    await browser.children({ kind: 'namespace', ref: bench.root, key: [bench.namespace] });
    const summary = (): string => browser.tableSummary(bench.root, [bench.namespace, 'seen'])?.text ?? '';
    await waitUntil('the line tells one row', () => Promise.resolve(/^1 row · .* · 1 file$/.test(summary())));
    assert.equal(browser.tableSummary(bench.root, [bench.namespace, 'seen'])?.comment, 'first');
    await bench.sql(bench.root, 'INSERT INTO {seen} VALUES 2, 3');
    await browser.poll();
    await waitUntil('the line tells three rows', () => Promise.resolve(summary().startsWith('3 rows · ')));
  });

  test('files and partitions come from the manifests, and the other catalogs of Trino from Trino', async () => {
    await bench.sql(
      bench.root,
      `CREATE TABLE {p} WITH (partitioning = ARRAY['n']) AS SELECT n, 'x' AS t FROM UNNEST(ARRAY[1, 2, 2]) AS u(n)`,
    );
    await browser.poll();
    const group = (name: 'partitions' | 'files'): CatalogNode => ({
      kind: 'group',
      group: name,
      ref: bench.root,
      key: [bench.namespace, 'p'],
    });
    const partitions = await browser.children(group('partitions'));
    const texts = partitions.map(node => (node.kind === 'line' ? `${node.label} ${node.description}` : ''));
    assert.match(texts[0] ?? '', /^n=2 2 rows · .* · 1 file$/);
    assert.equal(partitions.length, 2);
    assert.equal((await browser.children(group('files'))).length, 2);
    const tiny = await browser.children({ kind: 'foreign', path: ['tpch', 'tiny'], detail: '' });
    assert.ok(tiny.some(node => node.kind === 'foreign' && node.path.at(-1) === 'lineitem'));
    const columns = await browser.children({ kind: 'foreign', path: ['tpch', 'tiny', 'region'], detail: '' });
    assert.deepEqual(
      columns.map(node => (node.kind === 'foreign' ? node.detail : '')),
      ['bigint', 'varchar(25)', 'varchar(152)'],
    );
    const catalogs = await browser.children({ kind: 'foreign', path: [], detail: '' });
    assert.ok(
      !catalogs.some(node => node.kind === 'foreign' && node.path[0] === bench.endpoints.trino.catalog),
    );
  });

  test('a branch that is deleted while it is open says so, and is gone after the next look', async () => {
    const dying = await bench.fork('dying');
    await browser.poll();
    const node: CatalogNode = { kind: 'reference', ref: dying.name };
    assert.ok((await browser.children(node)).length > 0);
    await deleteReference(bench.nessie, { reference: await bench.head(dying.name) });
    await browser.poll();
    assert.match(await reasonOf(node), /There is no branch or tag .*dying any more/);
    assert.ok(!(await browser.references()).some(({ name }) => name === dying.name));
  });

  test('while Nessie is away or refuses, the tree says why and keeps what it knew; a retry brings it back', async () => {
    let fate: Fate = 'pass';
    await using proxy = await openFaultProxy(bench.endpoints.nessie.uri, () => fate);
    const { pathname } = new URL(bench.endpoints.nessie.uri);
    const door = createCatalogSource({ ...bench.endpoints, nessie: { uri: `${proxy.origin}${pathname}` } });
    const behind = createCatalogBrowser(() => door);
    fate = 'deny';
    const [denied] = await behind.children();
    assert.ok(denied?.kind === 'failed');
    assert.match(denied.reason, /refused by the test.*HTTP 403/);
    fate = 'pass';
    behind.refresh(denied);
    assert.ok((await behind.children(at())).length > 0);
    fate = 'refuse';
    await behind.poll();
    assert.ok((await behind.children(at())).length > 0, 'what was read stays');
    behind.refresh();
    assert.equal((await behind.children())[0]?.kind, 'failed');
    fate = 'pass';
    behind.refresh();
    assert.equal((await behind.children())[0]?.kind, 'reference');
  });
});
