import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectStoreError } from '../../catalog/storage-error.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import type { EncodedFile } from '../../pipeline/batch-encoder.ts';
import { createTableMetadata } from '../../pipeline/iceberg/new-table.ts';
import { serverOf } from '../../pipeline/outages.ts';
import { uploadFile } from '../../pipeline/upload-file.ts';

test('a store that takes a file and says nothing is in trouble before anything fails, and only then', async () => {
  const answers: PromiseWithResolvers<void>[] = [];
  const put = (): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    return answer.promise;
  };
  const troubles: unknown[] = [];
  const heard = Promise.withResolvers<void>();
  const target = {
    store: { put } as unknown as ObjectStore,
    signal: new AbortController().signal,
    silentAfterMs: 5,
    onTrouble: (error: unknown) => {
      troubles.push(error);
      heard.resolve();
    },
  };
  const place = { warehouse: 's3://w', now: 0, partitioning: [] };
  const metadata = createTableMetadata({
    ...place,
    key: ['n', 't'],
    fields: [{ id: 0, name: 'id', required: false, type: { kind: 'long' } }],
  });
  const file = { bytes: new Uint8Array(2_500_000), partition: [], metrics: {} } as unknown as EncodedFile;
  const uploaded = uploadFile(target, metadata, file);
  await heard.promise;
  answers[0]?.resolve();
  assert.match((await uploaded).filePath, /^s3:\/\/w\/n\/t_.*\.parquet$/);
  const [trouble] = troubles;
  assert.ok(trouble instanceof ObjectStoreError);
  assert.equal(serverOf(trouble), 'The object store');
  assert.match(trouble.message, /^A file of 2\.5 MB for s3:\/\/w\/n\/t_\S+ has been on its way for 0\.005 s/);
  assert.equal(answers.length, 1, 'the file is sent once');
});
