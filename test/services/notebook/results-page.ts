import { build } from 'esbuild';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ToResultsPage } from '../../../client/query/result-messages.ts';
import { resultsHtml } from '../../../client/query/results-html.ts';
import type { AnswerRequest } from './renderer-page.ts';
import type { RequestMessage } from '../../../client/notebook/messages.ts';
import { THEMES, type ThemeName } from './themes.ts';

const WEBVIEWS = path.resolve(import.meta.dirname, '../../../client/webviews');
const ORIGIN = 'https://results.test';

/** The page of the results panel in a real browser, under the policy that it has in VS Code. */
export interface ResultsPage {
  readonly page: Page;
  /** What the policy refused so far, as directive and address. */
  readonly refused: readonly string[];
  send(message: ToResultsPage): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
}

/** Bundles the page as it is shipped and opens it; `answer` stands for the extension. */
export async function openResultsPage(browser: Browser, answer: AnswerRequest): Promise<ResultsPage> {
  const files = await (bundled ??= bundleFiles());
  const page = await browser.newPage({ viewport: { width: 900, height: 420 } });
  page.setDefaultTimeout(5000);
  page.on('pageerror', error => console.error(error));
  const refused: string[] = [];
  await page.exposeFunction('noteRefused', (what: string) => refused.push(what));
  await page.exposeFunction('askHost', async (request: RequestMessage | { kind: 'ready' }) => {
    if (!('type' in request)) return undefined;
    try {
      return { type: 'answer', id: request.id, value: await answer(request) };
    } catch (error) {
      return {
        type: 'answer',
        id: request.id,
        error: error instanceof Error ? error.message : String(error),
      };
    }
  });
  await page.addInitScript(`
    document.addEventListener('securitypolicyviolation', event => noteRefused(event.violatedDirective + ' ' + event.blockedURI));
    window.acquireVsCodeApi = () => ({
      postMessage: message => askHost(message).then(answer => answer && window.postMessage(answer)),
    });`);
  await page.route(`${ORIGIN}/**`, route => {
    const found = files.get(new URL(route.request().url()).pathname);
    return found === undefined ? route.fulfill({ status: 404 }) : route.fulfill(found);
  });
  await page.goto(`${ORIGIN}/`);
  const setTheme = async (theme: ThemeName): Promise<void> => {
    await page.evaluate(
      `document.documentElement.style.cssText = ''; for (const [name, value] of Object.entries(${JSON.stringify(THEMES[theme])})) document.documentElement.style.setProperty(name, value)`,
    );
  };
  await setTheme('light');
  return {
    page,
    refused,
    setTheme,
    send: async message => {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)})`);
    },
  };
}

let bundled: ReturnType<typeof bundleFiles> | undefined;

async function bundleFiles(): Promise<Map<string, { contentType: string; body: string }>> {
  const { outputFiles } = await build({
    entryPoints: {
      'webview-results': path.join(WEBVIEWS, 'results.ts'),
      'webview-results-style': path.join(WEBVIEWS, 'results.css'),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    outdir: '/',
    write: false,
  });
  const html = resultsHtml({ nonce: 'abc', cspSource: ORIGIN, file: name => `${ORIGIN}/${name}` });
  return new Map([
    ['/', { contentType: 'text/html', body: html }],
    ...outputFiles.map(
      ({ path: file, text }) =>
        [
          `/${path.basename(file)}`,
          { contentType: file.endsWith('.css') ? 'text/css' : 'text/javascript', body: text },
        ] as const,
    ),
  ]);
}
