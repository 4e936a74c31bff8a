import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openAvroFormat } from '../../../pipeline/avro/avro-format.ts';
import { rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import type { RecordRows } from '../../../pipeline/rows/row-steps.ts';
import { openTransform } from '../../../pipeline/transform/open-transform.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { batchOf } from '../../support/record-batch.ts';
import { codeOf } from '../../support/transforms.ts';

const SCHEMA = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 2 } },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 2 } },
    { name: 'id', type: 'long' },
    { name: 'raw', type: 'bytes' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'counts', type: { type: 'map', values: 'long' } },
  ],
};

describe('a transform of Avro messages', () => {
  test('gets the values that it would get of JSON, and bytes as they are', async () => {
    const code = await codeOf(`export const transform = (record: any) => ({
      price: record.price + 1,
      total: typeof record.total + ' ' + String(record.total),
      id: record.id + 1n,
      raw: [...record.raw],
      bytes: record.raw,
      at: record.at,
      counts: Object.entries(record.counts),
    });`);
    const message = avroWriter(SCHEMA)({
      price: Buffer.from([0, 150]),
      total: Buffer.from('4b3b4ca85a86c47a098a223fffffffff', 'hex'),
      id: 2n ** 60n,
      raw: Buffer.from([1, 255]),
      at: 0n,
      counts: { a: 1n },
    });
    const record = rawRecordAt(batchOf([message]), { record: 0, byte: 0 });
    const watch = { onTrouble: () => {}, onAnswer: () => {} };
    const format = openAvroFormat({ kind: 'fixed', schema: JSON.stringify(SCHEMA) }, watch);
    const place = { record: 0, byte: 0 };
    const rows: RecordRows = { record, place, rows: format.read(record), reason: undefined };
    await openTransform({ code, pipeline: 'p' }).step([rows]);
    assert.equal(rows.reason, undefined);
    const [row] = rows.rows;
    assert.deepEqual(JSON.parse(JSON.stringify(row)), {
      price: 2.5,
      total: `object ${'9'.repeat(36)}.99`,
      id: { source: '1152921504606846977' },
      raw: [1, 255],
      bytes: { 0: 1, 1: 255 },
      at: '1970-01-01T00:00:00.000Z',
      counts: [['a', 1]],
    });
    assert.ok(row?.['bytes'] instanceof Uint8Array);
  });
});
