import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { connectTrino, createSession, getQueryState } from '../../../catalog/trino/client.ts';
import { exportRows } from '../../../client/notebook/export/export-rows.ts';
import { storeSource } from '../../../client/notebook/export/row-sources.ts';
import { holdResult } from '../../../client/notebook/results/held-result.ts';
import { createResultStore } from '../../../client/notebook/results/result-store.ts';
import { createStatementRun } from '../../../client/notebook/results/statement-run.ts';
import { WHOLE_RESULT } from '../../../client/notebook/results/view.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { jsonRows } from '../../client/notebook/json-rows.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-large-'));
after(() => rmSync(folder, { recursive: true }));

function bigints(count: number): { readonly name: string; readonly type: string }[] {
  return Array.from({ length: count }, (_, i) => ({ name: `c${i}`, type: 'bigint' }));
}

describe('a large result', () => {
  test('of 5,000 rows and 5,000 columns is held, paged and sorted', () => {
    const store = createResultStore(path.join(folder, 'square.arrow'), bigints(5_000));
    const held = holdResult(store);
    for (let row = 0; row < 5_000; row++) {
      const base = BigInt(row) * 5_000n;
      store.append(jsonRows([Array.from({ length: 5_000 }, (_, column) => base + BigInt(column))]));
    }
    store.flush();
    assert.equal(store.rowCount, 5_000);
    const corner = { firstRow: 4_999, rows: 1, firstColumn: 4_998, columns: 2 };
    assert.deepEqual(held.page(WHOLE_RESULT, corner).rows, [['24999998', '24999999']]);
    const sorted = { ...WHOLE_RESULT, sort: [{ column: 4_999, isDescending: true }] };
    assert.deepEqual(held.page(sorted, { ...corner, firstRow: 0 }).rows, [['24999998', '24999999']]);
    store.close();
  });

  test('of one row and 100,000 columns is held, paged and exported', async () => {
    const store = createResultStore(path.join(folder, 'wide.arrow'), bigints(100_000));
    const held = holdResult(store);
    store.append(jsonRows([Array.from({ length: 100_000 }, (_, column) => BigInt(column))]));
    store.flush();
    const end = { firstRow: 0, rows: 1, firstColumn: 99_999, columns: 1 };
    assert.deepEqual(held.page(WHOLE_RESULT, end).rows, [['99999']]);
    const file = path.join(folder, 'wide.csv');
    const signal = new AbortController().signal;
    await exportRows(storeSource(store), { format: 'CSV', path: file, signal, onRows: () => {} });
    const [header = '', row = ''] = readFileSync(file, 'utf8').split('\n');
    assert.deepEqual([header.split(',').length, row.split(',').at(-1)], [100_000, '99999']);
    store.close();
  });

  test('that waited too long says so when more is wanted, keeps its rows, and holds nothing in Trino', async () => {
    const { trino } = testEndpoints();
    const request = {
      connection: trino,
      statement: 'SELECT * FROM tpch.sf1.orders',
      session: createSession(),
      rowLimit: 1_000,
      path: path.join(folder, 'waiting.arrow'),
    };
    const run = createStatementRun(request, { onProgress: () => {}, onFirstRows: () => {} }, 50);
    const first = await run.fetch(1_000);
    const connection = connectTrino(trino);
    const deadline = Date.now() + 20_000;
    const stateOf = async (): Promise<string> =>
      (await getQueryState(connection, first.progress.queryId ?? '')).state;
    while ((await stateOf()) !== 'FAILED' && Date.now() < deadline);
    assert.equal(await stateOf(), 'FAILED');
    const more = await run.fetch(Infinity);
    assert.deepEqual(
      [more.error?.name, more.head?.rowCount, more.saved?.isCut],
      ['RESULT_CLOSED', first.head?.rowCount, true],
    );
    assert.match(more.error?.message ?? '', /^The query was ended after .* the first [\d,]+ are kept\.$/);
    await run.dispose();
  });
});
