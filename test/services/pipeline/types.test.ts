import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPlayground } from '../../support/pipeline-playground.ts';

const SCHEMA = `
  id: long required
  flag: boolean
  small: int
  single: float
  price: decimal(20,4)
  tiny: decimal(5,1)
  day: date
  clock: time
  at: timestamp
  instant: timestamptz
  Name "quoted".dot: string
  token: uuid
  raw: binary
  pair: fixed[2]
  place: { city: string, lat: double }
  tags: [string]
  counts: { map: { key: string, value: long } }
`;

const WHOLE = {
  id: 1,
  flag: true,
  small: -7,
  single: 0.5,
  price: '1234567890123456.7891',
  tiny: 12.5,
  day: '2024-02-29',
  clock: '23:59:59.999999',
  at: '2024-01-01T12:00:00.123456',
  instant: '2024-01-01T12:00:00+02:00',
  'Name "quoted".dot': '🛫 Zürich',
  token: '00112233-4455-6677-8899-aabbccddeeff',
  raw: 'AAEC',
  pair: 'AAE=',
  place: { city: 'Bern', lat: 46.9 },
  tags: ['a', null, ''],
  counts: { x: 1, y: null },
};

describe('every type on its way from JSON to Trino', () => {
  test('arrives as it was sent, and nulls as nulls', async () => {
    await using ground = await openPlayground('types', { schema: SCHEMA, partitions: 1 });
    await ground.produce([
      JSON.stringify(WHOLE),
      '{"id":9007199254740993}',
      '{"id":-9223372036854775808,"price":-0.0001,"tiny":-9999.9,"at":"9999-12-31T23:59:59","instant":"0001-01-01T00:00:00Z"}',
    ]);
    await ground.run();
    const columns = [
      'flag',
      'small',
      'single',
      'CAST(price AS varchar)',
      'CAST(tiny AS varchar)',
      'CAST(day AS varchar)',
      'CAST(clock AS varchar)',
      'CAST(at AS varchar)',
      'CAST(instant AS varchar)',
      '"name ""quoted"".dot"',
      'CAST(token AS varchar)',
      'to_hex(raw)',
      'to_hex(pair)',
      'place.city',
      'place.lat',
      'CAST(tags AS json)',
      "element_at(counts, 'x')",
    ];
    const rows = await ground.query(
      `SELECT id, ${columns.join(', ')} FROM ${ground.sqlName} ORDER BY id DESC`,
    );
    assert.deepEqual(rows[0], [9007199254740993n, ...columns.map(() => null)]);
    assert.deepEqual(rows[1], [
      1n,
      true,
      -7,
      0.5,
      '1234567890123456.7891',
      '12.5',
      '2024-02-29',
      '23:59:59.999999',
      '2024-01-01 12:00:00.123456',
      '2024-01-01 10:00:00.000000 UTC',
      '🛫 Zürich',
      '00112233-4455-6677-8899-aabbccddeeff',
      '000102',
      '0001',
      'Bern',
      46.9,
      '["a",null,""]',
      1n,
    ]);
    assert.equal(rows[2]?.[0], -9223372036854775808n);
    assert.deepEqual(rows[2].slice(4, 6), ['-0.0001', '-9999.9']);
    assert.deepEqual(rows[2].slice(8, 10), ['9999-12-31 23:59:59.000000', '0001-01-01 00:00:00.000000 UTC']);
  });

  test('can be read through Iceberg REST as well', async () => {
    await using ground = await openPlayground('rest', { schema: 'id: long\nname: string', partitions: 1 });
    await ground.produce(['{"id":1,"name":"a"}', '{"id":2,"name":"b"}']);
    await ground.run();
    const { rest } = await import('../../support/rest-table.ts');
    const table = await rest(['pipeline_test', ground.table]);
    assert.equal(table.metadata['current-snapshot-id'] !== undefined, true);
    assert.deepEqual(table.columns, ['id', 'name']);
  });

  test('is found by predicates at the bounds of its files, as by a full scan', async () => {
    await using ground = await openPlayground('bounds', {
      schema: 'n: long\nd: double\ns: string\nt: timestamptz\np: decimal(12,2)',
      partitions: 1,
    });
    const values = [-1000000007, -1, 0, 1, 2147483648, 9007199254740993n];
    for (const part of [values.slice(0, 3), values.slice(3)]) {
      await ground.produce(
        part.map(
          (n, i) =>
            `{"n":${n},"d":${i === 0 ? '-0.0' : Number(n) / 3},"s":"${'🛫'.repeat(20)}${n}","t":"19${70 + i * 10}-01-01T00:00:00Z","p":${BigInt(n) % 100000n}.25}`,
        ),
      );
      await ground.run();
    }
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 6n);
    const all = await ground.query(
      `SELECT n, d, s, CAST(t AS varchar), CAST(p AS varchar) FROM ${ground.sqlName}`,
    );
    for (const row of all) {
      const [n, d, s, t, p] = row.map(value => String(value));
      const predicates = [
        `n = BIGINT '${n}'`,
        `n <= BIGINT '${n}' AND n >= BIGINT '${n}'`,
        `d = DOUBLE '${d}'`,
        `s = '${s}'`,
        `s >= '${s}' AND s <= '${s}'`,
        `t = TIMESTAMP '${t}'`,
        `p = DECIMAL '${p}'`,
      ];
      for (const predicate of predicates) {
        const pruned = await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE ${predicate}`);
        // The same test behind a function that no bound can decide.
        const scanned = await ground.value(
          `SELECT count(*) FROM ${ground.sqlName} WHERE CASE WHEN random() < 2 THEN ${predicate} END`,
        );
        assert.equal(pruned, scanned, predicate);
        assert.notEqual(pruned, 0n, predicate);
      }
    }
  });
});
