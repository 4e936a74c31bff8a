import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const VSCODE = path.join(path.dirname(require.resolve('code-server/package.json')), 'lib', 'vscode');

/** What this use does not need of VS Code's own packages: AI agents, sandboxes, Windows, Kerberos and SSH. */
const UNNEEDED =
  /copilot|^@microsoft\/mxc-sdk$|^@devcontainers\/|sandbox-runtime|sqlite3|windows-|deviceid|^kerberos$|^ssh2$/;

/** A profile that asks nothing, fetches nothing and shows nothing but the editor. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Where a server keeps its state. */
export interface VscodeFolders {
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

export interface ServerOptions extends VscodeFolders {
  /** 0 picks a free one. */
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** Settings beside the quiet defaults, written when the profile has none yet. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A running server with its children: one process group. */
export interface VscodeServer {
  readonly child: ChildProcess;
  /** Resolves with the port once the server listens; rejects with its output when it ends before that. */
  readonly port: Promise<number>;
  /** Everything the server has written so far. */
  output(): string;
  stop(): void;
}

/** Installs VS Code's own packages, which code-server leaves to an install script that is not run. Idempotent. */
export function prepareVscode(): void {
  if (existsSync(path.join(VSCODE, 'node_modules', '.package-lock.json'))) return;
  const file = path.join(VSCODE, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  const needed = Object.entries(manifest.dependencies).filter(([name]) => !UNNEEDED.test(name));
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies: Object.fromEntries(needed) }, null, 2));
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags], { cwd: VSCODE, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Installs a .vsix into the folders as a person would; runs with the server stopped or running. */
export function installExtension(vsix: string, folders: VscodeFolders): void {
  execFileSync(process.execPath, [...serverArgs(folders), '--install-extension', vsix, '--force'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Starts VS Code's server on the loopback address. */
export function startVscodeServer(options: ServerOptions): VscodeServer {
  writeSettings(options);
  const args = [
    ...serverArgs(options),
    '--host=127.0.0.1',
    `--port=${options.port}`,
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // No gallery: the extension under test is the only one, and nothing is looked up outside this machine.
    env: { ...process.env, EXTENSIONS_GALLERY: '{}', NODE_OPTIONS: '', ...options.env },
  });
  let output = '';
  const port = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found !== null) resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', code => reject(new Error(`The VS Code server ended with ${code}:\n${output}`)));
  });
  // The caller may stop the server before it has awaited the port.
  port.catch(() => undefined);
  return { child, port, output: () => output, stop: () => killGroup(child) };
}

/** Chromium: the program in CHROME_PATH, else the one of the npm package. Answers the path of the executable. */
export async function findChromium(): Promise<string> {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined) return chosen;
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

function serverArgs({ userDataDir, extensionsDir }: VscodeFolders): string[] {
  return [
    path.join(VSCODE, 'out', 'server-main.js'),
    '--accept-server-license-terms',
    '--telemetry-level=off',
    `--server-data-dir=${userDataDir}`,
    `--user-data-dir=${userDataDir}`,
    `--extensions-dir=${extensionsDir}`,
  ];
}

/**
 * Puts the quiet defaults and the wanted settings into the profile, under what a person has changed there since. Settings
 * that belong to a machine are read from the machine's own file, so they are written to both.
 */
function writeSettings({ userDataDir, settings }: ServerOptions): void {
  for (const folder of ['User', 'Machine']) {
    const file = path.join(userDataDir, folder, 'settings.json');
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings, ...kept }, null, 2));
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group was gone already.
  }
}

/** What a page of the workbench opens. */
export interface WorkbenchPage {
  readonly port: number;
  readonly folder: string;
  /** The connection token, where the server asks for one. */
  readonly token?: string;
  /** An extension to run from its sources' build, and its tests. */
  readonly development?: Readonly<Record<'extensionDevelopmentPath' | 'extensionTestsPath', string>>;
}

/** The address that opens a folder. */
export function workbenchUrl({ port, folder, token, development }: WorkbenchPage): string {
  const remote = Object.entries(development ?? {}).map(([key, file]) => {
    return [key, `vscode-remote://127.0.0.1:${port}${encodeURI(path.resolve(file))}`];
  });
  const query = new URLSearchParams({
    ...(token === undefined ? {} : { tkn: token }),
    folder: path.resolve(folder),
    payload: JSON.stringify([['skipWelcome', 'true'], ...remote]),
  });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}
