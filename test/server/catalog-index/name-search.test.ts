import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fuzzyScore, letterMask } from '../../../server/catalog-index/fuzzy.ts';
import { searchNames } from '../../../server/catalog-index/name-search.ts';
import { buildNames, findTable, findSchema, patchNames } from '../../../server/catalog-index/name-table.ts';
import { names } from './fake-source.ts';

describe('searching names', () => {
  test('the beginning of the name is better than the beginning of a word, and that better than anywhere', () => {
    assert.deepEqual(best('ord', 'record', 'big_orders', 'orders', 'oxrxd', 'nation'), [
      'orders',
      'big_orders',
      'record',
      'oxrxd',
    ]);
  });

  test('the first letters of words find a name', () => {
    assert.equal(best('yt', 'yellow_trips', 'green_trips', 'paytime')[0], 'paytime');
    assert.equal(best('ytr', 'yellow_trips', 'green_trips')[0], 'yellow_trips');
  });

  test('case does not matter, on either side', () => {
    assert.deepEqual(best('ORD', 'Orders'), ['Orders']);
  });

  test('letters that are not there, or in another order, find nothing', () => {
    assert.deepEqual(best('zz', 'orders'), []);
    assert.equal(fuzzyScore('dro', 'ord'), 0);
  });

  test('a name that matches has every letter bit of the pattern', () => {
    for (const [pattern, name] of [
      ['a_1', 'Alpha_x1'],
      ['$p', 't$partitions'],
      ['é', 'cafés'],
    ] as const) {
      assert.ok(fuzzyScore(pattern, name) > 0);
      assert.equal((letterMask(name) & letterMask(pattern)) >>> 0, letterMask(pattern));
    }
  });

  test('no more than the limit come, the best of all, and it says that there were more', () => {
    const many = buildNames(names(...Array.from({ length: 5_000 }, (_, i) => `s.table_${i}`), 's.tab'));
    const found = searchNames([{ name: 'c', names: many }], 'tab', { limit: 200 });
    assert.equal(found.tables.length, 200);
    assert.equal(found.isCut, true);
    assert.equal(found.tables[0]?.table, 'tab');
  });

  test("the current schema's tables come first among equals", () => {
    const table = buildNames(names('a.orders', 'b.orders'));
    const found = searchNames([{ name: 'c', names: table }], 'ord', {
      limit: 5,
      preferSchema: { catalog: 'c', schema: 'b' },
    });
    assert.deepEqual(
      found.tables.map(path => path.schema),
      ['b', 'a'],
    );
  });
});

describe('packed names', () => {
  test('are found in any case, schemas with dots and upper case too', () => {
    const table = buildNames(names('a.b.Orders', 'a.b.items', 'a.x', 'z.only!'));
    const schema = findSchema(table, 'A.B');
    assert.ok(schema >= 0);
    assert.ok(findTable(table, schema, 'ORDERS') >= 0);
    assert.equal(findTable(table, schema, 'x'), -1);
    assert.equal(table.isView[findTable(table, findSchema(table, 'z'), 'only')], 1);
  });

  test('a patch adds, replaces and takes away names and whole schemas', () => {
    const patched = patchNames(buildNames(names('a.one', 'a.two', 'b.gone')), [
      { schema: 'a', name: 'two', kind: null },
      { schema: 'a', name: 'one', kind: 'view' },
      { schema: 'b', name: '', kind: null },
      { schema: 'c', name: 'new', kind: 'table' },
      { schema: 'd', name: '', kind: 'schema' },
    ]);
    assert.deepEqual(
      patched,
      buildNames([...names('a.one!', 'c.new'), { schema: 'd', name: '', kind: 'schema' }]),
    );
  });
});

function best(pattern: string, ...tables: readonly string[]): string[] {
  const table = buildNames(names(...tables.map(name => `s.${name}`)));
  return searchNames([{ name: 'c', names: table }], pattern, { limit: 10 }).tables.map(path => path.table);
}
