import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { sendRaw } from '../../support/send-raw.ts';

const TEXT = "concat_ws(',', map_keys(all_headers)) AS names";

describe('columns of a pipeline file', () => {
  test('bring what Kafka knows of a record into the table: key, headers, time, place', async () => {
    await using ground = await openPlayground('metadata', {
      schema: 'id: long',
      settings: `columns:
  topic: kafka.topic
  part: kafka.partition
  pos: kafka.offset
  sent: kafka.timestamp
  k: kafka.key
  raw: { from: kafka.key, type: binary }
  trace: { from: kafka.headers.trace-id, default: none }
  retries: { from: 'kafka.headers["re.tries"]', cast: int }
  all_headers: { from: kafka.headers, type: { map: { key: string, value: binary } } }`,
      partitions: 1,
    });
    await sendRaw(ground, [
      {
        key: 'k "1" 🛫',
        value: '{"id":1,"topic":"a member of this name is not the topic"}',
        timestamp: '1700000000123',
        headers: { 'trace-id': ['old', 'Zürich'], 're.tries': '3', 'ü🛫': 'x' },
      },
      { key: null, value: '{"id":2}', timestamp: '-86400000', headers: {} },
      { key: '', value: '{"id":3}', timestamp: '1', headers: { 'trace-id': '' } },
      // Not all of them are rows: a key and a header that are no text, a header that is no number, and a tombstone.
      { key: Buffer.from([255]), value: '{"id":4}', timestamp: '1' },
      { key: 'k', value: '{"id":5}', timestamp: '1', headers: { 're.tries': 'many' } },
      { key: 'k', value: null, timestamp: '1' },
    ]);
    const summary = await ground.run({ config: { onError: { action: 'deadLetter', maxRatio: 1 } } });
    assert.deepEqual([summary.rows, summary.poisonRecords], [3n, 3n]);
    assert.deepEqual(
      await ground.query(
        `SELECT id, topic, part, pos, to_unixtime(sent), k, to_utf8(k) = raw, trace, retries, ${TEXT}, from_utf8(all_headers['trace-id']) FROM ${ground.sqlName} WHERE cardinality(all_headers) > 0 ORDER BY id`,
      ),
      [
        [
          1n,
          ground.topic,
          0,
          0n,
          1_700_000_000.123,
          'k "1" 🛫',
          true,
          'Zürich',
          3,
          'trace-id,re.tries,ü🛫',
          'Zürich',
        ],
        [3n, ground.topic, 0, 2n, 0.001, '', true, '', null, 'trace-id', ''],
      ],
    );
    assert.deepEqual(
      await ground.query(
        `SELECT id, pos, to_unixtime(sent), k, raw, trace, cardinality(all_headers) FROM ${ground.sqlName} WHERE k IS NULL`,
      ),
      [[2n, 1n, -86_400, null, null, 'none', 0n]],
    );
    assert.deepEqual(
      await ground.query(`SELECT "offset", error FROM ${ground.deadLetters} ORDER BY "offset"`),
      [
        [3n, '"k" (kafka.key) is no UTF-8 text'],
        [4n, '"retries" cannot be read as int: found "many"'],
        [5n, 'a tombstone: the record has no value'],
      ],
    );
  });

  test('rename, take apart, convert and fill, whatever the names are', async () => {
    await using ground = await openPlayground('rules', {
      schema: `id: long
'say "hi"': string
a.b: double
🛫: string`,
      settings: `columns:
  id: { from: $.ID, cast: long }
  'say "hi"': $.greeting
  a.b: { from: '$["x.y"].z[1]', default: -0.5 }
  🛫: '$["von 🛫"]'
  paid: { from: $.paid, cast: timestamptz, format: epoch millis }
  born: { from: $.born, cast: date, format: dd.MM.yyyy }
  price: { from: $.price, cast: 'decimal(9,2)' }
  Payload: { from: $.payload, cast: string }
  secret: drop`,
      partitions: 1,
    });
    await ground.produce([
      '{"ID":"9007199254740993","greeting":"\\"hello\\"","x.y":{"z":[1,2.5]},"von 🛫":"LHR","paid":-1,"born":"31.12.1969","price":1.005,"payload":{"deep":[1,{"a":null}]},"secret":"s"}',
      '{"ID":2,"x.y":{"z":[1]},"paid":1700000000123,"price":"12.345"}',
      '{"ID":3,"x.y":null}',
      '{"ID":4,"x.y":"not an object"}',
      '{"ID":5,"born":"30.02.2024"}',
    ]);
    const notices: string[] = [];
    const summary = await ground.run({
      config: { onError: { action: 'deadLetter', maxRatio: 1 } },
      onReport: report => {
        if (report.kind === 'notice') notices.push(report.text);
      },
    });
    assert.deepEqual([summary.rows, summary.poisonRecords, notices.join()], [3n, 2n, '']);
    assert.deepEqual(
      await ground.query(
        `SELECT id, "say ""hi""", "a.b", "🛫", to_unixtime(paid), CAST(born AS varchar), CAST(price AS varchar), payload FROM ${ground.sqlName} ORDER BY id`,
      ),
      [
        [2n, null, -0.5, null, 1_700_000_000.123, null, '12.35', null],
        [3n, null, -0.5, null, null, null, null, null],
        [9007199254740993n, '"hello"', 2.5, 'LHR', -0.001, '1969-12-31', '1.01', '{"deep":[1,{"a":null}]}'],
      ],
    );
    assert.deepEqual(await ground.query(`SELECT error FROM ${ground.deadLetters} ORDER BY "offset"`), [
      ['$["x.y"] is no object'],
      ['"born" cannot be read as date by dd.MM.yyyy: found "30.02.2024"'],
    ]);
  });

  test('leave rows out by a condition, whose offsets are committed all the same', async () => {
    await using ground = await openPlayground('filter', {
      schema: 'id: long required',
      settings: "columns: { at: kafka.offset }\nfilter: $.type = 'order' and id <> 3",
      partitions: 1,
    });
    await ground.produce([
      '{"type":"order","id":1}',
      '{"type":"order","id":3}',
      '{"type":"visit"}',
      '{"id":4}',
    ]);
    const first = await ground.run();
    assert.deepEqual([first.rows, first.rowsFiltered, first.poisonRecords], [1n, 3n, 0n]);
    // Nothing but rows that are not wanted: the offsets move on without a file.
    await ground.produce(['{"type":"visit"}']);
    const second = await ground.run();
    assert.deepEqual([second.rows, second.rowsFiltered, second.commits], [0n, 1n, 1]);
    await ground.produce(['{"type":"order","id":6}']);
    const third = await ground.run();
    assert.deepEqual([third.rows, third.rowsFiltered], [1n, 0n]);
    assert.deepEqual(await ground.query(`SELECT id, at FROM ${ground.sqlName} ORDER BY id`), [
      [1n, 0n],
      [6n, 5n],
    ]);
  });
});
