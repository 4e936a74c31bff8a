import { onPage } from './page.ts';

/** What stands in the first grid of the results panel. */
export interface ResultTexts {
  readonly head: readonly string[];
  readonly firstRow: readonly string[];
}

/**
 * Waits until the results panel says `text` outside of its rows (states, figures, counts, errors), and answers all that it
 * says there.
 */
export async function resultStatus(text: string): Promise<string> {
  return onPage(async (page, _screenshots, wanted: string) => {
    const deadline = Date.now() + 60_000;
    const parts = ['.progress .state', '.progress .figures', '.count', '.more', '.error-box', '.done'];
    let seen = 'no results panel';
    while (Date.now() < deadline) {
      for (const frame of page.frames()) {
        const said = frame.locator(parts.map(part => `#page section ${part}`).join(', '));
        const texts = await said.allTextContents().catch(() => []);
        if (texts.length > 0) seen = texts.join(' · ');
        if (seen.includes(wanted)) return seen;
      }
      await page.waitForTimeout(50);
    }
    throw new Error(`The results panel never said '${wanted}'; it says '${seen}'.`);
  }, text);
}

/** The column heads and the first row, as soon as they are drawn. */
export async function resultTexts(): Promise<ResultTexts> {
  return onPage(async page => {
    for (const frame of page.frames()) {
      if ((await frame.locator('#page section').count()) === 0) continue;
      const grid = frame.locator('#page section .grid').first();
      await grid.locator('.body .cell[data-row="0"]').first().waitFor({ timeout: 10_000 });
      return {
        head: await grid.locator('.header .cell .sort').allTextContents(),
        firstRow: await grid.locator('.body .cell[data-row="0"]').allTextContents(),
      };
    }
    throw new Error('There is no results panel.');
  });
}
