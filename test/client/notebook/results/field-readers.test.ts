import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createColumnBuilder } from '../../../../client/notebook/results/column-builder.ts';
import { fieldReader } from '../../../../client/notebook/results/field-readers.ts';
import { readJsonRows } from '../../../../client/notebook/results/json-rows.ts';
import { parseTrinoType, storageOf } from '../../../../client/notebook/results/trino-type.ts';

const RUNS = { numRuns: Number(process.env['LAKEHOUSE_TEST_CASES'] ?? 1000) };
const COLUMN_OF = { int64: BigInt64Array, float64: Float64Array, int32: Int32Array } as const;

describe('reading values from the bytes of their JSON', () => {
  test('gives every bigint its digits', () => {
    const bigints = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
    );
    fc.assert(
      fc.property(fc.array(bigints, { minLength: 1 }), values => {
        assert.deepEqual([...read('bigint', values.map(String))], values);
      }),
      RUNS,
    );
  });

  test('gives every double the value that its text is nearest to', () => {
    const texts = fc.oneof(
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map(value => (Object.is(value, -0) ? '-0.0' : String(value))),
      fc
        .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(20))
        .map(([digits, places]) => withDot(digits, places)),
    );
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), values => {
        // The language's own parser is the measure, to the bit.
        assert.deepEqual([...read('double', values)], values.map(Number));
      }),
      RUNS,
    );
  });

  test('takes an integer column at its limits, and nulls between values', () => {
    assert.deepEqual(
      [...read('integer', ['-2147483648', 'null', '2147483647'])],
      [-2147483648, 0, 2147483647],
    );
  });
});

function read(type: string, values: readonly string[]): ArrayLike<unknown> & Iterable<unknown> {
  const parsed = parseTrinoType(type);
  const builder = createColumnBuilder(storageOf(parsed));
  const data = Buffer.from(`[${values.map(value => `[${value}]`).join(',')}]`);
  assert.equal(
    readJsonRows(data, [fieldReader(parsed, builder)], () => undefined),
    values.length,
  );
  const column = builder.finish().values as BigInt64Array | Float64Array | Int32Array;
  assert.ok(column instanceof COLUMN_OF[storageOf(parsed) as keyof typeof COLUMN_OF]);
  return column;
}

function withDot(digits: bigint, places: number): string {
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
  const dot = text.length - places;
  return `${digits < 0n ? '-' : ''}${text.slice(0, dot)}.${text.slice(dot)}${places === 0 ? '0' : ''}`;
}
