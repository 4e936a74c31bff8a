import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { parseRecord, type RecordObject } from '../../../pipeline/decode/parse-record.ts';
import { readValue } from '../../../pipeline/decode/read-value.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { appendRows } from '../../../pipeline/rows/append-rows.ts';
import { stringifyRecord } from '../../../pipeline/try/print-record.ts';

const SCHEMA = `
  b: boolean
  i: int
  l: long
  f: float
  d: double
  n: decimal(30,3)
  day: date
  t: time
  ts: timestamp
  tz: timestamptz
  s: string
  u: uuid
  x: fixed[2]
  y: binary
  o: { a: long, b: [string] }
  m: { map: { key: int, value: double } }
`;

/** What columns hold of a record, as JSON. */
function through(text: string): string {
  const { schema = [] } = parsePipelineConfig(
    `name: t\nsource: { topic: t }\ntable: a.b\nschema:${SCHEMA}`,
    't',
  );
  const decoder = createJsonDecoder(toColumnSpecs(schema), 4);
  const record = { topic: 't', partition: 0, offset: 0n, timestamp: 0, key: undefined, value: undefined };
  assert.equal(appendRows(decoder, [parseRecord(text) as RecordObject], record), undefined);
  return stringifyRecord(
    Object.fromEntries(decoder.columns.map(column => [column.spec.name, readValue(column, 0)])),
  );
}

describe('the values of columns, read back', () => {
  test('are what was written, in the form in which they may be written', () => {
    const full =
      '{"b":true,"i":-2147483648,"l":9223372036854775807,"f":0.5,"d":"NaN","n":-123456789012345678901234567.001,"day":"1969-12-31",' +
      '"t":"23:59:59.000001","ts":"1969-12-31T23:59:59.5","tz":"9999-12-31T23:59:59.999999Z","s":"é😀","u":"00112233-4455-6677-8899-aabbccddeeff",' +
      '"x":"AP8=","y":"","o":{"a":1,"b":["x",null]},"m":{"1":0.5,"-2":null}}';
    assert.equal(through(full), full);
    assert.equal(
      through('{"n":0,"tz":"0001-01-01T00:00:00+00:00","d":-0.0,"o":{},"m":{},"f":1e10}'),
      '{"b":null,"i":null,"l":null,"f":10000000000,"d":0,"n":0.000,"day":null,"t":null,"ts":null,"tz":"0001-01-01T00:00:00Z","s":null,"u":null,"x":null,"y":null,"o":{"a":null,"b":null},"m":{}}',
    );
  });
});
