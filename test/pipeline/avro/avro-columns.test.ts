import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { typeToText } from '../../../catalog/iceberg/types.ts';
import { type AvroColumns, columnsOf } from '../../../pipeline/avro/avro-columns.ts';
import { parseAvroSchema } from '../../../pipeline/avro/avro-type.ts';
import { proposeFromAvro } from '../../../pipeline/avro/propose-from-avro.ts';
import { RegistryError } from '../../../pipeline/avro/schema-registry.ts';
import { startStandInRegistry } from '../../support/stand-in-registry.ts';

/** The proposal for a record with these fields: `name: type` lines, and the remarks. */
function propose(fields: Readonly<Record<string, unknown>>): {
  columns: string[];
  remarks: readonly string[];
} {
  const list = Object.entries(fields).map(([name, type]) => ({ name, type }));
  return described(columnsOf(parseAvroSchema(JSON.stringify({ type: 'record', name: 'Row', fields: list }))));
}

function described({ fields, remarks }: AvroColumns): { columns: string[]; remarks: readonly string[] } {
  assert.ok(fields.every(field => !field.required));
  return { columns: fields.map(field => `${field.name}: ${typeToText(field.type)}`), remarks };
}

const long = (logicalType: string) => ({ type: 'long', logicalType });
const fixed = (name: string, size: number, more = {}) => ({ type: 'fixed', name, size, ...more });

describe('the columns for an Avro schema', () => {
  test('are of exactly its types', () => {
    const { columns, remarks } = propose({
      flag: 'boolean',
      i: 'int',
      l: { type: 'long' },
      f: 'float',
      d: ['null', 'double'],
      b: 'bytes',
      s: ['string', 'null'],
      fx: fixed('Fx', 4),
      kind: { type: 'enum', name: 'Kind', symbols: ['A'] },
      price: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 10 },
      fee: fixed('Fee', 4, { logicalType: 'decimal', precision: 9, scale: 2 }),
      id: { type: 'string', logicalType: 'uuid' },
      id2: fixed('Id', 16, { logicalType: 'uuid' }),
      took: fixed('Took', 12, { logicalType: 'duration' }),
      day: { type: 'int', logicalType: 'date' },
      t: { type: 'int', logicalType: 'time-millis' },
      t2: long('time-micros'),
      at: long('timestamp-millis'),
      at2: ['null', long('timestamp-micros')],
      local: long('local-timestamp-millis'),
      local2: long('local-timestamp-micros'),
      tags: { type: 'array', items: ['null', 'string'] },
      counts: { type: 'map', values: 'long' },
      place: { type: 'record', name: 'Place', fields: [{ name: 'lat', type: 'double' }] },
      other: ['null', 'Place'],
    });
    assert.deepEqual(remarks, []);
    assert.deepEqual(columns, [
      'flag: boolean',
      'i: int',
      'l: long',
      'f: float',
      'd: double',
      'b: binary',
      's: string',
      'fx: fixed[4]',
      'kind: string',
      'price: decimal(38, 10)',
      'fee: decimal(9, 2)',
      'id: uuid',
      'id2: uuid',
      'took: string',
      'day: date',
      't: time',
      't2: time',
      'at: timestamptz',
      'at2: timestamptz',
      'local: timestamp',
      'local2: timestamp',
      'tags: list<string>',
      'counts: map<string, long>',
      'place: struct<lat: double>',
      'other: struct<lat: double>',
    ]);
  });

  test('hold what unions of numbers hold, and say what other unions lose', () => {
    const { columns, remarks } = propose({
      whole: ['null', 'int', 'long'],
      real: ['float', 'double'],
      mixed: ['long', 'float'],
      texts: ['string', { type: 'enum', name: 'E', symbols: ['A'] }],
      odd: ['null', 'int', 'string'],
    });
    assert.deepEqual(columns, ['whole: long', 'real: double', 'mixed: double', 'texts: string', 'odd: int']);
    assert.deepEqual(remarks, [
      'odd may also be string: such values will be dead letters where they do not fit.',
    ]);
  });

  test('leave out what no column can hold', () => {
    const { columns, remarks } = propose({
      a: 'int',
      none: 'null',
      empty: { type: 'record', name: 'Empty', fields: [] },
      next: ['null', 'Row'],
      nanos: long('timestamp-nanos'),
      huge: { type: 'bytes', logicalType: 'decimal', precision: 60, scale: 45 },
    });
    assert.deepEqual(columns, ['a: int', 'none: string', 'nanos: timestamptz', 'huge: decimal(38, 38)']);
    assert.deepEqual(remarks, [
      'none is always null: string is a guess.',
      'empty is a record without fields: it is left out.',
      'next holds Row again, without an end: it is left out.',
      'nanos has nanoseconds: they end at the microsecond.',
      'huge has 60 digits: values of more than 38 will be dead letters.',
    ]);
    assert.deepEqual(described(columnsOf(parseAvroSchema('"string"'))), {
      columns: [],
      remarks: ['The schema is string, not a record: its values are no rows.'],
    });
  });
});

const SCHEMA = '{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}';

describe('the proposal for a topic of Avro messages (from a stand-in for a registry)', () => {
  const request = { topic: 'trips', readSample: () => Promise.resolve([]) };

  test('comes from the subject of the topic, or the one that the file names', async () => {
    await using registry = await startStandInRegistry();
    registry.versions.set('trips-value/latest', { schema: SCHEMA });
    registry.versions.set('own/latest', { schema: SCHEMA });
    const schemas = { kind: 'registry', url: registry.url } as const;
    assert.match((await proposeFromAvro(schemas, request)).origin, /^version 7 of trips-value/);
    const { origin, fields } = await proposeFromAvro({ ...schemas, subject: 'own' }, request);
    assert.match(origin, /^version 7 of own/);
    assert.deepEqual(fields, [{ id: 0, name: 'a', required: false, type: { kind: 'long' } }]);
    await assert.rejects(
      proposeFromAvro({ ...schemas, subject: 'gone' }, request),
      error => error instanceof RegistryError && error.failure === 'unknown',
    );
  });

  test('comes from the newest schema that records name where there is no such subject', async () => {
    await using registry = await startStandInRegistry();
    registry.schemas.set(5, { schema: SCHEMA });
    const sample = [
      null,
      Buffer.from('x'),
      Buffer.from('000000000402', 'hex'),
      Buffer.from('000000000502', 'hex'),
    ];
    const schemas = { kind: 'registry', url: registry.url } as const;
    const proposal = await proposeFromAvro(schemas, {
      ...request,
      readSample: () => Promise.resolve(sample),
    });
    assert.match(proposal.origin, /^schema 5 in the schema registry/);
    assert.deepEqual((await proposeFromAvro(schemas, request)).fields, []);
  });

  test('comes from the file of the schema', async () => {
    const { origin, fields } = await proposeFromAvro({ kind: 'fixed', schema: SCHEMA }, request);
    assert.equal(origin, 'the file of the Avro schema');
    assert.equal(fields.length, 1);
  });
});
