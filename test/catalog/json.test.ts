import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type JsonValue,
  JsonShapeError,
  optional,
  parseJson,
  readInt64,
  readInteger,
  readStringMap,
  stringifyJson,
  unknownMembers,
} from '../../catalog/json.ts';

describe('int64-safe JSON', () => {
  test('integers beyond 2^53 keep every digit', () => {
    assert.deepEqual(parseJson('[9007199254740993,-9223372036854775808,9223372036854775807]'), [
      9007199254740993n,
      -9223372036854775808n,
      9223372036854775807n,
    ]);
  });

  test('integers that are exact as numbers stay numbers, also beside long ones', () => {
    assert.deepEqual(parseJson('{"a":1,"b":9007199254740991,"c":9007199254740992,"d":-0}'), {
      a: 1,
      b: 9007199254740991,
      c: 9007199254740992n,
      d: -0,
    });
  });

  test('long digits inside strings, fractions and exponents are left alone', () => {
    assert.deepEqual(parseJson('["12345678901234567890",0.12345678901234567,1e20,1.5E300,"\\u00e9 😀"]'), [
      '12345678901234567890',
      0.12345678901234567,
      1e20,
      1.5e300,
      'é 😀',
    ]);
  });

  test('what is printed is read back as it was', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
    );
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, value => {
        assert.deepEqual(parseJson(stringifyJson(value as JsonValue)), withoutPrototypes(value));
      }),
      { numRuns: 200 },
    );
  });

  test('a 64-bit field is a bigint however it was written', () => {
    assert.equal(readInt64(parseJson('7'), 'x'), 7n);
    assert.equal(readInt64(parseJson('-9223372036854775808'), 'x'), -(2n ** 63n));
  });

  test('a value of the wrong form is refused with its place and what was found', () => {
    const cases: readonly [() => unknown, string][] = [
      [() => readInt64(parseJson('9223372036854775808'), 'snapshot-id'), 'found 9223372036854775808'],
      [() => readInt64(1.5, 'snapshot-id'), 'snapshot-id must be a 64-bit integer, found 1.5'],
      [() => readInteger('7', 'spec-id'), 'spec-id must be an integer, found "7"'],
      [() => readStringMap({ a: [] }, 'properties'), 'properties.a must be a string, found an array'],
    ];
    for (const [read, text] of cases) {
      assert.throws(
        read,
        (error: unknown) => error instanceof JsonShapeError && error.message.includes(text),
      );
    }
  });

  test('absent and null members are both absent', () => {
    assert.equal(optional(undefined, 'x', readInt64), undefined);
    assert.equal(optional(null, 'x', readInt64), undefined);
    assert.equal(optional(3, 'x', readInt64), 3n);
  });

  test('members that are not known are kept, even one named like the prototype', () => {
    const parsed = parseJson('{"a":1,"__proto__":2,"b":3}');
    assert.equal(
      stringifyJson(unknownMembers(parsed as Record<string, JsonValue>, new Set(['a']))),
      '{"__proto__":2,"b":3}',
    );
  });

  test('broken text is a SyntaxError in both ways of parsing', () => {
    assert.throws(() => parseJson('{"a":'), SyntaxError);
    assert.throws(() => parseJson('{"a":12345678901234567890'), SyntaxError);
  });
});

/** fast-check makes dictionaries without a prototype, which deepEqual tells apart from plain objects; −0 prints as 0. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPrototypes(item)]));
  return value === 0 ? 0 : value;
}
