/**
 * Kills and freezes pipelines, and redrives of their dead letters, at random moments and spoils what Kafka, Nessie and the
 * store answer, then holds the table against the topic.
 *   npm run chaos -- [--kills 20] [--faults 10] [--seed N] [--round N] [--endpoints FILE] [--json]
 * What happens in a round follows from the seed and the number of the round alone: `--round N` makes that round again.
 * Ends with code 1 when anything was lost, doubled or changed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLakehouse } from '../../docker/lakehouse.ts';
import { parsePipelineConfig } from '../../pipeline/config.ts';
import { createRandom } from '../../pipeline/produce/taxi.ts';
import { compareChecksums } from '../../bin/checksum/checksum.ts';
import { checksumTable } from '../../bin/checksum/table-checksum.ts';
import { checksumTopic } from '../../bin/checksum/topic-checksum.ts';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { type Fate, openFaultProxy } from '../support/fault-proxy.ts';
import { NAMESPACE, openPlayground, type Playground } from '../support/pipeline-playground.ts';
import { openTestCatalog, redrive } from '../support/redrive.ts';
import { openTcpProxy, type TcpMode, type TcpProxy } from '../support/tcp-proxy.ts';

const SCHEMA = { id: 'long', name: 'string', value: 'double', at: 'timestamp' } as const;
const CHECK_EVERY = 10;
/** Then a new topic and table are taken, so that checks and commits stay quick. */
const ROUNDS_PER_TABLE = 50;
/** What a round with faults makes on average. */
const FAULTS_PER_ROUND = 3;
const MAX_RECORDS_PER_ROUND = 3_000;
const MAX_LIFE_MS = 2_500;
const KAFKA_FAULTS: readonly TcpMode[] = ['cut', 'mute', { delayMs: 200 }, 'stall'];
const MAX_KAFKA_FAULTS = 2;
/** Of the rounds, those that redrive dead letters instead of running the pipeline. */
const REDRIVE_SHARE = 0.25;

interface Program {
  readonly file: string;
  /** The pipeline file that it gets. */
  readonly yaml: (ground: Playground) => string;
  /** Behind the arguments that all of them have. */
  readonly args: readonly string[];
}

const PIPELINE: Program = { file: 'killed-pipeline.ts', yaml: ({ yaml }) => yaml, args: [] };
/** In units of about a commit's dead letters, so that there are several. */
const REDRIVE: Program = { file: 'killed-redrive.ts', yaml: fixedYaml, args: ['100'] };

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    faults: { type: 'string', default: '10' },
    seed: { type: 'string' },
    round: { type: 'string' },
    endpoints: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
/** Anew for every round. */
let random = createRandom(seed);
const endpoints = await findEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-chaos-'));
const endpointsFile = path.join(folder, 'endpoints.json');
writeFileSync(endpointsFile, JSON.stringify(endpoints), { mode: 0o600 });
process.env['LAKEHOUSE_TEST_ENDPOINTS'] = endpointsFile;
const result = await runChaos(Number(values.kills), Number(values.faults)).finally(() =>
  rmSync(folder, { recursive: true }),
);
if (values.json === true) console.log(JSON.stringify(result));
process.exitCode = result.lost + result.duplicated + result.mismatchedHashes === 0 ? 0 : 1;

interface ChaosResult {
  readonly seed: number;
  readonly kills: number;
  readonly faults: number;
  readonly records: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly mismatchedHashes: number;
}

async function runChaos(kills: number, faults: number): Promise<ChaosResult> {
  console.log(`seed ${seed}: ${kills} kills, ${faults} spoilt answers`);
  const totals = { kills: 0, faults: 0, records: 0, lost: 0, duplicated: 0, mismatchedHashes: 0 };
  const only = values.round === undefined ? undefined : Number(values.round);
  const killShare = kills / Math.max(1, kills + faults / FAULTS_PER_ROUND);
  const isDone = (): boolean =>
    totals.mismatchedHashes > 0 ||
    (only === undefined ? totals.kills >= kills && totals.faults >= faults : totals.records > 0);
  for (let round = only ?? 1; !isDone();) {
    await using ground = await openGround();
    let records = 0;
    const last = round + ROUNDS_PER_TABLE;
    // So that there is something to redrive.
    random = createRandom(seed);
    records += await addRecords(ground, records);
    await ground.run();
    for (; round < last && !isDone(); round++) {
      random = createRandom(seed * 1_000_003 + round);
      records += await addRecords(ground, records);
      // A run may end before it is killed, and then does not count.
      const isKill = totals.faults >= faults || (random() < killShare && totals.kills < kills);
      const made = isKill ? await runAndKill(ground) : await runWithFaults(ground, round);
      totals[isKill ? 'kills' : 'faults'] += made;
      totals.records += only === undefined ? 0 : records;
      if (round % CHECK_EVERY !== 0 && round < last - 1 && !isDone()) continue;
      const found = await check(ground);
      totals.lost += found.lost;
      totals.duplicated += found.duplicated;
      totals.mismatchedHashes += found.differences.length;
      console.log(
        `round ${round}: ${records} records in the table, ${totals.kills} kills, ${totals.faults} faults: ` +
          `${found.lost} lost, ${found.duplicated} doubled${found.differences.map(text => `\n  ${text}`).join('')}`,
      );
      if (totals.mismatchedHashes > 0) break;
    }
    totals.records += only === undefined ? records : 0;
  }
  return { seed, ...totals };
}

function openGround(): Promise<Playground> {
  return openPlayground('chaos', {
    schema: Object.entries(SCHEMA)
      .map(([name, type]) => `${name}: ${type}`)
      .join('\n'),
    // Files are put together and snapshots let go all the while, so that kills come in the middle of that, too.
    settings:
      'commit: { interval: 150ms, rows: 400 }\nonError: { maxRatio: 1 }\ndrift: deadLetter\n' +
      'maintenance: { compact: 400ms, expire: 1s, retain: 3 }',
  });
}

async function addRecords(ground: Playground, from: number): Promise<number> {
  const count = 1 + Math.floor(random() * MAX_RECORDS_PER_ROUND);
  const records = Array.from({ length: count }, (_, i) => {
    const id = from + i;
    const at = new Date(1.7e12 + id * 1000).toISOString().slice(0, 19);
    // What no column takes makes a dead letter, until the pipeline file says that it may be left out.
    const extra = id % 10 === 0 ? { extra: true } : {};
    return JSON.stringify({
      id,
      name: `näme ${id % 97}`,
      value: Math.round(random() * 1e6) / 1e3,
      at,
      ...extra,
    });
  });
  for (let start = 0; start < count; start += 1000) await ground.produce(records.slice(start, start + 1000));
  return count;
}

/** Starts the pipeline, or a redrive of its dead letters, and ends it without warning, mostly in the middle of its work, sometimes after a pause. */
async function runAndKill(ground: Playground): Promise<number> {
  const moment = random() < 0.3 ? (random() < 0.5 ? 'beforeCommit' : 'afterCommit') : 'never';
  const program = random() < REDRIVE_SHARE ? REDRIVE : PIPELINE;
  const child = startChild(ground, program, [moment, String(1 + Math.floor(random() * 4))]);
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const life = sleep(random() * MAX_LIFE_MS);
  await Promise.race([life, exited]);
  if (child.exitCode === null && child.signalCode === null && random() < 0.2) {
    child.kill('SIGSTOP');
    await sleep(random() * 1000);
    child.kill('SIGCONT');
    await sleep(random() * 300);
  }
  child.kill('SIGKILL');
  const [, signal] = await exited;
  return signal === null ? 0 : 1;
}

/** Runs the pipeline to the end of the topic, or a redrive, while proxies refuse, lose and delay what goes to and comes from its servers. */
async function runWithFaults(ground: Playground, round: number): Promise<number> {
  let left = 1 + Math.floor(random() * 6);
  const decide = (): Fate => {
    if (left <= 0 || random() < 0.6) return 'pass';
    left -= 1;
    const choice = random();
    return choice < 0.35 ? 'lose' : choice < 0.7 ? 'refuse' : { delayMs: random() * 1500 };
  };
  const nessieOrigin = new URL(endpoints.nessie.uri).origin;
  await using nessie = await openFaultProxy(nessieOrigin, request =>
    request.method === 'GET' ? 'pass' : decide(),
  );
  await using store = await openFaultProxy(endpoints.objectStore.endpoint, decide);
  const [host = '', port] = (endpoints.kafka.brokers[0] ?? '').split(':');
  await using kafka = await openTcpProxy({ host, port: Number(port) });
  const file = path.join(folder, 'spoilt.json');
  const spoilt: LakehouseEndpoints = {
    ...endpoints,
    nessie: { uri: endpoints.nessie.uri.replace(nessieOrigin, nessie.origin) },
    objectStore: { ...endpoints.objectStore, endpoint: store.origin },
  };
  writeFileSync(file, JSON.stringify(spoilt), { mode: 0o600 });
  const program = random() < REDRIVE_SHARE ? REDRIVE : PIPELINE;
  const child = startChild(ground, program, ['never', '0'], { file, kafkaPort: kafka.port });
  const ended = new AbortController();
  const kafkaFaults = spoilKafka(kafka, createRandom(seed + round), ended.signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  ended.abort();
  if (code !== 0)
    throw new Error(`A run with faults ended with code ${String(code)} (--seed ${seed} --round ${round}).`);
  return nessie.faults() + store.faults() + (await kafkaFaults);
}

/** Cuts, silences and delays the way to Kafka a few times; answers how often. */
async function spoilKafka(proxy: TcpProxy, draw: () => number, signal: AbortSignal): Promise<number> {
  const count = Math.floor(draw() * (MAX_KAFKA_FAULTS + 1));
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  let made = 0;
  try {
    while (made < count) {
      await wait(300 + draw() * 1_500);
      proxy.mode = KAFKA_FAULTS[Math.floor(draw() * KAFKA_FAULTS.length)] ?? 'cut';
      made += 1;
      await wait(draw() * 800);
      // What was swallowed is never answered: the connection is of no more use.
      if (typeof proxy.mode !== 'object') proxy.cutAll();
      proxy.mode = 'pass';
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return made;
}

/** The pipeline file after a person has looked at its dead letters: all of them are rows now. */
function fixedYaml({ yaml }: Playground): string {
  return yaml.replace('drift: deadLetter', 'drift: ignore');
}

function startChild(
  ground: Playground,
  { file, yaml, args }: Program,
  [moment, count]: readonly [moment: string, count: string],
  servers: { readonly file: string; readonly kafkaPort?: number } = { file: endpointsFile },
): ReturnType<typeof spawn> {
  const pipelineFile = path.join(folder, 'chaos.pipeline.yaml');
  writeFileSync(pipelineFile, yaml(ground));
  const program = path.resolve(import.meta.dirname, '../support', file);
  return spawn(process.execPath, [program, pipelineFile, moment, count, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LAKEHOUSE_TEST_ENDPOINTS: servers.file,
      TEST_KAFKA_PORT: String(servers.kafkaPort ?? ''),
    },
  });
}

interface Found {
  readonly lost: number;
  readonly duplicated: number;
  readonly differences: readonly string[];
}

async function check(ground: Playground): Promise<Found> {
  await ground.run();
  using opened = openTestCatalog();
  await redrive(opened, { config: parsePipelineConfig(fixedYaml(ground), 'fixed') });
  const { kafka, trino, topic } = ground;
  const { catalog } = endpoints.trino;
  const fromTopic = await checksumTopic({ kafka, topic, schema: SCHEMA });
  const fromTable = await checksumTable({ trino, catalog, table: [NAMESPACE, ground.table], schema: SCHEMA });
  const distinct = Number(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`));
  const letters = Number(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`));
  const left = letters === 0 ? [] : [`${letters} dead letters are left that are rows now`];
  return {
    lost: Number(fromTopic.rows) - distinct,
    duplicated: Number(fromTable.rows) - distinct,
    differences: [...compareChecksums(fromTopic, fromTable), ...left],
  };
}

async function findEndpoints(): Promise<LakehouseEndpoints> {
  const file = values.endpoints ?? process.env['LAKEHOUSE_TEST_ENDPOINTS'];
  if (file === undefined) return openLakehouse().endpoints();
  return JSON.parse(readFileSync(file, 'utf8')) as LakehouseEndpoints;
}
