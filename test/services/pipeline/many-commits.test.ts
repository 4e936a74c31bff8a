import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPlayground } from '../../support/pipeline-playground.ts';

const COMMITS = 104;

test('after a hundred commits the manifests are merged, and Trino still reads, travels in time, deletes and optimizes', async () => {
  await using ground = await openPlayground('many_commits', {
    schema: 'id: long\ns: string',
    settings: 'commit: { rows: 1 }\npartitioning: ["bucket(id, 2)"]',
    partitions: COMMITS,
  });
  // One record for each partition, so that each makes a commit of its own.
  await ground.produce(
    Array.from({ length: COMMITS }, (_, i) => ({
      key: null,
      value: `{"id":${i},"s":"x${i}"}`,
      partition: i,
    })),
  );
  const summary = await ground.run();
  assert.equal(summary.commits, COMMITS);
  const metadataTable = (suffix: string): string => ground.sqlName.replace(/"$/, `$${suffix}"`);
  const manifests = await ground.value(`SELECT count(*) FROM ${metadataTable('manifests')}`);
  assert.ok(Number(manifests) < 10, `${String(manifests)} manifests`);
  assert.equal(await ground.value(`SELECT count(*) FROM ${metadataTable('snapshots')}`), BigInt(COMMITS));
  assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), BigInt(COMMITS));
  const early = await ground.value(
    `SELECT snapshot_id FROM (SELECT snapshot_id, row_number() OVER (ORDER BY committed_at) AS n FROM ${metadataTable('snapshots')}) WHERE n = 50`,
  );
  assert.equal(
    await ground.value(`SELECT count(*) FROM ${ground.sqlName} FOR VERSION AS OF ${String(early)}`),
    50n,
  );
  await ground.query(`DELETE FROM ${ground.sqlName} WHERE id < 4`);
  await ground.query(`ALTER TABLE ${ground.sqlName} EXECUTE optimize`);
  assert.equal(
    await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE id >= 2 AND s >= 'x'`),
    BigInt(COMMITS - 4),
  );
});
