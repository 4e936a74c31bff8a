/**
 * What a running pipeline does while Kafka, Nessie and the store are away for minutes, each for a pipeline of its own, with
 * records coming all the while: its memory, what it tells, when it goes on, and whether anything is lost or doubled.
 *   npm run bench outage -- [--seconds 200] [--mode cut|stall|mute] [--rows 5000] [--endpoints FILE] [--json]
 */
import { fork } from 'node:child_process';
import { on } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PIPELINE_ENVIRONMENT, PIPELINE_EXEC_ARGV } from '../../pipeline/child-protocol.ts';
import { testEndpoints } from '../support/lakehouse.ts';
import type { MeasuredProgress, MeasuredStart } from '../support/measured-pipeline.ts';
import { openPlayground } from '../support/pipeline-playground.ts';
import { openTcpProxy, type TcpMode } from '../support/tcp-proxy.ts';
import { waitUntil } from '../support/wait-until.ts';

const SERVERS = ['Kafka', 'Nessie', 'The object store'] as const;
type Server = (typeof SERVERS)[number];
const TEXT = 'x'.repeat(380);
const SEND_MS = 250;
/** The pipeline has run so long before the outage. */
const BEFORE_MS = 10_000;

interface Outcome {
  readonly server: Server;
  /** From the server's return to the next committed row. */
  readonly resumedAfterSeconds: number;
  /** From the server's return to the next connection to it. */
  readonly askedAfterSeconds: number;
  readonly peakRssMb: number;
  readonly rows: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Lines about the server, without reminders. */
  readonly told: number;
  readonly reminders: number;
}

interface Outage {
  readonly downMs: number;
  readonly mode: Extract<TcpMode, string>;
  readonly rowsPerSecond: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '200' },
      mode: { type: 'string', default: 'cut' },
      rows: { type: 'string', default: '5000' },
      endpoints: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (values.endpoints !== undefined) process.env['LAKEHOUSE_TEST_ENDPOINTS'] = values.endpoints;
  const { mode } = values;
  if (mode !== 'cut' && mode !== 'stall' && mode !== 'mute') throw new Error('--mode is cut, stall or mute.');
  const outage: Outage = {
    downMs: Number(values.seconds) * 1000,
    mode,
    rowsPerSecond: Number(values.rows),
  };
  const outcomes = await Promise.all(SERVERS.map(server => suffer(server, outage)));
  for (const { server, ...outcome } of outcomes)
    console.log(
      `${server} away for ${values.seconds} s (${mode}): asked again ${outcome.askedAfterSeconds.toFixed(1)} s and rows come ${outcome.resumedAfterSeconds.toFixed(1)} s after it is back, ` +
        `peak ${outcome.peakRssMb.toFixed(0)} MB, ${outcome.rows} rows, ${outcome.lost} lost, ${outcome.duplicated} doubled, ` +
        `told ${outcome.told} times and reminded ${outcome.reminders} times`,
    );
  if (values.json === true) console.log(JSON.stringify({ seconds: outage.downMs / 1000, mode, outcomes }));
  if (outcomes.some(({ lost, duplicated }) => lost + duplicated > 0)) process.exitCode = 1;
}

async function suffer(server: Server, { downMs, mode, rowsPerSecond }: Outage): Promise<Outcome> {
  const endpoints = testEndpoints();
  await using ground = await openPlayground('bench_outage', {
    schema: 'id: long\ntext: string',
    settings: 'commit: { interval: 2s }',
  });
  const address = {
    Kafka: new URL(`tcp://${endpoints.kafka.brokers[0]}`),
    Nessie: new URL(endpoints.nessie.uri),
    'The object store': new URL(endpoints.objectStore.endpoint),
  }[server];
  await using proxy = await openTcpProxy({ host: address.hostname, port: Number(address.port) });
  address.port = String(proxy.port);
  const start: MeasuredStart = {
    config: ground.config,
    isEndless: true,
    endpoints: {
      ...endpoints,
      ...(server === 'Nessie' ? { nessie: { uri: address.href } } : {}),
      ...(server === 'The object store'
        ? { objectStore: { ...endpoints.objectStore, endpoint: address.href } }
        : {}),
    },
    ...(server === 'Kafka' ? { kafkaPort: proxy.port } : {}),
  };
  const child = fork(path.join(import.meta.dirname, '../support/measured-pipeline.ts'), {
    serialization: 'advanced',
    execArgv: [...PIPELINE_EXEC_ARGV],
    env: { ...process.env, ...PIPELINE_ENVIRONMENT },
  });
  child.send(start);
  const ending = new AbortController();
  let produced = 0;
  const producing = (async () => {
    while (!ending.signal.aborted) {
      const count = Math.round((rowsPerSecond * SEND_MS) / 1000);
      await ground.produce(
        Array.from({ length: count }, (_, i) => `{"id":${produced + i},"text":"${TEXT}"}`),
      );
      produced += count;
      await sleep(SEND_MS);
    }
  })();
  let last: MeasuredProgress | undefined;
  let resumed: { readonly at: number; readonly rows: number } | undefined;
  let resumedAfterSeconds = NaN;
  let askedAfterSeconds = NaN;
  void sleep(BEFORE_MS)
    .then(() => {
      proxy.mode = mode;
      return sleep(downMs);
    })
    .then(() => {
      proxy.mode = 'pass';
      const at = performance.now();
      resumed = { at, rows: last?.rowsCommitted ?? 0 };
      const { taken } = proxy;
      // Connections that were left open are used again.
      if (mode !== 'cut') return undefined;
      return waitUntil('the server is asked again', () => proxy.taken > taken).then(() => {
        askedAfterSeconds = (performance.now() - at) / 1000;
      });
    });
  const exited = new AbortController();
  child.once('exit', () => exited.abort());
  const messages = on(child, 'message', { signal: exited.signal }) as AsyncIterable<[MeasuredProgress]>;
  for await (const [progress] of messages) {
    last = progress;
    if (resumed !== undefined && progress.rowsCommitted > resumed.rows && Number.isNaN(resumedAfterSeconds)) {
      resumedAfterSeconds = (performance.now() - resumed.at) / 1000;
      ending.abort();
      await producing;
      child.send('end');
    }
    if (progress.ended) break;
  }
  const [row] = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
  const [rows = 0, distinct = 0] = (row ?? []).map(Number);
  const told = (last?.notices ?? []).filter(text => text.startsWith(`${server} `));
  const reminders = told.filter(text => text.endsWith('Still waiting.')).length;
  return {
    server,
    resumedAfterSeconds,
    askedAfterSeconds,
    peakRssMb: last?.peakRssMb ?? NaN,
    rows,
    lost: produced - distinct,
    duplicated: rows - distinct,
    told: told.length - reminders,
    reminders,
  };
}
