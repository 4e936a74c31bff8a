import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IcebergType, NestedField } from '../../../catalog/iceberg/types.ts';
import { createJsonDecoder, decodeBatch, type Poison } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { rowsOf } from '../../support/columns.ts';
import { appendRecord } from '../../../pipeline/rows/append-rows.ts';
import { jsonFormat } from '../../../pipeline/rows/json-format.ts';
import { rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { batchOf } from '../../support/record-batch.ts';

const RUNS = Number(process.env['LAKEHOUSE_FUZZ_RUNS'] ?? 1500);

const TYPES: readonly IcebergType[] = [
  { kind: 'boolean' },
  { kind: 'int' },
  { kind: 'long' },
  { kind: 'float' },
  { kind: 'double' },
  { kind: 'decimal', precision: 20, scale: 3 },
  { kind: 'date' },
  { kind: 'time' },
  { kind: 'timestamp' },
  { kind: 'timestamptz' },
  { kind: 'string' },
  { kind: 'uuid' },
  { kind: 'binary' },
  { kind: 'list', elementId: 101, elementRequired: false, element: { kind: 'long' } },
  {
    kind: 'struct',
    fields: [
      { id: 102, name: 'p', required: true, type: { kind: 'double' } },
      { id: 103, name: 'q', required: false, type: { kind: 'string' } },
    ],
  },
  {
    kind: 'map',
    keyId: 104,
    key: { kind: 'string' },
    valueId: 105,
    valueRequired: false,
    value: { kind: 'decimal', precision: 9, scale: 2 },
  },
];

const NAMES = ['a', 'bb', 'ccc', 'dddd', 'e e', 'ü', '🛫', 'constructor', '__proto__', 'quo"te'];

const field = fc.record({
  name: fc.constantFrom(...NAMES),
  required: fc.boolean(),
  type: fc.constantFrom(...TYPES),
});
const schema = fc
  .uniqueArray(field, { minLength: 1, maxLength: 6, selector: item => item.name })
  .map(fields => fields.map((item, index): NestedField => ({ ...item, id: index + 1 })));

const text = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
  fc
    .tuple(fc.integer({ min: -999, max: 9999999 }), fc.integer({ min: 0, max: 999999 }))
    .map(([a, b]) => `${a}.${b}`),
  fc.string({ unit: 'binary' }).map(value => JSON.stringify(value)),
  fc.string({ unit: 'grapheme' }).map(value => JSON.stringify(value)),
  fc.date({ noInvalidDate: true }).map(value => JSON.stringify(value.toISOString())),
  fc.date({ noInvalidDate: true }).map(value => JSON.stringify(value.toISOString().slice(0, -1))),
  fc.date({ noInvalidDate: true }).map(value => JSON.stringify(value.toISOString().slice(0, 10))),
  fc.uuid().map(value => JSON.stringify(value)),
  fc.constantFrom(
    'true',
    'false',
    'null',
    '"NaN"',
    '[1,null,9007199254740993]',
    '[1,"x"]',
    '{"p":1.5,"q":"x"}',
  ),
  fc.constantFrom(
    '{"k":1.25,"l":null}',
    '"AAEC"',
    '"12:34:56.789"',
    '01',
    '1.',
    '-',
    '1e5',
    '1E-2',
    'nul',
    '"\\u0041"',
  ),
);

const space = fc.constantFrom('', '', '', ' ', '\n', '\t ');
const member = fc.tuple(fc.constantFrom(...NAMES, 'other'), text, space);
const record = fc
  .tuple(fc.array(member, { maxLength: 8 }), space)
  .map(
    ([members, s]) =>
      `${s}{${members.map(([k, v, w]) => `${w}${JSON.stringify(k)}${w}:${s}${v}`).join(',')}}${s}`,
  );

/** A record with one byte changed, cut out or doubled: mostly no JSON any more, sometimes a different one. */
const damaged = fc.tuple(record, fc.nat(), fc.nat(255), fc.nat(2)).map(([source, at, byte, how]) => {
  const bytes = Buffer.from(source);
  const place = at % bytes.length;
  const middle = how === 0 ? [byte] : how === 1 ? [] : [bytes[place] ?? 0, bytes[place] ?? 0];
  return Buffer.concat([bytes.subarray(0, place), Buffer.from(middle), bytes.subarray(place + 1)]);
});

test('the fast and the careful path decode every record to the same row or refuse it for the same reason', () => {
  fc.assert(
    fc.property(
      schema,
      fc.array(fc.oneof(record, damaged), { minLength: 1, maxLength: 12 }),
      (fields, records) => {
        const specs = toColumnSpecs(fields);
        const fast = createJsonDecoder(specs, records.length);
        const reasons: string[] = [];
        const batch = batchOf(records);
        const onPoison = (item: Poison): boolean => reasons.push(item.reason) > 0;
        decodeBatch(fast, batch, { record: 0, byte: 0 }, { careful: carefulRows(fast, batch), onPoison });

        const careful = createJsonDecoder(specs, records.length);
        const expected: string[] = [];
        for (const item of records) {
          const record = rawRecordAt(batchOf([item]), { record: 0, byte: 0 });
          const reason = appendRecord(careful, jsonFormat, record);
          if (reason !== undefined) expected.push(reason);
        }
        assert.deepEqual(reasons, expected);
        assert.deepEqual(rowsOf(fast.columns, fast.rows), rowsOf(careful.columns, careful.rows));
      },
    ),
    { numRuns: RUNS },
  );
});

test('the fast path reads ordinary records alone', () => {
  const specs = toColumnSpecs([
    { id: 1, name: 'id', required: true, type: { kind: 'long' } },
    { id: 2, name: 'at', required: false, type: { kind: 'timestamptz' } },
    { id: 3, name: 'price', required: false, type: { kind: 'decimal', precision: 9, scale: 2 } },
    { id: 4, name: 'city', required: false, type: { kind: 'string' } },
    { id: 5, name: 'day', required: false, type: { kind: 'date' } },
    { id: 6, name: 'ratio', required: false, type: { kind: 'double' } },
    { id: 7, name: 'tiny', required: false, type: { kind: 'double' } },
  ]);
  const records = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify({
      id: i,
      at: '2024-01-01T00:00:00.5Z',
      price: i / 4,
      city: 'Zürich',
      day: '2024-05-06',
      ratio: i / 7,
      tiny: i * 1.5e-9,
      more: [i],
    }),
  );
  const decoder = createJsonDecoder(specs, records.length);
  const batch = batchOf(records);
  const report = { careful: carefulRows(decoder, batch), onPoison: () => assert.fail('poison') };
  decodeBatch(decoder, batch, { record: 0, byte: 0 }, report);
  assert.deepEqual([decoder.rows, decoder.carefulRecords, decoder.scanner.unknownMembers], [100, 0, 100]);
  assert.deepEqual([...decoder.scanner.unknownNames], ['more']);
  const last = rowsOf(decoder.columns, decoder.rows)[99];
  assert.deepEqual([last?.['ratio'], last?.['tiny']], [99 / 7, 99 * 1.5e-9]);
});
