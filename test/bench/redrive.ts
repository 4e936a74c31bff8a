/**
 * How long a redrive of many dead letters takes, and how much memory: all of them are rows after a column was widened, or with
 * `--wrong` none is. With `--kill N` the process is killed after its N-th commit and another goes on.
 *   npm run bench redrive -- [--letters 1000000] [--bytes 400] [--kill 0] [--wrong] [--endpoints FILE] [--json]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on, once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PIPELINE_ENVIRONMENT, PIPELINE_EXEC_ARGV } from '../../pipeline/child-protocol.ts';
import { openPlayground, type Playground } from '../support/pipeline-playground.ts';
import type { MeasuredRedrive, RedriveMeasurement } from './redrive/run-redrive.ts';

/** Beyond what an int holds. */
const FIRST = 3_000_000_000;
const SEND_BYTES = 2_000_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      letters: { type: 'string', default: '1000000' },
      bytes: { type: 'string', default: '400' },
      kill: { type: 'string', default: '0' },
      wrong: { type: 'boolean', default: false },
      endpoints: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (values.endpoints !== undefined) process.env['LAKEHOUSE_TEST_ENDPOINTS'] = values.endpoints;
  const letters = Number(values.letters);
  await using ground = await openPlayground('bench_redrive', {
    schema: 'id: int\ntext: string',
    settings: 'onError: { maxRatio: 1 }',
  });
  const atOnce = Math.max(1, Math.floor(SEND_BYTES / Number(values.bytes)));
  for (let from = 0; from < letters; from += atOnce) {
    const count = Math.min(atOnce, letters - from);
    await ground.produce(
      Array.from(
        { length: count },
        (_, i) => `{"id":${FIRST + from + i},"text":"${textOf(Number(values.bytes))}"}`,
      ),
    );
  }
  const { milliseconds } = await ground.run();
  console.log(`${letters} records became dead letters in ${(milliseconds / 1000).toFixed(1)} s`);
  if (!values.wrong) await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
  const killed = Number(values.kill) > 0 ? await measure(ground, Number(values.kill)) : undefined;
  if (killed !== undefined) console.log(`killed: ${describe(killed)}`);
  const last = await measure(ground);
  console.log(describe(last));
  const counts = await ground.query(
    `SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM ${ground.deadLetters}) FROM ${ground.sqlName}`,
  );
  const [rows, distinct, left] = (counts[0] ?? []).map(Number);
  console.log(`${rows} rows, ${distinct} of them distinct, ${left} letters left`);
  const expected = values.wrong ? 0 : letters;
  if (rows !== expected || distinct !== expected || left !== letters - expected) process.exitCode = 1;
  const { result, seconds, peakRssMb, cpuSeconds } = last;
  if (values.json === true)
    console.log(
      JSON.stringify({
        letters,
        lettersPerSecond: Math.round(result.letters / seconds),
        commits: result.commits,
        peakRssMb: Math.max(peakRssMb, killed?.peakRssMb ?? 0),
        cpuMicrosPerLetter: (cpuSeconds * 1e6) / result.letters,
        lost: expected - (distinct ?? 0),
        duplicated: (rows ?? 0) - (distinct ?? 0),
        left,
      }),
    );
}

/** A text that does not become much shorter when it is compressed. */
function textOf(bytes: number): string {
  return randomBytes((bytes * 3) / 4).toString('base64url');
}

/** Redrives in a process of its own, which is killed after so many commits. */
async function measure({ config }: Playground, kill = Infinity): Promise<RedriveMeasurement> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, 'redrive/run-redrive.ts'), {
    serialization: 'advanced',
    execArgv: [...PIPELINE_EXEC_ARGV],
    env: { ...process.env, ...PIPELINE_ENVIRONMENT },
  });
  child.send({ config } satisfies MeasuredRedrive);
  const exited = new AbortController();
  child.once('exit', () => exited.abort(new Error('The redrive ended without a result.')));
  for await (const [measured] of on(child, 'message', { signal: exited.signal }) as AsyncIterable<
    [RedriveMeasurement]
  >) {
    const isKilled = measured.result.commits >= kill;
    if (!isKilled && !measured.ended) continue;
    if (isKilled) child.kill('SIGKILL');
    await once(child, 'exit');
    return measured;
  }
  throw new Error('The redrive ended without a result.');
}

function describe({ result, seconds, peakRssMb, cpuSeconds }: RedriveMeasurement): string {
  const { letters, rows, commits } = result;
  return (
    `${letters} letters became ${rows} rows in ${commits} commits and ${seconds.toFixed(1)} s: ` +
    `${Math.round(letters / seconds)} letters/s, ${((cpuSeconds * 1e6) / letters).toFixed(1)} µs of processor each, ` +
    `peak ${peakRssMb.toFixed(0)} MB`
  );
}
