import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import { mapFormat, sourceSpecs } from '../../../pipeline/columns/map-rows.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { createJsonDecoder } from '../../../pipeline/decode/json-decoder.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';
import { appendRecord } from '../../../pipeline/rows/append-rows.ts';
import { DEFAULT_CSV, openCsvFormat } from '../../../pipeline/rows/csv-format.ts';
import { rawRecordAt } from '../../../pipeline/rows/raw-record.ts';
import { planEncoding } from '../../../pipeline/table-plan.ts';
import { rowsOf } from '../../support/columns.ts';
import { batchOf } from '../../support/record-batch.ts';

const PIPELINE = `name: p
source: { topic: t }
table: a.b
schema: { vendor: long, fare: double }
columns:
  vendor: $.VendorID
  paid: { from: $.ts, cast: timestamp, format: epoch seconds }
  city: { from: $.place.city, type: string }
  fare: { default: 1.5 }
  pos: kafka.offset
  junk: drop
filter: vendor <> 3 and ($.place.zone is null or $.place.zone <> 'a')
`;

test('rules make the same columns of the cells of CSV: renamed, converted, out of JSON in a cell, filled', () => {
  const config = parsePipelineConfig(PIPELINE, 'p.pipeline.yaml');
  const { fields } = assignFieldIds(config.schema ?? []);
  const metadata = createTableMetadata({
    ...{ key: config.table, fields, partitioning: [], warehouse: 's3://w', now: 0 },
  });
  const plan = planEncoding(config, metadata);
  const dialect = { ...DEFAULT_CSV, columns: ['VendorID', 'ts', 'place', 'fare', 'junk'] };
  const format = mapFormat(openCsvFormat(dialect, sourceSpecs(plan)), plan);
  const decoder = createJsonDecoder(plan.columns, 4, plan);
  const batch = batchOf(['1,60,"{""city"":""Ulm""}",,x\n3,0,,,\n2,,,7,\n5,,"{""zone"":""a""}",,']);
  assert.equal(appendRecord(decoder, format, rawRecordAt(batch, { record: 0, byte: 0 })), undefined);
  assert.equal(decoder.filtered, 2);
  assert.deepEqual(rowsOf(decoder.columns, decoder.rows), [
    { vendor: 1n, fare: 1.5, paid: 60_000_000n, city: 'Ulm', pos: 0n },
    { vendor: 2n, fare: 7, paid: null, city: null, pos: 0n },
  ]);
});
