import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoteIdentifier, quoteLiteral, quoteName, quoteString } from '../../../catalog/trino/quote.ts';

describe('quoting', () => {
  test('names stay one identifier, whatever they contain', () => {
    assert.equal(quoteIdentifier('a"b; DROP TABLE x --'), '"a""b; DROP TABLE x --"');
    assert.equal(quoteName(['iceberg', 'a.b', '😀 x']), '"iceberg"."a.b"."😀 x"');
  });

  test('text stays one literal', () => {
    assert.equal(quoteString("it's\n\\'"), "'it''s\n\\'''");
  });

  test('values keep their type', () => {
    assert.deepEqual(
      [
        null,
        true,
        1,
        -2147483647,
        1.5,
        -0,
        1e20,
        NaN,
        -Infinity,
        9007199254740993n,
        "o'k",
        Uint8Array.of(0, 255),
      ].map(quoteLiteral),
      [
        'NULL',
        'TRUE',
        '1',
        '-2147483647',
        "DOUBLE '1.5'",
        "DOUBLE '-0'",
        "DOUBLE '100000000000000000000'",
        'nan()',
        '-infinity()',
        "BIGINT '9007199254740993'",
        "'o''k'",
        "X'00ff'",
      ],
    );
  });
});
