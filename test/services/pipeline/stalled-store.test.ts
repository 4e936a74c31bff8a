import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { PIPELINE_ENVIRONMENT, PIPELINE_EXEC_ARGV } from '../../../pipeline/child-protocol.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import type { MeasuredProgress, MeasuredStart } from '../../support/measured-pipeline.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

const ROWS = 20_000;
const TEXT_BYTES = 6_000;
const CAP_MB = 512;
/** So many looks without a further record, a tenth of a second apart, and the pipeline has stopped reading. */
const STILL_LOOKS = 15;

test('while the store takes nothing the pipeline reads no further than its memory allows, and then it goes on', async () => {
  await using ground = await openPlayground('stalled', { schema: 'id: long\ns: string' });
  for (let from = 0; from < ROWS; from += 160) {
    await ground.produce(
      Array.from(
        { length: 160 },
        (_, i) => `{"id":${from + i},"s":"${randomBytes((TEXT_BYTES * 3) / 4).toString('base64url')}"}`,
      ),
    );
  }
  const released = Promise.withResolvers<void>();
  const { objectStore } = testEndpoints();
  await using proxy = await openFaultProxy(objectStore.endpoint, request =>
    request.method === 'PUT' && request.url?.includes('.parquet') === true
      ? { until: released.promise }
      : 'pass',
  );
  const child = fork(path.join(import.meta.dirname, '../../support/measured-pipeline.ts'), {
    serialization: 'advanced',
    execArgv: [...PIPELINE_EXEC_ARGV],
    env: { ...process.env, ...PIPELINE_ENVIRONMENT },
  });
  const endpoints = { ...testEndpoints(), objectStore: { ...objectStore, endpoint: proxy.origin } };
  child.send({ config: ground.config, endpoints } satisfies MeasuredStart);
  const exited = new AbortController();
  child.once('exit', () => exited.abort(new Error('The pipeline ended early.')));
  let last: MeasuredProgress | undefined;
  let still = 0;
  let rowsAtStall = 0;
  for await (const [progress] of on(child, 'message', { signal: exited.signal }) as AsyncIterable<
    [MeasuredProgress]
  >) {
    still = progress.rowsRead > 0 && progress.rowsRead === last?.rowsRead ? still + 1 : 0;
    last = progress;
    if (still === STILL_LOOKS && rowsAtStall === 0) {
      rowsAtStall = progress.rowsRead;
      assert.equal(progress.rowsCommitted, 0);
      released.resolve();
    }
    if (progress.ended) break;
  }
  assert.ok(
    rowsAtStall > 0 && rowsAtStall < ROWS,
    `${rowsAtStall} of ${ROWS} rows were read during the stall`,
  );
  assert.ok(last !== undefined && last.peakRssMb < CAP_MB, `${last?.peakRssMb} MB`);
  const [row] = await ground.query(
    `SELECT count(*), count(DISTINCT id), count_if(length(s) = ${TEXT_BYTES}) FROM ${ground.sqlName}`,
  );
  assert.deepEqual(row, [BigInt(ROWS), BigInt(ROWS), BigInt(ROWS)]);
  console.log(`${rowsAtStall} rows read during the stall, peak ${last.peakRssMb.toFixed(0)} MB`);
});
