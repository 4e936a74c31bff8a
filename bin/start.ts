/**
 * `npm start`: packages the extension, installs it as a person would, and serves a real VS Code with examples/ open.
 *   node bin/start.ts [folder] [--port <number>]
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './bundle-layout.ts';
import { packageExtension } from './vsix.ts';
import { installExtension, prepareVscode, startVscodeServer, workbenchUrl } from './vscode-web.ts';

const DEFAULT_PORT = '8080';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: DEFAULT_PORT } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`--port must be a number from 0 to 65535, not '${values.port}'.`);
  process.exit(2);
}

/** Settings and installed extensions stay between starts. */
const home = path.join(ROOT, '.vscode-web');
const folders = { userDataDir: path.join(home, 'data'), extensionsDir: path.join(home, 'extensions') };
const folder = path.resolve(positionals[0] ?? path.join(ROOT, 'examples'));
mkdirSync(home, { recursive: true });
prepareVscode();
const vsix = await packageExtension(path.join(home, 'lakehouse.vsix'));
installExtension(vsix.file, folders);

const scratch = mkdtempSync(path.join(tmpdir(), 'lakehouse-start-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const token = randomBytes(24).toString('base64url');
const tokenFile = path.join(scratch, 'token');
// By file, because every user of the machine can read a command line.
writeFileSync(tokenFile, token, { mode: 0o600 });
const server = startVscodeServer({
  ...folders,
  port,
  args: [`--connection-token-file=${tokenFile}`],
  env: { TMPDIR: scratch },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    server.child.removeAllListeners('exit');
    server.stop();
    process.exit(0);
  });
}
const listening = await server.port;
server.child.on('exit', code => {
  console.error(`VS Code ended with ${code}:\n${server.output()}`);
  process.exit(code ?? 1);
});
console.log(`VS Code with the Lakehouse extension, open at ${folder}:`);
console.log(`  ${workbenchUrl({ port: listening, folder, token })}`);
console.log('Ctrl+C stops it.');
