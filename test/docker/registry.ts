import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort } from '../../docker/ports.ts';
import { pushRandomImage } from './registry-image.ts';

/** Configurations and manifests are smaller. */
const MIN_LAYER_BYTES = 1 << 20;
const DEADLINE_MS = 20_000;

/** A registry on the loopback, which engines pull from without TLS, with a line to it that can be slow or be cut. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:port`, straight to the registry. */
  readonly address: string;
  /** `127.0.0.1:port`, over the line. */
  readonly lineAddress: string;
  readonly line: Line;
  /** Makes an image of three layers with random bytes, which no engine has; answers its digest. */
  push(repository: string, tag: string): Promise<string>;
  /** Flips a byte in every layer. */
  spoilLayers(): void;
}

export interface Line {
  /** Bytes per second towards the engine. */
  bytesPerSecond: number;
  /** After so many more bytes every connection is cut, and none can be made. */
  bytesUntilCut: number;
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
  const line: Line = { bytesPerSecond: Number.POSITIVE_INFINITY, bytesUntilCut: Number.POSITIVE_INFINITY };
  const proxy = await openLine(linePort, port, line);
  await untilAnswers(`http://127.0.0.1:${port}/v2/`);
  const address = `127.0.0.1:${port}`;
  return {
    address,
    lineAddress: `127.0.0.1:${linePort}`,
    line,
    push: (repository, tag) => pushRandomImage(`http://${address}`, repository, tag),
    spoilLayers: () => spoilLayers(path.join(data, 'docker/registry/v2/blobs/sha256')),
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function spoilLayers(root: string): void {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => path.basename(file) === 'data')
    .map(file => path.join(root, file));
  for (const file of files) {
    const bytes = readFileSync(file);
    if (bytes.length < MIN_LAYER_BYTES) continue;
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
  }
}

/** A TCP line to the registry. The limits are read anew at every piece, so a test can change them in the middle. */
async function openLine(port: number, target: number, line: Line): Promise<net.Server> {
  const server = net.createServer(engine => {
    const registry = net.connect(target, '127.0.0.1');
    const end = (): void => {
      engine.destroy();
      registry.destroy();
    };
    engine.on('error', end).on('close', end).pipe(registry);
    if (line.bytesUntilCut <= 0) end();
    registry.on('error', end).on('close', () => engine.end());
    registry.on('data', chunk => {
      line.bytesUntilCut -= chunk.length;
      if (line.bytesUntilCut <= 0) return end();
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
