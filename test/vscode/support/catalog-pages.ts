import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { onPage } from './page.ts';

interface Wanted {
  readonly selector: string;
  readonly text: string;
}

/** Waits until some webview shows `text` in an element that `selector` finds. */
export async function frameText(selector: string, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: Wanted) => {
      const deadline = Date.now() + 20_000;
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

/** Runs axe-core on the webview that shows `text`; rejects with what it found. */
export async function checkAccessibility(selector: string, text: string): Promise<void> {
  const violations = await onPage(
    async (page, _screenshots, wanted: Wanted & { readonly axe: string }) => {
      for (const frame of page.frames()) {
        const found = frame.locator(wanted.selector).filter({ hasText: wanted.text });
        if ((await found.count().catch(() => 0)) === 0) continue;
        await frame.evaluate(wanted.axe);
        return frame.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: {
              run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
            };
          };
          const { violations: all } = await axe.run();
          return all.map(
            ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html).join(' ')}`,
          );
        });
      }
      throw new Error(`No webview shows '${wanted.text}'.`);
    },
    { selector, text, axe: AXE },
  );
  if (violations.length > 0) throw new Error(violations.join('\n').slice(0, 3000));
}
