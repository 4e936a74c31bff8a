import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { connectTrino, runStatement } from '../../../catalog/trino/client.ts';
import { createSession } from '../../../catalog/trino/session.ts';
import { createResultsWorker, type ResultsWorker } from '../../../client/notebook/results/worker-link.ts';
import { WHOLE_RESULT } from '../../../client/notebook/results/view.ts';

/** A million rows and ten columns of several types. */
export const MILLION = `SELECT orderkey, partkey, suppkey, linenumber, quantity, extendedprice, CAST(discount AS decimal(12,2)) AS discount,
  shipdate, shipmode, comment FROM tpch.sf1.lineitem LIMIT 1000000`;

/** The figures of the result store over a million rows. */
export interface ResultFigures {
  readonly loadSeconds: number;
  readonly hostMemoryMb: number;
  readonly outputBytes: number;
  /** The slowest of sorting by a bigint, a decimal and a text column. */
  readonly sort1mMs: number;
  /** The longest time that the host's thread worked without a pause: what an editor would feel of us. */
  readonly longestWorkMs: number;
  /** The longest time that a timer of the host came late, the scheduling of the machine included. */
  readonly longestDelayMs: number;
}

/** Loads a million rows as a notebook does and looks at the process meanwhile. */
export async function measureResults({ trino }: LakehouseEndpoints): Promise<ResultFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-bench-'));
  const before = process.memoryUsage().rss;
  let peak = before;
  const blocks = { work: 0, delay: 0 };
  let lastTick = performance.now();
  let lastWork = threadMs();
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
    const [now, work] = [performance.now(), threadMs()];
    blocks.delay = Math.max(blocks.delay, now - lastTick - 5);
    blocks.work = Math.max(blocks.work, work - lastWork);
    [lastTick, lastWork] = [now, work];
  }, 5);
  const worker = createResultsWorker();
  try {
    const began = performance.now();
    const outcome = await worker.call('run', {
      handle: 'million',
      request: {
        connection: trino,
        statement: MILLION,
        session: createSession(),
        rowLimit: Infinity,
        path: path.join(folder, 'million.arrow'),
      },
    });
    const loadSeconds = (performance.now() - began) / 1000;
    if (outcome.head?.rowCount !== 1_000_000)
      throw new Error(`Expected a million rows: ${JSON.stringify(outcome.error)}`);
    for (let firstRow = 0; firstRow < 1_000_000; firstRow += 20_000) {
      await worker.ask('million', 'page', {
        view: WHOLE_RESULT,
        range: { firstRow, rows: 200, firstColumn: 0, columns: 10 },
      });
    }
    const sorts = [];
    for (const column of [0, 6, 9]) sorts.push(await timeSort(worker, column));
    const { head, progress } = outcome;
    return {
      loadSeconds,
      hostMemoryMb: (peak - before) / 1e6,
      outputBytes: Buffer.byteLength(
        JSON.stringify({ handle: 'million', statement: MILLION, progress, table: head }),
      ),
      sort1mMs: Math.max(...sorts),
      longestWorkMs: blocks.work,
      longestDelayMs: blocks.delay,
    };
  } finally {
    clearInterval(sampling);
    await worker[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }
}

/** Processor time of this thread. Another thread, or another process on the same processor, does not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function timeSort(worker: ResultsWorker, column: number): Promise<number> {
  const began = performance.now();
  const view = { ...WHOLE_RESULT, sort: [{ column, isDescending: true }] };
  await worker.ask('million', 'page', { view, range: { firstRow: 0, rows: 1, firstColumn: 0, columns: 1 } });
  return performance.now() - began;
}

/** How much later than in a bare client the first rows can be shown; the median of several runs. */
export async function measureFirstPage({ trino }: LakehouseEndpoints): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-bench-'));
  const worker = createResultsWorker();
  const statement = 'SELECT * FROM tpch.sf1.orders';
  const differences: number[] = [];
  try {
    for (let i = 0; i < 9; i++) {
      const bare = await timeBare(trino, statement);
      const shown = await timeShown(worker, {
        trino,
        statement,
        path: path.join(folder, `${i}.arrow`),
        handle: `first-${i}`,
      });
      // The first round warms Trino, the client and the worker.
      if (i > 1) differences.push(shown - bare);
    }
  } finally {
    await worker[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }
  return differences.sort((a, b) => a - b)[Math.floor(differences.length / 2)] ?? NaN;
}

async function timeBare(trino: LakehouseEndpoints['trino'], statement: string): Promise<number> {
  const began = performance.now();
  for await (const update of runStatement(connectTrino(trino), statement)) {
    if (update.rows.length > 0) return performance.now() - began;
  }
  throw new Error('The statement had no rows.');
}

async function timeShown(
  worker: ResultsWorker,
  run: {
    readonly trino: LakehouseEndpoints['trino'];
    readonly statement: string;
    readonly path: string;
    readonly handle: string;
  },
): Promise<number> {
  const { trino, statement, handle } = run;
  const began = performance.now();
  const first = Promise.withResolvers<number>();
  const following = worker.follow(handle, {
    onFirstRows: () => {
      first.resolve(performance.now() - began);
    },
  });
  const running = worker.call('run', {
    handle,
    request: { connection: trino, statement, session: createSession(), rowLimit: 1, path: run.path },
  });
  const shown = await first.promise;
  await running;
  following.dispose();
  await worker.call('drop', { handle });
  return shown;
}

/** Rows per second from Trino into a CSV file, and from a bare client that throws them away. */
export async function measureExport({
  trino,
}: LakehouseEndpoints): Promise<{ exportRowsPerSecond: number; bareRowsPerSecond: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-bench-'));
  const worker = createResultsWorker();
  try {
    const bareBegan = performance.now();
    for await (const update of runStatement(connectTrino(trino), MILLION)) void update.rows;
    const bareSeconds = (performance.now() - bareBegan) / 1000;
    const began = performance.now();
    const { rows } = await worker.call('export', {
      handle: 'export',
      format: 'CSV',
      path: path.join(folder, 'million.csv'),
      source: { kind: 'statement', connection: trino, statement: MILLION, session: createSession() },
    });
    const seconds = (performance.now() - began) / 1000;
    return { exportRowsPerSecond: rows / seconds, bareRowsPerSecond: 1_000_000 / bareSeconds };
  } finally {
    await worker[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }
}
