import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestTableName } from '../../../client/catalog/suggest-table-name.ts';

test('a file name becomes a table name that needs no quotes in SQL', () => {
  const names = [
    'Taxi Rides 2024.csv',
    'order.parquet',
    '2024-01.csv',
    'Zürich.csv',
    '🚕.csv',
    '__a__.ndjson',
    'a.b.c.csv',
  ];
  assert.deepEqual(names.map(suggestTableName), [
    'taxi_rides_2024',
    'order_',
    't_2024_01',
    'z_rich',
    'table_1',
    'a',
    'a_b_c',
  ]);
});
