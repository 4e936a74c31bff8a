import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { createSession } from '../../../catalog/trino/session.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../client/notebook/messages.ts';
import { createResultsWorker } from '../../../client/notebook/results/worker-link.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino } = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-export-'));
const worker = createResultsWorker();
after(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('exporting from Trino in the results worker', () => {
  test('writes all rows in every format, whatever the grid holds', async () => {
    for (const format of EXPORT_FORMATS) {
      const { rows } = await exportOrders(format, 'SELECT * FROM tpch.tiny.orders');
      assert.equal(rows, 15_000, format);
    }
    const csv = readFileSync(path.join(folder, 'orders.CSV'), 'utf8');
    assert.equal(csv.split('\n').length, 15_002);
    assert.match(csv, /^orderkey,custkey,/);
  });

  test('writes a whole result from the store without asking Trino again', async () => {
    const outcome = await worker.call('run', {
      handle: 'held',
      request: {
        connection: trino,
        statement: 'SELECT * FROM tpch.tiny.nation',
        session: createSession(),
        rowLimit: Infinity,
        path: path.join(folder, 'held.arrow'),
      },
    });
    assert.equal(outcome.head?.rowCount, 25);
    const file = path.join(folder, 'held.ndjson');
    const { rows } = await worker.call('export', {
      handle: 'job',
      format: 'NDJSON',
      path: file,
      source: { kind: 'held', handle: 'held' },
    });
    assert.equal(rows, 25);
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 25);
  });

  test('ends the query and leaves no file when it is cancelled', async () => {
    const exporting = exportOrders('CSV', 'SELECT * FROM tpch.sf100.lineitem', 'cancelled');
    const seen = Promise.withResolvers<void>();
    worker.follow('cancelled', {
      onExported: () => {
        seen.resolve();
      },
    });
    await seen.promise;
    await worker.call('cancel', { handle: 'cancelled' });
    await assert.rejects(exporting, /Cancelled/);
    assert.equal(existsSync(path.join(folder, 'orders.CSV.part')), false);
  });

  test('names the fault of a statement that cannot be exported', async () => {
    await assert.rejects(exportOrders('CSV', 'SELECT nosuch'), /cannot be resolved/);
  });
});

function exportOrders(format: ExportFormat, statement: string, handle = 'export'): Promise<{ rows: number }> {
  return worker.call('export', {
    handle,
    format,
    path: path.join(folder, `orders.${format}`),
    source: { kind: 'statement', connection: trino, statement, session: createSession() },
  });
}
