import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTransform, transformToText } from '../../../catalog/iceberg/partition.ts';
import { applyTransform, formatPartitionValue, hashValue } from '../../../catalog/iceberg/transforms.ts';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import type { IcebergValue } from '../../../catalog/iceberg/value.ts';

const DAY_2017_11_16 = Date.UTC(2017, 10, 16) / 86_400_000;
const MICROS_2017_11_16_22_31_08 = BigInt(Date.UTC(2017, 10, 16, 22, 31, 8)) * 1000n;

describe('partition transforms', () => {
  test("hashes equal the specification's own examples", () => {
    const examples: readonly (readonly [string, IcebergValue, number])[] = [
      ['int', 34, 2017239379],
      ['long', 34n, 2017239379],
      ['decimal(9,2)', 1420n, -500754589],
      ['date', DAY_2017_11_16, -653330422],
      ['time', BigInt((22 * 60 + 31) * 60 + 8) * 1_000_000n, -662762989],
      ['timestamp', MICROS_2017_11_16_22_31_08, -2047944441],
      ['timestamptz', MICROS_2017_11_16_22_31_08, -2047944441],
      ['timestamptz', MICROS_2017_11_16_22_31_08 + 1n, -1207196810],
      ['timestamp_ns', MICROS_2017_11_16_22_31_08 * 1000n, -2047944441],
      ['string', 'iceberg', 1210000089],
      ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
      ['fixed[4]', Uint8Array.of(0, 1, 2, 3), -188683207],
      ['binary', Uint8Array.of(0, 1, 2, 3), -188683207],
    ];
    for (const [type, value, hash] of examples)
      assert.equal(hashValue(parsePrimitive(type), value), hash, type);
  });

  test("truncation equals the specification's own examples", () => {
    assert.equal(apply('truncate[10]', 'int', 1), 0);
    assert.equal(apply('truncate[10]', 'int', -1), -10);
    assert.equal(apply('truncate[10]', 'long', 1n), 0n);
    assert.equal(apply('truncate[10]', 'long', -1n), -10n);
    assert.equal(apply('truncate[50]', 'decimal(9,2)', 1065n), 1050n);
    assert.equal(apply('truncate[3]', 'string', 'iceberg'), 'ice');
    assert.equal(apply('truncate[2]', 'string', '😀😀😀'), '😀😀');
    assert.deepEqual(apply('truncate[3]', 'binary', Uint8Array.of(1, 2, 3, 4, 5)), Uint8Array.of(1, 2, 3));
  });

  test('parts of times before 1970 round down', () => {
    assert.deepEqual(
      ['year', 'month', 'day', 'hour'].map(kind => apply(kind, 'timestamp', -1n)),
      [-1, -1, -1, -1],
    );
    assert.deepEqual(
      ['year', 'month', 'day', 'hour'].map(kind => apply(kind, 'timestamptz', MICROS_2017_11_16_22_31_08)),
      [47, 574, DAY_2017_11_16, DAY_2017_11_16 * 24 + 22],
    );
    assert.deepEqual([apply('year', 'date', 0), apply('month', 'date', -1)], [0, -1]);
  });

  test('null stays null and void loses everything', () => {
    for (const kind of ['identity', 'bucket[4]', 'truncate[4]', 'year', 'void'])
      assert.equal(apply(kind, 'date', null), null);
    assert.equal(apply('void', 'int', 7), null);
    assert.equal(apply('identity', 'int', 7), 7);
  });

  test('a transform that the type does not allow is refused', () => {
    assert.throws(() => apply('hour', 'date', 3), /date has no time/);
    assert.throws(() => apply('bucket[4]', 'double', 3), /double cannot be put into buckets/);
    assert.throws(() => apply('truncate[4]', 'boolean', true), /boolean cannot be truncated/);
    assert.throws(() => apply('zorder[3]', 'int', 3), /zorder\[3\] is not known/);
  });

  test('buckets lie in their range and truncation is idempotent, for every value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.integer({ min: 1, max: 1000 }),
        (value, n) => {
          const bucket = apply(`bucket[${n}]`, 'long', value) as number;
          assert.ok(bucket >= 0 && bucket < n);
          const once = apply(`truncate[${n}]`, 'long', value) as bigint;
          assert.ok(once <= value && value - once < BigInt(n));
          assert.equal(apply(`truncate[${n}]`, 'long', once), once);
        },
      ),
    );
  });

  test('values read as partition paths do', () => {
    assert.equal(format('month', 574), '2017-11');
    assert.equal(format('year', -1), '1969');
    assert.equal(format('day', -1), '1969-12-31');
    assert.equal(format('hour', -1), '1969-12-31-23');
    assert.equal(format('hour', DAY_2017_11_16 * 24 + 7), '2017-11-16-07');
    assert.equal(format('identity', null), 'null');
  });

  test('the text of every transform is kept', () => {
    for (const text of [
      'identity',
      'bucket[16]',
      'truncate[4]',
      'year',
      'month',
      'day',
      'hour',
      'void',
      'zorder(a,b)',
    ])
      assert.equal(transformToText(parseTransform(text)), text);
  });
});

function apply(transform: string, type: string, value: IcebergValue | null): IcebergValue | null {
  return applyTransform(parseTransform(transform), parsePrimitive(type), value);
}

function format(transform: string, value: IcebergValue | null): string {
  return formatPartitionValue(parseTransform(transform), { kind: 'int' }, value);
}
