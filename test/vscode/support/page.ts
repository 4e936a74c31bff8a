import type { Page } from 'playwright-core';

/**
 * Runs `script` beside the browser, with Playwright's page, the folder for pictures and one JSON argument. It is sent as
 * source, so it can use nothing from around it.
 */
export async function onPage<T, A = null>(
  script: (page: Page, screenshots: string, argument: A) => Promise<T>,
  argument?: A,
): Promise<T> {
  const url = process.env['VSCODE_PAGE_URL'];
  if (url === undefined) throw new Error('This test needs the browser build: VSCODE_PAGE_URL is not set.');
  const body = JSON.stringify({ script: String(script), argument: argument ?? null });
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

/** Takes a picture of the whole window. */
export async function takePicture(name: string): Promise<void> {
  await onPage(async (page, screenshots, file: string) => {
    await page.screenshot({ path: `${screenshots}/${file}.png` });
  }, name);
}

/** Waits until the window shows `text` somewhere in an element that `selector` finds. */
export async function waitForText(selector: string, text: string, timeoutMs = 15_000): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { selector: string; text: string; timeoutMs: number }) => {
      const found = page.locator(wanted.selector).filter({ hasText: wanted.text }).first();
      await found.waitFor({ timeout: wanted.timeoutMs });
    },
    { selector, text, timeoutMs },
  );
}
