import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Command, CommandInput } from '../../../bin/command.ts';
import { command as demo } from '../../../bin/commands/demo.ts';
import { command as etl } from '../../../bin/commands/etl.ts';
import { command as produce } from '../../../bin/commands/produce.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-commands-'));
after(() => rmSync(folder, { recursive: true }));

function run(
  command: Command,
  values: CommandInput['values'],
  ...positionals: string[]
): Promise<CommandOutcome> {
  return runCommand(command, { values, positionals, cwd: folder });
}

describe('the commands of a pipeline', () => {
  test('produce and stream a file whose schema is proposed, shown, and written into the pipeline file', async () => {
    await using ground = await openPlayground('commands', { schema: 'x: long', partitions: 2 });
    const csv = path.join(folder, 'trips.csv');
    writeFileSync(csv, 'id,at,fare,city\n1,2024-01-01 10:00:00,7.5,Zürich\n2,2024-01-02 11:30:00,12,\n');
    const sent = await run(produce, { topic: ground.topic, key: '{id}', json: true }, csv);
    assert.deepEqual([sent.code, (JSON.parse(sent.stdout) as { rows: number }).rows], [0, 2]);

    const text = `name: ${ground.table}\nsource: { topic: ${ground.topic} }\ntable: pipeline_test.${ground.table}\n`;
    writeFileSync(path.join(folder, 'a.pipeline.yaml'), text);
    const asked = await run(etl, { once: true }, 'a.pipeline.yaml');
    assert.equal(asked.code, 1);
    assert.match(
      asked.stderr,
      /does not exist yet.*from 2 records.*id: long.*at: timestamp.*fare: double.*city: string.*--yes/is,
    );
    assert.equal(readFileSync(path.join(folder, 'a.pipeline.yaml'), 'utf8'), text);

    const done = await run(etl, { once: true, yes: true }, 'a.pipeline.yaml');
    assert.equal(done.code, 0);
    assert.match(done.stdout, /^2 rows in 1 commit to pipeline_test/);
    assert.match(readFileSync(path.join(folder, 'a.pipeline.yaml'), 'utf8'), /schema:\n {2}id: long\n/);
    assert.deepEqual(await ground.query(`SELECT id, fare, city FROM ${ground.sqlName} ORDER BY id`), [
      [1n, 7.5, 'Zürich'],
      [2n, 12, null],
    ]);
    const again = await run(etl, { once: true, json: true }, 'a.pipeline.yaml');
    const events = again.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { kind: string; summary?: object });
    assert.deepEqual(events.at(-1)?.kind, 'stopped');
    assert.equal((events.at(-1)?.summary as { rows: string }).rows, '0');
  });

  test('say what is wrong with a pipeline file, line by line', async () => {
    writeFileSync(path.join(folder, 'bad.pipeline.yaml'), 'name: a\nsource: { topik: t }\ntable: t\n');
    await assert.rejects(
      run(etl, {}, 'bad.pipeline.yaml'),
      /bad\.pipeline\.yaml:2:\d+: source has no setting "topik"[^]*:3:8: table must be/,
    );
    await assert.rejects(run(etl, {}, 'none.pipeline.yaml'), /cannot be read/);
    await assert.rejects(run(produce, { topic: 't' }), /Name a file or folder, or a --dataset/);
  });

  test('go the whole way with demo, twice, and the table is the topic each time', async () => {
    const first = await run(demo, { rows: '3000', fresh: true, json: true });
    const summary = JSON.parse(first.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    assert.deepEqual(
      [first.code, summary['rowsInKafka'], summary['rowsInTable'], summary['checksumsEqual']],
      [0, 3000, 3000, true],
    );
    const second = await run(demo, { rows: '2000' });
    assert.equal(second.code, 0);
    assert.match(
      second.stdout,
      /Rows in Kafka 5,000 = rows in Trino 5,000\.\nChecksums of 5 columns are equal/,
    );
  });
});
