import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultChart } from '../../../../client/notebook/renderer/chart-defaults.ts';

const CASES: readonly (readonly [title: string, columns: string, chart: string])[] = [
  ['a line over time', 'at timestamp(3), n bigint', 'line at n'],
  ['a line over the years', 'year integer, n bigint', 'line year n'],
  ['bars over names', 'city varchar, n double', 'bar city n'],
  [
    'bars over names with the amount, not the number of the thing',
    'id bigint, name varchar(20), total decimal(12,2)',
    'bar name total',
  ],
  ['a scatter of two measures', 'a double, b real', 'scatter a b'],
  ['a histogram of one measure', 'n bigint', 'histogram n '],
  [
    'a measure that is only an identifier when there is no other',
    'orderkey bigint, name varchar',
    'bar name orderkey',
  ],
  ['something for a result without numbers', 'name varchar', 'histogram name '],
];

describe('the chart that is offered first', () => {
  for (const [title, columns, chart] of CASES) {
    test(`is ${title}`, () => {
      const found = defaultChart(
        columns.split(', ').map(text => {
          const [name = '', ...type] = text.split(' ');
          return { name, type: type.join(' ') };
        }),
      );
      assert.equal(`${found.type} ${found.x} ${found.y.join(',')}`, chart);
    });
  }
});
