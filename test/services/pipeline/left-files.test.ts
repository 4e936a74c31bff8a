import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

test('files of a run that ended before its commit are deleted by the next; those of commits and of living writers stay', async () => {
  await using ground = await openPlayground('left_files', { schema: 'id: long', partitions: 1 });
  const client = createS3Client(testEndpoints().objectStore);
  const store = createObjectStore(client);
  const entries = async (folder: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { uri } of store.list(folder)) found.push(uri);
    return found;
  };
  try {
    await ground.produce(['{"id":1}']);
    await ground.run();
    const path = String(
      await ground.value(`SELECT file_path FROM ${ground.sqlName.replace(/"$/, '$files"')}`),
    );
    const location = path.slice(0, path.indexOf('/data/'));
    const folder = `${location}/metadata/lakehouse-uncommitted/`;
    assert.deepEqual(await entries(folder), []);
    const partition = `${ground.topic}/0`;
    const leave = async (id: string, start: number, file: string): Promise<void> => {
      const text = JSON.stringify({ starts: { [partition]: start }, paths: [file] });
      await store.put(`${folder}unit.${ground.config.name}.${id}.json`, Buffer.from(text));
    };
    const [orphan, waiting] = [`${location}/data/orphan.parquet`, `${location}/data/waiting.parquet`];
    for (const file of [orphan, waiting]) await store.put(file, Buffer.from('x'));
    // Read from 0 and never committed; committed, but its entry was not taken away; ahead of where the table will be.
    await leave('a', 0, orphan);
    await leave('b', 0, path);
    await leave('c', 2, waiting);
    await ground.produce(['{"id":2}']);
    await ground.run();
    assert.equal(await store.head(orphan), undefined);
    assert.notEqual(await store.head(waiting), undefined);
    assert.deepEqual(await entries(folder), [`${folder}unit.${ground.config.name}.c.json`]);
    assert.equal(await ground.value(`SELECT sum(id) FROM ${ground.sqlName}`), 3n);
    await store.delete(waiting);
  } finally {
    client.destroy();
  }
});
