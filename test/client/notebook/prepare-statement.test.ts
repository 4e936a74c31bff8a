import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  findParameters,
  guessType,
  parameterLiteral,
  readDeclarations,
} from '../../../client/notebook/parameters.ts';
import { neededParameters, prepareStatement } from '../../../client/notebook/prepare-statement.ts';
import { lex, TokenKind } from '../../../server/sql/index.ts';

const NONE = new Map<string, never>();

describe('parameters', () => {
  test('are found where a value can stand, not in texts, comments, casts or JSON', () => {
    const names = (sql: string): string[] => findParameters(sql).map(use => use.name);
    assert.deepEqual(names('SELECT :a, f(:B), x=:c, \':d\', "e :e" -- :f\n/* :g */'), ['a', 'b', 'c']);
    assert.deepEqual(names("SELECT JSON_OBJECT('k':v), JSON_OBJECT(KEY k VALUE :w)"), ['w']);
  });

  test('are declared by comments with a type and a default', () => {
    assert.deepEqual(
      readDeclarations(
        '-- @param day date = 2024-01-01\n--@param n decimal(10, 2)\n-- @param name\nselect :n',
      ),
      [
        { name: 'day', type: 'date', value: '2024-01-01' },
        { name: 'n', type: 'decimal(10, 2)' },
        { name: 'name', type: 'varchar' },
      ],
    );
  });

  test('are declared with any number of blanks, with an empty default or with an equals sign in it', () => {
    const blanks = ' '.repeat(200_000);
    assert.deepEqual(
      readDeclarations(
        `-- @param a${blanks}bigint${blanks}=${blanks}1${blanks}\n-- @param b=\n-- @param c varchar = x=y`,
      ),
      [
        { name: 'a', type: 'bigint', value: '1' },
        { name: 'b', type: 'varchar', value: '' },
        { name: 'c', type: 'varchar', value: 'x=y' },
      ],
    );
  });

  test('are sent as one literal whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const tokens = lex(`${parameterLiteral({ type: 'varchar', text })} x`);
        assert.equal(tokens.count, 2);
        assert.equal(tokens.kind[0], TokenKind.String);
      }),
      { numRuns: 500 },
    );
    assert.equal(parameterLiteral({ type: 'date', text: "1' OR '1" }), "CAST('1'' OR ''1' AS date)");
    assert.equal(parameterLiteral({ type: 'bigint', text: null }), 'CAST(NULL AS bigint)');
  });

  test('have only types that are types', () => {
    for (const type of ['bigint) OR 1=1 --', 'varchar(5)) --', 'row(a bigint)', '']) {
      assert.throws(() => parameterLiteral({ type, text: '1' }), /is no type of a parameter/, type);
    }
    assert.equal(
      parameterLiteral({ type: 'timestamp(3) with time zone', text: 'x' }),
      "CAST('x' AS timestamp(3) with time zone)",
    );
  });

  test('without a type get the one their value looks like', () => {
    assert.deepEqual(['12', '1.5', 'true', '2024-01-01', 'x', '1 or 1'].map(guessType), [
      'bigint',
      'double',
      'boolean',
      'date',
      'varchar',
      'varchar',
    ]);
  });
});

describe('named cells', () => {
  const cells = [
    { name: 'orders', text: 'SELECT * FROM raw.orders -- all\n;' },
    { name: 'recent', text: 'SELECT * FROM orders WHERE day > :since' },
  ];

  test('become common table expressions, with those they use before them', () => {
    const { text } = prepareStatement('SELECT * FROM recent', {
      cells,
      values: new Map([['since', { type: 'bigint', text: '3' }]]),
    });
    assert.equal(
      text,
      `WITH "orders" AS (\nSELECT * FROM raw.orders\n), "recent" AS (\nSELECT * FROM orders WHERE day > CAST('3' AS bigint)\n) SELECT * FROM recent`,
    );
    assert.deepEqual(neededParameters('SELECT * FROM recent', cells), ['since']);
  });

  test('join a WITH that is there and come behind EXPLAIN, INSERT and CREATE TABLE', () => {
    const sent = (sql: string): string =>
      prepareStatement(sql, { cells, values: NONE }).text.replaceAll('\n', ' ');
    const cte = '"orders" AS ( SELECT * FROM raw.orders )';
    assert.equal(
      sent('WITH a AS (SELECT 1) SELECT * FROM a, orders'),
      `WITH ${cte}, a AS (SELECT 1) SELECT * FROM a, orders`,
    );
    assert.equal(sent('EXPLAIN SELECT * FROM orders'), `EXPLAIN WITH ${cte} SELECT * FROM orders`);
    assert.equal(
      sent('INSERT INTO t SELECT * FROM orders'),
      `INSERT INTO t WITH ${cte} SELECT * FROM orders`,
    );
    assert.equal(
      sent("CREATE TABLE t WITH (format = 'ORC') AS SELECT * FROM orders"),
      `CREATE TABLE t WITH (format = 'ORC') AS WITH ${cte} SELECT * FROM orders`,
    );
  });

  test('stand back behind tables of other schemas and expressions of the statement itself', () => {
    for (const sql of [
      'SELECT * FROM s.orders',
      'WITH orders AS (SELECT 1) SELECT * FROM orders',
      "SELECT 'FROM orders'",
    ]) {
      assert.equal(prepareStatement(sql, { cells, values: NONE }).text, sql);
    }
  });

  test('must hold one query', () => {
    const two = [{ name: 'two', text: 'SELECT 1; SELECT 2' }];
    assert.throws(
      () => prepareStatement('SELECT * FROM two', { cells: two, values: NONE }),
      /holds 2 statements/,
    );
  });
});

test('a fault is marked where it stands in the cell, not in what was sent', () => {
  const cells = [{ name: 'orders', text: 'SELECT 1 AS a' }];
  const statement = 'SELECT :n,\n  nosuch FROM orders';
  const prepared = prepareStatement(statement, {
    cells,
    values: new Map([['n', { type: 'bigint', text: '12345' }]]),
  });
  const at = prepared.text.indexOf('nosuch');
  const before = prepared.text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  assert.deepEqual(prepared.locate({ name: 'E', message: 'm', line, column }), {
    name: 'E',
    message: 'm',
    line: 2,
    column: 3,
  });
  assert.deepEqual(prepared.locate({ name: 'E', message: 'm', line: 2, column: 3 }), {
    name: 'E',
    message: 'm',
  });
});
