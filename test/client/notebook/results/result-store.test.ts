import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readCell, readPage } from '../../../../client/notebook/results/page.ts';
import {
  createResultStore,
  openResultStore,
  type ResultColumn,
  type ResultStore,
} from '../../../../client/notebook/results/result-store.ts';
import { jsonRows } from '../json-rows.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-results-'));
after(() => {
  rmSync(folder, { recursive: true });
});

describe('a result store', () => {
  test('shows every Trino type exactly as Trino sent it', () => {
    const values: readonly (readonly [type: string, value: unknown, text: string | null])[] = [
      ['boolean', true, 'true'],
      ['tinyint', -128, '-128'],
      ['integer', 2147483647, '2147483647'],
      ['bigint', 9223372036854775807n, '9223372036854775807'],
      ['bigint', -9223372036854775808n, '-9223372036854775808'],
      ['bigint', 12n, '12'],
      ['real', 3.4028235e38, '3.4028235e+38'],
      ['real', 0.1, '0.1'],
      ['double', 1.7976931348623157e308, '1.7976931348623157e+308'],
      ['double', -0, '-0.0'],
      ['double', NaN, 'NaN'],
      ['double', -Infinity, '-Infinity'],
      [
        'decimal(38,2)',
        '-999999999999999999999999999999999999.99',
        '-999999999999999999999999999999999999.99',
      ],
      ['varchar', '', ''],
      ['varchar', null, null],
      ['varchar(5)', 'e\u0301😀\u0000', 'e\u0301😀\u0000'],
      ['char(3)', 'a  ', 'a  '],
      ['varbinary', Uint8Array.of(0, 255), '0x00ff'],
      ['date', '-0001-12-31', '-0001-12-31'],
      [
        'timestamp(12) with time zone',
        '2020-01-01 00:00:00.123456789012 Europe/Berlin',
        '2020-01-01 00:00:00.123456789012 Europe/Berlin',
      ],
      ['json', '{"a": 1}', '{"a": 1}'],
      ['array(bigint)', [1n, null, 9007199254740993n], '[1, null, 9007199254740993]'],
      ['map(varchar, varbinary)', new Map([['k', Uint8Array.of(0, 255)]]), '{"k": "0x00ff"}'],
      ['row("a b" bigint, c row(double, decimal(3,1)))', [1n, [NaN, '1.5']], '{"a b": 1, "c": ["NaN", 1.5]}'],
    ];
    const store = filled(
      values.map(([type], i) => ({ name: `c${i}`, type })),
      [values.map(([, value]) => value)],
    );
    const { rows } = readPage(store, undefined, { firstRow: 0, rows: 1, firstColumn: 0, columns: 99 });
    assert.deepEqual(
      rows[0],
      values.map(([, , text]) => text),
    );
  });

  test('keeps rows over many batches and reads any of them', () => {
    const store = filled(
      [
        { name: 'n', type: 'bigint' },
        { name: 's', type: 'varchar' },
      ],
      Array.from({ length: 50_000 }, (_, i) => [BigInt(i), i % 7 === 0 ? null : `text ${i}`]),
    );
    assert.ok(store.batchCount() > 1);
    for (const row of [0, 16_383, 16_384, 49_999]) {
      const page = readPage(store, undefined, { firstRow: row, rows: 1, firstColumn: 0, columns: 2 });
      assert.deepEqual(page.rows, [[String(row), row % 7 === 0 ? null : `text ${row}`]]);
    }
  });

  test('is a private Arrow stream that other programs read', () => {
    const store = filled([{ name: 'n', type: 'bigint' }], [[1n], [null], [3n]]);
    const file = path.join(folder, 'last.arrow');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(tableFromIPC(readFileSync(file)).getChild('n')?.get(2), 3n);
    assert.equal(store.rowCount, 3);
  });

  test('comes back from its file in a later session', () => {
    const columns = [{ name: 'n', type: 'decimal(3,1)' }];
    const { places } = filled(columns, [['1.5'], ['2.5']]);
    const store = openResultStore(path.join(folder, 'last.arrow'), columns, places);
    assert.equal(readCell(store, undefined, { row: 1, column: 0 }), '2.5');
    store.close();
  });

  test('takes more rows after it was made readable', () => {
    const store = filled([{ name: 'n', type: 'integer' }], [[1]]);
    store.append(jsonRows([[2]]));
    assert.equal(store.rowCount, 2);
    store.flush();
    const page = readPage(store, undefined, { firstRow: 0, rows: 9, firstColumn: 0, columns: 1 });
    assert.deepEqual(page.rows, [['1'], ['2']]);
  });

  test('holds tens of thousands of columns in one row', () => {
    const columns = Array.from({ length: 30_000 }, (_, i) => ({ name: `c${i}`, type: 'integer' }));
    const store = filled(columns, [columns.map((_, i) => i)]);
    const page = readPage(store, undefined, { firstRow: 0, rows: 1, firstColumn: 29_998, columns: 50 });
    assert.deepEqual(page.rows, [['29998', '29999']]);
  });

  test('shortens long texts in pages and gives them whole on demand', () => {
    const long = 'x'.repeat(100_000);
    const store = filled([{ name: 't', type: 'varchar' }], [[long]]);
    const page = readPage(store, undefined, { firstRow: 0, rows: 1, firstColumn: 0, columns: 1 });
    assert.deepEqual(page.rows[0]?.[0], { text: long.slice(0, 256), length: 100_000 });
    assert.equal(readCell(store, undefined, { row: 0, column: 0 }), long);
  });
});

function filled(columns: readonly ResultColumn[], rows: readonly (readonly unknown[])[]): ResultStore {
  const store = createResultStore(path.join(folder, 'last.arrow'), columns);
  store.append(jsonRows(rows));
  store.flush();
  return store;
}
