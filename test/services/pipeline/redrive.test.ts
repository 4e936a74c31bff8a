import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import { parsePipelineConfig } from '../../../pipeline/config.ts';
import { loadPipelineConfig } from '../../../pipeline/config/load-config.ts';
import { listLetters } from '../../../pipeline/redrive/list-letters.ts';
import { NAMESPACE, openPlayground } from '../../support/pipeline-playground.ts';
import { openTestCatalog, redrive } from '../../support/redrive.ts';
import { type CommandOutcome, type CommandRun, runCommand } from '../../support/run-command.ts';

describe('redrive', () => {
  test('appends letters that are rows after ALTER TABLE and takes them out in the same commit; the others stay with their new error', async () => {
    using catalog = openTestCatalog();
    await using ground = await openPlayground('redrive', {
      schema: 'id: int\nname: string',
      settings: 'onError: { maxRatio: 1 }',
    });
    await ground.produce(['{"id":1,"name":"a"}', '{"id":3000000000,"name":"b"}', '{"id":"x"}', null]);
    await ground.run();
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 3n);
    const before = await redrive(catalog, ground, { dryRun: true });
    assert.deepEqual([before.letters, before.resolved, before.rows, before.commits], [3, 0, 0, 0]);
    await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
    const offsets = await ground.value(
      `SELECT value FROM ${ground.sqlName.replace(/"$/, '$properties"')} WHERE key LIKE '%offsets'`,
    );
    const dry = await redrive(catalog, ground, { dryRun: true });
    assert.deepEqual([dry.letters, dry.resolved, dry.rows, dry.commits], [3, 1, 1, 0]);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 1n);
    const result = await redrive(catalog, ground);
    assert.deepEqual([result.letters, result.resolved, result.rows, result.commits], [3, 1, 1, 1]);
    assert.deepEqual(result.errors.map(({ error, letters }) => [error, letters]).sort(), [
      ['"id" expects long', 1],
      ['a tombstone: the record has no value', 1],
    ]);
    assert.deepEqual(await ground.query(`SELECT id, name FROM ${ground.sqlName} ORDER BY id`), [
      [1n, 'a'],
      [3_000_000_000n, 'b'],
    ]);
    assert.deepEqual(await ground.query(`SELECT error FROM ${ground.deadLetters} ORDER BY error`), [
      ['"id" expects long, found "x"'],
      ['a tombstone: the record has no value'],
    ]);
    assert.equal(
      await ground.value(
        `SELECT value FROM ${ground.sqlName.replace(/"$/, '$properties"')} WHERE key LIKE '%offsets'`,
      ),
      offsets,
    );
    assert.deepEqual((await redrive(catalog, ground)).commits, 0);
    await ground.produce(['{"id":4}']);
    await ground.run();
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 3n);
  });

  test('makes the table of letters that are routed to one which is not there yet, all in one commit', async () => {
    using catalog = openTestCatalog();
    await using ground = await openPlayground('redrive_routed', {
      schema: 'id: int\nkind: string',
      settings: 'onError: { maxRatio: 1 }',
      partitions: 1,
    });
    const other = ground.sqlName.replace(/"$/, '_b"');
    const config = parsePipelineConfig(
      `${ground.yaml.replace('id: int', 'id: long')}route: { field: kind, tables: { b: ${NAMESPACE}.${ground.table}_b } }\n`,
      'routed',
    );
    try {
      await ground.produce(['{"id":3000000000}', '{"id":3000000001,"kind":"b"}', '{"id":"x","kind":"b"}']);
      await ground.run();
      await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
      const result = await redrive(catalog, ground, { config });
      assert.deepEqual([result.rows, result.resolved, result.commits], [2, 2, 1]);
      assert.deepEqual(await ground.query(`SELECT id FROM ${ground.sqlName}`), [[3_000_000_000n]]);
      assert.deepEqual(await ground.query(`SELECT id, kind FROM ${other}`), [[3_000_000_001n, 'b']]);
      assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 1n);
      await ground.produce(['{"id":4,"kind":"b"}']);
      await ground.run({ config });
      assert.equal(await ground.value(`SELECT count(*) FROM ${other}`), 2n);
    } finally {
      await ground.query(`DROP TABLE IF EXISTS ${other}`);
    }
  });

  test('adds the columns that letters ask for where the file says drift: add, but not in a dry run', async () => {
    using catalog = openTestCatalog();
    await using ground = await openPlayground('redrive_drift', {
      schema: 'id: int',
      settings: 'onError: { maxRatio: 1 }\ndrift: deadLetter',
      partitions: 1,
    });
    await ground.produce([
      '{"id":1}',
      '{"id":3000000000,"place":{"zip":7}}',
      '{"id":2,"name":"n"}',
      'no json',
    ]);
    await ground.run();
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 3n);
    const config = parsePipelineConfig(ground.yaml.replace('drift: deadLetter', 'drift: add'), 'drift');
    const dry = await redrive(catalog, ground, { config, dryRun: true });
    assert.equal(dry.resolved, 0);
    assert.match(dry.errors.map(({ error }) => error).join(), /would be added, but not by a dry run/);
    const result = await redrive(catalog, ground, { config });
    assert.deepEqual([result.rows, result.resolved, result.commits], [2, 2, 1]);
    assert.deepEqual(await ground.query(`SELECT id, place.zip, name FROM ${ground.sqlName} ORDER BY id`), [
      [1n, null, null],
      [2n, null, 'n'],
      [3_000_000_000n, 7n, null],
    ]);
    assert.deepEqual(await ground.query(`SELECT "offset" FROM ${ground.deadLetters}`), [[3n]]);
  });

  test('runs letters through the columns, conditions and transform of the pipeline file, with their time, offset and headers', async () => {
    using catalog = openTestCatalog();
    await using ground = await openPlayground('redrive_steps', {
      schema: 'id: int',
      settings:
        'onError: { maxRatio: 1 }\ncolumns: { at: { from: kafka.timestamp }, place: { from: kafka.offset }, trace: { from: kafka.headers.trace } }',
      partitions: 1,
    });
    const producer = ground.kafka.producer();
    await producer.connect();
    const sent = ['{"id":"n7"}', '{"id":"n8"}', '{"id":"x"}'];
    const messages = sent.map(value => ({ value, timestamp: '1700000000123', headers: { trace: 'a1' } }));
    await producer.send({ topic: ground.topic, messages });
    await producer.disconnect();
    await ground.run();
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 3n);
    const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-redrive-'));
    try {
      const file = path.join(folder, 'p.pipeline.yaml');
      const code =
        'export const transform = (record: { id: string }) => ({ id: record.id.replace("n", "") });\n';
      writeFileSync(path.join(folder, 'fix.transform.ts'), code);
      writeFileSync(file, `${ground.yaml}transform: ./fix.transform.ts\nfilter: id <> 8\n`);
      const config = await loadPipelineConfig(file);
      const result = await redrive(catalog, ground, { config });
      assert.deepEqual([result.letters, result.resolved, result.rows], [3, 2, 1]);
      assert.deepEqual(
        await ground.query(`SELECT id, place, trace, to_unixtime(at) FROM ${ground.sqlName}`),
        [[7, 0n, 'a1', 1_700_000_000.123]],
      );
      assert.deepEqual(await ground.query(`SELECT "offset" FROM ${ground.deadLetters}`), [[2n]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('respects rows that Trino deleted and optimized, columns that were added, and letters of other pipelines', async () => {
    using catalog = openTestCatalog();
    await using ground = await openPlayground('redrive_changed', {
      schema: 'id: int',
      settings: 'onError: { maxRatio: 1 }',
      partitions: 1,
    });
    await ground.produce(Array.from({ length: 6 }, (_, i) => `{"id":${3_000_000_000 + i}}`));
    await ground.run();
    const letters = ground.deadLetters;
    await ground.query(`ALTER TABLE ${letters} ADD COLUMN note varchar`);
    await ground.query(`UPDATE ${letters} SET note = 'mine' WHERE "offset" = 1`);
    await ground.query(`DELETE FROM ${letters} WHERE "offset" = 2`);
    await ground.query(`UPDATE ${letters} SET pipeline = 'another' WHERE "offset" = 3`);
    await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
    const some = await redrive(catalog, ground, { selection: { offsets: { to: 0n } } });
    assert.deepEqual([some.letters, some.rows], [1, 1]);
    assert.deepEqual(await ground.query(`SELECT "offset", note, pipeline FROM ${letters} ORDER BY 1`), [
      [1n, 'mine', ground.table],
      [3n, null, 'another'],
      [4n, null, ground.table],
      [5n, null, ground.table],
    ]);
    await ground.query(`ALTER TABLE ${letters} EXECUTE optimize`);
    assert.equal((await redrive(catalog, ground)).rows, 3);
    assert.deepEqual(await ground.query(`SELECT id - 3000000000 FROM ${ground.sqlName} ORDER BY id`), [
      [0n],
      [1n],
      [4n],
      [5n],
    ]);
    assert.deepEqual(await ground.query(`SELECT "offset", pipeline FROM ${letters}`), [[3n, 'another']]);
  });
});

test('dead letters keep the headers of their records; tables of before that go without, until they get the column', async () => {
  using catalog = openTestCatalog();
  await using ground = await openPlayground('redrive_headers', {
    schema: 'id: int',
    settings: 'onError: { maxRatio: 1 }',
    partitions: 1,
  });
  const producer = ground.kafka.producer();
  await producer.connect();
  const produce = async (value: string): Promise<void> => {
    const headers = { trace: [Buffer.from([0xff]), 'b'], empty: '' };
    await producer.send({ topic: ground.topic, messages: [{ value, headers }, { value: 'plain' }] });
    await ground.run();
  };
  try {
    await produce('first');
    const headersOf = `SELECT transform(headers, h -> h.name || '=' || to_hex(h.value)) FROM ${ground.deadLetters} ORDER BY "offset"`;
    const kept = [['trace=FF', 'trace=62', 'empty=']];
    assert.deepEqual(await ground.query(headersOf), [kept, [null]]);
    await ground.query(`ALTER TABLE ${ground.deadLetters} DROP COLUMN headers`);
    await produce('second');
    await ground.query(
      `ALTER TABLE ${ground.deadLetters} ADD COLUMN headers array(row(name varchar, value varbinary))`,
    );
    await produce('third');
    assert.deepEqual(await ground.query(headersOf), [[null], [null], [null], [null], kept, [null]]);
    const some = await redrive(catalog, ground, { selection: { offsets: { from: 1n, to: 4n } } });
    assert.deepEqual([some.letters, some.commits], [4, 0]);
    const list = await listLetters({
      catalog,
      config: ground.config,
      selection: { offsets: { from: 4n, to: 4n } },
      examples: 1,
      onNotice: () => {},
    });
    assert.deepEqual(
      list.errors[0]?.examples[0]?.headers.map(({ name, value }) => [name, value && [...value]]),
      [
        ['trace', [0xff]],
        ['trace', [0x62]],
        ['empty', []],
      ],
    );
  } finally {
    await producer.disconnect();
  }
});

test('lakehouse etl dead-letters and redrive tell what is wrong, what would become of it, and do it', async () => {
  await using ground = await openPlayground('redrive_cli', {
    schema: 'id: int\nname: string',
    settings: 'onError: { maxRatio: 1 }',
    partitions: 1,
  });
  await ground.produce(['{"id":1}', '{"id":3000000000}', '{"id":3000000001}', '{"name":"\u001b[31m', 'bad']);
  await ground.run();
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-redrive-'));
  const file = path.join(folder, 'p.pipeline.yaml');
  writeFileSync(file, ground.yaml);
  const run = (task: string, values: CommandRun['values'] = {}, stdin = ''): Promise<CommandOutcome> =>
    runCommand(etl, { cwd: folder, positionals: [task, file], values, stdin });
  try {
    const list = await run('dead-letters');
    assert.match(list.stdout, /^4 dead letters in .* on main, records of 2/);
    assert.match(
      list.stdout,
      /  2  "id" expects int\n    .*\/0 offset 1: "id" expects int, found 3000000000: /,
    );
    assert.ok(!list.stdout.includes('\u001b'));
    const listed = JSON.parse((await run('dead-letters', { json: true, limit: '5' })).stdout) as {
      letters: number;
      errors: { examples: { offset: number; value: string }[] }[];
    };
    assert.equal(listed.letters, 4);
    assert.deepEqual(listed.errors[0]?.examples[1]?.value, '{"id":3000000001}');
    assert.match((await run('redrive')).stdout, /^0 dead letters of 4 became 0 rows/);
    await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
    const dry = await run('redrive', { 'dry-run': true });
    assert.match(dry.stdout, /^Dry run, nothing was changed\. 2 dead letters of 4 would become 2 rows/);
    assert.match(dry.stdout, /2 dead letters still are no rows:\n  2  no JSON  first: .*\/0 offset 3/);
    const some = JSON.parse((await run('redrive', { json: true, offset: '..1' })).stdout) as object;
    assert.deepEqual(
      { ...some, errors: [] },
      {
        pipeline: ground.table,
        dryRun: false,
        letters: 1,
        rows: 1,
        resolved: 1,
        commits: 1,
        errors: [],
      },
    );
    assert.match(
      (await run('redrive', { error: 'EXPECTS INT' })).stdout,
      /^1 dead letter of 1 became 1 row /,
    );
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 3n);
    await assert.rejects(run('redrive', { offset: '5-6' }), /--offset: "5-6" is no span of offsets/);
    const refused = await run('dead-letters', { drop: true }, '3\n');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Type 2 to discard these letters: Nothing was discarded/);
    assert.match(
      (await run('dead-letters', { drop: true, offset: '3' }, '1\n')).stdout,
      /Discarded 1 dead letter of/,
    );
    assert.match((await run('dead-letters', { drop: true, yes: true })).stdout, /Discarded 1 dead letter of/);
    assert.match((await run('dead-letters')).stdout, /^No dead letters in /);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 0n);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
