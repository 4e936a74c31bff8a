import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { quoteLongIntegers } from '../../../catalog/trino/long-integers.ts';

describe('long integers of a result', () => {
  test('become text wherever they stand, and nothing else changes', () => {
    assert.equal(
      quoteLongIntegers('[9007199254740993,-9223372036854775808, 1234567890123456 ,{"k":12345678901234567}]'),
      '["9007199254740993","-9223372036854775808", "1234567890123456" ,{"k":"12345678901234567"}]',
    );
    for (const text of [
      '[1,123456789012345,0.12345678901234567,1.2345678901234567E300,1234567890123456.5]',
      '["a, 1234567890123456, b","\\" ,1234567890123456,\\\\"]',
      '{"id":"20240101_1234567890123456"}',
    ])
      assert.equal(quoteLongIntegers(text), text);
  });

  test('every JSON value keeps its strings and numbers, and long integers keep their digits', () => {
    const long = fc.bigInt({ min: 10n ** 15n, max: 2n ** 63n - 1n });
    const text = fc.oneof(
      fc.string(),
      long.map(value => `,${value},`),
      long.map(value => `"[${value}]\\`),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            text,
            long,
            fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
            fc.integer(),
          ),
        ),
        items => {
          const json = `[${items.map(item => (typeof item === 'bigint' ? item.toString() : JSON.stringify(item))).join(',')}]`;
          const expected = items.map(item =>
            typeof item === 'bigint' ? item.toString() : (JSON.parse(JSON.stringify(item)) as unknown),
          );
          const parsed = JSON.parse(quoteLongIntegers(json)) as unknown[];
          assert.deepEqual(
            parsed.map((item, index) => (typeof items[index] === 'bigint' ? String(item as string) : item)),
            expected,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
