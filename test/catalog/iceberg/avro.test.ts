import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AvroError, type AvroSchema, readAvroFile, writeAvroFile } from '../../../catalog/iceberg/avro.ts';
import { avroName, decimalFixedLength } from '../../../catalog/iceberg/avro-schema.ts';

const SCHEMA: AvroSchema = {
  type: 'record',
  name: 'row',
  fields: [
    { name: 'id', type: 'long', 'field-id': 7 },
    { name: 'text', type: ['null', 'string'], default: null, 'field-id': 8 },
  ],
};

describe('Avro files', () => {
  test('64-bit longs and the attributes of the schema survive, compressed or not', () => {
    const records = [
      { id: 9007199254740993n, text: 'ä😀' },
      { id: -9223372036854775808n, text: null },
    ];
    for (const codec of ['null', 'deflate'] as const) {
      const file = readAvroFile(writeAvroFile({ schema: SCHEMA, metadata: { note: 'ü' }, records, codec }));
      assert.deepEqual(
        file.records.map(record => ({ ...record })),
        records,
      );
      assert.deepEqual(file.schema, SCHEMA);
      assert.equal(file.metadata.get('note'), 'ü');
    }
  });

  test('files of several blocks and files without records are whole', () => {
    const records = Array.from({ length: 2500 }, (_, index) => ({ id: BigInt(index), text: `${index}` }));
    const many = readAvroFile(writeAvroFile({ schema: SCHEMA, metadata: {}, records }));
    assert.equal(many.records.length, 2500);
    assert.equal(many.records[2499]?.['id'], 2499n);
    assert.deepEqual(readAvroFile(writeAvroFile({ schema: SCHEMA, metadata: {}, records: [] })).records, []);
  });

  test('every cut and every foreign file is an AvroError, never a wrong answer', () => {
    const whole = writeAvroFile({
      schema: SCHEMA,
      metadata: {},
      records: [{ id: 1n, text: 'x' }],
      codec: 'null',
    });
    for (let length = 0; length < whole.length; length += 1) {
      const isHeaderAlone = length === whole.length - 16 - 1 - 1 - 4;
      if (isHeaderAlone) assert.deepEqual(readAvroFile(whole.subarray(0, length)).records, []);
      else assert.throws(() => readAvroFile(whole.subarray(0, length)), AvroError, `cut at ${length}`);
    }
    assert.throws(() => readAvroFile(Buffer.from('PAR1')), /not an Avro file/);
    const damaged = Uint8Array.from(whole);
    damaged[whole.length - 1] = (damaged[whole.length - 1] ?? 0) ^ 0xff;
    assert.throws(() => readAvroFile(damaged), /does not end where it should/);
  });

  test('a codec that is not known is named', () => {
    const file = Buffer.from(writeAvroFile({ schema: SCHEMA, metadata: {}, records: [], codec: 'null' }));
    const at = file.indexOf('null', file.indexOf('avro.codec'));
    file.write('lzma', at);
    assert.throws(() => readAvroFile(file), /compressed with lzma cannot be read/);
  });

  test('names that Avro forbids are replaced as the Java library does', () => {
    assert.equal(avroName('a.b-c'), 'a_x2Eb_x2Dc');
    assert.equal(avroName('1st'), '_1st');
    assert.equal(avroName('plain_9'), 'plain_9');
  });

  test('decimals take the fewest bytes', () => {
    assert.deepEqual([1, 2, 3, 9, 18, 19, 38].map(decimalFixedLength), [1, 1, 2, 4, 8, 9, 16]);
  });
});
