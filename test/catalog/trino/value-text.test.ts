import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TrinoType, TrinoValue } from '../../../catalog/trino/client.ts';
import { isNumericType, valueText } from '../../../catalog/trino/value-text.ts';

const BIGINT = type('bigint');
const VARCHAR = type('varchar');

describe('a value of a result', () => {
  const cases: readonly (readonly [TrinoValue, TrinoType, string | null])[] = [
    [9007199254740993n, BIGINT, '9007199254740993'],
    ['123.4500', type('decimal'), '123.4500'],
    [null, VARCHAR, null],
    ['NULL', VARCHAR, 'NULL'],
    ['', VARCHAR, ''],
    [-0, type('double'), '-0'],
    [Number.NaN, type('double'), 'NaN'],
    [true, type('boolean'), 'true'],
    [new Uint8Array([0, 255]), type('varbinary'), '0x00ff'],
    [[1n, null], type('array', BIGINT), '[1, NULL]'],
    [[['a', 1n]], type('map', VARCHAR, BIGINT), '{a=1}'],
    [[1n, [2n]], rowType({ x: BIGINT, y: type('array', BIGINT) }), '{x=1, y=[2]}'],
  ];
  for (const [value, valueType, expected] of cases) {
    test(`of type ${valueType.name} reads ${expected === null ? 'as no text at all' : `'${expected}'`}`, () => {
      assert.equal(valueText(value, valueType), expected);
    });
  }

  test('stands at the right when its type is a number', () => {
    const names = ['bigint', 'decimal', 'double', 'varchar', 'array', 'interval day to second'];
    assert.deepEqual(
      names.map(name => isNumericType(type(name))),
      [true, true, true, false, false, false],
    );
  });
});

function type(name: string, ...inner: readonly TrinoType[]): TrinoType {
  return { name, text: name, arguments: inner.map(argument => ({ type: argument })) };
}

function rowType(members: Readonly<Record<string, TrinoType>>): TrinoType {
  const list = Object.entries(members).map(([name, member]) => ({ name, type: member }));
  return { name: 'row', text: 'row', arguments: list };
}
