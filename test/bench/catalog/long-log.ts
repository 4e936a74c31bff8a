import { build } from 'esbuild';
import path from 'node:path';
import { startBrowser } from '../../services/notebook/renderer-page.ts';
import { round } from './measure.ts';

const PAGE = path.resolve(import.meta.dirname, '../../../client/webviews/history.ts');
const STYLE = path.resolve(import.meta.dirname, '../../../client/webviews/history.css');
const PAGE_SIZE = 200;

export interface LongLog {
  /** From the first message to the last commit drawn, in milliseconds. */
  readonly fillMs: number;
  /** While it is scrolled from one end to the other. */
  readonly framesPerSecond: number;
  /** Elements of rows at most at a time. */
  readonly rows: number;
}

/** The page of the commit log in a real browser, with so many commits as the extension would send them. */
export async function measureLongLog(commits: number): Promise<LongLog> {
  const [script, style] = await Promise.all([bundle(PAGE), bundle(STYLE)]);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
    await page.setContent(`<style>${style}</style><main id="page"></main>`);
    await page.evaluate('globalThis.acquireVsCodeApi = () => ({ postMessage: () => undefined })');
    await page.addScriptTag({ content: script });
    const [fillMs, framesPerSecond, rows] = await page.evaluate<[number, number, number]>(
      measureInPage(commits),
    );
    return { fillMs: round(fillMs), framesPerSecond: round(framesPerSecond), rows };
  } finally {
    await browser.close();
  }
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** The source of what runs in the page: fills the log, then scrolls through all of it in two seconds. */
function measureInPage(commits: number): string {
  return `(async () => {
    const send = data => window.dispatchEvent(new MessageEvent('message', { data }));
    const frame = () => new Promise(requestAnimationFrame);
    const began = performance.now();
    send({ kind: 'reference', name: 'main', type: 'branch', canReset: true });
    for (let from = 0; from < ${commits}; from += ${PAGE_SIZE}) {
      const page = Array.from({ length: ${PAGE_SIZE} }, (_, i) => ({
        hash: String(from + i).padStart(64, '0'), message: 'commit ' + (from + i), author: 'somebody',
        time: '2026-01-01T00:00:00Z', changes: [{ kind: 'put', key: 'demo.t' + (from + i) % 50 }],
      }));
      send({ kind: 'commits', commits: page, isComplete: from + ${PAGE_SIZE} >= ${commits} });
      if (from % 10000 === 0) await frame();
    }
    await frame();
    const fillMs = performance.now() - began;
    const scroller = document.querySelector('.scroller');
    const end = scroller.scrollHeight - scroller.clientHeight;
    const start = performance.now();
    let frames = 0;
    let rows = 0;
    while (performance.now() - start < 2000) {
      scroller.scrollTop = end * Math.min(1, (performance.now() - start) / 1900);
      await frame();
      frames += 1;
      rows = Math.max(rows, document.querySelectorAll('.commit').length);
    }
    scroller.scrollTop = end;
    await frame();
    await frame();
    const last = [...document.querySelectorAll('.subject')].at(-1)?.textContent;
    if (last !== 'commit ${commits - 1}') throw new Error('the last commit is not drawn but ' + last);
    return [fillMs, frames / 2, rows];
  })()`;
}
