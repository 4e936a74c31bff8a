import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readIoPlan } from '../../../client/notebook/io-plan.ts';

const exactly = (value: string): object => ({
  low: { value, bound: 'EXACTLY' },
  high: { value, bound: 'EXACTLY' },
});

describe('the plan of what a statement reads and writes', () => {
  test('names the tables with what is known of their rows', () => {
    const plan = read({ outputTable: table('t'), inputs: [input('a', [], 300), input('b', [], 'NaN')] });
    assert.equal(plan?.kind, 'io');
    assert.deepEqual(
      plan.fragments.map(({ title, root }) => [title, root.name, root.estimates, root.weight]),
      [
        ['Written · 1 table', 'iceberg.s.t', {}, undefined],
        ['Read · 2 tables', 'iceberg.s.a', { 'estimated rows': '300', 'estimated bytes': '3,000' }, 1],
        ['', 'iceberg.s.b', {}, undefined],
      ],
    );
  });

  test('says in words which rows of a table are read', () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ nullsAllowed: false, ranges: [exactly('5')] }, 'c = 5 · bigint'],
      [{ nullsAllowed: false, ranges: [exactly('F'), exactly('O')] }, 'c in (F, O) · bigint'],
      [{ nullsAllowed: true, ranges: [] }, 'c is null · bigint'],
      [{ nullsAllowed: false, ranges: [] }, 'c never matches · bigint'],
      [
        {
          nullsAllowed: true,
          ranges: [{ low: { value: '1997-01-01', bound: 'ABOVE' }, high: { bound: 'BELOW' } }],
        },
        'c > 1997-01-01 or is null · bigint',
      ],
      [
        {
          nullsAllowed: false,
          ranges: [{ low: { value: '5', bound: 'EXACTLY' }, high: { value: '10', bound: 'BELOW' } }],
        },
        'c >= 5 and < 10 · bigint',
      ],
      [
        { nullsAllowed: false, ranges: [{ low: { bound: 'ABOVE' }, high: { bound: 'BELOW' } }] },
        'c is not null · bigint',
      ],
    ];
    for (const [domain, text] of cases) {
      const plan = read({ inputs: [input('a', [{ columnName: 'c', type: 'bigint', domain }])] });
      assert.deepEqual(plan?.fragments[0]?.root.details, [text]);
    }
    assert.deepEqual(read({ inputs: [input('a', [])] })?.fragments[0]?.root.details, ['every row']);
  });

  test('is none where the text is something else', () => {
    for (const text of ['Trino version: 476', 'true', 'null', '{"0": {}}', '[]']) {
      assert.equal(readIoPlan(text), undefined, text);
    }
  });
});

function read({
  inputs,
  outputTable,
}: {
  inputs: readonly object[];
  outputTable?: object;
}): ReturnType<typeof readIoPlan> {
  return readIoPlan(
    JSON.stringify({ inputTableColumnInfos: inputs, outputTable, estimate: { outputRowCount: 'NaN' } }),
  );
}

function table(name: string): object {
  return { catalog: 'iceberg', schemaTable: { schema: 's', table: name } };
}

function input(name: string, columnConstraints: readonly object[], rows: number | string = 'NaN'): object {
  const outputSizeInBytes = typeof rows === 'number' ? rows * 10 : rows;
  return {
    table: table(name),
    constraint: { none: false, columnConstraints },
    estimate: { outputRowCount: rows, outputSizeInBytes },
  };
}
