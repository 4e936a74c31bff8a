import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAvroFormat } from '../../../pipeline/avro/avro-format.ts';
import { mapFormat } from '../../../pipeline/columns/map-rows.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';
import { planEncoding } from '../../../pipeline/table-plan.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { decodeOneWay } from '../../support/decode-one-way.ts';

const optional = (type: unknown): unknown => ['null', type];
const SCHEMA = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'orderId', type: 'long' },
    { name: 'ts', type: 'long' },
    { name: 'amount', type: optional('double') },
    { name: 'fee', type: optional('double') },
    { name: 'zip', type: optional('int') },
    { name: 'debug', type: 'string' },
    {
      name: 'customer',
      type: optional({
        type: 'record',
        name: 'Customer',
        fields: [
          { name: 'name', type: 'string' },
          {
            name: 'address',
            type: optional({ type: 'record', name: 'Address', fields: [{ name: 'city', type: 'string' }] }),
          },
        ],
      }),
    },
  ],
};

const PIPELINE = `name: p
source: { topic: t, format: avro, avroSchema: ./s.avsc }
table: a.b
schema: { fee: double, customer: { name: string } }
columns:
  id: { from: $.orderId, type: long }
  paid_at: { from: $.ts, cast: timestamptz, format: epoch millis }
  amount: { cast: 'decimal(9,2)', default: 0 }
  fee: { cast: double }
  zip: { cast: string }
  city: { from: $.customer.address.city, type: string, default: nowhere }
  pos: kafka.offset
  late: { from: $.later, type: string, default: never }
  debug: drop
filter: amount >= 0 and ($.ts < 5000 or $.ts is null)
`;

function decode(messages: readonly Uint8Array[], isDirect: boolean) {
  const config = parsePipelineConfig(PIPELINE, 'p.pipeline.yaml', () => JSON.stringify(SCHEMA));
  const fields = (config.schema ?? []).map((field, index) => ({ ...field, id: index + 1 }));
  const key = config.table;
  const plan = planEncoding(
    config,
    createTableMetadata({ key, fields, partitioning: [], warehouse: 's3://w', now: 0 }),
  );
  const watch = { onTrouble: () => {}, onAnswer: () => {} };
  const format = mapFormat(openAvroFormat({ kind: 'fixed', schema: JSON.stringify(SCHEMA) }, watch), plan);
  const decoder = createJsonDecoder(plan.columns, messages.length + 1, plan);
  const decoded = decodeOneWay(messages, { format, decoder, isDirect });
  return { ...decoded, filtered: decoder.filtered };
}

test('rules make the same columns of Avro on the fast way as on the careful one', () => {
  const write = avroWriter(SCHEMA);
  const address = { Address: { city: 'Ulm' } };
  const order = {
    orderId: 1n,
    ts: 1500n,
    amount: { double: 7.255 },
    fee: { double: NaN },
    zip: { int: 7000 },
  };
  const whole = { ...order, debug: 'x', customer: { Customer: { name: 'A', address } } };
  const messages = [
    whole,
    { ...whole, orderId: 2n, amount: null, fee: null, zip: null, customer: null },
    { ...whole, orderId: 3n, customer: { Customer: { name: 'B', address: null } } },
    { ...whole, orderId: 4n, amount: { double: -1 } },
    { ...whole, orderId: 5n, ts: 6000n },
    { ...whole, orderId: 6n, amount: { double: 1e9 } },
  ].map(write);
  const fast = decode(messages, true);
  const careful = decode(messages, false);
  const { careful: carefulRecords, ...outcome } = fast;
  assert.equal(carefulRecords, 1);
  assert.deepEqual(outcome, {
    ...outcome,
    rows: careful.rows,
    reasons: careful.reasons,
    filtered: careful.filtered,
  });
  assert.deepEqual(
    [outcome.filtered, outcome.reasons],
    [2, ['5: "amount" cannot be read as decimal(9,2): found 1000000000']],
  );
  assert.deepEqual(fast.rows.slice(0, 2), [
    {
      ...{ fee: NaN, customer: { name: 'A' }, id: 1n, paid_at: 1_500_000n, amount: 726n, zip: '7000' },
      ...{ city: 'Ulm', pos: 0n, late: 'never' },
    },
    {
      ...{ fee: null, customer: null, id: 2n, paid_at: 1_500_000n, amount: 0n, zip: null },
      ...{ city: 'nowhere', pos: 1n, late: 'never' },
    },
  ]);
});
