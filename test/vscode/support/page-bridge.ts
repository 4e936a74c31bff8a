import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';

/** A loopback server through which a test in the extension host drives its own window. */
export interface PageBridge extends AsyncDisposable {
  readonly url: string;
}

type PageScript = (page: Page | undefined, screenshots: string, argument: unknown) => Promise<unknown>;

/**
 * Serves POSTs of `{script, argument}`, where `script` is the source of an `async (page, screenshots, argument) => …`.
 * It runs beside the browser, with Playwright's page, and its value is the answer.
 */
export async function servePage(page: () => Page | undefined, screenshots: string): Promise<PageBridge> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<string> => {
      const { script, argument } = JSON.parse(await text(request)) as { script: string; argument: unknown };
      // The source comes from our own tests over the loopback address: this is how a test reaches its window.
      const run = (0, eval)(`(${script})`) as PageScript;
      return JSON.stringify((await run(page(), screenshots, argument)) ?? null);
    };
    answer().then(
      body => response.end(body),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
