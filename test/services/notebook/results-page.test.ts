import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { MoreRows, RequestMessage, ResultOutput } from '../../../client/notebook/messages.ts';
import { holdResult, type HeldResult } from '../../../client/notebook/results/held-result.ts';
import { createResultStore } from '../../../client/notebook/results/result-store.ts';
import { findViolations } from './axe.ts';
import { answerFromResult, outputOf } from './held-host.ts';
import { startBrowser } from './renderer-page.ts';
import { openResultsPage, type ResultsPage } from './results-page.ts';
import { THEMES, type ThemeName } from './themes.ts';
import { jsonRows } from '../../client/notebook/json-rows.ts';

const ROWS = 50_000;
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-results-page-'));
const pictures = process.env['LAKEHOUSE_TEST_SCREENSHOTS'];
let browser: Browser;
let result: HeldResult;
let opened: ResultsPage;
const asked: RequestMessage[] = [];
/** Answers that a test gives in place of the result's. */
const answers = new Map<string, unknown>();

before(async () => {
  browser = await startBrowser();
  const store = createResultStore(path.join(folder, 'rows.arrow'), [
    { name: 'city', type: 'varchar' },
    { name: 'rides', type: 'bigint' },
    { name: 'revenue', type: 'decimal(12,2)' },
  ]);
  store.append(jsonRows(Array.from({ length: ROWS }, (_, i) => [`City ${i % 7}`, BigInt(i), `${i}.50`])));
  store.flush();
  result = holdResult(store);
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  asked.length = 0;
  answers.clear();
  await opened?.page.close();
  opened = await openResultsPage(browser, request => {
    asked.push(request);
    return answers.get(request.kind) ?? answerFromResult(result, request);
  });
});

describe('the results panel of a script', () => {
  test('says how to run a query until there is one', async () => {
    await opened.page.getByText('Run a query with Ctrl+Enter in a SQL editor.').waitFor();
    await show(outputOf(result));
    await opened.page.getByText('Run a query').waitFor({ state: 'hidden' });
  });

  test('scrolls, sorts and searches in the same grid as a notebook', async () => {
    const { page } = opened;
    await show(outputOf(result));
    await page.locator('button.sort', { hasText: 'rides' }).click();
    await page.locator('button.sort', { hasText: 'rides' }).click();
    await page.locator('.cell[data-row="0"][data-column="1"]').getByText('49999').waitFor();
    await page.evaluate(
      `document.querySelector('section div').shadowRoot.querySelector('.grid').scrollTop = 24 * 30000`,
    );
    await page.locator('.cell[data-row="30001"][data-column="1"]').getByText('19998').waitFor();
    await page.getByLabel('Search in the result').fill('49.50');
    await page.getByText('500 of 50,000 rows').waitFor();
  });

  test('draws a chart and makes a picture of it, and its strict policy has nothing to refuse', async () => {
    const { page, refused } = opened;
    await show({ ...outputOf(result), chart: { type: 'bar', x: 'city', y: ['revenue'] } });
    await page.getByRole('img', { name: /bar chart of revenue by city/ }).waitFor();
    await page.getByRole('button', { name: 'PNG' }).click();
    await page.getByText(/^Saved/).waitFor();
    const saved = asked.find(request => request.kind === 'saveFile') as RequestMessage<'saveFile'>;
    assert.equal(Buffer.from(saved.params.base64, 'base64').subarray(1, 4).toString(), 'PNG');
    assert.deepEqual(refused, []);
    await picture('results-chart');
  });

  test('keeps the view of a result when its statement ends, and shows several below their statements', async () => {
    const { page } = opened;
    const running = { ...outputOf(result).progress, state: 'RUNNING' };
    await show({ ...outputOf(result), progress: running });
    await page.locator('button.sort', { hasText: 'rides' }).click({ clickCount: 2 });
    await page.locator('.cell[data-row="0"][data-column="1"]').getByText('49999').waitFor();
    await show(outputOf(result));
    await page.getByText('FINISHED').waitFor();
    assert.equal(await page.locator('.cell[data-row="0"][data-column="1"]').first().textContent(), '49999');
    await page.getByText('SELECT * FROM somewhere').waitFor({ state: 'hidden' });
    await opened.send({
      type: 'output',
      index: 1,
      output: {
        statement: 'DROP TABLE t',
        progress: { ...running, state: 'FINISHED', updateType: 'DROP TABLE' },
      },
    });
    await page.getByText('2  DROP TABLE t').waitFor();
    await page.getByText('1  SELECT * FROM somewhere').waitFor();
    await page.getByText(/✓ DROP TABLE/).waitFor();
    await picture('results-several');
  });

  test('offers to run a statement again in place once its query has ended in Trino', async () => {
    const { page } = opened;
    const { table, ...output } = outputOf(result);
    assert.ok(table);
    const head = { ...table, rowCount: 100, isCut: true };
    answers.set('loadMore', { closed: 'The query was ended after it had waited 2 minutes.' });
    answers.set('runAgain', {
      head: { ...table, isCut: false },
      progress: output.progress,
    } satisfies MoreRows);
    await show({ ...output, table: head });
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('The query was ended after it had waited 2 minutes.').waitFor();
    await page.getByRole('button', { name: 'Run again for all' }).click();
    await page.getByText('50,000 rows', { exact: true }).waitFor();
    assert.deepEqual((asked.at(-1) as RequestMessage<'runAgain'>).params, { all: true });
    await page.getByRole('button', { name: 'Run again for all' }).waitFor({ state: 'detached' });
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    test(`has no accessibility fault in the theme "${theme}"`, async () => {
      const { page } = opened;
      await opened.setTheme(theme);
      await show({ ...outputOf(result), chart: { type: 'line', x: 'rides', y: ['revenue'] } });
      await opened.send({
        type: 'output',
        index: 1,
        output: {
          ...outputOf(result),
          handle: 'h',
          error: { name: 'COLUMN_NOT_FOUND', message: "Column 'x' cannot be resolved", line: 1, column: 8 },
        },
      });
      await page.getByRole('img').waitFor();
      await page.getByRole('alert').waitFor();
      assert.deepEqual(await findViolations(page), []);
      await picture(`results-${theme.replaceAll(' ', '-')}`);
    });
  }
});

async function show(output: ResultOutput): Promise<void> {
  await opened.send({ type: 'output', index: 0, output });
}

async function picture(name: string): Promise<void> {
  if (pictures !== undefined)
    await opened.page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}
