import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { openTestCatalog, redrive } from '../../support/redrive.ts';

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
});
