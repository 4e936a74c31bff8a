#!/usr/bin/env node
/**
 * Stands in for the VS Code executable: takes the arguments that @vscode/test-electron gives to it, runs the same tests
 * in the browser build and ends with their exit code. Electron's own switches mean nothing here.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runInBrowser } from './browser-run.ts';

const DEFAULT_DEADLINE_S = 900;
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});
process.exit(
  await runInBrowser({
    extensionDevelopmentPath: text('extensionDevelopmentPath'),
    extensionTestsPath: text('extensionTestsPath'),
    userDataDir: text('user-data-dir'),
    extensionsDir: text('extensions-dir'),
    workspace: path.resolve(positionals[0] ?? '.'),
    deadlineSeconds: Number(process.env['VSCODE_TEST_TIMEOUT'] ?? DEFAULT_DEADLINE_S),
    screenshots: path.resolve(import.meta.dirname, '../screenshots'),
  }),
);

function text(name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name} is missing.`);
  return value;
}
