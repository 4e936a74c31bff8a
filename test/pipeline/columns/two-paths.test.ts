import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IcebergType } from '../../../catalog/iceberg/types.ts';
import type { ColumnRule, ColumnSource, Literal } from '../../../pipeline/columns/column-rule.ts';
import { mapFormat } from '../../../pipeline/columns/map-rows.ts';
import { parseFilter } from '../../../pipeline/columns/parse-filter.ts';
import { ruleMisfit, withRule } from '../../../pipeline/columns/rule-misfit.ts';
import { parseTimeFormat, type TimeFormat } from '../../../pipeline/columns/time-format.ts';
import { checkFilter } from '../../../pipeline/config/read-columns.ts';
import type { ColumnSpec } from '../../../pipeline/decode/column.ts';
import { createJsonDecoder, decodeBatch, type JsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { packRecords } from '../../../pipeline/kafka/pack.ts';
import type { RecordBatch } from '../../../pipeline/kafka/record-source.ts';
import { appendRecord } from '../../../pipeline/rows/append-rows.ts';
import { jsonFormat } from '../../../pipeline/rows/json-format.ts';
import { placeBehind, rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import { rowsOf } from '../../support/columns.ts';

const RUNS = Number(process.env['LAKEHOUSE_FUZZ_RUNS'] ?? 400);

const MEMBERS = ['a', 'bb', 'c.c', '🛫', 'quo"te', 'Upper', '__proto__'];

const TYPES: readonly IcebergType[] = [
  { kind: 'boolean' },
  { kind: 'int' },
  { kind: 'long' },
  { kind: 'float' },
  { kind: 'double' },
  { kind: 'decimal', precision: 12, scale: 2 },
  { kind: 'date' },
  { kind: 'time' },
  { kind: 'timestamp' },
  { kind: 'timestamptz' },
  { kind: 'string' },
  { kind: 'uuid' },
  { kind: 'binary' },
  { kind: 'list', elementId: 101, elementRequired: false, element: { kind: 'long' } },
  { kind: 'struct', fields: [{ id: 102, name: 'bb', required: false, type: { kind: 'double' } }] },
  {
    kind: 'map',
    keyId: 103,
    key: { kind: 'string' },
    valueId: 104,
    valueRequired: false,
    value: { kind: 'string' },
  },
];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...MEMBERS) },
  { weight: 1, arbitrary: fc.nat(2) },
);
const source: fc.Arbitrary<ColumnSource> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...MEMBERS), fc.array(step, { maxLength: 2 }))
      .map(([first, rest]) => ({ kind: 'path', steps: [first, ...rest] }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ColumnSource>(
      { kind: 'topic' },
      { kind: 'partition' },
      { kind: 'offset' },
      { kind: 'timestamp' },
      { kind: 'key' },
      { kind: 'headers' },
      { kind: 'header', name: 'h' },
    ),
  },
);

const FORMATS = [
  'epoch seconds',
  'epoch millis',
  'epoch micros',
  'dd/MM/yyyy HH:mm',
  "yyyy-MM-dd'T'HH:mm:ss.SSSX",
].map(text => parseTimeFormat(text) as TimeFormat);
const literal: fc.Arbitrary<Literal> = fc
  .constantFrom<Literal['value']>(0, 7, 2.5, true, 'text', '2020-01-02', '2020-01-02T03:04:05Z')
  .map(value => ({ value, text: String(value) }));

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const column = fc.record({
  name: fc.constantFrom(...MEMBERS, 'other', 'K'),
  required: fc.constantFrom(false, false, false, false, true),
  type: fc.constantFrom(...TYPES),
  rule: maybe(
    fc.record({
      from: source,
      cast: fc.constantFrom(true, true, true, false),
      format: maybe(fc.constantFrom(...FORMATS)),
      default: maybe(literal),
    }),
  ),
});

const columns = fc
  .uniqueArray(column, { minLength: 1, maxLength: 4, selector: item => item.name })
  .map(items =>
    items.flatMap(({ rule, ...field }, index): ColumnSpec[] => {
      const [spec] = toColumnSpecs([{ ...field, id: index + 1 }]);
      assert.ok(spec);
      const full: ColumnRule | undefined = rule && {
        ...rule,
        column: field.name,
        type: field.type,
        cast: rule.cast || rule.format !== undefined,
      };
      const made = withRule(spec, full);
      return ruleMisfit(made) === undefined ? [made] : [spec];
    }),
  );

const condition = fc
  .array(
    fc.constantFrom(
      'a > 2.5',
      "bb = 'x'",
      'a is null',
      'not Upper',
      '"🛫" <= "a"',
      "$.a = 'x'",
      '$.bb[1] < 3',
      '$["c.c"].a is not null',
      '$.Upper',
      'kafka.offset > 3',
      "kafka.key = 'k1'",
      "kafka.headers.h like 'v%'",
      "other in ('2020-01-02', 'text')",
      'K between 0 and 100',
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(parts => parts.join(' or '));

const scalar = fc.oneof(
  fc.integer().map(String),
  fc.integer({ min: 0, max: 9 }).map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
  fc
    .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 999 }))
    .map(([a, b]) => `${a}.${b}`),
  fc.integer({ min: -99_999, max: 99_999 }).map(value => JSON.stringify(` ${value / 100}`)),
  fc.integer().map(value => JSON.stringify(String(value))),
  fc.date({ noInvalidDate: true }).map(value => JSON.stringify(value.toISOString())),
  fc.date({ noInvalidDate: true }).map(value => String(value.getTime())),
  fc.date({ noInvalidDate: true }).map(value => JSON.stringify(value.toISOString().slice(0, 10))),
  fc.constantFrom(
    '"31/12/2023 23:59"',
    '"30/02/2023 00:00"',
    '"12:34:56"',
    '"x"',
    '""',
    'null',
    'true',
    '"true"',
    '0',
    '-0',
    '0.10',
    '-0.0',
    '0.000001',
    '0.0000001',
    '1e3',
    '01',
    '1.',
    '-',
    '"NaN"',
    '"\\u0041"',
    '"[1,2]"',
    '"{\\"bb\\":1}"',
    '"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"',
  ),
);

const space = fc.constantFrom('', '', '', ' ', '\n');

const { value: json } = fc.letrec<{ value: string; array: string; object: string }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: tie('array') },
    { weight: 2, arbitrary: tie('object') },
  ),
  array: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
    .map(([items, s]) => `[${s}${items.join(`${s},${s}`)}${s}]`),
  object: fc
    .tuple(fc.array(fc.tuple(fc.constantFrom(...MEMBERS, 'zz'), tie('value')), { maxLength: 4 }), space)
    .map(
      ([items, s]) => `{${s}${items.map(([k, v]) => `${JSON.stringify(k)}${s}:${s}${v}`).join(`${s},`)}${s}}`,
    ),
}));

const value = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...MEMBERS, 'other'), json), { maxLength: 6 })
      .map(items => `{${items.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join(',')}}`),
  },
  { weight: 1, arbitrary: json },
  { weight: 1, arbitrary: fc.constant(null) },
);

const record = fc.record({
  key: fc.constantFrom(null, '', 'k1', '17', '2020-01-02', '\xff'),
  headers: fc.constantFrom({}, { h: 'v' }, { h: ['u', 'v'], x: '1' }, { h: Buffer.from([255]) }, { h: null }),
  timestamp: fc.constantFrom('0', '-1', '-86400001', '1700000000123'),
  value,
});

function batchFrom(
  records: readonly (typeof record extends fc.Arbitrary<infer T> ? T : never)[],
): RecordBatch {
  const packed = records.map(({ key, value: text, ...rest }, index) => ({
    ...rest,
    offset: String(index * 2),
    key: key === null ? null : Buffer.from(key, 'latin1'),
    value: text === null ? null : Buffer.from(text),
  }));
  return packRecords({ topic: 't', partition: 3, nextOffset: 100n }, packed, [0, packed.length]);
}

/** An array of objects is as many rows; the decoder stops where its columns are full. */
const MOST_ROWS = 8;

interface Outcome {
  readonly rows: unknown;
  readonly filtered: number;
  readonly reasons: readonly string[];
}

function outcome({ columns: of, rows, filtered }: JsonDecoder, reasons: readonly string[]): Outcome {
  return { rows: rowsOf(of, rows), filtered, reasons };
}

test('columns by rules are the same on the fast and on the general path, and so are the rows left out', () => {
  let fastRows = 0;
  let reached = 0;
  fc.assert(
    fc.property(
      columns,
      maybe(condition),
      fc.array(record, { minLength: 1, maxLength: 8 }),
      (specs, text, records) => {
        const filter = text === undefined ? undefined : fittingFilter(text, specs);
        const rows = { dropped: ['zz'], filter };
        const batch = batchFrom(records);
        const format = mapFormat(jsonFormat, { columns: specs, ...rows });

        const capacity = records.length * MOST_ROWS;
        const fast = createJsonDecoder(specs, capacity, rows);
        const fastReasons: string[] = [];
        decodeBatch(
          fast,
          batch,
          { record: 0, byte: 0 },
          {
            careful: place => appendRecord(fast, format, rawRecordAt(batch, place)),
            onPoison: ({ reason }) => fastReasons.push(reason) > 0,
          },
        );
        fastRows += records.length - fast.carefulRecords;

        const general = createJsonDecoder(specs, { capacity, initialRows: 1 }, rows);
        const reasons: string[] = [];
        for (
          let place = { record: 0, byte: 0 };
          place.record < batch.count;
          place = placeBehind(batch, place)
        ) {
          const reason = appendRecord(general, format, rawRecordAt(batch, place));
          if (reason !== undefined) reasons.push(reason);
        }
        assert.deepEqual(outcome(fast, fastReasons), outcome(general, reasons));
        reached += general.rows + general.filtered;
      },
    ),
    { numRuns: RUNS },
  );
  // Rules and records are random, but not so much that nothing of them meets.
  assert.ok(fastRows > RUNS / 4, `${fastRows} records went the fast way`);
  assert.ok(reached > RUNS / 2, `${reached} rows were made`);
});

function fittingFilter(
  text: string,
  specs: readonly ColumnSpec[],
): ReturnType<typeof parseFilter> | undefined {
  const filter = parseFilter(text);
  try {
    checkFilter(
      filter,
      specs.map(({ id, name, required, type }) => ({ id, name, required, type })),
    );
    return filter;
  } catch {
    return undefined;
  }
}
