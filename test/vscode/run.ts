#!/usr/bin/env node
/**
 * The vscode tier: builds the extension and tests it in a real VS Code by @vscode/test-electron. VS Code is the browser
 * build of the npm package code-server; with VSCODE_DESKTOP set, a desktop one is downloaded instead.
 */
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lakehouseFixture, pipelineYaml } from './support/fixture.ts';
import { createLakehouseFixture } from './support/lakehouse-fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SHIM = path.join(import.meta.dirname, 'support', 'vscode-shim.ts');

const endpointsFile = process.env['LAKEHOUSE_TEST_ENDPOINTS'];
if (endpointsFile === undefined) {
  throw new Error(
    'LAKEHOUSE_TEST_ENDPOINTS is not set: run `npm run test:vscode`, which starts a lakehouse.',
  );
}
/** The tests' own lakehouse, which the editor then treats as this machine's; a developer's is only connected to. */
const home = process.env['LAKEHOUSE_TEST_HOME'];
execFileSync(process.execPath, [path.join(ROOT, 'bin', 'build.ts'), '--dev'], {
  cwd: ROOT,
  stdio: 'inherit',
});

await using undo = new AsyncDisposableStack();
undo.use(await createLakehouseFixture());
const profile = mkdtempSync(path.join(tmpdir(), 'lakehouse-vscode-'));
try {
  const workspace = prepareWorkspace();
  writeSettings(
    home === undefined
      ? { 'lakehouse.endpointsFile': path.resolve(endpointsFile) }
      : { 'lakehouse.home': home },
  );
  await runTests({
    ...(process.env['VSCODE_DESKTOP'] === undefined ? { vscodeExecutablePath: SHIM } : {}),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: path.join(import.meta.dirname, 'index.ts'),
    launchArgs: [workspace, `--user-data-dir=${profile}/data`, `--extensions-dir=${profile}/extensions`],
  });
} catch (error) {
  if (!(error instanceof TestRunFailedError)) throw error;
  process.exitCode = error.code ?? 1;
} finally {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** A workspace of its own for every run, so that no run sees what another one left. */
function prepareWorkspace(): string {
  const folder = path.join(profile, 'workspace');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'query.sql'), 'SELECT 1 AS one;\n\nSELECT * FROM ');
  writeFileSync(path.join(folder, lakehouseFixture.pipelineFile), pipelineYaml());
  return folder;
}

function writeSettings(settings: Readonly<Record<string, unknown>>): void {
  const file = path.join(profile, 'data', 'Machine', 'settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings));
}
