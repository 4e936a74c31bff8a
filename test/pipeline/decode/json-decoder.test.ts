import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { createJsonDecoder, decodeBatch, type Poison } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { rowsOf } from '../../support/columns.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { batchOf } from '../../support/record-batch.ts';

/** Decodes records against `{ name: type }`; a type that ends in `!` is required. */
function decode(
  schema: Readonly<Record<string, string>>,
  records: readonly (string | Uint8Array | null)[],
): { rows: Record<string, unknown>[]; poison: string[]; careful: number } {
  const fields = Object.entries(schema).map(([name, type], index) => ({
    id: index + 1,
    name,
    required: type.endsWith('!'),
    type: parsePrimitive(type.replace('!', '')),
  }));
  const decoder = createJsonDecoder(toColumnSpecs(fields), Math.max(1, records.length));
  const poison: Poison[] = [];
  if (records.length > 0) {
    const batch = batchOf(records);
    decodeBatch(
      decoder,
      batch,
      { record: 0, byte: 0 },
      { careful: carefulRows(decoder, batch), onPoison: item => poison.push(item) > 0 },
    );
  }
  return {
    rows: rowsOf(decoder.columns, decoder.rows),
    poison: poison.map(item => `${item.offset}: ${item.reason}`),
    careful: decoder.carefulRecords,
  };
}

/** Decodes single values of one type; each is a JSON text. Answers the value, or the reason as `!…`. */
function values(type: string, ...texts: string[]): unknown[] {
  return texts.map(text => {
    const { rows, poison } = decode({ x: type }, [`{"x":${text}}`]);
    return rows[0] === undefined ? `!${poison[0]?.replace('0: "x" expects ', '')}` : rows[0]['x'];
  });
}

describe('the JSON decoder', () => {
  test('keeps every digit of an integer beyond 2^53', () => {
    assert.deepEqual(
      values('long', '9007199254740993', '-9223372036854775808', '9223372036854775807', '"9007199254740993"'),
      [9007199254740993n, -9223372036854775808n, 9223372036854775807n, 9007199254740993n],
    );
    assert.deepEqual(values('long', '9223372036854775808'), ['!long, found 9223372036854775808']);
  });

  test('takes an integer in any of its spellings and no fraction', () => {
    assert.deepEqual(values('long', '1.0', '12e2', '-0', '1e17', '123456789012345e4'), [
      1n,
      1200n,
      0n,
      100000000000000000n,
      1234567890123450000n,
    ]);
    assert.deepEqual(values('int', '2147483647', '-2147483648', '7.0'), [2147483647, -2147483648, 7]);
    assert.deepEqual(values('int', '2147483648', '1.5', '"1.5"', 'true'), [
      '!int, found 2147483648',
      '!int, found 1.5',
      '!int, found "1.5"',
      '!int, found true',
    ]);
  });

  test('reads doubles as JSON.parse does and NaN and infinities from strings', () => {
    const texts = [
      '0.1',
      '-0',
      '1.7976931348623157e308',
      '5e-324',
      '123456789.123456789',
      '1e22',
      '0.000001',
    ];
    assert.deepEqual(
      values('double', ...texts),
      texts.map(text => JSON.parse(text) as number),
    );
    assert.deepEqual(values('double', '"NaN"', '"Infinity"', '"-Infinity"'), [NaN, Infinity, -Infinity]);
    assert.deepEqual(values('double', '1e400', '"1"'), ['!double, found 1e400', '!double, found "1"']);
    assert.match(String(values('double', 'NaN')[0]), /no JSON/);
    assert.deepEqual(values('float', '0.1', '1e39'), [Math.fround(0.1), '!float, found 1e39']);
  });

  test('keeps decimals exact and refuses digits that the scale has no place for', () => {
    assert.deepEqual(values('decimal(20,4)', '1.5', '-1234567890123456.7891', '"0.0001"', '1.50000', '1e3'), [
      15000n,
      -12345678901234567891n,
      1n,
      15000n,
      10000000n,
    ]);
    assert.deepEqual(values('decimal(4,2)', '99.99', '100', '0.001'), [
      9999n,
      '!decimal(4,2), found 100',
      '!decimal(4,2), found 0.001',
    ]);
    assert.deepEqual(values('decimal(38,0)', '1e999999999'), ['!decimal(38,0), found 1e999999999']);
  });

  test('a day that does not exist is none, whichever day was read before it', () => {
    for (const before of ['2024-02-01', '2024-03-02', '2025-01-01', '2024-12-31'])
      for (const wrong of [
        '2024-01-33',
        '2024-02-31',
        '2024-13-01',
        '2024-00-31',
        '2024-01-00',
        '2024-12-99',
      ])
        assert.deepEqual(values('date', `"${before}"`, `"${wrong}"`).slice(1), [`!date, found "${wrong}"`]);
  });

  test('reads dates, times and timestamps, and a zone exactly where the type has one', () => {
    assert.deepEqual(values('date', '"1970-01-02"', '"2024-02-29"', '"1969-12-31"', '"2023-02-29"'), [
      1,
      19782,
      -1,
      '!date, found "2023-02-29"',
    ]);
    assert.deepEqual(values('time', '"23:59:59.999999"', '"24:00:00"'), [
      86399999999n,
      '!time, found "24:00:00"',
    ]);
    const noon = 1704110400_000000n;
    assert.deepEqual(
      values('timestamp', '"2024-01-01T12:00:00"', '"2024-01-01 12:00:00.5"', '"9999-12-31T23:59:59.999999"'),
      [noon, noon + 500000n, 253402300799999999n],
    );
    assert.deepEqual(
      values('timestamptz', '"2024-01-01T12:00:00Z"', '"2024-01-01T13:30:00.123456789+01:30"'),
      [noon, noon + 123456n],
    );
    assert.deepEqual(
      [
        ...values('timestamp', '"2024-01-01T12:00:00Z"', '1704110400000'),
        ...values('timestamptz', '"2024-01-01T12:00:00"'),
      ],
      [
        '!timestamp, found "2024-01-01T12:00:00Z"',
        '!timestamp, found 1704110400000',
        '!timestamptz, found "2024-01-01T12:00:00"',
      ],
    );
  });

  test('reads strings with escapes, emoji and other scripts, and refuses half a surrogate pair', () => {
    const texts = ['"a\\nb\\u00e9"', '"🛫 Zürich 東京"', '"\\ud83d\\ude00"', '""', '"\\"\\\\"'];
    assert.deepEqual(
      values('string', ...texts),
      texts.map(text => JSON.parse(text) as string),
    );
    assert.match(String(values('string', '"\\ud83d"')[0]), /^!string, found/);
    assert.deepEqual(values('string', '12'), ['!string, found 12']);
  });

  test('reads uuid, fixed and binary', () => {
    assert.deepEqual(values('uuid', '"00112233-4455-6677-8899-AABBCCDDEEFF"', '"no"'), [
      '00112233445566778899aabbccddeeff',
      '!uuid, found "no"',
    ]);
    assert.deepEqual(values('binary', '"AAEC"', '"AAE"'), ['000102', '!binary, found "AAE"']);
    assert.deepEqual(values('fixed[2]', '"AAE="', '"AAEC"'), ['0001', '!fixed[2], found "AAEC"']);
  });

  test('understands any order of keys, missing and unknown ones, and white space', () => {
    const { rows, poison, careful } = decode({ a: 'int', b: 'string', c: 'boolean' }, [
      '{"a":1,"b":"x","c":true}',
      '{"c":false,"a":2,"b":"y"}',
      '{ "b" : "z" , "new" : {"deep":[1,"}"]} , "a" : null }',
      '{"extra":-1.5e3,"c":true,"more":"t","a":4}\n',
    ]);
    assert.deepEqual(poison, []);
    assert.equal(careful, 0);
    assert.deepEqual(rows, [
      { a: 1, b: 'x', c: true },
      { a: 2, b: 'y', c: false },
      { a: null, b: 'z', c: null },
      { a: 4, b: null, c: true },
    ]);
  });

  test('counts every bad record with its reason and keeps its neighbours whole', () => {
    const { rows, poison } = decode({ a: 'long!', b: 'string' }, [
      '{"a":1,"b":"one"}',
      '{"a":1,"b":"tw',
      '{"b":"no a"}',
      '{"a":"x","b":"half written"}',
      '[1,2]',
      '',
      null,
      '{"a":2,"b":7}',
      new Uint8Array([123, 34, 98, 34, 58, 34, 0xff, 34, 125]),
      '{"a":01}',
      '{"a":3,"b":"last"}',
    ]);
    assert.deepEqual(rows, [
      { a: 1n, b: 'one' },
      { a: 3n, b: 'last' },
    ]);
    assert.deepEqual(
      poison.map(text => text.replace(/(no JSON): .*/, '$1')),
      [
        '1: no JSON',
        '2: "a" is required but missing',
        '3: "a" expects long, found "x"',
        '4: no JSON object at position 0 of the array',
        '5: an empty message',
        '6: a tombstone: the record has no value',
        '7: "b" expects string, found 7',
        '8: no JSON',
        '9: no JSON',
      ],
    );
  });

  test('takes the last of repeated keys, as JSON.parse does', () => {
    assert.deepEqual(decode({ a: 'int' }, ['{"a":1,"a":2}']).rows, [{ a: 2 }]);
  });

  test('never reads a member that an object only inherits', () => {
    const { rows } = decode({ constructor: 'string', __proto__x: 'int' }, ['{"é":"\\u00e9"}']);
    assert.deepEqual(rows, [{ constructor: null, __proto__x: null }]);
  });

  test('reads a message of 5 MB', () => {
    const long = 'ab"'.repeat(1_750_000).replaceAll('"', 'c');
    const { rows } = decode({ a: 'int', text: 'string' }, [`{"a":1,"text":"${long}"}`, '{"a":2,"text":"s"}']);
    assert.equal((rows[0]?.['text'] as string).length, 5_250_000);
    assert.deepEqual(rows[1], { a: 2, text: 's' });
  });

  test('goes on where it stopped when the columns were full', () => {
    const fields = toColumnSpecs([{ id: 1, name: 'a', required: false, type: { kind: 'int' } }]);
    const decoder = createJsonDecoder(fields, 2);
    const batch = batchOf(['{"a":1}', 'bad', '{"a":2}', '{"a":3}']);
    const report = { careful: carefulRows(decoder, batch), onPoison: () => true };
    const stopped = decodeBatch(decoder, batch, { record: 0, byte: 0 }, report);
    assert.deepEqual([stopped.record, rowsOf(decoder.columns, 2)], [3, [{ a: 1 }, { a: 2 }]]);
    decoder.rows = 0;
    assert.equal(decodeBatch(decoder, batch, stopped, report).record, 4);
    assert.deepEqual(rowsOf(decoder.columns, 1), [{ a: 3 }]);
  });
});
