import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { typeToText } from '../../catalog/iceberg/types.ts';
import { ConfigError, parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';

const WHOLE = `
name: flights
source:
  topic: flights
  format: json
  start: latest
table: demo.flights
branch: dev
schema:
  id: long required
  at: timestamptz
  price: decimal(9,2)
  tags: [string]
  place: { city: string, lat: double }
  counts: { map: { key: string, value: long } }
partitioning: [day(at), "bucket(id, 16)", price]
commit:
  interval: 1.5s
  rows: 200_000
  bytes: 64MB
onError: { action: skip, maxRatio: 0.01 }
drift: { action: add, maxColumns: 200 }
`;

function parse(text: string): PipelineConfig {
  return parsePipelineConfig(text, 'x.pipeline.yaml');
}

/** The faults of a file as `line: message`. */
function faults(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(fault => `${fault.line}: ${fault.message}`);
  }
}

describe('a pipeline file', () => {
  test('is read with everything it can say', () => {
    const config = parse(WHOLE);
    assert.deepEqual(config.source, { topics: ['flights'], format: 'json', start: 'latest' });
    assert.deepEqual(config.table, ['demo', 'flights']);
    assert.equal(config.branch, 'dev');
    assert.deepEqual(
      config.schema?.map(field => `${field.name}: ${typeToText(field.type)}${field.required ? '!' : ''}`),
      [
        'id: long!',
        'at: timestamptz',
        'price: decimal(9, 2)',
        'tags: list<string>',
        'place: struct<city: string, lat: double>',
        'counts: map<string, long>',
      ],
    );
    assert.deepEqual(config.partitioning, [
      { column: 'at', transform: { kind: 'day' } },
      { column: 'id', transform: { kind: 'bucket', buckets: 16 } },
      { column: 'price', transform: { kind: 'identity' } },
    ]);
    assert.deepEqual(config.commit, { intervalMs: 1500, rows: 200_000, bytes: 64 * 1024 * 1024 });
    assert.deepEqual(config.onError, { action: 'skip', maxRatio: 0.01 });
    assert.deepEqual(config.drift, { action: 'add', maxColumns: 200 });
  });

  test('may read several topics', () => {
    const read = (source: string): readonly string[] =>
      parse(`name: a\nsource: ${source}\ntable: n.t\n`).source.topics;
    assert.deepEqual(read('{ topics: [orders, returns.eu] }'), ['orders', 'returns.eu']);
    assert.throws(() => read('{ topic: a, topics: [b] }'), /Give source.topic or source.topics, not both/);
    assert.throws(() => read('{ topics: [] }'), /source.topics must be a list/);
    assert.throws(() => read('{ topics: [a, "b/c"] }'), /source.topics must be letters/);
    assert.throws(() => read('{ topics: [a, a] }'), /names a topic twice/);
    assert.throws(() => read('{ topic: constructor }'), /constructor can be neither read nor written/);
  });

  test('needs only a name, a topic and a table', () => {
    const config = parse('name: a\nsource: { topic: t }\ntable: n.t\n');
    assert.equal(config.branch, 'main');
    assert.equal(config.schema, undefined);
    assert.equal(config.source.start, 'earliest');
    assert.equal(config.commit.intervalMs, 10_000);
    assert.deepEqual(config.drift, { action: 'ignore', maxColumns: 1000 });
  });

  test('names every fault with its line', () => {
    const text = [
      'name: two words',
      'source:',
      '  topik: flights',
      'table: flights',
      'schema:',
      '  id: integer',
      '  ID: long',
      '  at: timestamp',
      'partitioning: [hour(id), nowhere, "bucket(at)"]',
      'commit: { interval: soon }',
      'onError: explode',
      'drift: evolve',
    ].join('\n');
    const found = faults(text);
    assert.match(found[0] ?? '', /^1: name must be letters/);
    assert.ok(found.some(fault => /^3: source has no setting "topik"; known are topic/.test(fault)));
    assert.ok(found.some(fault => /^3: source.topic is missing/.test(fault)));
    assert.ok(found.some(fault => /^4: table must be namespace.table/.test(fault)));
    assert.ok(found.some(fault => /^6: "integer" is no Iceberg type/.test(fault)));
    assert.ok(found.some(fault => /^7: schema has the column "ID" twice/.test(fault)));
    assert.ok(found.some(fault => /^9: partitioning names the column "nowhere"/.test(fault)));
    assert.ok(found.some(fault => /^9: A partition must be/.test(fault)));
    assert.ok(
      found.some(fault => /^10: commit.interval must be a number above 0 with one of ms/.test(fault)),
    );
    assert.ok(found.some(fault => /^12: drift must be add or ignore or deadLetter/.test(fault)));
    assert.ok(found.some(fault => /^11: onError must be deadLetter or fail or skip/.test(fault)));
  });

  test('refuses a transform that the column has no type for', () => {
    const file = (term: string): string =>
      `name: a\nsource: { topic: t }\ntable: n.t\nschema: { id: long, d: date, f: double }\npartitioning: [${term}]`;
    assert.deepEqual(faults(file('day(id)')), ['5: day(id) cannot be taken of a column of type long.']);
    assert.deepEqual(faults(file('hour(d)')), ['5: hour(d) cannot be taken of a column of type date.']);
    assert.deepEqual(faults(file('"bucket(f, 4)"')), [
      '5: bucket(f) cannot be taken of a column of type double.',
    ]);
    assert.deepEqual(faults(file('day(d)')), []);
  });

  test('is refused when it is no YAML, empty, or has a key twice', () => {
    assert.match(faults('name: [')[0] ?? '', /^1: The YAML cannot be read/);
    assert.match(faults('')[0] ?? '', /^1: A pipeline must be a mapping/);
    assert.match(faults('name: a\nname: b\n')[0] ?? '', /^2: The YAML cannot be read/);
  });
});
