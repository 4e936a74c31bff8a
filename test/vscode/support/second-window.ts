import { onPage } from './page.ts';

/** Opens the same workspace in another window, with an extension host of its own, and shows the Catalog view there. */
export async function openSecondWindow(): Promise<void> {
  await onPage(async page => {
    const address = new URL(page.url());
    const payload = JSON.parse(address.searchParams.get('payload') ?? '[]') as [string, string][];
    const ordinary = payload.filter(([key]) => key !== 'extensionTestsPath');
    address.searchParams.set('payload', JSON.stringify(ordinary));
    const second = await page
      .context()
      .browser()
      ?.newPage({ viewport: { width: 1280, height: 800 } });
    if (second === undefined) throw new Error('The browser opens no other window.');
    await second.goto(address.toString());
    await second
      .locator('.activitybar .action-label[aria-label^="Lakehouse"]')
      .first()
      .click({ timeout: 45_000 });
  });
}

/** Waits until a tree of the second window shows `text`; answers after how many milliseconds. */
export async function waitInSecondWindow(text: string): Promise<number> {
  return onPage(async (page, _screenshots, wanted: string) => {
    const second = page.context().browser()?.contexts().at(-1)?.pages()[0];
    const began = performance.now();
    const row = second?.locator('.pane-body .monaco-list-row').filter({ hasText: wanted }).first();
    await row?.waitFor({ timeout: 45_000 });
    return Math.round(performance.now() - began);
  }, text);
}

/** Runs a command of the palette in the second window. */
export async function runInSecondWindow(title: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const second = page.context().browser()?.contexts().at(-1)?.pages()[0];
    if (second === undefined) throw new Error('There is no second window.');
    await second.keyboard.press('F1');
    const input = second.locator('.quick-input-widget input').first();
    await input.fill(`>${wanted}`);
    await second.locator('.quick-input-list .monaco-list-row').filter({ hasText: wanted }).first().waitFor();
    await input.press('Enter');
  }, title);
}

/** Types into the input box of the second window that shows `shown`, and presses Enter. */
export async function typeInSecondWindow(shown: string, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { shown: string; text: string }) => {
      const second = page.context().browser()?.contexts().at(-1)?.pages()[0];
      const box = second?.locator('.quick-input-widget').filter({ hasText: wanted.shown }).first();
      await box?.waitFor({ timeout: 45_000 });
      await box?.locator('input').first().fill(wanted.text);
      await second?.keyboard.press('Enter');
    },
    { shown, text },
  );
}

/** Takes a picture of the second window. */
export async function takeSecondPicture(name: string): Promise<void> {
  await onPage(async (page, screenshots, file: string) => {
    const second = page.context().browser()?.contexts().at(-1)?.pages()[0];
    await second?.screenshot({ path: `${screenshots}/${file}.png`, animations: 'disabled' });
  }, name);
}

export async function closeSecondWindow(): Promise<void> {
  await onPage(async page => {
    await page.context().browser()?.contexts().at(-1)?.close();
  });
}
