#!/usr/bin/env node
// The door of every npm script: works on a fresh clone and any Node ≥ 20. Installs the packages when they are missing or
// stale, then runs the given script of this repository under the pinned Node.
//   node bin/with-node.mjs bin/lakehouse.ts demo --rows 1000
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MINIMUM_NODE = 20;
const PINNED_NODE = 24;
const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'node_modules', '.lakehouse-lock');

if (Number(process.versions.node.split('.')[0]) < MINIMUM_NODE) {
  console.error(`This needs Node ${MINIMUM_NODE} or newer; ${process.execPath} is ${process.version}.`);
  process.exit(1);
}
installPackages();
const [script, ...rest] = process.argv.slice(2);
const node = pinnedNode();
// These settings keep the memory of a pipeline small (pipeline/child-protocol.ts).
const flags = ['--max-semi-space-size=4'];
const child = spawn(node, [...flags, path.resolve(root, script), ...rest], {
  stdio: 'inherit',
  env: {
    MALLOC_ARENA_MAX: '2',
    ...process.env,
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH ?? ''),
  },
});
// A terminal sends Ctrl+C to the whole group: the child decides how to end, this process only waits for it.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

/** Runs `npm ci` unless node_modules was installed from exactly this lock file. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing the npm packages (once, about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    console.error(
      `npm ci failed${done.error ? `: ${done.error.message}` : ''}. Fix what it says above and run this again.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** The Node that the lock file pins; this one where the platform has no pinned package but is new enough. */
function pinnedNode() {
  const pinned = path.join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= PINNED_NODE) return process.execPath;
  console.error(
    `No Node ${PINNED_NODE} package for ${process.platform}-${process.arch}: run this with Node ${PINNED_NODE} or newer.`,
  );
  process.exit(1);
}
