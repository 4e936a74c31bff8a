import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { openPython } from '../../support/python-packages.ts';

const QUERY = `
import duckdb, json, sys
rows = duckdb.sql("""SELECT count(*), sum(id), min(t), max(t), count(s), sum(p), count(*) FILTER (isnan(d)), max(len(tags)),
  min(a), count(DISTINCT place.city) FROM read_parquet('%s/*.parquet')""" % sys.argv[1]).fetchall()
print(json.dumps([str(value) for value in rows[0]]))
`;

test('DuckDB reads the files of a table as Trino reads the table', async context => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lakehouse-duckdb-'));
  // DuckDB shares no code with the writer, Trino or Iceberg.
  await using python = await openPython('duckdb==1.4.1');
  if (python === undefined) {
    await rm(folder, { recursive: true, force: true });
    context.skip('python3 -m pip does not install duckdb here');
    return;
  }
  await using ground = await openPlayground('duckdb', {
    schema:
      'id: long\nt: timestamp\ns: string\np: decimal(20,4)\nd: double\na: date\ntags: [string]\nplace: { city: string }',
    partitions: 1,
  });
  await ground.produce(
    Array.from({ length: 900 }, (_, id) =>
      JSON.stringify({
        id,
        t: `19${60 + (id % 40)}-01-01T00:00:00.00000${id % 10}`,
        s: id % 3 === 0 ? null : `s${id} 🛫`,
        p: `${id}.2500`,
        d: id % 9 === 0 ? 'NaN' : id / 3,
        a: '1582-10-15',
        tags: Array.from({ length: id % 5 }, (_tag, i) => `t${i}`),
        place: { city: `c${id % 7}` },
      }),
    ),
  );
  await ground.run();
  const client = createS3Client(testEndpoints().objectStore);
  try {
    const store = createObjectStore(client);
    const files = await ground.query(`SELECT file_path FROM ${ground.sqlName.replace(/"$/, '$files"')}`);
    for (const [index, [uri]] of files.entries())
      await writeFile(path.join(folder, `${index}.parquet`), await store.get(String(uri)));
    const stdout = await python.run(QUERY, [folder]);
    const [expected] = await ground.query(
      `SELECT CAST(count(*) AS varchar), CAST(sum(id) AS varchar), CAST(min(t) AS varchar), CAST(max(t) AS varchar), CAST(count(s) AS varchar),
         CAST(sum(p) AS varchar), CAST(count_if(is_nan(d)) AS varchar), CAST(max(cardinality(tags)) AS varchar), CAST(min(a) AS varchar),
         CAST(count(DISTINCT place.city) AS varchar) FROM ${ground.sqlName}`,
    );
    const [count, sum, first, ...rest] = JSON.parse(stdout) as string[];
    // Python leaves out a fraction that is zero.
    assert.deepEqual([count, sum, `${first}.000000`, ...rest], expected);
  } finally {
    client.destroy();
    await rm(folder, { recursive: true, force: true });
  }
});
