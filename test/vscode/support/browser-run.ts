import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import {
  findChromium,
  prepareVscode,
  startVscodeServer,
  type VscodeServer,
  workbenchUrl,
} from '../../../bin/vscode-web.ts';
import { servePage } from './page-bridge.ts';

export interface BrowserRun {
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly workspace: string;
  readonly deadlineSeconds: number;
  /** A folder for the pictures that tests take, and one of the end of a failed run. */
  readonly screenshots: string;
}

const EXIT = { deadline: 124, interrupted: 130, crashed: 70 } as const;

/** What the workbench itself writes beside the tests' lines: shown only when a run breaks or VSCODE_TEST_DEBUG is set. */
const WORKBENCH_LINE =
  /^\[|^Creat(ing a socket|ion of workbench)|^Resolv(ing|ed) connection token|^Updating additional builtin|^Ignoring fetching additional builtin|bindings file|release\/watchdog|^Canceled: Canceled|^Timed out waiting for authentication provider|^DialogService:/i;

/** What VS Code says, often and at length, about the two native packages that are not built: logging to files and a watchdog. */
const MISSING_BINARIES =
  /spdlog|bindings file|native-watchdog|release\/watchdog|^\s+at |^ → |^\s*tries:|Require stack/i;

/**
 * Runs the tests in the browser build of VS Code. Answers their exit code: 0 passed, 1 failed, 124 cut at the deadline,
 * 130 interrupted, 70 crashed. Every process it started is gone afterwards.
 */
export async function runInBrowser(run: BrowserRun): Promise<number> {
  await using undo = new AsyncDisposableStack();
  const ended = Promise.withResolvers<number>();
  const fail = (code: number, message: string): void => {
    console.error(message);
    ended.resolve(code);
  };
  watchClockAndSignals(run.deadlineSeconds, fail, undo);
  const hidden: string[] = [];
  const started: { server?: VscodeServer; page?: Page } = {};
  const begun = start({ run, undo, started, hidden, fail, end: ended.resolve });
  const code = await Promise.race([begun.then(() => ended.promise), ended.promise]);
  if (code !== 0) {
    const picture = path.join(run.screenshots, 'failed.png');
    await started.page?.screenshot({ path: picture, timeout: 5000 }).catch(() => undefined);
  }
  if (code > 1 || process.env['VSCODE_TEST_DEBUG'] !== undefined) {
    const lines = `${started.server?.output() ?? ''}\n${hidden.join('\n')}`.split('\n');
    console.error(lines.filter(line => !MISSING_BINARIES.test(line)).join('\n'));
  }
  return code;
}

interface Start {
  readonly run: BrowserRun;
  readonly undo: AsyncDisposableStack;
  readonly started: { server?: VscodeServer; page?: Page };
  readonly hidden: string[];
  readonly fail: (code: number, message: string) => void;
  readonly end: (code: number) => void;
}

async function start({ run, undo, started, hidden, fail, end }: Start): Promise<void> {
  prepareVscode();
  mkdirSync(run.screenshots, { recursive: true });
  const scratch = mkdtempSync(path.join(tmpdir(), 'vscode-run-'));
  undo.defer(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const bridge = undo.use(await servePage(() => started.page, run.screenshots));
  const server = startVscodeServer({
    ...run,
    port: 0,
    // The switch makes a built VS Code accept an extension to develop and its tests from the address.
    args: ['--enable-smoke-test-driver', '--without-connection-token'],
    env: { VSCODE_PAGE_URL: bridge.url, TMPDIR: scratch },
  });
  started.server = server;
  undo.defer(() => {
    server.child.removeAllListeners('exit');
    server.stop();
  });
  server.child.on('exit', code => fail(EXIT.crashed, `The VS Code server ended with ${code}.`));
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  undo.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  started.page = page;
  page.on('crash', () => fail(EXIT.crashed, 'The browser page crashed.'));
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    const line = format(...args);
    if (WORKBENCH_LINE.test(line)) hidden.push(`${type} ${line}`);
    else console.log(line);
  });
  await page.exposeFunction('codeAutomationExit', end);
  const { extensionDevelopmentPath, extensionTestsPath } = run;
  await page.goto(
    workbenchUrl({
      port: await server.port,
      folder: run.workspace,
      development: { extensionDevelopmentPath, extensionTestsPath },
    }),
  );
}

function watchClockAndSignals(
  seconds: number,
  fail: (code: number, message: string) => void,
  undo: AsyncDisposableStack,
): void {
  const timer = setTimeout(() => {
    fail(EXIT.deadline, `The tests did not end within ${seconds} s.`);
  }, seconds * 1000);
  const interrupted = (): void => fail(EXIT.interrupted, 'Interrupted.');
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  undo.defer(() => {
    clearTimeout(timer);
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  });
}
