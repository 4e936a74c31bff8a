import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type NestedField, typeToText } from '../../../catalog/iceberg/types.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { inferSchema } from '../../../pipeline/schema/infer.ts';
import { schemaToYaml } from '../../../pipeline/schema/schema-yaml.ts';

function infer(...records: (string | null)[]): {
  readonly types: Record<string, string>;
  readonly remarks: readonly string[];
} {
  const proposal = inferSchema(records.map(record => (record === null ? null : Buffer.from(record))));
  const types = Object.fromEntries(proposal.fields.map(field => [field.name, typeToText(field.type)]));
  return { types, remarks: proposal.remarks };
}

describe('a schema proposed from a sample', () => {
  test('has the narrowest type that holds every value', () => {
    const { types, remarks } = infer(
      '{"i":1,"big":9007199254740993,"d":1,"e":1e3,"p":12345678901234567.89,"huge":18446744073709551615}',
      '{"i":-5,"big":1,"d":1.5,"e":2,"p":0.001,"huge":1}',
      '{"i":null}',
    );
    assert.deepEqual(types, {
      i: 'long',
      big: 'long',
      d: 'double',
      e: 'double',
      p: 'decimal(38, 3)',
      huge: 'decimal(38, 0)',
    });
    assert.deepEqual(remarks, []);
  });

  test('knows dates, times, timestamps with and without zone, and uuids', () => {
    const { types } = infer(
      JSON.stringify({
        date: '2024-02-29',
        time: '12:34:56.7',
        local: '2024-02-29 12:34:56',
        instant: '2024-02-29T12:34:56.123Z',
        offset: '2024-02-29T12:34:56+05:30',
        id: '00112233-4455-6677-8899-aabbccddeeff',
        no: '2023-02-29',
        phone: '12-34-5678',
      }),
    );
    assert.deepEqual(types, {
      date: 'date',
      time: 'time',
      local: 'timestamp',
      instant: 'timestamptz',
      offset: 'timestamptz',
      id: 'uuid',
      no: 'string',
      phone: 'string',
    });
  });

  test('makes structs and lists of what lies inside', () => {
    const { types, remarks } = infer(
      '{"place":{"city":"Bern","geo":{"lat":46.9}},"tags":["a"],"items":[{"n":1},{"n":2.5,"m":true}],"empty":[]}',
      '{"place":{"zip":3000},"tags":[]}',
    );
    assert.deepEqual(types, {
      place: 'struct<city: string, geo: struct<lat: double>, zip: long>',
      tags: 'list<string>',
      items: 'list<struct<n: double, m: boolean>>',
      empty: 'list<string>',
    });
    assert.deepEqual(remarks, ['empty[] was never filled: string is a guess.']);
  });

  test('says where values are mixed or missing, and counts what is no object', () => {
    const { types, remarks } = infer('{"a":1,"b":null}', '{"a":"x"}', '{"a":2}');
    assert.deepEqual(types, { a: 'long', b: 'string' });
    assert.deepEqual(remarks, [
      'a is long in 2 records, but string in 1: those will be dead letters.',
      'b was never filled: string is a guess.',
    ]);
    const proposal = inferSchema([Buffer.from('[1]'), null, Buffer.from('{'), Buffer.from('{"a":1}')]);
    assert.deepEqual([proposal.records, proposal.badRecords], [1, 3]);
  });

  test('takes objects whose keys are data for maps, and objects with rare but different members for structs', () => {
    const perDay = '{"perDay":{"2024-01-01":1,"2024-01-02":2.5}}';
    const byId = Array.from({ length: 40 }, (_, i) => `{"byId":{"k${i}":{"n":${i}},"k${i + 1}":{"m":"x"}}}`);
    const mixed = Array.from({ length: 40 }, (_, i) => `{"mixed":{"k${i}":${i % 2 === 0 ? '1' : '"x"'}}}`);
    const { types, remarks } = infer(perDay, ...byId, ...mixed, '{"wide":{"a":1,"b":2}}');
    assert.equal(types['perDay'], 'map<string, double>');
    assert.equal(types['byId'], 'map<string, struct<n: long, m: string>>');
    assert.match(types['mixed'] ?? '', /^struct<k0: long, k1: string/);
    assert.equal(types['wide'], 'struct<a: long, b: long>');
    assert.deepEqual(remarks, [
      'perDay has 2 different keys: a map, not a struct.',
      'byId has 41 different keys: a map, not a struct.',
    ]);
  });

  test('leaves out members whose names no reader could tell apart, and says what a double cannot hold', () => {
    const { types, remarks } = infer(
      '{"a":1,"A":2,"":3,"n":1234567890123456789012345.5,"o":{"x":1,"X":2}}',
      '{"n":0.12345678901234567890}',
    );
    assert.deepEqual(types, { a: 'long', n: 'double', o: 'struct<x: long>' });
    assert.deepEqual(remarks, [
      'A is left out: it differs from "a" only in upper and lower case.',
      'A member is left out: it has no name.',
      'n has numbers of more than 38 digits: a double holds about 16 of them.',
      'o.X is left out: it differs from "x" only in upper and lower case.',
    ]);
  });

  test('can be read again from the pipeline file it is written into', () => {
    const { fields } = inferSchema([
      Buffer.from(
        '{"a b":1,"c":{"x":[{"y":"2024-01-01"}],"z":{}},"d":12345678901234567890.5,"yes":true,"1":"x: y"}',
      ),
    ]);
    const config = parsePipelineConfig(
      `name: a\nsource: { topic: t }\ntable: n.t\n${schemaToYaml(fields)}`,
      'f',
    );
    assert.deepEqual(config.schema, fields);
  });

  test('writes what must have a value so that it is read again, however it is nested', () => {
    const text = `schema:
  id: long required
  stops: { type: [{ at: timestamptz required, tags: [string required] }], required: true }
  scores: { map: { key: date, value: double required } }
  deep: { map: { key: 'decimal(9,2)', value: { type: { map: { key: boolean, value: [uuid] } }, required: true } } }
`;
    const read = (schema: string): unknown =>
      parsePipelineConfig(`name: a\nsource: { topic: t }\ntable: n.t\n${schema}`, 'f').schema;
    const fields = read(text) as readonly NestedField[];
    assert.deepEqual(
      fields.map(({ name, required, type }) => `${name}${required ? '!' : ''} ${typeToText(type)}`),
      [
        'id! long',
        'stops! list<struct<at: timestamptz, tags: list<string>>>',
        'scores map<date, double>',
        'deep map<decimal(9, 2), map<boolean, list<uuid>>>',
      ],
    );
    assert.match(JSON.stringify(fields), /"valueRequired":true.*"valueRequired":true/);
    assert.deepEqual(read(schemaToYaml(fields)), fields);
  });
});
