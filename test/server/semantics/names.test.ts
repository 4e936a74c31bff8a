import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyzed, outputOf, problemsIn } from '../support/analyzed.ts';

describe('what names mean', () => {
  const RIGHT: Readonly<Record<string, string>> = {
    'columns of a table':
      'SELECT orderkey, orders.custkey, tiny.orders.clerk, tpch.tiny.orders.comment FROM orders',
    'any case and quotes': 'SELECT "OrderKey", ORDERS.CUSTKEY FROM Orders',
    'an alias hides the table name': 'SELECT o.orderkey FROM orders o',
    'a common table, and a later one over it':
      'WITH a AS (SELECT orderkey k FROM orders), b AS (SELECT k FROM a) SELECT b.k FROM b',
    'a recursive common table':
      'WITH RECURSIVE t(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT n FROM t',
    'a star through two common tables':
      'WITH a AS (SELECT * FROM nation), b AS (SELECT * FROM a) SELECT name, regionkey FROM b',
    'a derived table': 'SELECT x.total FROM (SELECT sum(totalprice) AS total FROM orders) x',
    'USING makes one column of two':
      'SELECT regionkey, n.name, r.name FROM nation n JOIN region r USING (regionkey)',
    'a correlated subquery':
      'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM lineitem l WHERE l.orderkey = o.orderkey)',
    'LATERAL sees what stands left of it':
      'SELECT q.c FROM orders o CROSS JOIN LATERAL (SELECT count(*) c FROM lineitem l WHERE l.orderkey = o.orderkey) q',
    'UNNEST sees what stands left of it':
      'SELECT e, i FROM (VALUES ARRAY[1, 2]) t(xs) CROSS JOIN UNNEST(xs) WITH ORDINALITY AS u(e, i)',
    'an array of rows becomes columns':
      "SELECT a, b FROM UNNEST(ARRAY[CAST(ROW(1, 'x') AS ROW(a integer, b varchar))])",
    'output columns in ORDER BY':
      'SELECT custkey AS k, count(*) AS n FROM orders GROUP BY custkey ORDER BY n DESC, k',
    'input columns in ORDER BY': 'SELECT orderkey FROM orders ORDER BY totalprice',
    'lambda parameters': 'SELECT transform(ARRAY[1, 2], x -> x + orderkey) FROM orders',
    'fields of rows': 'SELECT r.a.b FROM (SELECT CAST(ROW(ROW(1)) AS ROW(a ROW(b integer))) r) t',
    'pattern variables': `SELECT m.first_price FROM orders MATCH_RECOGNIZE (
      PARTITION BY custkey ORDER BY orderdate MEASURES FIRST(A.totalprice) AS first_price
      PATTERN (A B+) DEFINE B AS B.totalprice < PREV(B.totalprice)) AS m`,
    'named windows': 'SELECT rank() OVER w FROM orders WINDOW w AS (PARTITION BY custkey ORDER BY orderdate)',
    'columns of JSON_TABLE': `SELECT id FROM JSON_TABLE('{}', 'lax $' COLUMNS (id bigint PATH 'lax $.id'))`,
    'routine variables and parameters': `CREATE FUNCTION f(a bigint) RETURNS bigint BEGIN DECLARE b bigint DEFAULT 1;
      SET b = a + b; RETURN b; END`,
    'functions that the query defines':
      'WITH FUNCTION twice(x integer) RETURNS integer RETURN x * 2 SELECT twice(1)',
    'MERGE sees target and source': `MERGE INTO orders t USING (SELECT orderkey k FROM lineitem) s ON t.orderkey = s.k
      WHEN MATCHED THEN UPDATE SET comment = 'x' WHEN NOT MATCHED THEN INSERT (orderkey) VALUES (s.k)`,
    'UPDATE and DELETE see their table': 'UPDATE orders SET clerk = comment WHERE orderkey = 1',
    'a set operation after all': 'SELECT name FROM nation UNION SELECT name FROM region ORDER BY name',
    'GROUP BY an expression, however it is written': 'SELECT o.custkey+1 FROM orders o GROUP BY custkey + 1',
    'tables that nobody knows silence everything':
      'SELECT a, x.b FROM other.catalog.t x JOIN orders USING (custkey)',
    'a table function may pass on any column': 'SELECT anything FROM TABLE(f(TABLE(orders)))',
    'the hidden column of tpch': 'SELECT row_number FROM region',
  };
  for (const [title, sql] of Object.entries(RIGHT)) {
    test(title, () => assert.deepEqual(problemsIn(sql), []));
  }
});

describe('names that cannot be right', () => {
  const WRONG: readonly (readonly [sql: string, ...problems: string[]])[] = [
    ['SELECT orderkee FROM orders', 'unknown-column: orderkee'],
    ['SELECT o.nothing, x.orderkey FROM orders o', 'unknown-column: nothing', 'unknown-column: x'],
    ['SELECT orders.orderkey FROM orders o', 'unknown-column: orders'],
    ['SELECT 1 FROM ordres', 'unknown-table: ordres'],
    ['SELECT 1 FROM tpch.tinny.orders', 'unknown-schema: tinny'],
    ['SELECT name FROM nation, region', 'ambiguous-column: name'],
    ['SELECT inner_alias.x FROM (SELECT 1 AS x FROM nation inner_alias) t', 'unknown-column: inner_alias'],
    ['SELECT orderkey AS k FROM orders WHERE k = 1', 'unknown-column: k'],
    ['SELECT custkey, count(*) FROM orders', 'not-grouped: custkey'],
    ['SELECT custkey, clerk FROM orders GROUP BY custkey', 'not-grouped: clerk'],
    ['SELECT rank() OVER w FROM orders', 'unknown-window: w'],
    ['SELECT try_cast(orderkey) FROM orders', 'wrong-arity: try_cast'],
    ['INSERT INTO nation VALUES (1, 2)', 'column-count: nation'],
    ['INSERT INTO nation (nationkey, nam) SELECT 1, 2', 'unknown-column: nam'],
    ['SELECT 1, 2 UNION SELECT 1', 'column-count: SELECT'],
    ['WITH t(a, b) AS (SELECT 1) SELECT a FROM t', 'column-count: a, b'],
    ["SELECT * FROM orders WHERE orderkey = 'x'", "wrong-type: orderkey = 'x'"],
    ['SELECT substr(comment) FROM orders', 'wrong-arity: substr'],
    ['SELECT lenght(comment) FROM orders', 'unknown-function: lenght'],
    ['SELECT length(orderkey) FROM orders', 'wrong-type: length'],
    ['UPDATE orders SET nothing = 1', 'unknown-column: nothing'],
  ];
  for (const [sql, ...problems] of WRONG) {
    test(sql, () => assert.deepEqual(problemsIn(sql), problems));
  }

  test('the nearest right name is proposed', () => {
    const [problem] = analyzed('SELECT orderkee FROM orders').problems;
    assert.equal(problem?.suggestion, 'orderkey');
    assert.match(problem?.message ?? '', /no column orderkee/);
  });
});

describe('types', () => {
  const TYPES: readonly (readonly [sql: string, ...columns: string[]])[] = [
    ['SELECT CAST(1 AS constructor) AS a', 'a constructor'],
    [
      'SELECT 1, 3000000000, 1.50, 1e0, TRUE, NULL',
      ...['_ integer', '_ bigint', '_ decimal(3, 2)', '_ double', '_ boolean', '_ unknown'],
    ],
    ["SELECT 'abc' || 'd', X'00', DATE '2020-01-01'", '_ varchar', '_ varbinary', '_ date'],
    ["SELECT TIMESTAMP '2020-01-01 00:00:00.123 UTC'", '_ timestamp(3) with time zone'],
    [
      'SELECT count(*), sum(orderkey), avg(totalprice), max(orderdate) FROM orders',
      ...['_ bigint', '_ bigint', '_ double', '_ date'],
    ],
    ['SELECT CAST(1 AS array(row(a int)))', '_ array(row(a integer))'],
    ['SELECT array_agg(name) AS names FROM nation', 'names array(varchar(25))'],
    ['SELECT map(ARRAY[1], ARRAY[2.5])[1]', '_ decimal(2, 1)'],
    ['SELECT transform(ARRAY[1], x -> CAST(x AS varchar))', '_ array(varchar)'],
    ['SELECT coalesce(NULL, 1, 2.5), if(true, 1, 2)', '_ decimal(11, 1)', '_ integer'],
    ['SELECT CASE WHEN true THEN 1 ELSE 2e0 END', '_ double'],
    ['SELECT (SELECT max(orderkey) FROM orders)', '_ bigint'],
    ['SELECT orderkey + 1, totalprice * 2 FROM orders', '_ bigint', '_ double'],
    ["SELECT orderdate - INTERVAL '1' DAY FROM orders", '_ date'],
    ['SELECT * FROM region', 'regionkey bigint', 'name varchar(25)', 'comment varchar(152)'],
    [
      'SELECT r.* FROM nation n JOIN region r ON true',
      ...['regionkey bigint', 'name varchar(25)', 'comment varchar(152)'],
    ],
  ];
  for (const [sql, ...columns] of TYPES) {
    test(sql, () => assert.deepEqual(outputOf(sql), columns));
  }
});
