import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort } from '../../docker/ports.ts';

const LAYER_BYTES = 6 << 20;
const DEADLINE_MS = 20_000;

/** A registry on the loopback, which engines pull from without TLS, with a line to it that can be slow or be cut. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port`, straight to the registry. */
  readonly address: string;
  /** `127.0.0.1:port`, over the line. */
  readonly lineAddress: string;
  readonly line: Line;
  /** Builds an image of three layers with random bytes and pushes it; answers its digest. */
  push(repository: string): string;
  /** Flips a byte in the biggest blob. */
  spoilBlob(): void;
}

export interface Line {
  /** Bytes per second towards the engine. */
  bytesPerSecond: number;
  /** Every connection ends after so many bytes. */
  cutAfterBytes: number;
}

/** The program that the lab builds beside its engine's socket, or one on the PATH. */
export function findRegistryProgram(env: NodeJS.ProcessEnv): string | undefined {
  const lab = path.dirname((env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, ''));
  const folders = [path.join(lab, 'bin'), ...(env['PATH'] ?? '').split(path.delimiter)];
  return folders.map(folder => path.join(folder, 'registry')).find(file => existsSync(file));
}

export async function startRegistry(program: string): Promise<Registry> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-registry-'));
  const [port, linePort] = [await pickFreePort(new Set()), await pickFreePort(new Set())];
  const config = path.join(directory, 'config.yml');
  const data = path.join(directory, 'data');
  writeFileSync(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: data } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const server = spawn(program, ['serve', config], { stdio: 'ignore' });
  const line: Line = { bytesPerSecond: Number.POSITIVE_INFINITY, cutAfterBytes: Number.POSITIVE_INFINITY };
  const proxy = await openLine(linePort, port, line);
  await untilAnswers(`http://127.0.0.1:${port}/v2/`);
  const address = `127.0.0.1:${port}`;
  return {
    address,
    lineAddress: `127.0.0.1:${linePort}`,
    line,
    push: repository => pushImage(directory, `${address}/${repository}`),
    spoilBlob: () => spoilBlob(path.join(data, 'docker/registry/v2/blobs/sha256')),
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function pushImage(directory: string, reference: string): string {
  const context = path.join(directory, 'context');
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context);
  const names = ['one', 'two', 'three'];
  for (const name of names) writeFileSync(path.join(context, name), randomBytes(LAYER_BYTES));
  writeFileSync(
    path.join(context, 'Dockerfile'),
    `FROM scratch\n${names.map(name => `COPY ${name} /\n`).join('')}`,
  );
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const docker = (...args: string[]): string =>
    execFileSync('docker', args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  docker('build', '-q', '-t', reference, context);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(docker('push', reference))?.[1] ?? '';
  // Layers that the engine has already are not downloaded, so the image has to go.
  docker('rmi', '--force', reference);
  return digest;
}

function spoilBlob(root: string): void {
  const blobs = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => path.basename(file) === 'data')
    .map(file => path.join(root, file))
    .map(file => ({ file, bytes: readFileSync(file) }));
  const biggest = blobs.reduce((best, blob) => (blob.bytes.length > best.bytes.length ? blob : best));
  const middle = biggest.bytes.length >> 1;
  biggest.bytes[middle] = (biggest.bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(biggest.file, biggest.bytes);
}

/** A TCP line to the registry. The limits are read anew at every piece, so a test can change them in the middle. */
async function openLine(port: number, target: number, line: Line): Promise<net.Server> {
  const server = net.createServer(engine => {
    const registry = net.connect(target, '127.0.0.1');
    let passed = 0;
    const end = (): void => {
      engine.destroy();
      registry.destroy();
    };
    engine.on('error', end).on('close', end).pipe(registry);
    registry.on('error', end).on('close', () => engine.end());
    registry.on('data', chunk => {
      passed += chunk.length;
      if (passed > line.cutAfterBytes) return end();
      engine.write(chunk);
      if (line.bytesPerSecond === Number.POSITIVE_INFINITY) return;
      registry.pause();
      setTimeout(() => registry.resume(), (1000 * chunk.length) / line.bytesPerSecond);
    });
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return server;
}

async function untilAnswers(uri: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await fetch(uri).catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) return;
    if (Date.now() > deadline) throw new Error(`The registry does not answer at ${uri}: ${String(answer)}`);
    await delay(50);
  }
}
