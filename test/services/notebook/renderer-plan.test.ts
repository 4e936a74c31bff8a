import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readIoPlan } from '../../../client/notebook/io-plan.ts';
import type { PlanView, ResultHead, ResultOutput } from '../../../client/notebook/messages.ts';
import { readPlan } from '../../../client/notebook/plan-text.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { findViolations } from './axe.ts';
import { openRendererPage, type RendererPage, startBrowser } from './renderer-page.ts';

const trino = connectTrino(testEndpoints().trino);
let browser: Browser;
let renderer: RendererPage;
let page: Page;
before(async () => {
  browser = await startBrowser();
  renderer = await openRendererPage(browser, () => null);
  ({ page } = renderer);
});
after(async () => {
  await browser.close();
});

describe('a plan of Trino', () => {
  test('of inputs and outputs is drawn as tables with their constraints, beside the text', async () => {
    const plan = readIoPlan(
      await explain(
        "EXPLAIN (TYPE IO) SELECT name FROM tpch.tiny.orders o JOIN tpch.tiny.customer c ON o.custkey = c.custkey WHERE orderkey BETWEEN 5 AND 10 AND orderstatus IN ('F', 'O')",
      ),
    );
    assert.equal(plan?.kind, 'io');
    await show(plan);
    const read = page.getByRole('region', { name: 'Read · 2 tables' });
    assert.equal(await read.count(), 1);
    await page.getByText('tpch.tiny.customer', { exact: true }).waitFor();
    await page.getByText('orderkey >= 5 and <= 10 · bigint').waitFor();
    await page.getByText('orderstatus in (F, O) · varchar(1)').waitFor();
    await page.getByRole('button', { name: 'Text' }).click();
    await page.getByLabel('Plan as text').getByText('"inputTableColumnInfos"').waitFor();
    assert.deepEqual(await findViolations(page), []);
  });

  test('that was analysed has a table of its stages with time, rows and skew', async () => {
    const plan = readPlan(
      await explain(
        'EXPLAIN ANALYZE SELECT orderstatus, count(*) FROM tpch.tiny.orders o JOIN tpch.tiny.customer c ON o.custkey = c.custkey GROUP BY 1',
      ),
    );
    assert.equal(plan.kind, 'analyze');
    await show(plan, { isRowFirst: true });
    const stages = page.getByRole('table', { name: 'Stages' });
    assert.equal(await stages.getByRole('row').count(), plan.fragments.length + 1);
    const heads = await stages.getByRole('columnheader').allTextContents();
    for (const name of ['CPU', 'Input rows', 'Output rows', 'Task skew', 'Worst operator skew'])
      assert.ok(heads.includes(name), name);
    // Every order and every customer is read once.
    await stages.getByRole('cell', { name: '16,500', exact: true }).waitFor();
    for (const { stage } of plan.fragments) {
      assert.match(stage?.figures['CPU'] ?? '', /^[\d.]+(?:ns|us|ms|s)$/);
      assert.match(stage?.figures['Task skew'] ?? '', /^[\d.]+%$/);
    }
    assert.deepEqual(await findViolations(page), []);
  });
});

async function explain(sql: string): Promise<string> {
  const { rows } = await queryAll(trino, sql);
  return String(rows[0]?.[0]);
}

/** Draws a plan as it comes: the row with its text may be there before. */
async function show(plan: PlanView, { isRowFirst = false } = {}): Promise<void> {
  const table: ResultHead = {
    columns: [{ name: 'Query Plan', type: 'varchar' }],
    columnCount: 1,
    rowCount: 1,
    page: { firstRow: 0, firstColumn: 0, rows: [[plan.text]] },
    isCut: false,
  };
  const progress = {
    state: 'FINISHED',
    elapsedMs: 1,
    completedSplits: 1,
    totalSplits: 1,
    processedRows: 0,
    processedBytes: 0,
    peakMemoryBytes: 0,
    fetchedRows: 1,
  };
  const output: ResultOutput = { handle: 'plan', statement: plan.kind, table, progress };
  if (isRowFirst) {
    await renderer.render({ ...output, progress: { ...progress, state: 'RUNNING' } });
    await page.getByRole('grid').waitFor();
  }
  await renderer.render({ ...output, plan });
}
