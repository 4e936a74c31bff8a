import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

const SCHEMA = 'id: long required\nd: double\ns: string';

/** Each bad record with a piece of the reason that its dead letter gives. */
const BAD: readonly (readonly [string | Buffer | null, RegExp])[] = [
  ['{"id":1,"s":"cut of', /no JSON/],
  ['{"id":"one"}', /"id" expects long, found "one"/],
  ['{"d":1.5}', /"id" is required but missing/],
  ['{"id":null}', /"id" is required but null/],
  ['{"id":1.5}', /"id" expects long, found 1.5/],
  ['{"id":9223372036854775808}', /"id" expects long, found 9223372036854775808/],
  ['{"id":1,"d":NaN}', /no JSON/],
  ['{"id":1,"d":1e999}', /"d" expects double, found 1e999/],
  ['{"id":1,"s":5}', /"s" expects string, found 5/],
  ['{"id":1,"s":{"deep":1}}', /"s" expects string, found an object/],
  ['[{"id":1},7]', /no JSON object at position 1/],
  ['null', /no JSON object/],
  ['', /an empty message/],
  [null, /a tombstone/],
  [Buffer.from([0x7b, 0xff, 0x7d]), /no JSON/],
];

describe('bad records', () => {
  test('become dead letters in the commit of their neighbours, each with its reason, bytes and place', async () => {
    await using ground = await openPlayground('bad', {
      schema: SCHEMA,
      settings: 'onError: { maxRatio: 1 }',
      partitions: 1,
    });
    const good = [
      '{"id":9007199254740993,"d":"NaN","s":"x","unknown":[1,2,{"deep":"}"}]}',
      '{"s":"order","id":2,"unknown":true}',
      '{"id":3}',
    ];
    await ground.produce([good[0]!, ...BAD.map(([value]) => value), good[1]!, good[2]!]); // Three good ones above.
    const notices: string[] = [];
    const summary = await ground.run({
      onReport: report => {
        if (report.kind === 'notice') notices.push(report.text);
      },
    });
    assert.match(notices.join(), /fields that no column takes: "unknown"/);
    assert.equal(summary.poisonRecords, BigInt(BAD.length));
    assert.deepEqual(await ground.query(`SELECT id, is_nan(d), s FROM ${ground.sqlName} ORDER BY id`), [
      [2n, null, 'order'],
      [3n, null, null],
      [9007199254740993n, true, 'x'],
    ]);
    const letters = await ground.query(
      `SELECT "offset", error, value, topic, "partition", from_utf8(key), pipeline FROM ${ground.deadLetters} ORDER BY "offset"`,
    );
    assert.equal(letters.length, BAD.length);
    letters.forEach(([offset, error, value, topic, partition, key, pipeline], index) => {
      const [sent, reason] = BAD[index] ?? [];
      assert.equal(offset, BigInt(index + 1));
      assert.match(String(error), reason ?? /^$/);
      assert.deepEqual(value, sent === null ? null : new Uint8Array(Buffer.from(sent ?? '')));
      assert.deepEqual([topic, partition, key, pipeline], [ground.topic, 0, `k${index + 1}`, ground.table]);
    });
    // One Nessie commit put both tables: their newest snapshots carry the same commit id.
    const commitOf = (name: string): Promise<unknown> =>
      ground.value(
        `SELECT element_at(summary, 'lakehouse.commit-id') FROM ${name.replace(/"$/, '$snapshots"')} ORDER BY committed_at DESC LIMIT 1`,
      );
    assert.equal(await commitOf(ground.sqlName), await commitOf(ground.deadLetters));
  });

  test('halt the pipeline when there are too many of them, before anything is committed', async () => {
    await using ground = await openPlayground('mostly_bad', { schema: SCHEMA, partitions: 1 });
    await ground.produce(
      Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? `{"id":${i}}` : `{"id":"x${i}"}`)),
    );
    await assert.rejects(ground.run(), (error: unknown) => {
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'too-many-bad-records');
      assert.match(error.message, /200 of 300 records .*more than 50 %.*offset 1: "id" expects long/);
      return true;
    });
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 0n);
  });

  test('halt it at the first one with onError: fail, and are left out with skip', async () => {
    await using ground = await openPlayground('fail_or_skip', { schema: SCHEMA, partitions: 1 });
    await ground.produce(['{"id":1}', 'bad', '{"id":2}']);
    const failing = { onError: { action: 'fail', maxRatio: 1 } } as const;
    await assert.rejects(ground.run({ config: failing }), /partition 0, offset 1 is no row: no JSON/);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 0n);
    const skipping = { onError: { action: 'skip', maxRatio: 1 } } as const;
    await ground.run({ config: skipping });
    assert.deepEqual(await ground.query(`SELECT id FROM ${ground.sqlName} ORDER BY id`), [[1n], [2n]]);
    assert.deepEqual(
      await ground.query(`SHOW TABLES FROM iceberg.pipeline_test LIKE '${ground.table}%dead%'`),
      [],
    );
  });

  test('do not include a message of 5 MB, which is a row like any other', async () => {
    await using ground = await openPlayground('large', {
      schema: SCHEMA,
      partitions: 1,
      topicConfig: { 'max.message.bytes': '10000000' },
    });
    const text = 'é🛫'.repeat(900_000);
    await ground.produce([JSON.stringify({ id: 1, s: text }), '{"id":2}']);
    await ground.run();
    assert.deepEqual(await ground.query(`SELECT id, length(s) FROM ${ground.sqlName} ORDER BY id`), [
      [1n, 1_800_000n],
      [2n, null],
    ]);
  });
});
