import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { onPage } from './page.ts';

interface Wanted {
  readonly selector: string;
  readonly text: string;
}

/** Waits until some webview shows `text` in an element that `selector` finds. */
export async function frameText(selector: string, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: Wanted) => {
      const deadline = Date.now() + 45_000;
      while (Date.now() < deadline) {
        for (const frame of page.frames()) {
          const found = frame.locator(wanted.selector).filter({ hasText: wanted.text });
          if ((await found.count().catch(() => 0)) > 0) return;
        }
        await page.waitForTimeout(50);
      }
      throw new Error(`No webview shows '${wanted.text}' in ${wanted.selector}.`);
    },
    { selector, text },
  );
}

/** Clicks the first such element of any webview. */
export async function pageButton(selector: string, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: Wanted) => {
      for (const frame of page.frames()) {
        const found = frame.locator(wanted.selector).filter({ hasText: wanted.text });
        if ((await found.count().catch(() => 0)) === 0) continue;
        await found.first().click();
        return;
      }
      throw new Error(`No webview has '${wanted.text}' in ${wanted.selector}.`);
    },
    { selector, text },
  );
}

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const THEMES = ['Light 2026', 'Dark 2026', 'Default High Contrast', 'Default High Contrast Light'];

/** Runs axe-core on the webview that shows `text`, in every theme; rejects with what it found. */
export async function checkAccessibility(selector: string, text: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('workbench');
  const found: string[] = [];
  for (const theme of THEMES) {
    await configuration.update('colorTheme', theme, vscode.ConfigurationTarget.Global);
    const violations = await runAxe(selector, text, theme);
    found.push(...violations.map(violation => `${theme}: ${violation}`));
  }
  await configuration.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
  if (found.length > 0) throw new Error(found.join('\n').slice(0, 3000));
}

interface AxeRun extends Wanted {
  readonly theme: string;
  readonly axe: string;
}

async function runAxe(selector: string, text: string, theme: string): Promise<string[]> {
  return onPage(
    async (page, _screenshots, wanted: AxeRun) => {
      for (const frame of page.frames()) {
        const found = frame.locator(wanted.selector).filter({ hasText: wanted.text });
        if ((await found.count().catch(() => 0)) === 0) continue;
        // The editor tells a webview the theme's name once its colours are set.
        await frame.locator(`body[data-vscode-theme-id="${wanted.theme}"]`).waitFor({ timeout: 45_000 });
        await frame.evaluate(wanted.axe);
        return frame.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: {
              run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
            };
          };
          const { violations } = await axe.run();
          return violations.map(
            ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html).join(' ')}`,
          );
        });
      }
      throw new Error(`No webview shows '${wanted.text}'.`);
    },
    { selector, text, theme, axe: AXE },
  );
}

/** Writes a text into the first such field of any webview. */
export async function fillField(selector: string, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: Wanted) => {
      for (const frame of page.frames()) {
        const found = frame.locator(wanted.selector);
        if ((await found.count().catch(() => 0)) === 0) continue;
        await found.first().fill(wanted.text);
        return;
      }
      throw new Error(`No webview has a field ${wanted.selector}.`);
    },
    { selector, text },
  );
}
