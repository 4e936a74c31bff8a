import { findViolations } from './axe.ts';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { holdResult, type HeldResult } from '../../../client/notebook/results/held-result.ts';
import { createResultStore } from '../../../client/notebook/results/result-store.ts';
import type { RequestMessage, ResultOutput } from '../../../client/notebook/messages.ts';
import { jsonRows } from '../../client/notebook/json-rows.ts';
import { answerFromResult, outputOf } from './held-host.ts';
import { openRendererPage, type RendererPage, startBrowser } from './renderer-page.ts';
import type { ThemeName } from './themes.ts';

const ROWS = 100_000;
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-renderer-'));
const pictures = process.env['LAKEHOUSE_TEST_SCREENSHOTS'];
let browser: Browser;
let renderer: RendererPage;
let page: Page;
let result: HeldResult;
const asked: RequestMessage[] = [];

before(async () => {
  browser = await startBrowser();
  const store = createResultStore(path.join(folder, 'result.arrow'), [
    { name: 'id', type: 'bigint' },
    { name: 'day', type: 'date' },
    { name: 'city', type: 'varchar' },
    { name: 'amount', type: 'decimal(12,2)' },
    { name: 'details', type: 'row(a bigint, tags array(varchar))' },
    { name: 'raw', type: 'varbinary' },
    ...Array.from({ length: 12 }, (_, i) => ({ name: `extra_${i}`, type: 'double' })),
  ]);
  store.append(
    jsonRows(
      Array.from({ length: ROWS }, (_, i) => [
        BigInt(i) + 9007199254740993n,
        new Date(Date.UTC(2024, 0, 1 + (i % 700))).toISOString().slice(0, 10),
        i % 5 === 0 ? null : i % 5 === 1 ? '' : `City ${i % 97}`,
        `${(i * 37) % 1000}.${String(i % 100).padStart(2, '0')}`,
        [BigInt(i), ['x', 'y']],
        Uint8Array.of(i & 255, 10, 65),
        ...Array.from({ length: 12 }, (__, c) => Math.sin(i + c)),
      ]),
    ),
  );
  store.flush();
  result = holdResult(store);
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  asked.length = 0;
  await page?.close();
  renderer = await openRendererPage(browser, request => {
    asked.push(request);
    return answerFromResult(result, request);
  });
  ({ page } = renderer);
});

describe('the grid of a result', () => {
  test('shows the first rows from the output alone, NULL unlike the empty text', async () => {
    await renderer.render(outputOf(result));
    assert.equal(await cellText(0, 0), '9007199254740993');
    assert.equal(await cellText(0, 2), 'NULL');
    assert.equal(await cellText(1, 2), '(empty)');
    assert.ok(!asked.some(request => request.kind === 'page'));
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), String(ROWS + 1));
    await picture('grid');
  });

  test('keeps as many elements as are seen, wherever it is scrolled', async () => {
    await renderer.render(outputOf(result));
    await scroll('scrollTop', 24 * 70_000);
    await page.locator('.cell[data-row="70001"][data-column="0"]').getByText('9007199254810994').waitFor();
    assert.ok((await page.locator('.body .cell').count()) < 300);
  });

  test('sorts by a click on a header and adds a column with Shift', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'amount' }).first().click();
    await page.locator('.cell[data-row="0"][data-column="3"]').getByText('0.00').waitFor();
    await page.locator('button.sort', { hasText: 'id' }).click({ modifiers: ['Shift'] });
    await page.getByRole('columnheader', { name: /id .*2/ }).waitFor();
    const [, second] = asked
      .filter(request => request.kind === 'page')
      .map(request => (request as RequestMessage<'page'>).params.view.sort);
    assert.deepEqual(second, [
      { column: 3, isDescending: false },
      { column: 0, isDescending: false },
    ]);
  });

  test('filters and searches, and says how many rows are left', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'Menu of column city' }).click();
    await page.getByRole('menuitem', { name: 'Filter …' }).click();
    await page.getByLabel('Comparison').selectOption('=');
    await page.getByLabel('Value').fill('City 2');
    await picture('filter');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByText(/^619 of 100,000 rows$/).waitFor();
    await page.getByLabel('Search in the result').fill('2024-01-03');
    await page.getByText(/^[12] of 100,000 rows$/).waitFor();
  });

  test('moves by keys, selects with Shift and copies what is selected', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c'])
      await page.keyboard.press(key);
    await page.getByText('Copied 2 rows as TSV').waitFor();
    const copy = asked.findLast(request => request.kind === 'copy') as RequestMessage<'copy'>;
    assert.deepEqual(copy.params.range, { firstRow: 1, rows: 2, columns: [1, 2], withHeader: false });
    await page.keyboard.press('Control+End');
    await page.locator(`.cell.focus[data-row="${ROWS - 1}"][data-column="17"]`).waitFor();
  });

  test('opens a value whole, with its JSON indented', async () => {
    await renderer.render(outputOf(result));
    await page.locator('.cell[data-row="3"][data-column="4"]').dblclick();
    await page.getByLabel('Value of details').getByText('"a": 3').waitFor();
    await picture('cell-viewer');
    await page.keyboard.press('Escape');
    await page.getByLabel('Value of details').waitFor({ state: 'detached' });
  });

  test('freezes, hides, finds again and resizes columns', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'Menu of column city' }).click();
    await page.getByRole('menuitem', { name: 'Freeze' }).click();
    await scroll('scrollLeft', 900);
    await page.locator('.header .cell.frozen', { hasText: 'city' }).waitFor();
    await page.getByRole('button', { name: 'Menu of column city' }).click();
    await page.getByRole('menuitem', { name: 'Hide' }).click();
    await page.locator('.header .cell', { hasText: 'city' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.keyboard.press('Escape');
    await scroll('scrollLeft', 0);
    const header = page.locator('.header .cell', { hasText: 'city' });
    await header.waitFor();
    const before = (await header.boundingBox())?.width ?? 0;
    const edge = await header.locator('.resize').boundingBox();
    await page.mouse.move((edge?.x ?? 0) + 2, (edge?.y ?? 0) + 10);
    await page.mouse.down();
    await page.mouse.move((edge?.x ?? 0) + 82, (edge?.y ?? 0) + 10);
    await page.mouse.up();
    assert.equal(Math.round((await header.boundingBox())?.width ?? 0), before + 80);
  });

  test('shows the statistics of a column', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'Menu of column amount' }).click();
    await page.getByRole('menuitem', { name: 'Statistics' }).click();
    await page.getByLabel('Statistics of amount').getByText('999.27').first().waitFor();
    await picture('statistics');
  });

  test('draws a chart that fits the types and another one on demand', async () => {
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'Chart', exact: true }).click();
    await page.getByRole('img', { name: 'line chart of amount by day' }).waitFor();
    for (const type of ['bar', 'area', 'scatter', 'histogram', 'heatmap']) {
      await page.getByLabel('Chart Type').selectOption(type);
      await page.getByRole('img', { name: new RegExp(`^${type} chart`) }).waitFor();
      await picture(`chart-${type}`);
    }
  });

  test('draws several measures in one chart, each in its colour, and keeps what was chosen', async () => {
    await renderer.setTheme('dark');
    await renderer.render(outputOf(result));
    await page.getByRole('button', { name: 'Chart', exact: true }).click();
    await chooseMeasures('extra_0', 'extra_1');
    const saved = asked.findLast(request => request.kind === 'saveChart') as RequestMessage<'saveChart'>;
    assert.deepEqual(saved.params.settings, { type: 'line', x: 'day', y: ['amount', 'extra_0', 'extra_1'] });
    for (const type of ['line', 'area', 'bar', 'scatter']) {
      await page.getByLabel('Chart Type').selectOption(type);
      const chart = page.getByRole('img', { name: `${type} chart of amount, extra_0, extra_1 by day` });
      await chart.waitFor();
      assert.deepEqual(await chart.locator('.legend text').allTextContents(), [
        'amount',
        'extra_0',
        'extra_1',
      ]);
      assert.deepEqual(await coloursOf(chart, type), ['blue', 'orange', 'green']);
      await picture(`chart-several-${type}`);
    }
  });

  test('saves a chart as SVG and as PNG, in the colours of the theme and with its legend', async () => {
    await renderer.setTheme('dark');
    await renderer.render({
      ...outputOf(result),
      chart: { type: 'line', x: 'day', y: ['amount', 'extra_0'] },
    });
    await page.getByRole('img', { name: /^line chart/ }).waitFor();
    await page.getByRole('button', { name: 'Save SVG' }).click();
    await page.getByText('Saved chart.svg').waitFor();
    const svg = savedFile().toString('utf8');
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(svg, />amount<\/text>.*>extra_0<\/text>/s);
    assert.match(svg, /#59a4f9/);
    assert.doesNotMatch(svg, /var\(/);
    await page.getByRole('button', { name: 'Save PNG' }).click();
    await page.getByText('Saved chart.png').waitFor();
    const png = savedFile();
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    const drawn = await page.getByRole('img', { name: /^line chart/ }).boundingBox();
    assert.equal(png.readUInt32BE(16), Math.round((drawn?.width ?? 0) * 2));
    if (pictures !== undefined) writeFileSync(path.join(pictures, 'saved-chart.png'), png);
  });

  test('says that rows are missing and fetches more of them', async () => {
    const output = outputOf(result);
    assert.ok(output.table);
    await renderer.render({ ...output, table: { ...output.table, isCut: true } });
    await page.getByText('There are more rows.').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('Loading …').waitFor({ state: 'detached' });
    const { params } = asked.findLast(request => request.kind === 'loadMore') as RequestMessage<'loadMore'>;
    assert.deepEqual(params, { all: false });
  });

  test('stays where it was scrolled when its statement ends', async () => {
    const output = outputOf(result);
    await renderer.render({ ...output, progress: { ...output.progress, state: 'RUNNING' } });
    await scroll('scrollTop', 24 * 5000);
    await page.locator('.cell[data-row="5001"][data-column="0"]').getByText('9007199254745994').waitFor();
    await renderer.render(output);
    assert.equal(
      await page.evaluate("document.querySelector('#output').shadowRoot.querySelector('.grid').scrollTop"),
      24 * 5000,
    );
  });

  test('says what the host could not do', async () => {
    await renderer.render({ ...outputOf(result), handle: 'gone' });
    await scroll('scrollTop', 24 * 5000);
    await page.getByText('these results are gone').waitFor();
  });
});

describe('other outputs', () => {
  test('an error shows its name and place', async () => {
    await renderer.render(errorOutput());
    await page.getByRole('alert').getByText('SYNTAX_ERROR · line 1, column 8').waitFor();
    await picture('error');
  });

  test('a running statement shows what Trino does and can be cancelled', async () => {
    await renderer.render({
      ...errorOutput(),
      error: undefined,
      progress: running(),
    } as unknown as ResultOutput);
    await page.getByText('3/12 splits').waitFor();
    await picture('progress');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.ok(asked.some(request => request.kind === 'cancel'));
  });
});

describe('accessibility', () => {
  for (const theme of [
    'light',
    'dark',
    'high contrast',
    'high contrast light',
  ] as const satisfies readonly ThemeName[]) {
    test(`axe finds nothing in the ${theme} theme`, async () => {
      await renderer.setTheme(theme);
      await renderer.render(outputOf(result));
      await page.getByRole('button', { name: 'Menu of column amount' }).click();
      await page.getByRole('menuitem', { name: 'Statistics' }).click();
      await page.getByLabel('Statistics of amount').waitFor();
      await page.getByRole('button', { name: 'Chart', exact: true }).click();
      await page.getByRole('img', { name: /chart/ }).waitFor();
      await picture(`theme-${theme.replaceAll(' ', '-')}`);
      assert.deepEqual(await findViolations(page), []);
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      assert.deepEqual(await findViolations(page), []);
    });
  }
});

function errorOutput(): ResultOutput {
  return {
    handle: 'h',
    statement: 'select form',
    progress: { ...running(), state: 'FAILED' },
    error: { name: 'SYNTAX_ERROR', message: "mismatched input 'form'", line: 1, column: 8 },
  };
}

function running(): ResultOutput['progress'] {
  return {
    state: 'RUNNING',
    queryId: '20260101_000000_00001_abcde',
    infoUri: 'http://127.0.0.1:8083/ui/query.html?1',
    elapsedMs: 1234,
    completedSplits: 3,
    totalSplits: 12,
    processedRows: 1_200_000,
    processedBytes: 56_000_000,
    peakMemoryBytes: 7_000_000,
    fetchedRows: 0,
  };
}

/** Adds measures to the open chart. */
async function chooseMeasures(...names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: /^Y: / }).click();
  for (const name of names)
    await page.getByRole('group', { name: 'Chart Y' }).getByLabel(name, { exact: true }).check();
  await page.keyboard.press('Escape');
}

/** Of the first three colours of charts those that marks of a chart are drawn in. */
async function coloursOf(chart: Locator, type: string): Promise<string[]> {
  const attribute = type === 'bar' ? 'fill' : 'stroke';
  const colours = ['blue', 'orange', 'green'];
  const counts = await Promise.all(
    colours.map(colour =>
      chart.locator(`g:not(.legend) > [${attribute}^="var(--vscode-charts-${colour}"]`).count(),
    ),
  );
  return colours.filter((_, i) => (counts[i] ?? 0) > 0);
}

function savedFile(): Buffer {
  const saved = asked.findLast(request => request.kind === 'saveFile') as RequestMessage<'saveFile'>;
  return Buffer.from(saved.params.base64, 'base64');
}

async function scroll(edge: 'scrollTop' | 'scrollLeft', pixels: number): Promise<void> {
  await page.evaluate(
    `document.querySelector('#output').shadowRoot.querySelector('.grid').${edge} = ${pixels}`,
  );
}

async function cellText(row: number, column: number): Promise<string | null> {
  return page.locator(`.cell[data-row="${row}"][data-column="${column}"]`).textContent();
}

/** Pictures for people, when a folder for them is named. */
async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}
