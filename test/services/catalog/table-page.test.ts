import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadTablePage, type TablePage } from '../../../catalog/table-page.ts';
import { loadTableMetadata, TableUnreadableError } from '../../../catalog/table-loader.ts';
import { loadTree } from '../../../catalog/tree-loader.ts';
import { findNode } from '../../../catalog/tree.ts';
import { compareReferences } from '../../../catalog/compare.ts';
import type { TableContent } from '../../../catalog/nessie.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('the page of a table, from metadata alone, really', () => {
  let bench: Workbench;
  let page: TablePage;

  before(async () => {
    bench = await openWorkbench('page');
    await bench.sql(
      bench.root,
      "CREATE TABLE {t} (id bigint NOT NULL, city varchar COMMENT 'where', price decimal(9, 2)) WITH (partitioning = ARRAY['city'], sorted_by = ARRAY['id'])",
    );
    await bench.sql(
      bench.root,
      "INSERT INTO {t} VALUES (1, 'Bern', 1.50), (2, 'Bern', NULL), (9007199254740993, 'Genf', -3)",
    );
    await bench.sql(bench.root, "INSERT INTO {t} VALUES (4, 'Bern', 7)");
    await bench.sql(bench.root, 'ALTER TABLE {t} ADD COLUMN note varchar');
    await bench.sql(
      bench.root,
      "ALTER TABLE {t} SET PROPERTIES partitioning = ARRAY['city', 'bucket(id, 4)']",
    );
    await bench.sql(bench.root, "INSERT INTO {t} VALUES (5, 'Thun', 2, 'x')");
    await bench.sql(bench.root, 'DELETE FROM {t} WHERE id = 2');
    await bench.sql(bench.root, 'ANALYZE {t}');
    page = await loadTablePage(bench.store, await bench.content(bench.root, 't'));
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('files, partitions and manifests are those that Trino lists', async () => {
    const files = await bench.sql(
      bench.root,
      'SELECT file_path, content, record_count, file_size_in_bytes FROM {t$files} ORDER BY 1',
    );
    const contents = ['data', 'position-deletes', 'equality-deletes'];
    assert.deepEqual(
      [...page.files.list]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(file => [file.path, contents.indexOf(file.content), file.rows, file.bytes]),
      files,
    );
    assert.deepEqual(
      [page.files.summary.dataFiles, page.files.summary.deleteFiles, page.files.summary.rows],
      [4, 1, 5n],
    );
    assert.equal(
      page.files.summary.histogram.reduce((sum, item) => sum + item.files, 0),
      4,
    );
    assert.ok(
      page.files.partitions.some(
        item => item.partition === 'city=Bern' && item.rows === 3n && item.deleteFiles === 1,
      ),
    );
    assert.ok(page.files.partitions.some(item => /^city=Thun, id_bucket=\d$/.test(item.partition)));
    assert.equal(page.files.skew.largestRows, 3n);
    const manifests = await bench.sql(bench.root, 'SELECT path FROM {t$manifests} ORDER BY 1');
    assert.deepEqual(
      page.manifests.map(item => item.manifestPath).sort(),
      manifests.map(row => row[0]),
    );
  });

  test('snapshots, schema versions and layouts tell the history', async () => {
    const snapshots = await bench.sql(
      bench.root,
      'SELECT snapshot_id, operation FROM {t$snapshots} ORDER BY committed_at DESC',
    );
    assert.deepEqual(
      page.snapshots.map(row => [row.snapshotId, row.operation]),
      snapshots,
    );
    assert.deepEqual(
      [page.snapshots[0]?.isCurrent, page.snapshots.every(row => row.isInHistory)],
      [true, true],
    );
    assert.equal(page.snapshots.at(-2)?.addedRows, 3n);
    assert.deepEqual(
      page.schemas.map(version => version.changes),
      [[], [{ kind: 'added', path: 'note', type: 'string', required: false }]],
    );
    assert.deepEqual(
      page.partitioning.map(item => [item.text, item.isCurrent]),
      [
        ['city', false],
        ['city, bucket[4](id)', true],
      ],
    );
    assert.match(page.sorting.find(item => item.isCurrent)?.text ?? '', /^id asc nulls-first$/);
  });

  test('column statistics are exact where the metadata is', () => {
    const of = (path: string) => page.files.columns.find(column => column.path === path);
    assert.deepEqual(
      [of('id')?.min, of('id')?.max, of('id')?.nullShare, of('id')?.required],
      ['1', '9007199254740993', 0, true],
    );
    assert.deepEqual([of('price')?.min, of('price')?.max, of('price')?.nullShare], ['-3.00', '7.00', 0.2]);
    assert.deepEqual([of('city')?.min, of('city')?.max, of('city')?.comment], ['Bern', 'Thun', 'where']);
    assert.ok((of('city')?.distinct ?? 0n) >= 3n, 'ANALYZE left an estimate');
    assert.equal(of('note')?.nullShare, undefined, 'files from before the column say nothing of it');
  });

  test('broken, missing and unreachable metadata are told apart and do not hide the tree', async () => {
    const good = await bench.content(bench.root, 't');
    const broken = await bench.fork('broken');
    const at = async (name: string, text: string | undefined): Promise<TableContent> => {
      const metadataLocation = `s3://${bench.endpoints.objectStore.bucket}/${bench.namespace}/${name}.metadata.json`;
      if (text !== undefined) await bench.store.put(metadataLocation, Buffer.from(text));
      const { type, snapshotId, schemaId, specId, sortOrderId } = good;
      const content: TableContent = { type, metadataLocation, snapshotId, schemaId, specId, sortOrderId };
      await bench.put(broken.name, [bench.namespace, name], content);
      return content;
    };
    const reasonOf = async (content: TableContent): Promise<string> => {
      try {
        await loadTableMetadata(bench.store, content.metadataLocation);
      } catch (error) {
        assert.ok(error instanceof TableUnreadableError && error.message.includes(content.metadataLocation));
        return error.reason;
      }
      return 'readable';
    };
    assert.equal(await reasonOf(await at('missing', undefined)), 'missing');
    assert.equal(await reasonOf(await at('cut', '{"format-version":2,"loc')), 'broken');
    assert.equal(await reasonOf(await at('strange', '{"format-version":2}')), 'broken');
    assert.equal(await reasonOf({ ...good, metadataLocation: 'file:///etc/passwd' }), 'missing');
    await bench.put(broken.name, [bench.namespace, `x${'y'.repeat(299)}`], {
      type: 'UNKNOWN',
      kind: 'DELTA_LAKE_TABLE',
      raw: { type: 'DELTA_LAKE_TABLE', metadataLocationHistory: [], checkpointLocationHistory: [] },
    });
    const tree = await loadTree(bench.nessie, { name: broken.name });
    assert.equal(findNode(tree, [bench.namespace, 'missing'])?.kind, 'table');
    assert.equal(findNode(tree, [bench.namespace, `x${'y'.repeat(299)}`])?.kind, 'unknown');
    const changes = await compareReferences(bench.nessie, {
      from: await bench.head(bench.root),
      to: await bench.head(broken.name),
    });
    assert.equal(changes.length, 4);
  });
});
