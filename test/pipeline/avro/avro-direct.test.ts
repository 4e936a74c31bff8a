import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { columnsOf } from '../../../pipeline/avro/avro-columns.ts';
import { openAvroFormat } from '../../../pipeline/avro/avro-format.ts';
import { parseAvroSchema } from '../../../pipeline/avro/avro-type.ts';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import type { ColumnSpec } from '../../../pipeline/decode/column.ts';
import { avroRecords } from '../../support/avro-cases.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { type DecodedRows, decodeOneWay } from '../../support/decode-one-way.ts';

const WATCH = { onTrouble: () => {}, onAnswer: () => {} };

/** What messages become; with `isDirect`, on the fast path as far as it goes. */
function decode(
  schema: unknown,
  specs: readonly ColumnSpec[],
  { messages, isDirect }: { readonly messages: readonly Uint8Array[]; readonly isDirect: boolean },
): DecodedRows {
  const format = openAvroFormat({ kind: 'fixed', schema: JSON.stringify(schema) }, WATCH);
  const decoder = createJsonDecoder(specs, messages.length + 1);
  return decodeOneWay(messages, { format, decoder, isDirect });
}

function specsOf(schema: unknown): ColumnSpec[] {
  return toColumnSpecs(columnsOf(parseAvroSchema(JSON.stringify(schema))).fields);
}

describe('the two ways from Avro into columns', () => {
  test('come to the same, for good messages and damaged ones', () => {
    const messages = avroRecords.chain(({ schema, pairs }) =>
      fc
        .tuple(fc.array(pairs, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255))
        .map(([list, at, byte]) => {
          const write = avroWriter(schema);
          const good = list.map(([value]) => write(value));
          const damaged = good.map(bytes => {
            const copy = Buffer.from(bytes);
            if (copy.length > 0) copy[at % copy.length] = byte;
            return copy;
          });
          return { schema, messages: [...good, ...damaged, ...good.map(bytes => bytes.subarray(0, at % 7))] };
        }),
    );
    let direct = 0;
    fc.assert(
      fc.property(messages, ({ schema, messages }) => {
        const specs = specsOf(schema);
        const fast = decode(schema, specs, { messages, isDirect: true });
        const careful = decode(schema, specs, { messages, isDirect: false });
        assert.deepEqual(fast.rows, careful.rows);
        assert.deepEqual(fast.reasons, careful.reasons);
        direct += messages.length - fast.careful;
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    );
    assert.ok(direct > 100);
  });

  test('come to the same where columns are of other types than the schema', () => {
    const schema = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'a', type: 'long' },
        { name: 'b', type: ['null', 'int'] },
        { name: 'c', type: 'float' },
        { name: 'gone', type: 'string' },
        { name: 'd', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      ],
    };
    const specs = toColumnSpecs([
      { id: 1, name: 'a', required: true, type: { kind: 'int' } },
      { id: 2, name: 'b', required: true, type: { kind: 'double' } },
      { id: 3, name: 'c', required: false, type: { kind: 'double' } },
      { id: 4, name: 'new', required: false, type: { kind: 'string' } },
      { id: 5, name: 'd', required: false, type: { kind: 'decimal', precision: 6, scale: 4 } },
    ]);
    const write = avroWriter(schema);
    const row = (a: bigint, b: number | null, d: string): Uint8Array =>
      write({ a, b: b === null ? null : { int: b }, c: 1.5, gone: 'x', d: Buffer.from(d, 'hex') });
    const messages = [
      row(1n, 2, '01'),
      row(2n ** 31n, 2, '01'),
      row(3n, null, '01'),
      row(4n, 5, '7fff'),
      row(5n, 6, 'ff'),
    ];
    const expected = {
      rows: [
        { a: 1, b: 2, c: 1.5, new: null, d: 100n },
        { a: 5, b: 6, c: 1.5, new: null, d: -100n },
      ],
      reasons: [
        '1: "a" expects int, found 2147483648',
        '2: "b" is required but null',
        '3: "d" expects decimal(6,4), found 327.67',
      ],
    };
    const fast = decode(schema, specs, { messages, isDirect: true });
    assert.deepEqual({ rows: fast.rows, reasons: fast.reasons }, expected);
    assert.equal(fast.careful, 3);
    const careful = decode(schema, specs, { messages, isDirect: false });
    assert.deepEqual({ rows: careful.rows, reasons: careful.reasons }, expected);
  });
});
