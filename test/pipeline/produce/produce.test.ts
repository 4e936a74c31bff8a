import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { OutgoingRecord } from '../../../pipeline/kafka/topic-producer.ts';
import { findDataFiles, readDataFiles } from '../../../pipeline/produce/files.ts';
import { compileKeyTemplate, produceRows } from '../../../pipeline/produce/produce.ts';
import { type ProduceRow, type RowStream, takeRows } from '../../../pipeline/produce/rows.ts';
import { generateTaxiTrips, TAXI_KEY, TAXI_SCHEMA } from '../../../pipeline/produce/taxi.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-produce-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function collect(rows: RowStream): Promise<ProduceRow[]> {
  const all: ProduceRow[] = [];
  for await (const batch of rows) all.push(...batch);
  return all;
}

/** What a topic would get: the JSON texts. */
async function texts(rows: RowStream): Promise<string[]> {
  return (await collect(rows)).map(row => JSON.stringify(row));
}

describe('rows to produce', () => {
  test('come from CSV with numbers in their own spelling, nulls, quotes, CRLF and a BOM', async () => {
    const file = write(
      'a.csv',
      '\ufeffid,name,price,zip\r\n9007199254740993,"x, ""y""",7.0,01234\r\n2,,-1e5,\r\n',
    );
    assert.deepEqual(await texts(readDataFiles([file])), [
      '{"id":9007199254740993,"name":"x, \\"y\\"","price":7.0,"zip":"01234"}',
      '{"id":2,"name":null,"price":-1e5,"zip":null}',
    ]);
  });

  test('are refused with file and line where a line of CSV has not the cells of the header', async () => {
    const file = write('uneven.csv', 'a,b\n1,2\n3\n');
    await assert.rejects(collect(readDataFiles([file])), /uneven\.csv:3 has 1 cell, unlike the header/);
    rmSync(file);
  });

  test('keep columns that are called like members of every object', async () => {
    const csv = write('odd.csv', '__proto__,constructor,n\na,b,1\n');
    const lines = write('odd.ndjson', '{"__proto__":"a","constructor":"b","n":1}\n');
    const expected = ['{"__proto__":"a","constructor":"b","n":1}'];
    assert.deepEqual(await texts(readDataFiles([csv])), expected);
    assert.deepEqual(await texts(readDataFiles([lines])), expected);
  });

  test('come from NDJSON as they are, and a bad line is named', async () => {
    const file = write('b.ndjson', '{"a":9007199254740993,"b":[1.0,{"c":"é"}]}\n\n{"a":2}\n');
    assert.deepEqual(await texts(readDataFiles([file])), [
      '{"a":9007199254740993,"b":[1.0,{"c":"é"}]}',
      '{"a":2}',
    ]);
    const bad = write('c.jsonl', '{"a":1}\n[2]\n');
    await assert.rejects(collect(readDataFiles([bad])), /c\.jsonl:2 is no JSON object/);
  });

  test('come from Parquet with times as texts', async () => {
    const file = path.join(ROOT, 'node_modules/vega-datasets/data/flights-3m.parquet');
    const [first, ...rest] = await texts(takeRows(() => readDataFiles([file]), { limit: 5000 }));
    assert.equal(
      first,
      '{"date":"2001-01-01T00:01:00","delay":33,"distance":2176,"origin":"LAS","destination":"PHL"}',
    );
    assert.equal(rest.length, 4999);
  });

  test('come from every data file below a folder, in name order', async () => {
    const files = await findDataFiles([folder]);
    assert.deepEqual(
      files.map(file => path.basename(file)),
      ['a.csv', 'b.ndjson', 'c.jsonl', 'odd.csv', 'odd.ndjson'],
    );
    await assert.rejects(findDataFiles([write('d.txt', 'x')]), /d\.txt is none of/);
  });

  test('repeat until there are enough', async () => {
    const file = write('few.csv', 'n\n1\n2\n3\n');
    const rows = takeRows(() => readDataFiles([file]), { limit: 7, repeat: true });
    assert.deepEqual(
      (await texts(rows)).map(text => JSON.parse(text) as { n: number }).map(row => row.n),
      [1, 2, 3, 1, 2, 3, 1],
    );
  });

  test('are the real taxi trips where their file is at hand', async t => {
    const file = path.resolve(ROOT, '../shared/data/nyc-taxi-trips-2019-03.csv');
    if (!existsSync(file)) {
      t.skip(`${file} is not there`);
      return;
    }
    const rows = (await texts(readDataFiles([file]))).map(
      text => JSON.parse(text) as Record<string, unknown>,
    );
    assert.equal(rows.length, 6500);
    assert.ok(
      rows.every(
        row => typeof row['fare_amount'] === 'number' && typeof row['tpep_pickup_datetime'] === 'string',
      ),
    );
  });
});

describe('made-up taxi trips', () => {
  test('are the same for the same seed and have the fields of the real ones', async () => {
    const take = (seed: number): Promise<string[]> =>
      texts(takeRows(() => generateTaxiTrips(seed), { limit: 3000 }));
    const [one, again, other] = [await take(7), await take(7), await take(8)];
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    for (const text of one) {
      const trip = JSON.parse(text) as Record<string, number | string | null>;
      assert.deepEqual(Object.keys(trip), Object.keys(TAXI_SCHEMA));
      assert.ok(String(trip['tpep_pickup_datetime']) < String(trip['tpep_dropoff_datetime']));
      assert.ok(Number(trip['total_amount']) > 0);
    }
  });
});

describe('producing', () => {
  const rows: RowStream = (async function* () {
    yield [{ a: 1, b: 'x' }];
    yield [{ a: null, b: 'é' }, { b: 'z' }];
  })();

  test('sends keys by a template and values as JSON', async () => {
    const sent: OutgoingRecord[] = [];
    const producer = {
      send: async (records: readonly OutgoingRecord[]) => void sent.push(...records),
      close: async () => {},
    };
    const summary = await produceRows({ rows, producer, keyTemplate: '{a}|{b}|{toString}' });
    assert.deepEqual(
      sent.map(record => [record.key, record.value]),
      [
        ['1|x|', '{"a":1,"b":"x"}'],
        ['|é|', '{"a":null,"b":"é"}'],
        ['|z|', '{"b":"z"}'],
      ],
    );
    assert.equal(summary.rows, 3);
  });

  test('keys trips as the original stack does', () => {
    assert.equal(compileKeyTemplate(TAXI_KEY)({ PULocationID: 132, DOLocationID: 7, VendorID: 2 }), '13272');
  });
});
