import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IcebergType } from '../../../catalog/iceberg/types.ts';
import { mapFormat } from '../../../pipeline/columns/map-rows.ts';
import { parseFilter } from '../../../pipeline/columns/parse-filter.ts';
import { createJsonDecoder, decodeBatch } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { jsonFormat } from '../../../pipeline/rows/json-format.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { batchOf } from '../../support/record-batch.ts';

const TYPES: Readonly<Record<string, IcebergType>> = {
  n: { kind: 'int' },
  big: { kind: 'long' },
  x: { kind: 'double' },
  f: { kind: 'float' },
  d: { kind: 'decimal', precision: 20, scale: 2 },
  s: { kind: 'string' },
  t: { kind: 'string' },
  ok: { kind: 'boolean' },
  day: { kind: 'date' },
  clock: { kind: 'time' },
  at: { kind: 'timestamp' },
  atz: { kind: 'timestamptz' },
  u: { kind: 'uuid' },
  'a "name"': { kind: 'long' },
};

const FIELDS = Object.entries(TYPES).map(([name, type], index) => ({
  id: index + 1,
  name,
  required: false,
  type,
}));

/** Whether a record passes. */
function passes(filter: string, record: object): boolean {
  const columns = toColumnSpecs(FIELDS);
  const rows = { filter: parseFilter(filter) };
  const decoder = createJsonDecoder(columns, 1, rows);
  const format = mapFormat(jsonFormat, { columns, ...rows });
  const batch = batchOf([JSON.stringify(record)]);
  const onPoison = ({ reason }: { readonly reason: string }): never => assert.fail(reason);
  decodeBatch(
    decoder,
    batch,
    { record: 0, byte: 0 },
    { careful: carefulRows(decoder, batch, format), onPoison },
  );
  assert.equal(decoder.rows + decoder.filtered, 1);
  return decoder.rows === 1;
}

const RECORD = {
  n: 7,
  big: '9007199254740993',
  x: 0.5,
  f: 0.5,
  d: 12.34,
  s: 'Zürich',
  t: 'Zürich',
  ok: true,
  day: '2024-02-29',
  clock: '12:00:00.5',
  at: '2024-02-29T12:00:00',
  atz: '1969-12-31T23:59:59.5Z',
  u: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  'a "name"': -1,
};

test('conditions on every type hold exactly where they do in SQL', () => {
  const holds = [
    'n = 7',
    'n <> 8',
    'n < 7.5',
    '7 <= n',
    'n in (1, 7)',
    'n not in (1, 2)',
    'n between 7 and 7',
    'not n between 8 and 9',
    'big = 9007199254740993',
    'big > 9007199254740992',
    'big <> 9007199254740992',
    'big > 1e3',
    'x = .5',
    'f <= 0.5',
    'f = x',
    'n > x',
    'd = 12.340',
    'd < 12.341',
    'd > n',
    "s = 'Zürich'",
    's = t',
    "s > 'Zurich'",
    "s like 'Z%r_ch'",
    "s not like '%x%'",
    'ok',
    'ok = true',
    'not (ok = false)',
    "day = '2024-02-29'",
    "day >= '2024-01-01'",
    "clock > '12:00:00'",
    "at = '2024-02-29 12:00:00'",
    "at > '2024-02-29'",
    "atz < '1970-01-01'",
    "atz = '1970-01-01T00:59:59.5+01:00'",
    "u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
    '"a ""name""" = -1',
    'n = 7 AND (x > 1 OR Ok)',
    'n = 8 or n = 7 and ok',
    's is not null',
  ];
  assert.deepEqual(
    holds.filter(filter => !passes(filter, RECORD)),
    [],
  );
  // The opposite of each does not hold, so that none of them is simply true.
  assert.deepEqual(
    holds.filter(filter => passes(`not (${filter})`, RECORD)),
    [],
  );
});

test('what is null is neither equal nor different, as in SQL', () => {
  const never = [
    'n = 1',
    'n <> 1',
    'not n = 1',
    'n in (1, 2)',
    'n not in (1)',
    'ok',
    'not ok',
    "s like '%'",
    's = t',
  ];
  assert.deepEqual(
    never.filter(filter => passes(filter, {})),
    [],
  );
  const always = ['n is null', 'not n is not null', 'n = 1 or s is null', 'not (n = 1 and s is not null)'];
  assert.deepEqual(
    always.filter(filter => !passes(filter, {})),
    [],
  );
});

test('NaN is different from everything', () => {
  assert.deepEqual(
    ['x = 1', 'x > 1', 'x < 1', 'x <> 1'].map(filter => passes(filter, { x: 'NaN' })),
    [false, false, false, true],
  );
});

test('places of the record and what Kafka knows need no column', () => {
  const fine = { type: 'order', item: { price: '12.5', tags: ['a', 'b'] }, gone: null };
  const holds = [
    "$.type = 'order'",
    '$.item.price > 12',
    '$.Item is null and $.item is not null',
    "$.item.tags[1] = 'b'",
    '$.item.tags[2] is null',
    '$.gone is null',
    '$.item is not null',
    "$[\"type\"] in ('order', 'return')",
    'kafka.offset = 0',
    'kafka.partition < 1',
    'kafka.key is null',
    "kafka.topic = 't'",
    "kafka.timestamp = '2023-11-14T22:13:20Z'",
    'kafka.headers.none is null',
    // What cannot be read as what it is compared with is null.
    'not $.type.deeper is not null',
    '$.type > 1 or ok is null',
  ];
  assert.deepEqual(
    holds.filter(filter => !passes(filter, fine)),
    [],
  );
  assert.equal(passes("$.type = 'return'", fine), false);
  assert.equal(passes('$.type > 1', fine), false);
});

test('a row that is left out is no bad record, whatever else is wrong with it', () => {
  const bad = { type: 'other', n: 'no number' };
  assert.equal(passes("$.type = 'order'", bad), false);
  assert.throws(() => passes("$.type = 'other'", bad), /"n" expects int/);
  // The condition cannot be judged where it looks at what is wrong.
  for (const filter of ['n > 1', 'n is null', "n > 1 or $.type = 'order'"])
    assert.throws(() => passes(filter, bad), /"n" expects int/, filter);
  assert.equal(passes("n > 1 and $.type = 'order'", bad), false);
});
