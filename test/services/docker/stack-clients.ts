import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { LakehouseEvent, ServiceName, ServiceState } from '../../../docker/events.ts';
import { type Lakehouse, type LakehouseOptions, openLakehouse } from '../../../docker/lakehouse.ts';
import { parsePorts } from '../../../docker/settings.ts';
import type { LakehouseStatus } from '../../../docker/status.ts';

export const AUTO_PORTS = parsePorts('auto');

/** A lakehouse of its own in a directory that is gone afterwards. */
export interface TemporaryLakehouse extends AsyncDisposable {
  readonly lakehouse: Lakehouse;
  readonly home: string;
}

export function openTemporaryLakehouse(options: LakehouseOptions = {}): TemporaryLakehouse {
  const home = path.join(mkdtempSync(path.join(os.tmpdir(), 'lakehouse-test-')), 'stack');
  const lakehouse = openLakehouse({ ...options, home });
  return {
    lakehouse,
    home,
    [Symbol.asyncDispose]: async () => {
      await lakehouse.down();
      rmSync(path.dirname(home), { recursive: true, force: true });
    },
  };
}

/** The process of every service that runs. */
export function pidsOf(status: LakehouseStatus): Partial<Record<ServiceName, number>> {
  return Object.fromEntries(
    Object.entries(status.services).flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])),
  );
}

/** Waits for a state that `accept` likes; the deadline is the watcher's own. */
export async function waitForState(
  lakehouse: Lakehouse,
  service: ServiceName,
  accept: (state: ServiceState) => boolean,
): Promise<ServiceState> {
  const signal = AbortSignal.timeout(120_000);
  for await (const event of lakehouse.watch(signal)) {
    if (event.kind === 'service' && event.service === service && accept(event.state)) return event.state;
  }
  throw new Error(`${service} did not come to the state that was waited for.`);
}

/** The kinds of states that a service went through, without repetitions. */
export function kindsOf(events: readonly LakehouseEvent[], service: ServiceName): string[] {
  const kinds = events.flatMap(event =>
    event.kind === 'service' && event.service === service ? [event.state.kind] : [],
  );
  return kinds.filter((kind, i) => kind !== kinds[i - 1]);
}

/** Runs a statement to its end over Trino's protocol and answers its rows. */
export async function queryTrino(endpoints: LakehouseEndpoints, sql: string): Promise<unknown[][]> {
  const headers = { 'X-Trino-User': endpoints.trino.user };
  const rows: unknown[][] = [];
  let response = await fetch(`${endpoints.trino.uri}/v1/statement`, { method: 'POST', body: sql, headers });
  for (;;) {
    const page = (await response.json()) as {
      data?: unknown[][];
      nextUri?: string;
      error?: { message: string };
    };
    if (page.error !== undefined) throw new Error(`${sql}: ${page.error.message}`);
    rows.push(...(page.data ?? []));
    if (page.nextUri === undefined) return rows;
    response = await fetch(page.nextUri, { headers });
  }
}

export function connectKafka(endpoints: LakehouseEndpoints): Kafka {
  return new Kafka({ clientId: 'test', brokers: [...endpoints.kafka.brokers], logLevel: logLevel.NOTHING });
}

/** The command line of a process with NULs as spaces; Linux only. */
export function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

/** A process that holds a port, as somebody else's server would. */
export async function holdPort(port: number): Promise<{ pid: number; end: () => Promise<void> }> {
  const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('holding'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', code => reject(new Error(`Port ${port} could not be held: exit code ${code}.`)));
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    end: async () => {
      child.kill();
      await ended;
    },
  };
}

/** True when the program is on the PATH. */
export function isInstalled(program: string): boolean {
  const directories = (process.env['PATH'] ?? '').split(path.delimiter);
  return directories.some(directory => existsSync(path.join(directory, program)));
}
