import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decodeBound,
  encodeBound,
  truncateLower,
  truncateUpper,
  truncateUpperBytes,
} from '../../../catalog/iceberg/bounds.ts';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { formatValue, type IcebergValue } from '../../../catalog/iceberg/value.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const encode = (type: string, value: IcebergValue): string => hex(encodeBound(parsePrimitive(type), value));

describe('bounds of columns', () => {
  test('each type has the bytes that the specification gives it', () => {
    assert.equal(encode('boolean', true), '01');
    assert.equal(encode('int', -2), 'feffffff');
    assert.equal(encode('date', 1), '01000000');
    assert.equal(encode('long', 9007199254740993n), '0100000000002000');
    assert.equal(encode('float', 1.5), '0000c03f');
    assert.equal(encode('double', -0), '0000000000000080');
    assert.equal(encode('timestamptz', -1n), 'ffffffffffffffff');
    assert.equal(encode('string', 'ä😀'), 'c3a4f09f9880');
    assert.equal(encode('uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7'), 'f79c3e09677c4bbda4793f349cb785e7');
    assert.equal(encode('decimal(9,2)', 1420n), '058c');
    assert.equal(encode('decimal(9,2)', -1n), 'ff');
    assert.equal(encode('decimal(9,2)', 128n), '0080');
    assert.equal(encode('decimal(9,2)', 0n), '00');
    assert.equal(encode('binary', Uint8Array.of(0, 255)), '00ff');
  });

  test('every value is read back from its bytes', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const byType: Record<string, fc.Arbitrary<IcebergValue>> = {
      boolean: fc.boolean(),
      int: fc.integer(),
      date: fc.integer(),
      long: int64,
      time: int64,
      timestamp: int64,
      timestamptz_ns: int64,
      float: fc.float({ noNaN: true }),
      double: fc.double({ noNaN: true }),
      string: fc.string({ unit: 'grapheme' }),
      uuid: fc.uuid(),
      'decimal(38,10)': fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
      binary: fc.uint8Array(),
    };
    for (const [text, values] of Object.entries(byType)) {
      const type = parsePrimitive(text);
      fc.assert(
        fc.property(values, value => {
          const back = decodeBound(type, encodeBound(type, value));
          // Bytes come back as they lie in memory; comparing them as plain arrays keeps Buffer out of it.
          if (value instanceof Uint8Array)
            assert.equal(hex(back instanceof Uint8Array ? back : new Uint8Array()), hex(value));
          else assert.ok(Object.is(back, value), `${text}: ${value} became ${back?.toString()}`);
        }),
        { numRuns: 60 },
      );
    }
  });

  test('bounds written before a column was widened are read with their old width', () => {
    assert.equal(decodeBound({ kind: 'long' }, encodeBound({ kind: 'int' }, -7)), -7n);
    assert.equal(decodeBound({ kind: 'double' }, encodeBound({ kind: 'float' }, 1.5)), 1.5);
  });

  test('bytes of an impossible length are no bound', () => {
    for (const type of ['boolean', 'int', 'long', 'float', 'double', 'uuid'])
      assert.equal(decodeBound(parsePrimitive(type), Uint8Array.of(1, 2, 3)), undefined, type);
  });

  test('a value of the wrong form is refused', () => {
    assert.throws(() => encodeBound({ kind: 'long' }, 7), /type long cannot be a number/);
    assert.throws(() => encodeBound({ kind: 'int' }, 7n), /type int cannot be a bigint/);
    assert.throws(() => encodeBound({ kind: 'uuid' }, 'x'), /not a UUID/);
  });

  test('truncated bounds enclose every string', () => {
    const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), value => {
        const upper = truncateUpper(value);
        assert.ok(byBytes(truncateLower(value), value) <= 0);
        assert.ok(upper === undefined || byBytes(upper, value) >= 0);
        assert.ok(upper === undefined || Array.from(upper).length <= 16);
      }),
      { numRuns: 40 },
    );
  });

  test('the upper bound skips surrogates and characters that cannot grow', () => {
    assert.equal(truncateUpper('short'), 'short');
    assert.equal(truncateUpper('aaaaaaaaaaaaaaaaX'), 'aaaaaaaaaaaaaaab');
    assert.equal(truncateUpper(`${'a'.repeat(15)}\ud7ffX`), `${'a'.repeat(15)}\ue000`);
    assert.equal(truncateUpper(`${'a'.repeat(15)}\u{10ffff}X`), `${'a'.repeat(14)}b`);
    assert.equal(truncateUpper('\u{10ffff}'.repeat(17)), undefined);
    assert.deepEqual(truncateUpperBytes(Uint8Array.of(1, 255, 7), 2), Uint8Array.of(2));
    assert.equal(truncateUpperBytes(Uint8Array.of(255, 255, 7), 2), undefined);
  });

  test('values read as people write them', () => {
    assert.equal(formatValue({ kind: 'date' }, -1), '1969-12-31');
    assert.equal(formatValue({ kind: 'time' }, 3_600_000_001n), '01:00:00.000001');
    assert.equal(formatValue({ kind: 'timestamp' }, -1n), '1969-12-31 23:59:59.999999');
    assert.equal(formatValue({ kind: 'timestamptz' }, 0n), '1970-01-01 00:00:00Z');
    assert.equal(formatValue({ kind: 'decimal', precision: 9, scale: 2 }, -5n), '-0.05');
    assert.equal(formatValue({ kind: 'binary' }, Uint8Array.of(10, 255)), '0x0aff');
  });
});
