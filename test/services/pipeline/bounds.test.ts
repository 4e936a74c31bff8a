import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parquetMetadata } from 'hyparquet';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { connectNessie } from '../../../catalog/nessie.ts';
import { compactTable } from '../../../pipeline/compact/compact-table.ts';
import { openRewriter } from '../../../pipeline/compact/rewrite-files.ts';
import { createRandom } from '../../../pipeline/produce/taxi.ts';
import {
  fillTriedTable,
  randomPredicate,
  TRIED_COLUMNS,
  TRIED_SCHEMA,
  tryPredicates,
} from '../../support/bounds-cases.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { NAMESPACE, openPlayground } from '../../support/pipeline-playground.ts';

/** More with `npm run bench bounds`. */
const CASES = 240;
const SEED = Number(process.env['LAKEHOUSE_BOUNDS_SEED'] ?? 7);

test('predicates find what a full scan finds, in every column, before and after files were put together', async () => {
  await using ground = await openPlayground('bounds_fuzz', { schema: TRIED_SCHEMA, partitions: 1 });
  const random = createRandom(SEED);
  const literals = await fillTriedTable(ground, random, { files: 5, rowsPerFile: 12 });
  const predicates = Array.from({ length: CASES }, () => randomPredicate(random, literals));
  const half = CASES / 2;
  const before = await tryPredicates(ground, ground.sqlName, predicates.slice(0, half));
  assert.deepEqual(before.wrong, [], `seed ${SEED}`);
  const endpoints = testEndpoints();
  const client = createS3Client(endpoints.objectStore);
  const store = createObjectStore(client);
  await compactTable({
    catalog: { nessie: connectNessie({ uri: endpoints.nessie.uri }), store, warehouse: '' },
    branch: 'main',
    key: [NAMESPACE, ground.table],
    policy: { targetBytes: 1 << 30, minFiles: 2, maxRows: 1e6 },
    openRewriter,
    onNotice: () => {},
  });
  const [path, rows, files] =
    (
      await ground.query(
        `SELECT min(file_path), sum(record_count), count(*) FROM ${ground.sqlName.replace(/"$/, '$files"')}`,
      )
    )[0] ?? [];
  assert.deepEqual([rows, files], [60n, 1n]);
  // A reader that knows nothing of Trino or Iceberg.
  const bytes = await store.get(String(path));
  const footer = parquetMetadata(new Uint8Array(bytes).buffer);
  assert.equal(footer.num_rows, 60n);
  assert.deepEqual(
    footer.schema.flatMap(({ field_id: id }) => (id === undefined ? [] : [id])),
    TRIED_COLUMNS.map((_, index) => index + 1),
  );
  client.destroy();
  const after = await tryPredicates(ground, ground.sqlName, predicates.slice(half));
  assert.deepEqual(after.wrong, [], `seed ${SEED}`);
});
