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
    await page.screenshot({ path: `${screenshots}/${file}.png`, animations: 'disabled' });
  }, name);
}

/** Waits until the window shows `text` somewhere in an element that `selector` finds. */
export async function waitForText(selector: string, text: string, timeoutMs = 45_000): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { selector: string; text: string; timeoutMs: number }) => {
      const found = page.locator(wanted.selector).filter({ hasText: wanted.text }).first();
      await found.waitFor({ timeout: wanted.timeoutMs });
    },
    { selector, text, timeoutMs },
  );
}

/** Opens the row of a tree that shows `text`, by keyboard, when it is not open yet. */
export async function expandRow(text: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: wanted }).first();
    await row.waitFor({ timeout: 45_000 });
    if ((await row.getAttribute('aria-expanded')) !== 'true') {
      // A tooltip of the row before may lie over this one.
      await page.mouse.move(900, 200);
      await row.click({ force: true });
      if ((await row.getAttribute('aria-expanded')) !== 'true') await page.keyboard.press('ArrowRight');
    }
  }, text);
}

/** Closes the row of a tree that shows `text`, by keyboard. */
export async function collapseRow(text: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: wanted }).first();
    await row.click({ force: true, timeout: 45_000 });
    if ((await row.getAttribute('aria-expanded')) === 'true') await page.keyboard.press('ArrowLeft');
  }, text);
}

/** Types a text into the open input box, in place of what stands there, and presses a key after it. */
export async function typeIntoInput(text: string, key?: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { text: string; key: string | null }) => {
      const input = page.locator('.quick-input-widget input').first();
      await input.waitFor({ timeout: 45_000 });
      await input.fill(wanted.text);
      if (wanted.key !== null) await input.press(wanted.key);
    },
    { text, key: key ?? null },
  );
}

/** Picks the row of the quick pick whose label is exactly this. */
export async function pickRow(label: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const name = page.locator('.quick-input-list .label-name').filter({ hasText: new RegExp(`^${wanted}$`) });
    await name.first().click({ timeout: 45_000 });
  }, label);
}

/** Presses Escape in whatever has the keyboard. */
export async function pressEscape(): Promise<void> {
  await onPage(async page => page.keyboard.press('Escape'));
}

/** Collapses or expands a view of the sidebar, so that the others have more or less room. */
export async function setViewExpanded(title: string, isExpanded: boolean): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { title: string; isExpanded: boolean }) => {
      const header = page.locator('.pane-header').filter({ hasText: wanted.title }).first();
      if ((await header.getAttribute('aria-expanded')) !== String(wanted.isExpanded)) await header.click();
    },
    { title, isExpanded },
  );
}
