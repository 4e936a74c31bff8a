import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { typeToText } from '../../../catalog/iceberg/types.ts';
import { sourceToText } from '../../../pipeline/columns/column-rule.ts';
import { ConfigError, parsePipelineConfig, type PipelineConfig } from '../../../pipeline/config.ts';

const HEAD = 'name: p\nsource: { topic: t }\ntable: a.b\n';

function parse(settings: string): PipelineConfig {
  return parsePipelineConfig(HEAD + settings, 'p.pipeline.yaml');
}

/** `line:column message` of every fault; lines count from the settings. */
function faults(settings: string): string[] {
  try {
    parse(settings);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ line, column, message }) => `${line - 3}:${column} ${message}`);
  }
}

describe('columns', () => {
  test('say where they come from, what they become and what stands for null', () => {
    const { columns, schema } = parse(`
schema: { pickup: timestamp, fare: 'decimal(9,2) required' }
columns:
  pickup: $.tpep_pickup_datetime
  fare: { cast: 'decimal(9,2)', default: 0 }
  city: { from: '$.customer.address["city name"]', type: string }
  first: { from: '$.items[0].sku', cast: string }
  paid: { from: $.paid_at, cast: timestamptz, format: epoch millis }
  born: { from: $.birth, cast: date, format: dd.MM.yyyy }
  source_offset: kafka.offset
  trace: kafka.headers.trace-id
  raw_key: { from: kafka.key, type: binary }
  all_headers: kafka.headers
  debug: drop
`);
    assert.deepEqual(columns.dropped, ['debug']);
    assert.deepEqual(
      columns.rules.map(({ column, from, cast }) => [column, sourceToText(from), cast]),
      [
        ['pickup', '$.tpep_pickup_datetime', false],
        ['fare', '$.fare', true],
        ['city', '$.customer.address["city name"]', false],
        ['first', '$.items[0].sku', true],
        ['paid', '$.paid_at', true],
        ['born', '$.birth', true],
        ['source_offset', 'kafka.offset', false],
        ['trace', 'kafka.headers.trace-id', false],
        ['raw_key', 'kafka.key', false],
        ['all_headers', 'kafka.headers', false],
      ],
    );
    assert.deepEqual(
      schema?.map(({ name, type, required }) => `${name} ${typeToText(type)}${required ? ' required' : ''}`),
      [
        'pickup timestamp',
        'fare decimal(9, 2) required',
        'city string',
        'first string',
        'paid timestamptz',
        'born date',
        'source_offset long',
        'trace string',
        'raw_key binary',
        'all_headers map<string, string>',
      ],
    );
  });

  test('leave types to the table where there is no schema', () => {
    const { columns, schema } = parse('columns: { city: $.c, n: { default: 1 } }');
    assert.equal(schema, undefined);
    assert.equal(columns.rules.length, 2);
  });

  test('tell what is wrong with them, and where', () => {
    const found = faults(`schema: { id: long, at: timestamp }
columns:
  id: { from: id, default: x }
  at: { format: 'dd/MM/yyyyy' }
  a: $.a
  b: { from: '$.b[', type: string }
  c: { from: kafka.offest, type: long }
  d: { from: kafka.offset, type: string }
  e: { type: long, default: '12x' }
  f: { cast: string, type: string }
  AT: { type: long }
  g: { from: $.g, kind: long }
  h: { type: string, format: epoch millis }
  i: { from: kafka.key, type: long }
  id2: {}
`);
    assert.deepEqual(found, [
      '3:15 A column comes from the record, e.g. $.id, or from Kafka, e.g. kafka.offset; this is "id".',
      `4:24 A pattern has no "yyyyy"; it is made of yyyy MM dd HH mm ss SSS, hh with a, MMM and XXX, and 'text' in quotes.`,
      '5:3 The column "a" has no type: add it to the schema, or write { from: …, type: string }.',
      '6:18 A path goes on with .name, ["any name"] or [0].',
      '7:20 Kafka has no "offest"; it has topic, partition, offset, timestamp, key, headers and headers.<name>.',
      '8:14 kafka.offset is long, the column "d" is string.',
      '9:29 The default does not fit: "e" expects long, found "12x".',
      '10:14 Give a type, which values must have, or a cast to it, not both.',
      '11:3 The table has the columns "at" and "AT"; names that differ only in case count as one.',
      '12:19 The column "g" has no setting "kind"; known are from, type, cast, format, default.',
      '12:3 The column "g" has no type: add it to the schema, or write { from: …, type: string }.',
      '13:30 A format is for dates and times, not for string.',
      '14:14 kafka.key is string or binary, the column "i" is long; cast: long reads it as such.',
      '15:3 The column "id2" says nothing.',
    ]);
  });

  test('are what partitions and sort orders may name', () => {
    const { partitioning } = parse(
      'schema: { id: long }\ncolumns: { at: kafka.timestamp }\npartitioning: [day(at)]\nfiles: { sortBy: [at] }',
    );
    assert.equal(partitioning[0]?.column, 'at');
    assert.deepEqual(faults('schema: { id: long }\ncolumns: { x: drop }\npartitioning: [x]'), [
      '3:16 partitioning names the column "x", which the schema does not have.',
    ]);
  });

  test('of a schema cannot be dropped, nor be of two types', () => {
    assert.deepEqual(faults('schema: { id: long, n: int }\ncolumns: { id: drop, n: { cast: long } }'), [
      '2:16 The schema has the column "id": it cannot be dropped.',
      '2:33 The column "n" is int in the schema and long here.',
    ]);
  });
});

describe('filter', () => {
  test('is checked against the columns, at its character', () => {
    const schema = 'schema: { fare: double, city: string, at: timestamptz, ok: boolean }\n';
    const cases: readonly (readonly [string, string])[] = [
      ['fare > 0 and', '2:21 filter: Expected a column or a value, found the end.'],
      ['fare = x', '2:16 filter: There is no column "x".'],
      [`fare = '5'`, `2:16 filter: "fare" is double and cannot be compared with the text '5'.`],
      ['city = 5', '2:16 filter: "city" is string and cannot be compared with the number 5.'],
      [
        `at > 'yesterday'`,
        `2:14 filter: "at" is timestamptz and cannot be compared with the text 'yesterday'.`,
      ],
      ['fare == 1', '2:14 filter: One = compares.'],
      ['fare = null', '2:16 filter: Write is null: nothing is equal to null.'],
      ['fare', '2:9 filter: "fare" is double: compare it with a value.'],
      ['fare = city', '2:14 filter: double and string cannot be compared.'],
      ['(ok or fare > 1', '2:24 filter: Expected ), found the end.'],
      ['fare > 1 fare', '2:18 filter: Expected and, or, or the end, found fare.'],
      [`city like 5`, `2:19 filter: like needs a text, e.g. 'A%'.`],
      [`city = 'a`, '2:16 filter: A text is not closed.'],
      ['ok & ok', '2:12 filter: "&" has no meaning here.'],
      [
        'kafka.ofset > 1',
        '2:15 filter: Kafka has no "ofset"; it has topic, partition, offset, timestamp, key, headers and headers.<name>.',
      ],
    ];
    assert.deepEqual(
      cases.map(([text]) => [text, ...faults(`${schema}filter: ${text}`)]),
      cases.map(([text, fault]) => [text, fault]),
    );
  });

  test('is found in quotes and after a line break', () => {
    assert.deepEqual(faults(`schema: { a: long }\nfilter: "a > x"`), [
      '2:14 filter: There is no column "x".',
    ]);
    // A folded text no longer stands where it was written, so its beginning is shown.
    assert.deepEqual(faults('schema: { a: long }\nfilter: >\n  a >\n  x'), [
      '2:9 filter: There is no column "x".',
    ]);
  });
});
