import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { applyColumns } from '../../../pipeline/schema/apply-columns.ts';
import { inferSchema } from '../../../pipeline/schema/infer.ts';
import { schemaToYaml } from '../../../pipeline/schema/schema-yaml.ts';

const HEAD = 'name: p\nsource: { topic: t }\ntable: a.b\n';

const RULES = `columns:
  city: $.customer.address.city
  sku: '$.items[0].sku'
  vendor: $.VendorID
  fare: { cast: 'decimal(9,2)' }
  note: { default: none }
  source_offset: kafka.offset
  debug: drop
`;

const RECORD = {
  id: 1,
  VendorID: 2,
  fare: 1.5,
  note: 'x',
  debug: true,
  customer: { address: { city: 'Ulm' } },
  items: [{ sku: 7 }],
};

test('a proposal has the columns that the file makes, and the file takes it', () => {
  const { columns } = parsePipelineConfig(HEAD + RULES, 'p.pipeline.yaml');
  const { fields } = inferSchema([Buffer.from(JSON.stringify(RECORD))]);
  const proposed = applyColumns(fields, columns);
  assert.deepEqual(
    proposed.map(({ name, type }) => `${name} ${type.kind}`),
    ['id long', 'city string', 'sku long', 'vendor long', 'note string'],
  );
  const { schema } = parsePipelineConfig(`${HEAD}${RULES}${schemaToYaml(proposed)}`, 'p.pipeline.yaml');
  assert.deepEqual(
    schema?.map(({ name }) => name),
    ['id', 'city', 'sku', 'vendor', 'note', 'fare', 'source_offset'],
  );
});
