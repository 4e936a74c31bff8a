import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type IcebergType, parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { createJsonDecoder, decodeBatch } from '../../../pipeline/decode/json-decoder.ts';
import { parseTimeFormat } from '../../../pipeline/columns/time-format.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { valueAt } from '../../support/columns.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { batchOf } from '../../support/record-batch.ts';

/** What a JSON text becomes in a column that casts, or why it does not. */
function cast(json: string, type: string | IcebergType, format?: string): unknown {
  const known = typeof type === 'string' ? parsePrimitive(type) : type;
  const parsed = format === undefined ? undefined : parseTimeFormat(format);
  assert.ok(parsed === undefined || !('fault' in parsed));
  const rule = {
    ...{ column: 'c', from: { kind: 'path', steps: ['c'] } as const, type: known, cast: true },
    ...{ format: parsed, default: undefined },
  };
  const specs = toColumnSpecs([{ id: 1, name: 'c', required: false, type: known }]).map(spec => ({
    ...spec,
    rule,
  }));
  const decoder = createJsonDecoder(specs, 1);
  const batch = batchOf([`{"c":${json}}`]);
  let reason: string | undefined;
  decodeBatch(
    decoder,
    batch,
    { record: 0, byte: 0 },
    {
      careful: carefulRows(decoder, batch),
      onPoison: item => (reason = item.reason) === '',
    },
  );
  return reason ?? valueAt(decoder.columns[0]!, 0); // There is one column.
}

const MICROS = 1_000_000n;

describe('a cast', () => {
  test('makes text of anything', () => {
    assert.deepEqual(
      ['"x"', '1', '1.50', '-0', '1e2', '12345678901234567890.5', 'true', '[1,{"a":null}]', 'null'].map(
        json => cast(json, 'string'),
      ),
      ['x', '1', '1.5', '0', '1e2', '12345678901234567890.5', 'true', '[1,{"a":null}]', null],
    );
  });

  test('makes numbers of text, rounded to the digits of the column', () => {
    assert.deepEqual(
      ['" 12.345 "', '12.345', '-12.345', '"+.5"', '"1e2"', '1.005', 'true'].map(json =>
        cast(json, 'decimal(9,2)'),
      ),
      [1235n, 1235n, -1235n, 50n, 10000n, 101n, 100n],
    );
    assert.deepEqual(
      ['2.5', '-2.5', '"3"', '2.4999999999999999'].map(json => cast(json, 'long')),
      [3n, -3n, 3n, 2n],
    );
    assert.deepEqual(
      ['"0.1"', '"NaN"', '"1e400"'].map(json => cast(json, 'double')),
      [0.1, NaN, '"c" cannot be read as double: found "1e400"'],
    );
    assert.equal(cast('"abc"', 'int'), '"c" cannot be read as int: found "abc"');
    assert.equal(cast('3000000000', 'int'), '"c" cannot be read as int: found 3000000000');
    assert.equal(cast('10000000', 'decimal(9,2)'), '"c" cannot be read as decimal(9,2): found 10000000');
  });

  test('makes true and false of words and digits', () => {
    assert.deepEqual(
      ['"TRUE"', '"0"', '1', 'false'].map(json => cast(json, 'boolean')),
      [true, false, true, false],
    );
    assert.equal(cast('"yes"', 'boolean'), '"c" cannot be read as boolean: found "yes"');
  });

  test('takes UUIDs in all their forms, text as bytes, and JSON in a text as what it holds', () => {
    const hex = 'a0eebc999c0b4ef8bb6d6bb9bd380a11';
    assert.deepEqual(
      ['"{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"', `"${hex}"`].map(json => cast(json, 'uuid')),
      [hex, hex],
    );
    assert.equal(cast('"hé"', 'binary'), '68c3a9');
    const list: IcebergType = {
      kind: 'list',
      elementId: 2,
      elementRequired: false,
      element: { kind: 'long' },
    };
    assert.deepEqual(cast('"[1, 9007199254740993]"', list), [1n, 9007199254740993n]);
    assert.equal(cast('"[1"', list), '"c" cannot be read as list: found "[1"');
  });

  test('takes timestamps with or without a zone, and dates for timestamps', () => {
    assert.equal(cast('"1970-01-01T01:00:00+01:00"', 'timestamp'), 0n);
    assert.equal(cast('"1970-01-01 00:00:01"', 'timestamptz'), MICROS);
    assert.equal(cast('"1970-01-02"', 'timestamp'), 86_400n * MICROS);
    assert.equal(cast('"1970-01-02T23:00:00-02:00"', 'date'), 2);
    assert.equal(cast('1', 'timestamp'), '"c" cannot be read as timestamp: found 1');
  });
});

describe('a format', () => {
  test('counts from 1970 in seconds, milliseconds or microseconds, before it too', () => {
    assert.equal(cast('1700000000', 'timestamptz', 'epoch seconds'), 1_700_000_000n * MICROS);
    assert.equal(cast('"1700000000"', 'timestamptz', 'epoch seconds'), 1_700_000_000n * MICROS);
    assert.equal(cast('-1', 'timestamp', 'epoch millis'), -1_000n);
    assert.equal(cast('1700000000.1234567', 'timestamptz', 'epoch seconds'), 1_700_000_000_123_457n);
    assert.equal(cast('-62135596800000000', 'timestamp', 'epoch micros'), -62_135_596_800_000_000n);
    assert.equal(cast('-1', 'date', 'epoch seconds'), -1);
    assert.equal(
      cast('1e30', 'timestamp', 'epoch seconds'),
      '"c" cannot be read as timestamp by its epoch: found 1e30',
    );
    assert.equal(
      cast('"2024-01-01"', 'date', 'epoch seconds'),
      '"c" cannot be read as date by its epoch: found "2024-01-01"',
    );
  });

  test('follows a pattern to the letter', () => {
    const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;
    const cases: readonly (readonly [json: string, format: string, iso: string])[] = [
      ['"31/12/2023 23:59"', 'dd/MM/yyyy HH:mm', '2023-12-31T23:59:00Z'],
      ['"5.3.2024"', 'd.M.yyyy', '2024-03-05T00:00:00Z'],
      ['"Feb 29 2024, 12:05 am"', 'MMM dd yyyy, hh:mm a', '2024-02-29T00:05:00Z'],
      ['"20240229T010203+0100"', "yyyyMMdd'T'HHmmssXX", '2024-02-29T00:02:03Z'],
      ['"2024-02-29 01:02:03.045Z"', 'yyyy-MM-dd HH:mm:ss.SSSX', '2024-02-29T01:02:03.045Z'],
      ['"1900年01月31日"', 'yyyy年MM月dd日', '1900-01-31T00:00:00Z'],
    ];
    for (const [json, format, iso] of cases) assert.equal(cast(json, 'timestamp', format), at(iso), format);
    assert.equal(cast('"23:59"', 'time', 'HH:mm'), 86_340n * MICROS);
    assert.equal(cast('"31.12.1969"', 'date', 'dd.MM.yyyy'), -1);
    const refused = ['"30/02/2024"', '"1/2/2024"', '"01/02/2024 "', '"01-02-2024"', '5', '"32/01/2024"'];
    assert.deepEqual(
      // White space around a text is nobody's intention.
      refused.filter(json => typeof cast(json, 'date', 'dd/MM/yyyy') === 'number'),
      ['"01/02/2024 "'],
    );
    assert.equal(
      cast('"30/02/2024"', 'date', 'dd/MM/yyyy'),
      '"c" cannot be read as date by dd/MM/yyyy: found "30/02/2024"',
    );
  });
});
