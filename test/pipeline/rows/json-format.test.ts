import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createJsonDecoder, decodeBatch } from '../../../pipeline/decode/json-decoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { carefulRows } from '../../support/careful-rows.ts';
import { rowsOf } from '../../support/columns.ts';
import { batchOf } from '../../support/record-batch.ts';

const COLUMNS = toColumnSpecs([
  { id: 1, name: 'a', required: true, type: { kind: 'long' } },
  { id: 2, name: 's', required: false, type: { kind: 'string' } },
]);

function decode(messages: readonly string[], capacity = 8): { rows: unknown[]; reasons: string[] } {
  const decoder = createJsonDecoder(COLUMNS, capacity);
  const batch = batchOf(messages);
  const reasons: string[] = [];
  const onPoison = (item: { reason: string }): boolean => reasons.push(item.reason) > 0;
  let place = { record: 0, byte: 0 };
  const rows: unknown[] = [];
  while (place.record < messages.length) {
    place = decodeBatch(decoder, batch, place, { careful: carefulRows(decoder, batch), onPoison });
    rows.push(...rowsOf(decoder.columns, decoder.rows));
    decoder.rows = 0;
  }
  return { rows, reasons };
}

describe('a JSON message of several rows', () => {
  test('is an array of objects, or an object on each line', () => {
    const { rows, reasons } = decode([
      '[{"a":1},{"a":9007199254740993,"s":"x"}]',
      '{"a":2}\n{"a":3,"s":"é"}\r\n\n',
      '{\n  "a": 4\n}',
      '[]',
    ]);
    assert.deepEqual(reasons, []);
    assert.deepEqual(rows, [
      { a: 1n, s: null },
      { a: 9007199254740993n, s: 'x' },
      { a: 2n, s: null },
      { a: 3n, s: 'é' },
      { a: 4n, s: null },
    ]);
  });

  test('becomes all of its rows or none, and says which is wrong', () => {
    const { rows, reasons } = decode([
      '[{"a":1},{"s":"x"},{"a":3}]',
      '{"a":4}\n{"a":"x"}',
      '{"a":5}\n{"a":6',
      '[{"a":7},8]',
      '{"a":9}',
    ]);
    assert.deepEqual(rows, [{ a: 9n, s: null }]);
    assert.match(reasons[2] ?? '', /^line 2: no JSON: /);
    assert.deepEqual(reasons.with(2, ''), [
      'row 2 of 3: "a" is required but missing',
      'row 2 of 2: "a" expects long, found "x"',
      '',
      'no JSON object at position 1 of the array',
    ]);
  });

  test('may have more rows than a row group', () => {
    const many = Array.from({ length: 100 }, (_, a) => ({ a }));
    const { rows } = decode([JSON.stringify(many), '{"a":100}', JSON.stringify(many)], 4);
    assert.deepEqual(
      rows.map(row => (row as { a: bigint }).a),
      [...many.map(({ a }) => BigInt(a)), 100n, ...many.map(({ a }) => BigInt(a))],
    );
  });
});
