import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsIn, NUMBERED_SCHEMA, numberedRows } from '../../support/pipeline-halts.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

const HOUR_MS = 3_600_000;

test('a clock that goes back an hour, and then forward again, loses nothing and leaves the history of the table in order', async context => {
  await using ground = await openPlayground('clock', {
    schema: NUMBERED_SCHEMA,
    settings: 'commit: { rows: 1 }\nmaintenance: { compact: off, expire: off }',
    partitions: 1,
  });
  const trueNow = Date.now.bind(Date);
  let wrongBy = 0;
  context.mock.method(Date, 'now', () => trueNow() + wrongBy);
  for (const [run, shift] of [0, -HOUR_MS, 0].entries()) {
    wrongBy = shift;
    await ground.produce(numberedRows(run * 2, run * 2 + 2));
    await ground.run();
  }
  wrongBy = 0;
  assert.deepEqual(await idsIn(ground), [0, 1, 2, 3, 4, 5]);
  const history = ground.sqlName.replace(/"$/, '$snapshots"');
  const snapshots = await ground.query(
    `SELECT snapshot_id, parent_id, to_unixtime(committed_at) FROM ${history} ORDER BY committed_at`,
  );
  // Every snapshot stands behind its parent, in the order in which they were made.
  assert.deepEqual(
    snapshots.slice(1).map(([, parent]) => parent),
    snapshots.slice(0, -1).map(([id]) => id),
  );
  const times = snapshots.map(([, , at]) => Number(at));
  assert.equal(new Set(times).size, times.length);
  // Nothing is dated back: a table that is read as of then shows what was there.
  assert.ok(Math.min(...times) * 1000 > trueNow() - HOUR_MS / 2);
  assert.equal(
    await ground.value(
      `SELECT count(*) FROM ${ground.sqlName} FOR VERSION AS OF ${String(snapshots[1]?.[0])}`,
    ),
    4n,
  );
});
