import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type IcebergType, parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { appendValue } from '../../../pipeline/decode/append-value.ts';
import { createColumn } from '../../../pipeline/decode/column.ts';
import { parseRecord } from '../../../pipeline/decode/parse-record.ts';
import { readValue } from '../../../pipeline/decode/read-value.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';

/** What a map with keys of a type makes of a JSON text: its value, or why it takes it not. */
function read(key: string, json: string): unknown {
  const type: IcebergType = {
    kind: 'map',
    keyId: 2,
    key: parsePrimitive(key),
    valueId: 3,
    valueRequired: false,
    value: { kind: 'long' },
  };
  const [spec] = toColumnSpecs([{ id: 1, name: 'm', required: false, type }]);
  // There is one field.
  const column = createColumn(spec!, 1);
  return appendValue(column, 0, parseRecord(json)) ?? readValue(column, 0);
}

describe('the entries of a map', () => {
  test('have keys of the type of the map, though JSON has only texts', () => {
    assert.deepEqual(read('boolean', '{"true":1,"false":2}'), { true: 1n, false: 2n });
    assert.deepEqual(read('double', '{"1.5":1,"-1e3":2,"NaN":3}'), { 1.5: 1n, '-1000': 2n, NaN: 3n });
    assert.deepEqual(read('decimal(9,2)', '{"1":1,"-0.50":2}'), { '1.00': 1n, '-0.50': 2n });
    assert.deepEqual(read('date', '{"2024-02-29":1}'), { '2024-02-29': 1n });
    assert.deepEqual(read('timestamptz', '{"2024-01-01T00:00:00+01:00":1}'), { '2023-12-31T23:00:00Z': 1n });
    assert.deepEqual(read('fixed[2]', '{"AAE=":1}'), { 'AAE=': 1n });
    assert.match(String(read('boolean', '{"yes":1}')), /^in "m": "key" expects boolean, found "yes"$/);
    assert.match(String(read('date', '{"2023-02-29":1}')), /"key" expects date/);
  });

  test('may be pairs, so that keys need not be texts', () => {
    assert.deepEqual(read('long', '[[1,10],[2,null]]'), { 1: 10n, 2: null });
    assert.deepEqual(read('boolean', '[{"key":true,"value":1},{"key":false}]'), { true: 1n, false: null });
    assert.deepEqual(read('string', '[]'), {});
    assert.match(String(read('long', '[[1,2,3]]')), /"m" expects map, found an array/);
    assert.match(String(read('long', '[{"key":1,"val":1}]')), /"m" expects map, found an array/);
    assert.match(String(read('long', '[[null,1]]')), /"key" is required but null/);
  });

  test('have each key once, in whatever spelling it comes', () => {
    assert.equal(read('long', '{"1":1,"1.0":2}'), '"m" has the key 1 twice');
    assert.equal(
      read('timestamptz', '{"2024-01-01T00:00:00Z":1,"2024-01-01T01:00:00+01:00":2}'),
      '"m" has the key 2024-01-01T00:00:00Z twice',
    );
    assert.equal(read('string', '[["a",1],["a",2]]'), '"m" has the key a twice');
  });
});
