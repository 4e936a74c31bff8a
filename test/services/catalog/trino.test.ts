import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  connectTrino,
  createSession,
  getQueryState,
  queryAll,
  type QueryUpdate,
  runStatement,
  TrinoError,
  type TrinoValue,
} from '../../../catalog/trino/client.ts';
import { quoteIdentifier, quoteLiteral } from '../../../catalog/trino/quote.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { trino: endpoint } = testEndpoints();
const trino = connectTrino({ uri: endpoint.uri, user: endpoint.user });
const LONG_QUERY =
  'SELECT count(*) FROM tpch.sf100.lineitem a JOIN tpch.sf100.lineitem b ON a.comment = b.comment';

describe('Trino, really', () => {
  test('every type arrives exact', async () => {
    const cases: readonly (readonly [sql: string, type: string, value: TrinoValue])[] = [
      ["BIGINT '9007199254740993'", 'bigint', 9007199254740993n],
      ["BIGINT '-9223372036854775808'", 'bigint', -9223372036854775808n],
      ['7', 'integer', 7],
      ["TINYINT '-128'", 'tinyint', -128],
      [
        "DECIMAL '12345678901234567890123456789012345.678'",
        'decimal(38, 3)',
        '12345678901234567890123456789012345.678',
      ],
      ["DECIMAL '-0.05'", 'decimal(2, 2)', '-0.05'],
      ['nan()', 'double', NaN],
      ['-infinity()', 'double', -Infinity],
      ["DOUBLE '-0'", 'double', -0],
      ['1e300', 'double', 1e300],
      ['12345678901234567e0', 'double', 12345678901234568],
      ["REAL '1.1'", 'real', 1.1],
      ['true', 'boolean', true],
      ["'it''s ä😀'", 'varchar(7)', "it's ä😀"],
      ["CAST('ab' AS char(4))", 'char(4)', 'ab  '],
      ["X'00ff'", 'varbinary', Uint8Array.of(0, 255)],
      ["DATE '-0044-03-15'", 'date', '-0044-03-15'],
      ["TIME '23:59:59.123456789012'", 'time(12)', '23:59:59.123456789012'],
      ["TIMESTAMP '2024-02-29 23:59:59.123456789012'", 'timestamp(12)', '2024-02-29 23:59:59.123456789012'],
      [
        "TIMESTAMP '2024-10-27 02:30:00.000001 Europe/Zurich'",
        'timestamp(6) with time zone',
        '2024-10-27 02:30:00.000001 Europe/Zurich',
      ],
      [
        "TIMESTAMP '2024-10-27 02:30:00.5 +05:45'",
        'timestamp(1) with time zone',
        '2024-10-27 02:30:00.5 +05:45',
      ],
      ["INTERVAL '3' DAY", 'INTERVAL DAY TO SECOND', '3 00:00:00.000'],
      ["UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'", 'uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7'],
      ['JSON \'{"a":12345678901234567890}\'', 'json', '{"a":12345678901234567890}'],
      ["ARRAY[BIGINT '9007199254740993', NULL]", 'array(bigint)', [9007199254740993n, null]],
      [
        "MAP(ARRAY[BIGINT '9007199254740993', 2], ARRAY[X'01', NULL])",
        'map(bigint, varbinary)',
        [
          [2n, null],
          [9007199254740993n, Uint8Array.of(1)],
        ],
      ],
      ["MAP(ARRAY['__proto__'], ARRAY[nan()])", 'map(varchar(9), double)', [['__proto__', NaN]]],
      [
        'CAST(ROW(1, ROW(BIGINT \'9007199254740993\', NULL)) AS ROW(a integer, "B c" ROW(bigint, varchar)))',
        'row(a integer, "B c" row(bigint, varchar))',
        [1, [9007199254740993n, null]],
      ],
      ['NULL', 'unknown', null],
    ];
    const { columns, rows } = await queryAll(trino, `SELECT ${cases.map(([sql]) => sql).join(', ')}`);
    cases.forEach(([sql, type, value], index) => {
      assert.deepEqual(rows[0]?.[index], value, sql);
      assert.equal(columns[index]?.type.text, type, sql);
    });
    assert.ok(Object.is(rows[0]?.[8], -0));
  });

  test('the literals we write are the values they stand for', async () => {
    const values = [
      true,
      -2147483647,
      2147483648,
      0.1,
      -0,
      NaN,
      Infinity,
      -9223372036854775808n,
      "o'k\n😀",
      Uint8Array.of(0, 255),
    ];
    const { rows } = await queryAll(
      trino,
      `SELECT ${values.map(quoteLiteral).join(', ')} AS ${quoteIdentifier('x"y')}`,
    );
    assert.deepEqual(rows[0], values);
  });

  test('a long result comes page by page with its progress and whole', async () => {
    let rows = 0;
    const updates: QueryUpdate[] = [];
    for await (const update of runStatement(trino, 'SELECT orderkey, comment FROM tpch.tiny.orders')) {
      rows += update.rows.length;
      updates.push(update);
    }
    assert.equal(rows, 15_000);
    const last = updates.at(-1);
    assert.equal(last?.statistics.state, 'FINISHED');
    assert.equal(last.statistics.processedRows, 15_000);
    assert.ok(
      last.statistics.totalSplits > 0 && last.statistics.completedSplits === last.statistics.totalSplits,
    );
    assert.ok(last.statistics.peakMemoryBytes > 0 && last.statistics.elapsedTimeMs > 0);
    assert.match(last.queryId, /^\d{8}_\d{6}_\d{5}_\w{5}$/);
    assert.match(last.infoUri ?? '', /\/ui\/query\.html\?/);
    assert.ok(
      updates.some(update => update.rows.length === 0),
      'answers without rows are yielded, too',
    );
  });

  test('aborting ends the query in Trino', async () => {
    const controller = new AbortController();
    let queryId = '';
    const run = async (): Promise<void> => {
      for await (const update of runStatement(trino, LONG_QUERY, { signal: controller.signal })) {
        queryId = update.queryId;
        if (update.statistics.state === 'RUNNING') controller.abort(new Error('enough'));
      }
    };
    await assert.rejects(run, /^Error: enough$/);
    assert.deepEqual(await getQueryState(trino, queryId), { state: 'FAILED', errorName: 'USER_CANCELED' });
  });

  test('aborting while the statement is still being sent ends it as well', async () => {
    const controller = new AbortController();
    const statement = runStatement(trino, LONG_QUERY, { signal: controller.signal });
    const first = statement.next();
    controller.abort(new Error('at once'));
    const update = await first;
    await assert.rejects(statement.next(), /^Error: at once$/);
    // Trino may not even have begun to know the query.
    const { rows } = await queryAll(
      trino,
      `SELECT state FROM system.runtime.queries WHERE query_id = ${quoteLiteral(update.value?.queryId ?? '')}`,
    );
    assert.ok(rows.every(row => row[0] === 'FAILED'));
  });

  test('leaving the loop ends the query in Trino', async () => {
    const result = await queryAll(trino, 'SELECT * FROM tpch.sf100.lineitem', { maxRows: 10 });
    assert.equal(result.rows.length, 10);
    assert.equal(result.isCut, true);
    assert.notEqual((await getQueryState(trino, result.queryId)).state, 'RUNNING');
  });

  test('a session carries schema, settings and prepared statements on', async () => {
    const session = createSession({ catalog: 'tpch', timeZone: 'Asia/Kathmandu' });
    const run = async (sql: string): Promise<TrinoValue | undefined> =>
      (await queryAll(trino, sql, { session })).rows[0]?.[0];
    await run('USE tpch.tiny');
    assert.equal(await run('SELECT count(*) FROM nation'), 25n);
    await run("SET SESSION query_max_run_time = '7m'");
    await run("SET SESSION join_distribution_type = 'BROADCAST'");
    assert.equal(
      (await queryAll(trino, "SHOW SESSION LIKE 'query_max_run_time'", { session })).rows[0]?.[1],
      '7m',
    );
    assert.equal(
      (await queryAll(trino, "SHOW SESSION LIKE 'join_distribution_type'", { session })).rows[0]?.[1],
      'BROADCAST',
    );
    await run('RESET SESSION query_max_run_time');
    assert.notEqual(
      (await queryAll(trino, "SHOW SESSION LIKE 'query_max_run_time'", { session })).rows[0]?.[1],
      '7m',
    );
    await run("PREPARE p FROM SELECT name || ', ä=' || ? FROM nation WHERE nationkey = 3");
    assert.equal(await run("EXECUTE p USING 'x'"), 'CANADA, ä=x');
    await run('DEALLOCATE PREPARE p');
    await assert.rejects(run("EXECUTE p USING 'x'"), TrinoError);
    assert.match(String(await run('SELECT CAST(current_timezone() AS varchar)')), /Kathmandu/);
  });

  test('faults say what, where and whether to try again', async () => {
    await assert.rejects(queryAll(trino, 'SELECT 1,\n  FROM x'), (error: unknown) => {
      assert.ok(error instanceof TrinoError);
      assert.deepEqual(
        [error.errorName, error.errorType, error.line, error.retriable],
        ['SYNTAX_ERROR', 'USER_ERROR', 2, false],
      );
      assert.ok((error.column ?? 0) > 0 && !/^line /.test(error.message));
      return true;
    });
    await assert.rejects(
      queryAll(trino, 'SELECT 1/0'),
      (error: unknown) => error instanceof TrinoError && error.errorName === 'DIVISION_BY_ZERO',
    );
    const nobody = connectTrino({ uri: 'http://127.0.0.1:1', user: 'x' });
    await assert.rejects(
      queryAll(nobody, 'SELECT 1'),
      (error: unknown) => error instanceof TrinoError && error.errorName === 'UNREACHABLE' && error.retriable,
    );
    const refused = connectTrino({ uri: `${endpoint.uri}/nothing`, user: 'x' });
    await assert.rejects(
      queryAll(refused, 'SELECT 1'),
      (error: unknown) => error instanceof TrinoError && error.errorName === 'REFUSED',
    );
  });
});
