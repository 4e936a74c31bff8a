import { onPage } from './page.ts';

/** What stands in the result view. */
export interface ResultTexts {
  readonly head: readonly string[];
  readonly firstRow: readonly string[];
}

/** Waits until the result view's status line holds `text` and answers the whole line. */
export async function resultStatus(text: string): Promise<string> {
  return onPage(async (page, _screenshots, wanted: string) => {
    const deadline = Date.now() + 60_000;
    let seen = 'no result view';
    while (Date.now() < deadline) {
      for (const frame of page.frames()) {
        const status = frame.locator('#status');
        if ((await status.count().catch(() => 0)) === 0) continue;
        seen = (await status.textContent().catch(() => null)) ?? seen;
        if (seen.includes(wanted)) return seen;
      }
      await page.waitForTimeout(50);
    }
    throw new Error(`The result view never said '${wanted}'; it says '${seen}'.`);
  }, text);
}

/** The column heads and the first row. */
export async function resultTexts(): Promise<ResultTexts> {
  return onPage(async page => {
    for (const frame of page.frames()) {
      if ((await frame.locator('#grid').count()) === 0) continue;
      const head = await frame.locator('thead th').allTextContents();
      const row = frame.locator('tbody tr:not(.space)').first();
      return { head, firstRow: await row.locator('td').allTextContents() };
    }
    throw new Error('There is no result view.');
  });
}
