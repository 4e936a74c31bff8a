/**
 * Tests in a real VS Code by @vscode/test-electron. VS Code is the browser build of the npm package code-server; with
 * VSCODE_DESKTOP set, a desktop one is downloaded instead.
 */
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SHIM = path.join(import.meta.dirname, 'vscode-shim.ts');

export interface EditorRun {
  /** What VS Code loads as `extensionTestsPath`. */
  readonly index: string;
  /** Settings of the machine. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The files of the workspace, by path: no run sees what another one left. */
  readonly files: Readonly<Record<string, string>>;
}

/** Builds the extension for development and runs the tests. Answers their exit code. */
export async function runEditorTests({ index, settings, files }: EditorRun): Promise<number> {
  execFileSync(process.execPath, [path.join(ROOT, 'bin', 'build.ts'), '--dev'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const profile = mkdtempSync(path.join(tmpdir(), 'lakehouse-vscode-'));
  const write = (name: string, text: string): void => {
    const file = path.join(profile, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  try {
    for (const [name, text] of Object.entries(files)) write(path.join('workspace', name), text);
    write(path.join('data', 'Machine', 'settings.json'), JSON.stringify(settings));
    await runTests({
      ...(process.env['VSCODE_DESKTOP'] === undefined ? { vscodeExecutablePath: SHIM } : {}),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: index,
      launchArgs: [
        path.join(profile, 'workspace'),
        `--user-data-dir=${profile}/data`,
        `--extensions-dir=${profile}/extensions`,
      ],
    });
    return 0;
  } catch (error) {
    if (!(error instanceof TestRunFailedError)) throw error;
    return error.code ?? 1;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
