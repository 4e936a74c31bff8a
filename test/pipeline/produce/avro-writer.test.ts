import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileAvroReader } from '../../../pipeline/avro/avro-reader.ts';
import { parseAvroSchema } from '../../../pipeline/avro/avro-type.ts';
import { ExactNumber } from '../../../pipeline/decode/parse-record.ts';
import { AvroMisfit, compileAvroWriter } from '../../../pipeline/produce/avro-writer.ts';
import { rawJson } from '../../../pipeline/produce/arrow-json.ts';
import { avroReader } from '../../support/avro-library.ts';

const record = (fields: Readonly<Record<string, unknown>>): unknown => ({
  type: 'record',
  name: 'Row',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

function write(schema: unknown, row: Readonly<Record<string, unknown>>): Buffer {
  return compileAvroWriter(parseAvroSchema(JSON.stringify(schema)))(row);
}

/** What another library reads of a row: a union's value is `{ branch: value }`. */
function readBack(schema: unknown, row: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(
    JSON.stringify(avroReader(schema)(write(schema, row)), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  );
}

describe('rows written as Avro', () => {
  test('are what another library reads', () => {
    const schema = record({
      id: 'long',
      small: 'int',
      ok: 'boolean',
      ratio: 'double',
      single: 'float',
      name: ['null', 'string'],
      none: ['null', 'string'],
      kind: { type: 'enum', name: 'K', symbols: ['A', 'B'] },
      tags: { type: 'array', items: 'string' },
      counts: { type: 'map', values: 'long' },
      place: record({ city: 'string' }),
      either: ['long', 'string'],
    });
    (schema as { fields: { type: { name?: string } }[] }).fields[10]!.type.name = 'Place'; // The eleventh field.
    const row = {
      id: rawJson('9007199254740993'),
      small: -5,
      ok: true,
      ratio: rawJson('1.5e300'),
      single: 0.5,
      name: 'é',
      kind: 'B',
      tags: ['x', ''],
      counts: { a: 1 },
      place: { city: 'Bern' },
      either: 'text',
    };
    assert.deepEqual(readBack(schema, row), {
      ...row,
      id: '9007199254740993',
      ratio: 1.5e300,
      name: { string: 'é' },
      none: null,
      counts: { a: '1' },
      either: { string: 'text' },
    });
  });

  test('have logical types from the texts that JSON has for them, and back', () => {
    const schema = record({
      price: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 2 },
      fee: { type: 'fixed', name: 'Fee', size: 4, logicalType: 'decimal', precision: 9, scale: 2 },
      day: { type: 'int', logicalType: 'date' },
      t: { type: 'int', logicalType: 'time-millis' },
      t2: { type: 'long', logicalType: 'time-micros' },
      at: { type: 'long', logicalType: 'timestamp-micros' },
      at_ms: { type: 'long', logicalType: 'timestamp-millis' },
      local: { type: 'long', logicalType: 'local-timestamp-micros' },
      id: { type: 'fixed', name: 'Id', size: 16, logicalType: 'uuid' },
      raw: 'bytes',
    });
    const row = {
      price: `-${'9'.repeat(36)}.99`,
      fee: '-0.01',
      day: '0001-01-01',
      t: '23:59:59.999000',
      t2: '23:59:59.999999',
      at: '9999-12-31T23:59:59.999999Z',
      at_ms: '1969-12-31T23:59:59.999Z',
      local: '2024-02-29T00:00:00.000001',
      id: '00112233-4455-6677-8899-aabbccddeeff',
      raw: 'AAEC',
    };
    const back = compileAvroReader(parseAvroSchema(JSON.stringify(schema)))(write(schema, row));
    const plain = Object.fromEntries(
      Object.entries(back as Record<string, unknown>).map(([name, value]) => [
        name,
        value instanceof ExactNumber
          ? value.source
          : value instanceof Uint8Array
            ? Buffer.from(value).toString('base64')
            : value,
      ]),
    );
    assert.deepEqual(plain, row);
  });

  test('have every long and double exactly', () => {
    const schema = record({ l: 'long', d: 'double' });
    const read = avroReader(schema);
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.double({ noNaN: true }),
        (l, d) => {
          const back = read(write(schema, { l: rawJson(String(l)), d })) as { l: bigint; d: number };
          assert.ok(back.l === l && Object.is(back.d, d));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are refused with the place of what does not fit', () => {
    const refuses = (type: unknown, value: unknown, message: string): void => {
      assert.throws(() => write(record({ a: type }), { a: value }), new AvroMisfit(message));
    };
    refuses('int', 2 ** 31, 'a must be int, not 2147483648');
    refuses('long', 1.5, 'a must be long, not 1.5');
    refuses('string', null, 'a must be string, not null');
    refuses(['null', 'int'], 'x', 'a must be int, not "x"');
    refuses({ type: 'array', items: 'int' }, [1, 'y'], 'a[1] must be int, not "y"');
    refuses({ type: 'int', logicalType: 'date' }, '2023-02-29', 'a must be date, not "2023-02-29"');
    refuses({ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'C', 'a must be one of A, B, not "C"');
    refuses({ type: 'fixed', name: 'F', size: 2 }, 'AAEC', 'a must be fixed, not "AAEC"');
  });
});
