import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';

const WRONG = `interface Trip { readonly id: number; readonly fare?: { readonly cents: number } }
export const transform = ({ id, fare }: Trip) => ({ id, price: fare!.cents / 100 });
`;
const RIGHT = `interface Trip { readonly id: number; readonly fare?: { readonly cents: number } }
export const transform = ({ id, fare }: Trip) =>
  fare === undefined ? (id % 2 === 0 ? { id } : undefined) : { id, price: fare.cents / 100 };
`;

test('records that a wrong transform has thrown at become rows after it is corrected, from the command line alone', async () => {
  await using ground = await openPlayground('redrive_code', {
    schema: 'id: long\nprice: double',
    settings: 'onError: { maxRatio: 1 }\ntransform: ./trips.transform.ts',
    partitions: 1,
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-redrive-'));
  const file = path.join(folder, 'p.pipeline.yaml');
  const code = path.join(folder, 'trips.transform.ts');
  const run = async (task: string, values: Record<string, boolean> = {}): Promise<string> => {
    const outcome: CommandOutcome = await runCommand(etl, { cwd: folder, positionals: [task, file], values });
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  };
  try {
    writeFileSync(file, ground.yaml);
    writeFileSync(code, WRONG);
    const fares = [{ cents: 1250 }, undefined, undefined, { cents: 300 }];
    await ground.produce(fares.map((fare, id) => JSON.stringify({ id, fare })));
    assert.match(await run('run', { once: true }), /^2 rows in 1 commit .* 2 records were no rows/);
    assert.match(
      await run('dead-letters'),
      /Cannot read properties of undefined \(reading 'cents'\).*\n?.*trips\.transform\.ts:2/,
    );
    assert.match(await run('redrive'), /^0 dead letters of 2 became 0 rows/);
    writeFileSync(code, RIGHT);
    assert.match(await run('redrive', { 'dry-run': true }), /2 dead letters of 2 would become 1 row /);
    assert.match(await run('redrive'), /^2 dead letters of 2 became 1 row of /);
    assert.deepEqual(await ground.query(`SELECT id, price FROM ${ground.sqlName} ORDER BY id`), [
      [0n, 12.5],
      [2n, null],
      [3n, 3],
    ]);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 0n);
    assert.match(await run('run', { once: true }), /^0 rows in 0 commits /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
