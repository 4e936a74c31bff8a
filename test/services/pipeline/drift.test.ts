import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PipelineReport } from '../../../pipeline/pipeline.ts';
import { idsIn } from '../../support/pipeline-halts.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';

const ADD = 'drift: add';

/** Notices of a run, without the metrics between them. */
function noticesOf(): { readonly texts: string[]; readonly onReport: (report: PipelineReport) => void } {
  const texts: string[] = [];
  return { texts, onReport: report => void (report.kind === 'notice' && texts.push(report.text)) };
}

/** Columns as Trino shows them. */
async function columnsOf(ground: Playground): Promise<Record<string, unknown>> {
  const rows = await ground.query(`DESCRIBE ${ground.sqlName}`);
  return Object.fromEntries(rows.map(row => [String(row[0]), row[1]]));
}

async function errorsOf(ground: Playground): Promise<unknown[]> {
  const rows = await ground.query(`SELECT error FROM ${ground.deadLetters} ORDER BY "partition", "offset"`);
  return rows.map(row => row[0]);
}

describe('with drift: add, a table', () => {
  test('gets new fields of records as columns, at the top and inside, and the first value of each is kept', async () => {
    await using ground = await openPlayground('drift_add', {
      schema: 'id: long required\nplace: { city: string }\nitems: [{ n: int }]',
      settings: ADD,
      partitions: 1,
    });
    await ground.produce(['{"id":1,"place":{"city":"Bern"},"items":[{"n":1}]}']);
    await ground.run();
    await ground.produce([
      '{"id":2,"tip":1}',
      '{"id":3,"tip":2.5,"place":{"city":"Chur","zip":7000,"geo":{"lat":46.8}}}',
      '{"id":4,"items":[{"n":2,"tag":"x"}],"at":"2024-01-01T12:00:00Z","later":null}',
    ]);
    const notices = noticesOf();
    const summary = await ground.run(notices);
    assert.equal(summary.rows, 3n);
    assert.deepEqual(await columnsOf(ground), {
      id: 'bigint',
      place: 'row(city varchar, zip bigint, geo row(lat double))',
      items: 'array(row(n integer, tag varchar))',
      tip: 'double',
      at: 'timestamp(6) with time zone',
    });
    const rows = await ground.query(
      `SELECT id, tip, place.zip, place.geo.lat, items[1].tag, CAST(at AS varchar) FROM ${ground.sqlName} ORDER BY id`,
    );
    assert.deepEqual(rows, [
      [1n, null, null, null, null, null],
      [2n, 1, null, null, null, null],
      [3n, 2.5, 7000n, 46.8, null, null],
      [4n, null, null, null, 'x', '2024-01-01 12:00:00.000000 UTC'],
    ]);
    assert.equal(notices.texts.filter(text => /^The columns of .* were changed/.test(text)).length, 1);
    assert.match(notices.texts.join('\n'), /add tip \(double\)/);
  });

  test('gets wider columns where values need them, and finds old and new values by predicates', async () => {
    await using ground = await openPlayground('drift_widen', {
      schema: 'id: int required\nprice: decimal(9,2)\nratio: float\nplace: { n: int }\nlist: [int]',
      settings: `${ADD}\ncommit: { rows: 2 }`,
      partitions: 1,
    });
    await ground.produce([
      '{"id":1,"price":1.25,"ratio":0.5,"place":{"n":-5},"list":[1]}',
      '{"id":-7,"price":-9999999.99,"ratio":-1.5,"place":{"n":7}}',
      '{"id":2147483648,"price":123456789.01,"place":{"n":-2147483649},"list":[null,3000000000]}',
      '{"price":12345678901234567.89,"ratio":1e300}',
    ]);
    assert.equal((await ground.run()).rows, 4n);
    assert.deepEqual(await columnsOf(ground), {
      id: 'bigint',
      price: 'decimal(38,2)',
      ratio: 'double',
      place: 'row(n bigint)',
      list: 'array(bigint)',
    });
    const rows = await ground.query(
      `SELECT id, CAST(price AS varchar), ratio, place.n, CAST(list AS json) FROM ${ground.sqlName} ORDER BY id`,
    );
    assert.deepEqual(rows, [
      [-7n, '-9999999.99', -1.5, 7n, null],
      [1n, '1.25', 0.5, -5n, '[1]'],
      [2147483648n, '123456789.01', null, -2147483649n, '[null,3000000000]'],
      [null, '12345678901234567.89', 1e300, null, null],
    ]);
    for (const predicate of [
      'id = -7',
      'id >= 2147483648',
      'id BETWEEN 1 AND 1',
      "price = DECIMAL '-9999999.99'",
      "price >= DECIMAL '123456789.01' AND price < DECIMAL '123456789.02'",
      'ratio = -1.5',
      'ratio > 1e299',
      'place.n = -5',
      'place.n < -2147483648',
    ])
      assert.equal(
        await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE ${predicate}`),
        1n,
        predicate,
      );
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE id IS NULL`), 1n);
    const { rest } = await import('../../support/rest-table.ts');
    assert.deepEqual((await rest(['pipeline_test', ground.table])).columns, [
      'id',
      'price',
      'ratio',
      'place',
      'list',
    ]);
  });

  test('keeps its partitions where the column they are made of grows', async () => {
    await using ground = await openPlayground('drift_parts', {
      schema: 'id: int\namount: decimal(9,2)\nk: int',
      settings: `${ADD}\npartitioning: [id, "bucket(k, 4)", "truncate(amount, 100)"]`,
      partitions: 1,
    });
    await ground.produce(['{"id":1,"amount":12.34,"k":34}', '{"id":2,"amount":1.5,"k":null}']);
    await ground.run();
    await ground.produce([
      '{"id":1,"amount":12.34,"k":34}',
      '{"id":3000000000,"amount":1234567890.12,"k":3000000000}',
    ]);
    await ground.run();
    const count = (predicate: string): Promise<unknown> =>
      ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE ${predicate}`);
    assert.equal(await count('id = 1'), 2n);
    assert.equal(await count('id = 3000000000'), 1n);
    assert.equal(await count('k = 34'), 2n);
    assert.equal(await count("amount = DECIMAL '12.34'"), 2n);
    assert.equal(await count("amount > DECIMAL '99999999.99'"), 1n);
    await ground.query(`ALTER TABLE ${ground.sqlName} EXECUTE optimize`);
    assert.equal(await count('id IN (1, 2, 3000000000)'), 4n);
  });

  test('refuses what no reader could tell apart and what is no legal change; the rest goes on', async () => {
    await using ground = await openPlayground('drift_refuse', {
      schema: 'id: long required\nn: int',
      settings: 'drift: { action: add, maxColumns: 4 }\nonError: { maxRatio: 1 }',
      partitions: 1,
    });
    await ground.produce([
      '{"id":1,"N":5}',
      '{"id":2,"n":"five"}',
      '{"id":3,"first":1}',
      '{"id":4,"second":{"a":1,"b":2,"c":3}}',
      '{"id":5,"third":"x"}',
      '{"id":6,"n":6}',
    ]);
    const notices = noticesOf();
    const summary = await ground.run(notices);
    assert.deepEqual(await idsIn(ground), [3, 5, 6]);
    assert.equal(summary.poisonRecords, 3n);
    assert.deepEqual(Object.keys(await columnsOf(ground)), ['id', 'n', 'first', 'third']);
    const full = 'the table may have 4 columns (drift.maxColumns)';
    assert.deepEqual(await errorsOf(ground), [
      'has a field that no column takes (N): it differs from "n" only in upper and lower case',
      '"n" expects int, found "five"',
      `has a field that no column takes (second): ${full}`,
    ]);
    assert.ok(
      notices.texts.some(text => text.includes(`add second`) && text.includes(full)),
      notices.texts.join('\n'),
    );
  });
});

describe('with drift: deadLetter', () => {
  test('a record with a field that no column takes is bad, at every depth', async () => {
    await using ground = await openPlayground('drift_letters', {
      schema: 'id: long\nplace: { city: string }\nitems: [{ n: int }]',
      settings: 'drift: deadLetter\nonError: { maxRatio: 1 }',
      partitions: 1,
    });
    await ground.produce([
      '{"id":1,"place":{"city":"Bern"},"items":[{"n":1}]}',
      '{"id":2,"tip":null}',
      '{"id":3,"place":{"zip":3000}}',
      '{"id":4,"items":[{"n":1},{"m":2}]}',
      '{"id":5,"place":null,"items":[]}',
    ]);
    const summary = await ground.run();
    assert.deepEqual([summary.rows, summary.poisonRecords], [2n, 3n]);
    assert.deepEqual(await idsIn(ground), [1, 5]);
    assert.deepEqual(await errorsOf(ground), [
      'has a field that no column takes: tip',
      'has a field that no column takes: place.zip',
      'has a field that no column takes: items.element.m',
    ]);
  });
});

describe('with drift: ignore', () => {
  test('fields that no column takes are left out, and named once', async () => {
    await using ground = await openPlayground('drift_ignore', { schema: 'id: long', partitions: 1 });
    await ground.produce(['{"id":1,"tip":5}', '{"id":2,"tip":6}']);
    const notices = noticesOf();
    await ground.run(notices);
    assert.deepEqual(await idsIn(ground), [1, 2]);
    assert.equal(notices.texts.filter(text => /no column takes: "tip".*drift: add/.test(text)).length, 1);
  });
});
