import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CatalogIndex } from '../../../server/catalog-index/catalog-index.ts';
import type { CatalogView } from '../../../server/catalog-index/catalog-view.ts';
import type { CatalogSource } from '../../../server/catalog-index/source.ts';
import {
  fakeClock,
  type FakeSource,
  fakeSource,
  hangingSource,
  ICEBERG,
  memoryCache,
  names,
  TPCH,
} from './fake-source.ts';

describe('the catalog index', () => {
  test('knows the names of every catalog a moment after it was started', async t => {
    const source = fakeSource({ commits: { a: names('sales.orders', 'sales.big!', 'ops.jobs') } });
    const { index } = start(t, source);
    assert.deepEqual(index.view().catalogs(), []);
    const view = await until(index, view => view.areSchemasKnown('iceberg'));
    assert.deepEqual(view.schemas('iceberg'), ['ops', 'sales']);
    assert.deepEqual(view.tables('ICEBERG', 'Sales'), [
      { name: 'big', isView: true },
      { name: 'orders', isView: false },
    ]);
    assert.deepEqual(view.references(), [{ name: 'main', type: 'branch' }]);
  });

  test('says whether a table is there, is not there, or may be', async t => {
    const { index } = start(t, fakeSource({ commits: { a: names('sales.orders') } }));
    const path = { catalog: 'iceberg', schema: 'sales', table: 'orders' };
    assert.equal(index.view().lookup(path).state, 'unknown');
    const view = await until(index, view => view.areSchemasKnown('iceberg'));
    assert.equal(view.lookup(path).state, 'present');
    assert.equal(view.lookup({ ...path, table: 'nothing' }).state, 'absent');
    assert.equal(view.lookup({ ...path, schema: 'nothing' }).state, 'absent');
    assert.equal(view.lookup({ ...path, catalog: 'hive' }).state, 'unknown');
  });

  test('loads the columns of a table that somebody looked at, and of no other', async t => {
    const source = fakeSource({ commits: { a: names('sales.orders', 'sales.items') } });
    const { index } = start(t, source);
    const path = { catalog: 'iceberg', schema: 'sales', table: 'orders' };
    await until(index, view => view.areSchemasKnown('iceberg'));
    const view = await until(index, view => detailsOf(view, path) !== undefined);
    assert.deepEqual(detailsOf(view, path)?.columns, [{ name: 'id', type: 'bigint' }]);
    assert.deepEqual(
      source.calls.filter(call => call.startsWith('details')),
      ['details orders'],
    );
  });

  test('a new commit is seen at the next poll, and only what changed is asked for again', async t => {
    const source = fakeSource({ commits: { a: names('s.one', 's.two') } });
    const { index, clock } = start(t, source);
    await until(index, view => view.areSchemasKnown('iceberg'));
    const one = { catalog: 'iceberg', schema: 's', table: 'one' };
    const two = { ...one, table: 'two' };
    await until(index, view => detailsOf(view, one) !== undefined && detailsOf(view, two) !== undefined);
    source.state.hash = 'b';
    source.state.diffs['a..b'] = [
      { schema: 's', name: 'three', kind: 'table' },
      { schema: 's', name: 'two', kind: 'table' },
    ];
    source.calls.length = 0;
    clock.advance(30_000);
    const view = await until(index, view => view.lookup({ ...one, table: 'three' }).state === 'present');
    assert.ok(detailsOf(view, one) !== undefined, 'the columns of an unchanged table are kept');
    assert.equal(detailsOf(view, two), undefined, 'the columns of a changed table are not believed');
    assert.ok(source.calls.includes('changes a..b'));
    assert.ok(!source.calls.includes('names b'), 'the names are not read anew');
  });

  test('a commit that the server forgot makes it read everything anew', async t => {
    const source = fakeSource({ commits: { a: names('s.one'), c: names('s.other') } });
    const { index } = start(t, source);
    await until(index, view => view.areSchemasKnown('iceberg'));
    source.state.hash = 'c';
    index.refresh();
    const view = await until(index, view => view.tables('iceberg', 's')?.[0]?.name === 'other');
    assert.equal(view.tables('iceberg', 's')?.length, 1);
  });

  test('a catalog without versions is read schema by schema, when somebody looks', async t => {
    const source = fakeSource({ catalogs: [ICEBERG, TPCH], plain: { sf1: ['orders'], tiny: ['nation'] } });
    const { index } = start(t, source);
    const view = await until(index, view => view.areSchemasKnown('tpch'));
    assert.equal(view.tables('tpch', 'sf1'), undefined);
    const later = await until(index, view => view.tables('tpch', 'sf1') !== undefined);
    assert.deepEqual(later.tables('tpch', 'sf1'), [{ name: 'orders', isView: false }]);
    assert.ok(!source.calls.includes('tables tiny'));
  });

  test('a branch that Trino has no catalog for is read when somebody looks, and offered only there', async t => {
    const branch = {
      name: 'iceberg_ref_dev',
      isVersioned: true,
      reference: 'dev',
      isLazy: true,
      isPotential: true,
    };
    const source = fakeSource({ catalogs: [ICEBERG, branch], commits: { a: names('sales.orders') } });
    const { index } = start(t, source);
    await until(index, view => view.areSchemasKnown('iceberg'));
    assert.equal(source.calls.filter(call => call.startsWith('names')).length, 1);
    await until(
      index,
      view => view.lookup({ catalog: branch.name, schema: 'sales', table: 'orders' }).state === 'present',
    );
    const catalogsOf = (sessionCatalog: string): string[] =>
      index
        .view()
        .search('orders', { limit: 9, sessionCatalog })
        .tables.map(table => table.catalog);
    assert.deepEqual(catalogsOf('iceberg'), ['iceberg']);
    assert.deepEqual(catalogsOf(branch.name).sort(), ['iceberg', 'iceberg_ref_dev']);
  });

  test('names of the last run are there while the server hangs', async t => {
    const cache = memoryCache();
    const first = start(t, fakeSource({ commits: { a: names('sales.orders') } }), cache);
    await until(first.index, view => view.areSchemasKnown('iceberg'));
    await until(first.index, () => cache.values.size === 2);
    const second = start(t, hangingSource(), cache);
    const view = await until(second.index, view => view.areSchemasKnown('iceberg'));
    assert.equal(view.search('ord', { limit: 10 }).tables[0]?.table, 'orders');
  });

  test('a damaged cache is not believed', async t => {
    const cache = memoryCache();
    cache.values.set(JSON.stringify(['fake', 'catalogs']), { format: 1, catalogs: [ICEBERG] });
    cache.values.set(JSON.stringify(['fake', 'iceberg', 'main']), { format: 1, hash: 'a', names: {} });
    const { index } = start(t, fakeSource({ commits: { a: names('s.one') } }), cache);
    const view = await until(index, view => view.areSchemasKnown('iceberg'));
    assert.deepEqual(view.schemas('iceberg'), ['s']);
  });

  test('at most four requests are in flight, and wishes of one moment go together', async t => {
    const many = Array.from({ length: 400 }, (_, i) => `s.t${i}`);
    const source = fakeSource({ commits: { a: names(...many) } });
    const { index } = start(t, source);
    await until(index, view => view.areSchemasKnown('iceberg'));
    const view = index.view();
    for (let i = 0; i < 400; i++) view.lookup({ catalog: 'iceberg', schema: 's', table: `t${i}` });
    await until(
      index,
      view => detailsOf(view, { catalog: 'iceberg', schema: 's', table: 't399' }) !== undefined,
    );
    assert.equal(source.calls.filter(call => call.startsWith('details')).length, 8);
    assert.equal(source.mostInFlight, 4);
  });

  test('a server that fails is asked again after a pause that grows', async t => {
    const source = fakeSource();
    source.fault = new Error('connection refused');
    const { index, clock, log } = start(t, source);
    await settled();
    for (let second = 0; second < 10; second++) {
      index.refresh();
      await settled();
      clock.advance(1_000);
    }
    const asked = source.calls.filter(call => call === 'catalogs').length;
    assert.equal(asked, 4, 'at 0, 1, 3 and 7 seconds');
    assert.ok(log.some(line => line.includes('connection refused')));
  });

  test('answers from memory although the server never answers', t => {
    const source = hangingSource();
    const { index } = start(t, source);
    const view = index.view();
    assert.equal(view.lookup({ catalog: 'iceberg', schema: 's', table: 't' }).state, 'unknown');
    assert.deepEqual(view.search('x', { limit: 10 }).tables, []);
    assert.ok(source.calls.length > 0, 'it did ask');
  });
});

interface Started {
  readonly index: CatalogIndex;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly log: string[];
}

function start(
  t: { after: (end: () => void) => void },
  source: CatalogSource | FakeSource,
  cache = memoryCache(),
): Started {
  const log: string[] = [];
  const clock = fakeClock();
  const index = new CatalogIndex({
    source,
    cache,
    clock,
    log: text => log.push(text),
    onChange: () => undefined,
  });
  t.after(() => index.dispose());
  index.start();
  return { index, clock, log };
}

async function until(index: CatalogIndex, isThere: (view: CatalogView) => boolean): Promise<CatalogView> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const view = index.view();
    if (isThere(view)) return view;
    if (Date.now() > deadline) throw new Error('The index did not come to the expected state within 20 s.');
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve));
}

function detailsOf(view: CatalogView, path: Parameters<CatalogView['lookup']>[0]) {
  const found = view.lookup(path);
  return found.state === 'present' ? found.details : undefined;
}
