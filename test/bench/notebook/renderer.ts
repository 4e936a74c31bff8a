import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holdResult } from '../../../client/notebook/results/held-result.ts';
import { createResultStore } from '../../../client/notebook/results/result-store.ts';
import { jsonRows } from '../../client/notebook/json-rows.ts';
import { answerFromResult, outputOf } from '../../services/notebook/held-host.ts';
import { openRendererPage, startBrowser } from '../../services/notebook/renderer-page.ts';

const ENTRY = path.resolve(import.meta.dirname, '../../../client/notebook/renderer/main.ts');

/** Kilobytes of the renderer as it is shipped. */
export async function measureRendererSize(): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return (outputFiles[0]?.contents.length ?? 0) / 1000;
}

/** Frames per second while a grid over a million rows and ten columns is scrolled in a browser. */
export async function measureScrolling(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-bench-'));
  const browser = await startBrowser();
  try {
    const columns = Array.from({ length: 10 }, (_, i) => ({
      name: `column_${i}`,
      type: i % 2 === 0 ? 'bigint' : 'varchar',
    }));
    const store = createResultStore(path.join(folder, 'scroll.arrow'), columns);
    for (let from = 0; from < 1_000_000; from += 10_000) {
      store.append(
        jsonRows(
          Array.from({ length: 10_000 }, (_, i) =>
            columns.map((__, c) => (c % 2 === 0 ? BigInt(from + i) : `text ${from + i}`)),
          ),
        ),
      );
    }
    store.flush();
    const result = holdResult(store);
    const opened = await openRendererPage(browser, request => answerFromResult(result, request));
    const { page } = opened;
    await opened.render(outputOf(result));
    await page.locator('.cell[data-row="1"]').first().waitFor();
    return await page.evaluate<number>(`new Promise(resolve => {
      const grid = document.querySelector('#output').shadowRoot.querySelector('.grid');
      const began = performance.now();
      let frames = 0;
      const step = now => {
        frames++;
        grid.scrollTop += 120;
        if (now - began < 4000) requestAnimationFrame(step);
        else resolve(frames / ((now - began) / 1000));
      };
      requestAnimationFrame(step);
    })`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}
