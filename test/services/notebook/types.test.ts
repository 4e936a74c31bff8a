import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { createSession } from '../../../catalog/trino/client.ts';
import { createTextFormat } from '../../../client/notebook/results/text-formats.ts';
import { createResultsWorker } from '../../../client/notebook/results/worker-link.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino } = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-types-'));
const worker = createResultsWorker();
after(async () => {
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Every scalar type that Trino casts to varchar, with its extreme values. */
const CAST_VALUES = [
  'CAST(NULL AS bigint)',
  "BIGINT '-9223372036854775808'",
  '9223372036854775807',
  "BIGINT '9223372036854775807'",
  "INTEGER '-2147483648'",
  "INTEGER '2147483647'",
  "SMALLINT '-32768'",
  "SMALLINT '32767'",
  "TINYINT '-128'",
  "TINYINT '127'",
  'true',
  'false',
  "DECIMAL '99999999999999999999999999999999999999'",
  "DECIMAL '-0.00000000000000000000000000000000000001'",
  "DECIMAL '-99999999999999999999999999999999999.999'",
  "VARCHAR ''",
  "VARCHAR 'é😀'",
  "CAST('ab' AS char(4))",
  "DATE '-0044-03-15'",
  "DATE '9999-12-31'",
  "TIME '23:59:59.999999999999'",
  "TIME '01:02:03.123 +05:30'",
  "TIMESTAMP '2020-01-01 00:00:00.123456789012'",
  "TIMESTAMP '2020-06-01 12:00:00.123456 Europe/Berlin'",
  "TIMESTAMP '-4712-01-01 00:00:00'",
  "TIMESTAMP '294246-01-01 00:00:00.000'",
  "TIMESTAMP '1969-12-31 23:59:59.999999999999'",
  "TIMESTAMP '2020-01-01 00:00:00.123456789012 -14:00'",
  "TIMESTAMP '2024-10-27 02:30:00 +01:00'",
  "TIME '00:00:00.000000000001 +14:00'",
  "TIME '00:00:00'",
  "INTERVAL '3' DAY",
  "INTERVAL -'99999 23:59:59.999' DAY TO SECOND",
  "INTERVAL '7' MONTH",
  "INTERVAL -'178956970-7' YEAR TO MONTH",
  "UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'",
  "IPADDRESS '2001:db8::1'",
  "IPADDRESS '255.255.255.255'",
  "IPADDRESS '::ffff:1.2.3.4'",
  "UUID '00000000-0000-0000-0000-000000000000'",
  "CAST('' AS char(2))",
  "CAST('x' AS varchar(3))",
  "TIME '23:59:59.999999999999 -14:00'",
  "TIMESTAMP '9999-12-31 23:59:59.999999999999'",
  "TIMESTAMP '2020-01-01 00:00:00.123456789012 Asia/Kathmandu'",
  "INTERVAL '0' SECOND",
];

/** What Trino cannot cast to varchar, and how it is shown: bytes as hexadecimal digits, structures as JSON. */
const SHOWN_VALUES: readonly (readonly [sql: string, shown: string | RegExp])[] = [
  ['NULL', 'NULL'],
  ["X'00FF'", '0x00ff'],
  ["X''", '0x'],
  ["DOUBLE '1.7976931348623157E308'", '1.7976931348623157e+308'],
  ["DOUBLE '4.9E-324'", '5e-324'],
  ["DOUBLE '-0.0'", '-0.0'],
  ["DOUBLE '17'", '17'],
  ['nan()', 'NaN'],
  ['-infinity()', '-Infinity'],
  ["REAL '3.4028235E38'", '3.4028235e+38'],
  ["REAL '0.1'", '0.1'],
  ["REAL '-0.0'", '-0.0'],
  ['JSON \'{"a":9007199254740993,"b":[1.5]}\'', '{"a":9007199254740993,"b":[1.5]}'],
  ["JSON 'null'", 'null'],
  ["color('red')", 'red'],
  ['rgb(255, 0, 0)', '#ff0000'],
  ["CAST('a+' AS JoniRegExp)", 'a+'],
  ["ARRAY[INTERVAL '1' DAY]", '["1 00:00:00.000"]'],
  ["ARRAY[REAL '1.1', REAL '-0.0', REAL 'Infinity']", '[1.1, -0.0, "Infinity"]'],
  ["MAP(ARRAY[BIGINT '9007199254740993'], ARRAY[true])", '{"9007199254740993": true}'],
  ["MAP(ARRAY[ARRAY[1, 2]], ARRAY[X'0A'])", '{"[1, 2]": "0x0a"}'],
  ['MAP(ARRAY[true], ARRAY[NULL])', '{"true": null}'],
  ["CAST(ROW(1, 'a') AS row(integer, varchar))", '[1, "a"]'],
  [
    "CAST(ROW(9007199254740993, ARRAY[NULL, DECIMAL '1.10'], MAP(ARRAY['k'], ARRAY[X'0A'])) AS row(a bigint, b array(decimal(3,2)), c map(varchar, varbinary)))",
    '{"a": 9007199254740993, "b": [null, 1.10], "c": {"k": "0x0a"}}',
  ],
];

/** Sketches that Trino casts to their bytes, and one whose bytes only Trino's own functions read. */
const SKETCHES = [
  'approx_set(1)',
  "qdigest_agg(BIGINT '5')",
  "qdigest_agg(DOUBLE '1.5')",
  'tdigest_agg(1.5)',
  'make_set_digest(1)',
];
const P4_SKETCH = 'CAST(approx_set(1) AS P4HyperLogLog)';

describe('every type of Trino', () => {
  test('is shown and exported as Trino casts it to text', async () => {
    const texts = CAST_VALUES.map(value => `CAST(${value} AS varchar)`);
    const values = await shown(CAST_VALUES);
    const casts = await shown(texts);
    CAST_VALUES.forEach((value, i) => {
      assert.equal(values[i], casts[i], value);
    });
    assert.equal(await csvOf(CAST_VALUES), await csvOf(texts));
  });

  test('that has no cast is shown without losing a digit', async () => {
    const values = await shown(SHOWN_VALUES.map(([sql]) => sql));
    SHOWN_VALUES.forEach(([sql, expected], i) => {
      assert.equal(values[i] ?? 'NULL', expected, sql);
    });
    const line = createTextFormat('CSV', {
      columns: SHOWN_VALUES.map(() => ({ name: 'v', type: 'varchar' })),
      withHeader: false,
    }).row(values, 0);
    assert.equal(await csvOf(SHOWN_VALUES.map(([sql]) => sql)), line);
  });

  test('that is a sketch is shown as its bytes', async () => {
    const columns = SKETCHES.map((sketch, i) => `${sketch} AS s${i}`).join(', ');
    const pairs = SKETCHES.map((_, i) => `s${i}, CAST(s${i} AS varbinary)`).join(', ');
    const values = await rowOf(`SELECT ${pairs} FROM (SELECT ${columns})`);
    SKETCHES.forEach((sketch, i) => {
      assert.match(values[i * 2] ?? '', /^0x[0-9a-f]{16,}$/, sketch);
      assert.equal(values[i * 2], values[i * 2 + 1], sketch);
    });
    assert.match((await rowOf(`SELECT ${P4_SKETCH}`))[0] ?? '', /^0x[0-9a-f]{4000,}$/);
  });

  test('is given back by the literals that are copied from a result', async () => {
    const sql = `SELECT ${[...CAST_VALUES, ...LITERAL_ONLY].map((value, i) => `${value} AS v${i}`).join(', ')}`;
    const { handle, row } = await run(sql);
    const columns = row.map((_, i) => i);
    const range = { firstRow: 0, rows: 1, columns, withHeader: true };
    const { text } = await worker.ask(handle, 'copy', { view: WHOLE, range, format: 'INSERT' });
    const literals = /VALUES\n {2}\(([^]*)\);/.exec(text)?.[1];
    assert.deepEqual(await rowOf(`SELECT ${literals}`), row);
  });
});

const WHOLE = { sort: [], filters: [], search: '' };
const LITERAL_ONLY = [
  "X'00FF'",
  "DOUBLE '1E308'",
  "REAL '1.1'",
  "JSON '[1]'",
  'ARRAY[1, NULL]',
  'empty_approx_set()',
  "color('red')",
  'rgb(1, 20, 255)',
];
let runs = 0;

async function shown(values: readonly string[]): Promise<(string | null)[]> {
  return rowOf(`SELECT ${values.map((value, i) => `${value} AS v${i}`).join(', ')}`);
}

async function rowOf(statement: string): Promise<(string | null)[]> {
  return (await run(statement)).row;
}

/** The only row of a result, every value whole. */
async function run(statement: string): Promise<{ handle: string; row: (string | null)[] }> {
  const handle = `types-${runs++}`;
  const { head, error } = await worker.call('run', {
    handle,
    request: {
      connection: trino,
      statement,
      session: createSession(),
      rowLimit: 1,
      path: path.join(folder, `${handle}.arrow`),
    },
  });
  assert.equal(error, undefined);
  const columns = Array.from({ length: head?.columnCount ?? 0 }, (_, column) => column);
  const row = await Promise.all(
    columns.map(column => worker.ask(handle, 'cell', { view: WHOLE, row: 0, column })),
  );
  return { handle, row };
}

/** The line of an export of one row. */
async function csvOf(values: readonly string[]): Promise<string> {
  const file = path.join(folder, `types-${runs++}.csv`);
  const statement = `SELECT ${values.map((value, i) => `${value} AS v${i}`).join(', ')}`;
  const source = { kind: 'statement', connection: trino, statement, session: createSession() } as const;
  await worker.call('export', { handle: file, format: 'CSV', path: file, source });
  return readFileSync(file, 'utf8').split('\n').slice(1).join('\n');
}
