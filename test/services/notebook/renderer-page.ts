import { build } from 'esbuild';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../bin/vscode-web.ts';
import type { RequestMessage, ResultOutput } from '../../../client/notebook/messages.ts';
import { THEMES, type ThemeName } from './themes.ts';

const ENTRY = path.resolve(import.meta.dirname, '../../../client/notebook/renderer/main.ts');

/** The notebook renderer in a real browser, with a host that answers its questions. */
export interface RendererPage {
  readonly page: Page;
  /** Draws an output in the page, as VS Code does. */
  render(output: ResultOutput): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
}

/** Answers a question of the renderer; what it throws becomes the error. */
export type AnswerRequest = (request: RequestMessage) => unknown;

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
}

/** Bundles the renderer as it is shipped and opens it in a new page. */
export async function openRendererPage(browser: Browser, answer: AnswerRequest): Promise<RendererPage> {
  const bundle = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
  page.setDefaultTimeout(5000);
  page.on('pageerror', error => console.error(error));
  await page.exposeFunction('askHost', async (request: RequestMessage) => {
    try {
      return { type: 'answer', id: request.id, value: await answer(request) };
    } catch (error) {
      return { type: 'answer', id: request.id, error: String(error) };
    }
  });
  await page.setContent(
    '<!doctype html><html lang="en"><title>Results</title><style id="theme"></style><body><main><h1 class="sr">Results</h1><div id="output"></div></main></body></html>',
  );
  await page.addScriptTag({
    type: 'module',
    content: `${bundle.outputFiles[0]?.text ?? ''}\nwindow.activateRenderer = activate;`.replace(
      /export\{(\w+) as activate\};?/,
      'const activate = $1;',
    ),
  });
  await page.waitForFunction('window.activateRenderer !== undefined');
  await page.evaluate(`{
    const listeners = [];
    window.sendToRenderer = message => listeners.forEach(listener => listener(message));
    window.renderer = window.activateRenderer({
      postMessage: message => window.askHost(message).then(window.sendToRenderer),
      onDidReceiveMessage: listener => (listeners.push(listener), { dispose() {} }),
    });
  }`);
  const rendererPage: RendererPage = {
    page,
    render: async output => {
      await page.evaluate(
        ({ json, id }) => {
          const host = globalThis as unknown as {
            document: { getElementById(id: string): unknown };
            renderer: { renderOutputItem(item: unknown, element: unknown): void };
          };
          host.renderer.renderOutputItem(
            { id, json: () => JSON.parse(json) as unknown },
            host.document.getElementById('output'),
          );
        },
        { json: JSON.stringify(output), id: 'output-1' },
      );
    },
    setTheme: async theme => {
      const variables = Object.entries(THEMES[theme])
        .map(([name, value]) => `${name}: ${value};`)
        .join(' ');
      const rules = `:root { ${variables} } body { background: var(--vscode-editor-background); margin: 12px; } .sr { font: 12px sans-serif; color: var(--vscode-foreground); }`;
      await page.evaluate(`document.getElementById('theme').textContent = ${JSON.stringify(rules)}`);
    },
  };
  await rendererPage.setTheme('light');
  return rendererPage;
}
