import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import {
  connectTrino,
  createSession,
  getQueryState,
  type TrinoSession,
} from '../../../catalog/trino/client.ts';
import type { Progress, ResultHead } from '../../../client/notebook/messages.ts';
import { createStatementRun, type StatementRun } from '../../../client/notebook/results/statement-run.ts';
import { WHOLE_RESULT } from '../../../client/notebook/results/view.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino } = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-run-'));
const runs: StatementRun[] = [];
after(async () => {
  for (const run of runs) await run.dispose();
  rmSync(folder, { recursive: true });
});

describe('a statement run into a result', () => {
  test('brings every row and the figures of the query', async () => {
    const { run, progress } = start('SELECT * FROM tpch.tiny.orders');
    const outcome = await run.fetch(Infinity);
    assert.equal(outcome.error, undefined);
    assert.equal(outcome.head?.rowCount, 15_000);
    assert.equal(outcome.head?.isCut, false);
    assert.equal(outcome.progress.state, 'FINISHED');
    assert.equal(outcome.progress.processedRows, 15_000);
    assert.match(outcome.progress.infoUri ?? '', /^http/);
    assert.ok(progress.length > 0);
  });

  test('stops at the limit without changing the statement, and goes on when asked', async () => {
    const { run, heads } = start('SELECT * FROM tpch.sf1.orders');
    const first = await run.fetch(1000);
    assert.equal(heads.length, 1);
    assert.equal(first.head?.isCut, true);
    assert.ok(first.head.rowCount >= 1000 && first.head.rowCount < 1_000_000);
    const more = await run.fetch(first.head.rowCount + 1);
    assert.ok((more.head?.rowCount ?? 0) > first.head.rowCount);
    run.cancel();
    const cancelled = await run.fetch(Infinity);
    assert.equal(cancelled.error?.name, 'USER_CANCELED');
    assert.equal((cancelled.head?.rowCount ?? 0) >= (more.head?.rowCount ?? 0), true);
  });

  test('knows that a limit met by the last row cut nothing', async () => {
    const { run } = start('SELECT * FROM (VALUES 1, 2, 3)');
    assert.equal((await run.fetch(3)).head?.isCut, false);
  });

  test('ends in Trino as cancelled by the user', async () => {
    const { run, whenProgress } = start(
      'SELECT count(*) FROM tpch.sf1000.lineitem l1, tpch.sf1000.lineitem l2',
    );
    const outcome = run.fetch(Infinity);
    await whenProgress(progress => progress.state === 'RUNNING');
    run.cancel();
    const { progress, error } = await outcome;
    assert.equal(error?.name, 'USER_CANCELED');
    assert.equal(progress.state, 'CANCELED');
    const state = await getQueryState(connectTrino(trino), progress.queryId ?? '');
    assert.deepEqual(state, { state: 'FAILED', errorName: 'USER_CANCELED' });
  });

  test('says where Trino found a fault', async () => {
    const { run } = start('SELECT\n  nosuch FROM tpch.tiny.orders');
    const { error, progress } = await run.fetch(10);
    assert.deepEqual([error?.name, error?.line, error?.column], ['COLUMN_NOT_FOUND', 2, 3]);
    assert.equal(progress.state, 'FAILED');
  });

  test('carries the session from one statement to the next', async () => {
    const session = createSession();
    await start('USE tpch.tiny', session).run.fetch(1);
    await start("SET SESSION query_max_run_time = '1h'", session).run.fetch(1);
    const { head } = await start('SELECT count(*) FROM nation', session).run.fetch(1);
    assert.equal(head?.page.rows[0]?.[0], '25');
    assert.equal(session.properties.get('query_max_run_time'), '1h');
  });

  test('sorts 15,000 rows as Trino does', async () => {
    const { run } = start('SELECT * FROM tpch.tiny.orders');
    await run.fetch(Infinity);
    const sort = [
      { column: 3, isDescending: true },
      { column: 0, isDescending: false },
    ];
    const page = run.held?.page(
      { ...WHOLE_RESULT, sort },
      { firstRow: 0, rows: 500, firstColumn: 0, columns: 4 },
    );
    const trinoRun = start(
      'SELECT orderkey, custkey, orderstatus, totalprice FROM tpch.tiny.orders ORDER BY totalprice DESC, orderkey LIMIT 500',
    ).run;
    await trinoRun.fetch(Infinity);
    const expected = trinoRun.held?.page(WHOLE_RESULT, {
      firstRow: 0,
      rows: 500,
      firstColumn: 0,
      columns: 4,
    });
    assert.deepEqual(page?.rows, expected?.rows);
  });
});

function start(
  statement: string,
  session: TrinoSession = createSession(),
): {
  run: StatementRun;
  progress: Progress[];
  heads: ResultHead[];
  whenProgress: (isWanted: (progress: Progress) => boolean) => Promise<void>;
} {
  const progress: Progress[] = [];
  const heads: ResultHead[] = [];
  const waiting: { isWanted: (progress: Progress) => boolean; resolve: () => void }[] = [];
  const run = createStatementRun(
    {
      connection: trino,
      statement,
      session,
      rowLimit: 1000,
      path: path.join(folder, `${runs.length}.arrow`),
    },
    {
      onProgress: item => {
        progress.push(item);
        for (const each of waiting) if (each.isWanted(item)) each.resolve();
      },
      onFirstRows: head => {
        heads.push(head);
      },
    },
  );
  runs.push(run);
  const whenProgress = (isWanted: (progress: Progress) => boolean): Promise<void> =>
    new Promise(resolve => {
      waiting.push({ isWanted, resolve });
    });
  return { run, progress, heads, whenProgress };
}
