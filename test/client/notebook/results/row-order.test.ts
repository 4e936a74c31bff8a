import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { TrinoValue } from '../../../../catalog/trino/client.ts';
import fc from 'fast-check';
import { readCell, viewLength } from '../../../../client/notebook/results/page.ts';
import { radixSort } from '../../../../client/notebook/results/radix-sort.ts';
import { createResultStore, type ResultStore } from '../../../../client/notebook/results/result-store.ts';
import { rowOrderOf } from '../../../../client/notebook/results/row-order.ts';
import { columnStatistics } from '../../../../client/notebook/results/statistics.ts';
import { WHOLE_RESULT, type FilterTerm, type ResultView } from '../../../../client/notebook/results/view.ts';
import { jsonRows } from '../json-rows.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-order-'));
after(() => {
  rmSync(folder, { recursive: true });
});

describe('sorting a result', () => {
  const sorted: Readonly<Record<string, readonly TrinoValue[]>> = {
    bigint: [-9223372036854775808n, -1n, 0n, 9007199254740992n, 9007199254740993n, null],
    double: [-Infinity, -1.5, -0, 0, 1e-300, 2, Infinity, NaN, null],
    'decimal(38,2)': ['-999999999999999999999999999999999999.99', '-0.01', '0.00', '10.00', '9999.00', null],
    varchar: ['', 'B', 'a', 'aaaaaaaa', 'aaaaaaaab', 'aaaaaaaac', 'é', '\uffee', '😀', null],
    varbinary: [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0, 0), Uint8Array.of(255), null],
    boolean: [false, true, null],
    date: ['-0001-01-01', '0001-01-01', '1969-12-31', '1970-01-01', '10000-01-01', null],
    'timestamp(12)': ['2020-01-01 00:00:00.000000000001', '2020-01-01 00:00:00.000000000002', null],
    'timestamp(3) with time zone': [
      '2020-07-01 13:00:00.000 Europe/Berlin',
      '2020-07-01 12:00:00.000 UTC',
      '2020-07-01 12:00:00.001 +00:00',
      '2020-07-01 04:00:00.000 -08:30',
      null,
    ],
    'time(0) with time zone': ['12:00:00+14:00', '00:00:00+00:00', '00:00:00-05:30', null],
  };
  for (const [type, values] of Object.entries(sorted)) {
    test(`orders ${type} as Trino does, NULL last`, () => {
      const store = storeOf(type, values.toReversed());
      const texts = values.map((_, row) => readCell(storeOf(type, values), undefined, { row, column: 0 }));
      assert.deepEqual(shown(store, { ...WHOLE_RESULT, sort: [{ column: 0, isDescending: false }] }), texts);
      const down = [...texts.slice(0, -1).toReversed(), null];
      assert.deepEqual(shown(store, { ...WHOLE_RESULT, sort: [{ column: 0, isDescending: true }] }), down);
    });
  }

  test('is stable over several columns', () => {
    const store = createResultStore(path.join(folder, 'two.arrow'), [
      { name: 'a', type: 'varchar' },
      { name: 'b', type: 'integer' },
    ]);
    store.append(
      jsonRows([
        ['x', 2],
        ['y', 1],
        ['x', 1],
        ['y', 2],
      ]),
    );
    store.flush();
    const order = rowOrderOf(store, {
      ...WHOLE_RESULT,
      sort: [
        { column: 0, isDescending: true },
        { column: 1, isDescending: false },
      ],
    });
    assert.deepEqual([...(order ?? [])], [1, 3, 2, 0]);
  });

  test('by radix equals sorting by comparison for any keys', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 0xffffffff }), { minLength: 5000, maxLength: 6000, size: 'max' }),
        keys => {
          const words = [Uint32Array.from(keys, key => key >>> 20), Uint32Array.from(keys)];
          const order = radixSort(
            Uint32Array.from(keys, (_, i) => i),
            words,
          );
          const expected = keys.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
          assert.deepEqual([...order], expected);
        },
      ),
      { numRuns: 5 },
    );
  });
});

describe('filtering a result', () => {
  const cases: readonly (readonly [
    string,
    readonly TrinoValue[],
    Omit<FilterTerm, 'column'>,
    readonly TrinoValue[],
  ])[] = [
    [
      'bigint',
      [1n, 9007199254740992n, 9007199254740993n],
      { operator: '>', value: '9007199254740992' },
      ['9007199254740993'],
    ],
    ['bigint', [1n, 2n], { operator: '<', value: '1.5' }, ['1']],
    ['decimal(5,2)', ['1.50', '1.51', null], { operator: '<=', value: '1.505' }, ['1.50']],
    ['double', [0.1, 0.2], { operator: '=', value: '0.2' }, ['0.2']],
    ['varchar', ['Berlin', 'Bern', null], { operator: 'contains', value: 'LIN' }, ['Berlin']],
    ['varchar', ['Berlin', 'Bern', null], { operator: 'does not contain', value: 'lin' }, ['Bern']],
    ['varchar', ['', null], { operator: '=', value: '' }, ['']],
    ['varchar', ['', null], { operator: 'is null', value: '' }, [null]],
    [
      'timestamp(3) with time zone',
      ['2020-01-01 00:00:00.000 UTC', '2020-01-01 00:00:00.000 -01:00'],
      { operator: '>=', value: '2020-01-01 01:00 UTC' },
      ['2020-01-01 00:00:00.000 -01:00'],
    ],
    ['boolean', [true, false], { operator: '=', value: 'TRUE' }, ['true']],
  ];
  for (const [type, values, filter, expected] of cases) {
    test(`${type} ${filter.operator} ${filter.value}`, () => {
      const filters = [{ column: 0, ...filter }];
      assert.deepEqual(shown(storeOf(type, values), { ...WHOLE_RESULT, filters }), expected);
    });
  }

  test('names a value that is none of its column', () => {
    const filters = [{ column: 0, operator: '=' as const, value: 'ten' }];
    assert.throws(
      () => rowOrderOf(storeOf('bigint', [1n]), { ...WHOLE_RESULT, filters }),
      /"ten" is no bigint value/,
    );
  });

  test('searches every column whatever the case', () => {
    assert.deepEqual(shown(storeOf('varchar', ['ABC', 'xbx', 'c']), { ...WHOLE_RESULT, search: 'b' }), [
      'ABC',
      'xbx',
    ]);
  });
});

describe('the statistics of a column', () => {
  test('count, rank and spread its values', () => {
    const store = storeOf('bigint', [1n, 1n, 3n, 9007199254740993n, null]);
    const found = columnStatistics(store, undefined, 0);
    assert.deepEqual(
      { rows: found.rows, nulls: found.nulls, distinct: found.distinct, min: found.min, max: found.max },
      { rows: 5, nulls: 1, distinct: 3, min: '1', max: '9007199254740993' },
    );
    assert.deepEqual(found.top[0], { text: '1', count: 2 });
    assert.deepEqual(found.histogram?.counts.at(0), 3);
    assert.deepEqual(found.quartiles, [1, 1, 3]);
  });

  test('cover only the rows of the view', () => {
    const store = storeOf('varchar', ['a', 'b', 'b']);
    const order = rowOrderOf(store, { ...WHOLE_RESULT, search: 'b' });
    const found = columnStatistics(store, order, 0);
    assert.deepEqual([found.rows, found.distinct, found.min, found.max], [2, 1, 'b', 'b']);
  });
});

function storeOf(type: string, values: readonly TrinoValue[]): ResultStore {
  const store = createResultStore(path.join(folder, 'one.arrow'), [{ name: 'c', type }]);
  store.append(jsonRows(values.map(value => [value])));
  store.flush();
  return store;
}

function shown(store: ResultStore, view: ResultView): (string | null)[] {
  const order = rowOrderOf(store, view);
  return Array.from({ length: viewLength(store, order) }, (_, row) =>
    readCell(store, order, { row, column: 0 }),
  );
}
