import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileAvroReader } from '../../../pipeline/avro/avro-reader.ts';
import { parseAvroSchema } from '../../../pipeline/avro/avro-type.ts';
import { ExactNumber, type RecordValue } from '../../../pipeline/decode/parse-record.ts';
import { BadRecord } from '../../../pipeline/rows/raw-record.ts';
import { avroCases } from '../../support/avro-cases.ts';
import { avroWriter } from '../../support/avro-library.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

function readerOf(schema: unknown): (bytes: Uint8Array) => RecordValue {
  return compileAvroReader(parseAvroSchema(JSON.stringify(schema)));
}

/** What the reader makes of a value that another library wrote. */
function through(schema: unknown, value: unknown): RecordValue {
  return readerOf(schema)(avroWriter(schema)(value));
}

/** A value as it can be compared: prototypes and the classes of bytes and numbers do not count. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `hex ${Buffer.from(value).toString('hex')}`;
  if (value instanceof ExactNumber) return `exactly ${value.source}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([name, member]) => [name, plain(member)]);
}

describe('an Avro message', () => {
  test('has the values that another library wrote, whatever the schema', () => {
    const written = avroCases.chain(({ schema, pairs }) => pairs.map(pair => ({ schema, pair })));
    fc.assert(
      fc.property(written, ({ schema, pair: [value, expected] }) => {
        assert.deepEqual(plain(through(schema, value)), plain(expected));
      }),
      { numRuns: RUNS },
    );
  });

  test('has every logical type as JSON messages write it, to its ends', () => {
    const long = (logicalType: string, value: bigint) => plain(through({ type: 'long', logicalType }, value));
    const int = (logicalType: string, value: number) => plain(through({ type: 'int', logicalType }, value));
    assert.equal(int('date', -719_162), '0001-01-01');
    assert.equal(int('date', 2_932_896), '9999-12-31');
    assert.equal(int('time-millis', 86_399_999), '23:59:59.999000');
    assert.equal(long('time-micros', 86_399_999_999n), '23:59:59.999999');
    assert.equal(long('timestamp-millis', -62_135_596_800_000n), '0001-01-01T00:00:00.000Z');
    assert.equal(long('timestamp-millis', -1n), '1969-12-31T23:59:59.999Z');
    assert.equal(long('timestamp-micros', 253_402_300_799_999_999n), '9999-12-31T23:59:59.999999Z');
    assert.equal(long('timestamp-micros', -62_135_596_800_000_000n), '0001-01-01T00:00:00.000000Z');
    assert.equal(long('timestamp-micros', -1n), '1969-12-31T23:59:59.999999Z');
    assert.equal(long('timestamp-nanos', 1_700_000_000_123_456_789n), '2023-11-14T22:13:20.123456789Z');
    assert.equal(long('timestamp-nanos', -1n), '1969-12-31T23:59:59.999999999Z');
    assert.equal(long('local-timestamp-millis', 0n), '1970-01-01T00:00:00.000');
    assert.equal(long('local-timestamp-micros', 9_007_199_254_740_993n), '2255-06-05T23:47:34.740993');
    assert.equal(long('local-timestamp-nanos', -(2n ** 63n)), '1677-09-21T00:12:43.145224192');
    const uuid = '00112233-4455-6677-8899-aabbccddeeff';
    assert.equal(through({ type: 'string', logicalType: 'uuid' }, uuid), uuid);
    const fixed = (logicalType: string, size: number) => ({ type: 'fixed', name: 'F', size, logicalType });
    assert.equal(through(fixed('uuid', 16), Buffer.from(uuid.replaceAll('-', ''), 'hex')), uuid);
    const duration = Buffer.from('010000000200000004030000', 'hex');
    assert.equal(through(fixed('duration', 12), duration), 'P1M2DT0.772S');
    assert.equal(
      through(fixed('duration', 12), Buffer.alloc(12, 255)),
      'P4294967295M4294967295DT4294967.295S',
    );
  });

  test('has decimals of every width exactly', () => {
    const decimal = (hex: string, scale: number, precision = 38) =>
      plain(through({ type: 'bytes', logicalType: 'decimal', precision, scale }, Buffer.from(hex, 'hex')));
    assert.equal(decimal('', 0), 'exactly 0');
    assert.equal(decimal('00', 2), 'exactly 0.00');
    assert.equal(decimal('ff', 2), 'exactly -0.01');
    assert.equal(decimal('0096', 2), 'exactly 1.50');
    assert.equal(
      decimal('4b3b4ca85a86c47a098a223fffffffff', 10),
      `exactly ${'9'.repeat(28)}.${'9'.repeat(10)}`,
    );
    assert.equal(decimal('b4c4b357a5793b85f675ddc000000001', 0), `exactly -${'9'.repeat(38)}`);
    assert.equal(
      plain(
        through(
          { type: 'fixed', name: 'D', size: 3, logicalType: 'decimal', precision: 5, scale: 5 },
          Buffer.from('fe7961', 'hex'),
        ),
      ),
      'exactly -0.99999',
    );
  });

  test('is its underlying type where a logical type is unknown or does not fit', () => {
    assert.equal(through({ type: 'long', logicalType: 'date' }, 5n), 5);
    assert.equal(through({ type: 'string', logicalType: 'md5' }, 'x'), 'x');
    const odd = { type: 'bytes', logicalType: 'decimal', precision: 1, scale: 2 };
    assert.equal(plain(through(odd, Buffer.from([1]))), 'hex 01');
  });

  test('may name its own types, in their namespaces, and be nested', () => {
    const schema = {
      type: 'record',
      name: 'a.b.Node',
      fields: [
        { name: 'n', type: 'int' },
        { name: 'next', type: ['null', 'Node'] },
        { name: 'full', type: ['null', 'a.b.Node'] },
      ],
    };
    const leaf = { n: 2, next: null, full: null };
    const value = { n: 1, next: { 'a.b.Node': leaf }, full: { 'a.b.Node': leaf } };
    assert.deepEqual(plain(through(schema, value)), plain({ n: 1, next: leaf, full: leaf }));
  });

  test('takes the value of whichever branch of a union it has', () => {
    const schema = ['null', 'int', 'string', 'long', { type: 'array', items: 'int' }];
    assert.equal(through(schema, { int: 1 }), 1);
    assert.equal(through(schema, { long: 2n ** 62n }), 2n ** 62n);
    assert.equal(through(schema, { string: 'x' }), 'x');
    assert.deepEqual(through(schema, { array: [1] }), [1]);
    assert.equal(through(schema, null), null);
  });

  test('keeps members and keys that JavaScript has a meaning for', () => {
    const map = readerOf({ type: 'map', values: 'int' })(Buffer.from('02125f5f70726f746f5f5f0200', 'hex'));
    assert.deepEqual(Object.entries(map as object), [['__proto__', 1]]);
    const record = readerOf({ type: 'record', name: 'R', fields: [{ name: '__proto__', type: 'int' }] });
    assert.deepEqual(Object.entries(record(Buffer.from([2])) as object), [['__proto__', 1]]);
  });
});

describe('bytes that are no Avro message of the schema', () => {
  const refuses = (schema: unknown, hex: string, reason: RegExp): void => {
    assert.throws(
      () => readerOf(schema)(Buffer.from(hex, 'hex')),
      error => {
        assert.ok(error instanceof BadRecord);
        assert.match(error.message, reason);
        return true;
      },
    );
  };

  test('are refused with what is wrong', () => {
    refuses('long', '', /it ends too early/);
    refuses('long', '80', /it ends too early/);
    refuses('long', 'ffffffffffffffffff02', /more than 64 bits/);
    refuses('long', 'ffffffffffffffffffff01', /more than 64 bits/);
    refuses('int', '8080808020', /an int is 4294967296/);
    refuses('int', '0200', /1 bytes are left over/);
    refuses('boolean', '02', /a boolean is 2/);
    refuses('double', '00', /8 bytes are announced where 1 follow/);
    refuses('string', '04c328', /a string is no UTF-8/);
    refuses('string', '0161', /-1 bytes are announced/);
    refuses(['null', 'int'], '06', /a union has no branch 3/);
    refuses({ type: 'enum', name: 'E', symbols: ['A'] }, '02', /an enum has no symbol 1/);
    refuses({ type: 'int', logicalType: 'date' }, 'feffffff0f', /the date 2147483647 is outside the years/);
    refuses({ type: 'int', logicalType: 'time-millis' }, '01', /the time-millis -1 is no time of day/);
  });

  test('do not hold the thread by what they announce', () => {
    refuses(
      { type: 'array', items: 'null' },
      'feffffffffffffff7f',
      /items are announced where 0 bytes follow/,
    );
    refuses({ type: 'map', values: 'int' }, 'feffffffffff7f0261', /items are announced where/);
    const deep = { type: 'record', name: 'N', fields: [{ name: 'n', type: ['null', 'N'] }] };
    refuses(deep, '02'.repeat(200_000), /nested too deeply/);
  });

  test('are refused and nothing else happens, whatever is cut off or changed', () => {
    const damaged = avroCases.chain(({ schema, pairs }) =>
      fc.tuple(pairs, fc.nat(), fc.nat(255)).map(([[value], at, byte]) => ({ schema, value, at, byte })),
    );
    fc.assert(
      fc.property(damaged, ({ schema, value, at, byte }) => {
        const bytes = Buffer.from(avroWriter(schema)(value));
        const place = at % Math.max(1, bytes.length);
        const changed = Buffer.from(bytes);
        if (changed.length > 0) changed[place] = byte;
        for (const input of [bytes.subarray(0, place), changed]) {
          try {
            readerOf(schema)(input);
          } catch (error) {
            assert.ok(error instanceof BadRecord, String(error));
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
