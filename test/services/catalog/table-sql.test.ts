import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { queryAll, type TrinoRow } from '../../../catalog/trino/client.ts';
import {
  commentSql,
  optimizeSql,
  previewSql,
  type QualifiedName,
  selectColumnsSql,
  showCreateSql,
  snapshotSql,
} from '../../../catalog/trino/table-sql.ts';
import { onlyInSql } from '../../../client/catalog/only-in-sql.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const TABLE = 'odd "name", ä';

describe('the statements that actions on a table run, really', () => {
  let bench: Workbench;
  let table: QualifiedName;

  before(async () => {
    bench = await openWorkbench('sql');
    await bench.sql(bench.root, `CREATE TABLE {${TABLE}} ("a""b" integer, m map(varchar, integer))`);
    await bench.sql(bench.root, `INSERT INTO {${TABLE}} VALUES (1, MAP(ARRAY['x'], ARRAY[1])), (2, NULL)`);
    table = [await bench.catalog(bench.root), bench.namespace, TABLE];
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('preview, column list, definition and comment work for any name', async () => {
    assert.equal((await run(previewSql(table, 1))).length, 1);
    assert.equal((await run(selectColumnsSql(table, ['a"b', 'm']))).length, 2);
    await run(commentSql(table, "it's"));
    assert.match((await run(showCreateSql(table)))[0]?.[0] as string, /COMMENT 'it''s'/);
    await run(commentSql(table, null));
  });

  test('an older snapshot is read, and the rows that only one branch has', async () => {
    const dev = await bench.fork('other');
    const [first] = await bench.sql(
      dev.name,
      `SELECT snapshot_id FROM {${TABLE}$snapshots} ORDER BY committed_at DESC LIMIT 1`,
    );
    await bench.sql(dev.name, `INSERT INTO {${TABLE}} VALUES (2, NULL), (3, NULL)`);
    const other: QualifiedName = [await bench.catalog(dev.name), bench.namespace, TABLE];
    assert.equal((await run(snapshotSql(other, first?.[0] as bigint))).length, 2);
    const columns = ['a"b'];
    const [here, there] = [table, other].map(([catalog, ...key]) => ({ catalog, key }));
    assert.ok(here !== undefined && there !== undefined);
    assert.deepEqual((await run(onlyInSql(there, here, columns))).map(row => row[0]).sort(), [2, 3]);
    assert.deepEqual(await run(onlyInSql(here, there, columns)), []);
    await run(optimizeSql(other));
    assert.deepEqual(await bench.sql(dev.name, `SELECT count(*) FROM {${TABLE}$files}`), [[1n]]);
  });

  async function run(sql: string): Promise<readonly TrinoRow[]> {
    return (await queryAll(bench.trino, sql)).rows;
  }
});
