import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectNessie, type ContentKey, type Reference } from '../../../catalog/nessie.ts';
import { buildTree, type CatalogTree, type TreeEntry } from '../../../catalog/tree.ts';
import { type CatalogBrowser, createCatalogBrowser } from '../../../client/catalog/catalog-browser.ts';
import type { CatalogNode } from '../../../client/catalog/catalog-nodes.ts';
import type { CatalogSource } from '../../../client/catalog/catalog-source.ts';

describe('the catalog browser', () => {
  test('shows the default branch first, then branches and tags by name', async () => {
    const fake = fakeSource();
    fake.set('v1', 'h1', [], 'TAG');
    fake.set('zeta', 'h1', []);
    fake.set('alpha', 'h1', []);
    assert.deepEqual(await names(createCatalogBrowser(fake.source)), ['main', 'alpha', 'zeta', 'v1']);
  });

  test('shows namespaces, tables, views and what it does not know, read once', async () => {
    const fake = fakeSource();
    fake.set('main', 'h1', [table('a.b', 't'), ['ICEBERG_VIEW', ['a.b', 'v']], ['UDF', ['a.b', 'f']]]);
    const browser = createCatalogBrowser(fake.source);
    assert.deepEqual(await names(browser, main), ['namespace a.b']);
    const inside = { kind: 'namespace', ref: 'main', key: ['a.b'] } as const;
    assert.deepEqual(await names(browser, inside), ['unknown f', 'table t', 'view v']);
    assert.equal(browser.leafCount('main', ['a.b']), 3);
    assert.equal(fake.treeReads(), 1);
  });

  test('gives the same object for the same line, which is how the editor knows it again', async () => {
    const browser = createCatalogBrowser(fakeSource().source);
    const [first] = await browser.children();
    const [again] = await browser.children();
    assert.equal(first, again);
  });

  test('shows a failure as a line that says why, and reads again after a refresh', async () => {
    const fake = fakeSource();
    const browser = createCatalogBrowser(fake.source);
    fake.fail(new Error('Nessie does not answer'));
    const [failed] = await browser.children();
    assert.deepEqual(failed, { kind: 'failed', of: undefined, reason: 'Nessie does not answer' });
    fake.fail(undefined);
    browser.refresh(failed);
    assert.deepEqual(await names(browser), ['main']);
  });

  test('knows the branches while everything is read again, so that no line changes its look', async () => {
    const browser = createCatalogBrowser(fakeSource().source);
    await browser.children();
    browser.refresh();
    assert.equal(browser.reference('main')?.isDefault, true);
  });

  test('reads again what was thrown away while it was read, so that every line is known', async () => {
    const browser = createCatalogBrowser(fakeSource().source);
    const reading = browser.children();
    browser.refresh();
    assert.equal((await reading)[0]?.kind, 'reference');
    assert.equal(browser.reference('main')?.isDefault, true);
  });

  test('shows nothing while there is no lakehouse', async () => {
    assert.deepEqual(await createCatalogBrowser(() => undefined).children(), []);
  });

  test('draws only the namespace again whose children changed', async () => {
    const fake = fakeSource();
    fake.set('main', 'h1', [table('a', 't'), table('b', 't')]);
    const browser = createCatalogBrowser(fake.source);
    await browser.children();
    await browser.children(main);
    fake.set('main', 'h2', [table('a', 't'), table('b', 't'), table('b', 'u')]);
    const changed = record(browser);
    await browser.poll();
    assert.deepEqual(changed, ['reference main', 'namespace b']);
    assert.deepEqual(await names(browser, { kind: 'namespace', ref: 'main', key: ['b'] }), [
      'table t',
      'table u',
    ]);
    assert.equal(fake.treeReads(), 1);
    await browser.poll();
    assert.equal(changed.length, 2);
  });

  test('tells rows and sizes of the tables in sight without opening them, and again where one changed', async () => {
    const fake = fakeSource();
    fake.set('main', 'h1', [table('a', 't'), table('a', 'u'), ['ICEBERG_VIEW', ['a', 'v']]]);
    const browser = createCatalogBrowser(fake.source);
    await browser.children();
    await browser.children(main);
    await browser.children({ kind: 'namespace', ref: 'main', key: ['a'] });
    await settled();
    assert.equal(browser.tableSummary('main', ['a', 't'])?.text, 'as of h1');
    await browser.children({ kind: 'namespace', ref: 'main', key: ['a'] });
    assert.equal(fake.summaryReads(), 2);
    fake.set('main', 'h2', [table('a', 't'), table('a', 'u')], 'BRANCH', [['a', 'u']]);
    const changed = record(browser);
    await browser.poll();
    await settled();
    assert.ok(changed.includes('table u') && !changed.includes('table t'), changed.join());
    assert.equal(browser.tableSummary('main', ['a', 't'])?.text, 'as of h1');
    assert.equal(browser.tableSummary('main', ['a', 'u'])?.text, 'as of h2');
    assert.equal(fake.summaryReads(), 3);
  });

  test('a table that takes long to read rests after each reading, however often it changes', async () => {
    const fake = fakeSource();
    fake.readSlowly(60_000);
    fake.set('main', 'h1', [table('a', 't')]);
    const browser = createCatalogBrowser(fake.source);
    await browser.children();
    await browser.children({ kind: 'namespace', ref: 'main', key: ['a'] });
    await settled();
    fake.set('main', 'h2', [table('a', 't')], 'BRANCH', [['a', 't']]);
    await browser.poll();
    await settled();
    assert.equal(browser.tableSummary('main', ['a', 't'])?.text, 'as of h1');
    assert.equal(fake.summaryReads(), 1);
  });

  test('draws everything again when a branch comes or goes, and keeps the rest while Nessie is away', async () => {
    const fake = fakeSource();
    const browser = createCatalogBrowser(fake.source);
    await browser.children();
    const changed = record(browser);
    fake.fail(new Error('away'));
    await browser.poll();
    assert.deepEqual(changed, []);
    fake.fail(undefined);
    fake.set('dev', 'h1', []);
    await browser.poll();
    assert.deepEqual(changed, ['everything']);
    assert.deepEqual(await names(browser), ['main', 'dev']);
  });

  test('shows a thousand children and more when asked', async () => {
    const fake = fakeSource();
    fake.set(
      'main',
      'h1',
      Array.from({ length: 2500 }, (_, index) => table('a', `t${index}`)),
    );
    const browser = createCatalogBrowser(fake.source);
    const inside = { kind: 'namespace', ref: 'main', key: ['a'] } as const;
    assert.equal((await browser.children(inside)).length, 1001);
    browser.showMore('main', ['a']);
    browser.showMore('main', ['a']);
    assert.equal((await browser.children(inside)).length, 2500);
  });

  test('filters by name', async () => {
    const fake = fakeSource();
    fake.set('main', 'h1', [table('a', 'trips'), table('a', 'zones'), table('b', 'x')]);
    const browser = createCatalogBrowser(fake.source);
    browser.filter(' TRIP ');
    assert.deepEqual(await names(browser, main), ['namespace a']);
    assert.deepEqual(await names(browser, { kind: 'namespace', ref: 'main', key: ['a'] }), ['table trips']);
  });

  test('shows the other catalogs of Trino level by level, where somebody opens them', async () => {
    const fake = fakeSource();
    const browser = createCatalogBrowser(fake.source);
    const heading = (await browser.children()).at(-1);
    assert.ok(heading !== undefined && isHeading(heading));
    assert.deepEqual(await names(browser, heading), ['foreign tpch ']);
    const schema = { kind: 'foreign', path: ['tpch', 'tiny'], detail: '' } as const;
    assert.deepEqual(await names(browser, schema), [
      'foreign tpch.tiny.orders BASE TABLE',
      'foreign tpch.tiny.region BASE TABLE',
    ]);
    browser.filter('ORD');
    assert.deepEqual(await names(browser, schema), ['foreign tpch.tiny.orders BASE TABLE']);
    fake.fail(new Error('Trino does not answer'));
    assert.deepEqual(await names(browser, schema), ['failed Trino does not answer']);
    fake.fail(undefined);
    const [table_] = await browser.children(schema);
    assert.equal(browser.parent(table_ ?? heading)?.kind, 'foreign');
  });

  test('says that a branch has nothing, instead of showing nothing', async () => {
    assert.deepEqual(await names(createCatalogBrowser(fakeSource().source), main), ['empty']);
  });

  test('shows names in the order that was chosen', async () => {
    const fake = fakeSource();
    fake.set('main', 'h1', [
      table('a', 't10'),
      table('a', 't2'),
      table('b', 'x'),
      table('b', 'y'),
      table('b', 'z'),
    ]);
    const browser = createCatalogBrowser(fake.source);
    const a = { kind: 'namespace', ref: 'main', key: ['a'] } as const;
    browser.sort('numeric');
    assert.deepEqual(await names(browser, a), ['table t2', 'table t10']);
    browser.sort('largest');
    assert.deepEqual(await names(browser, main), ['namespace b', 'namespace a']);
    browser.sort('reversed');
    assert.deepEqual(await names(browser, a), ['table t2', 'table t10']);
    browser.sort('name');
    assert.deepEqual(await names(browser, a), ['table t10', 'table t2']);
  });
});

const main = { kind: 'reference', ref: 'main' } as const;

/** What goes on in the background is over. */
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

const FOREIGN = [['tpch'], ['tiny'], ['orders', 'region'], ['orderkey']];

type Line = readonly [kind: string, key: ContentKey];

function table(...key: string[]): Line {
  return ['ICEBERG_TABLE', key];
}

async function names(browser: CatalogBrowser, node?: CatalogNode): Promise<string[]> {
  const shown = (await browser.children(node)).filter(child => child !== node && !isHeading(child));
  return shown.map(child => (child.kind === 'reference' ? child.ref : describeNode(child)));
}

/** The heading of the other catalogs of Trino stands below the references always. */
function isHeading(node: CatalogNode): boolean {
  return node.kind === 'foreign' && node.path.length === 0;
}

function describeNode(node: CatalogNode): string {
  if (node.kind === 'foreign') return `foreign ${node.path.join('.')} ${node.detail}`;
  if (node.kind === 'empty') return 'empty';
  if (node.kind === 'reference') return `reference ${node.ref}`;
  if (node.kind === 'failed') return `failed ${node.reason}`;
  return `${node.kind === 'leaf' ? node.leaf : node.kind} ${node.key.at(-1) ?? ''}`;
}

/** What the browser says changed, as it says it. */
function record(browser: CatalogBrowser): string[] {
  const changed: string[] = [];
  browser.onDidChange(node => changed.push(node === undefined ? 'everything' : describeNode(node)));
  return changed;
}

interface FakeSource {
  readonly source: () => CatalogSource;
  /** `touched` are the tables whose content is another one than before. */
  set(
    name: string,
    hash: string,
    lines: readonly Line[],
    type?: Reference['type'],
    touched?: readonly ContentKey[],
  ): void;
  fail(error: Error | undefined): void;
  treeReads(): number;
  summaryReads(): number;
  /** So long each reading of a table takes from now on. */
  readSlowly(ms: number): void;
}

/** A catalog in memory; it starts with an empty branch `main`. */
function fakeSource(): FakeSource {
  const trees = new Map<string, CatalogTree>();
  const references = new Map<string, Reference>();
  let failure: Error | undefined;
  let reads = 0;
  let summaries = 0;
  let readMs = 0;
  let lastTouched: readonly ContentKey[] | undefined;
  const answer = async <T>(value: () => T): Promise<T> => {
    if (failure !== undefined) throw failure;
    return value();
  };
  const treeOf = (name: string): CatalogTree => trees.get(name) ?? buildTree('h0', []);
  const fake: FakeSource = {
    source: () => ({
      nessie: connectNessie({ uri: 'http://127.0.0.1:1/api/v2' }),
      reader: {
        call: () => Promise.reject(new Error('no thread')),
        prepare: () => undefined,
        dispose: () => undefined,
      },
      defaultBranch: () => answer(() => 'main'),
      references: () => answer(() => [...references.values()]),
      tree: ({ name }) => answer(() => ((reads += 1), treeOf(name))),
      refreshTree: (tree, name) =>
        answer(() => ({
          tree: treeOf(name),
          changed: changedNamespaces(tree, treeOf(name)),
          ...(lastTouched === undefined ? {} : { touched: lastTouched }),
        })),
      table: () => Promise.reject(new Error('no table')),
      summaries: (name, keys, onSummary) =>
        answer(() => {
          summaries += keys.length;
          for (const key of keys)
            onSummary(key, { text: `as of ${references.get(name)?.hash ?? ''}`, comment: '' }, readMs);
        }),
      fileLines: () => Promise.reject(new Error('no table')),
      dispose: () => undefined,
      foreign: path =>
        answer(() => {
          const level = FOREIGN[path.length] ?? [];
          return level.map(name => ({ name, detail: path.length === 2 ? 'BASE TABLE' : '' }));
        }),
    }),
    set: (name, hash, lines, type = 'BRANCH', touched) => {
      lastTouched = touched;
      const entries = lines.map(([kind, key]): TreeEntry => ({ kind, key, contentId: key.join('/') }));
      references.set(name, { type, name, hash });
      trees.set(name, buildTree(hash, entries));
    },
    fail: error => (failure = error),
    treeReads: () => reads,
    summaryReads: () => summaries,
    readSlowly: ms => (readMs = ms),
  };
  fake.set('main', 'h0', []);
  return fake;
}

/** The top namespaces that differ in how many leaves they hold: enough for these tests. */
function changedNamespaces(before: CatalogTree, after: CatalogTree): ContentKey[] {
  const counts = new Map(before.root.namespaces.map(({ name, leafCount }) => [name, leafCount]));
  return after.root.namespaces
    .filter(({ name, leafCount }) => counts.get(name) !== leafCount)
    .map(({ name }) => [name]);
}
