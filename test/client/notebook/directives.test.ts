import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatChart, parseChart } from '../../../client/notebook/chart-directive.ts';
import { readDirectives, writeDirective } from '../../../client/notebook/directives.ts';

describe('the directives of a cell', () => {
  test('name a connection, session properties and a limit in comments', () => {
    const text =
      "-- @branch dev\n-- @schema sales\n--@session query_max_run_time = '1h'\n-- @session a.b=it\n-- @limit 500\nselect '-- @tag x'";
    assert.deepEqual(readDirectives(text), {
      reference: { kind: 'branch', name: 'dev' },
      schema: 'sales',
      limit: 500,
      session: { query_max_run_time: '1h', 'a.b': 'it' },
      snapshots: [],
    });
  });

  test('may have any number of blanks in them and behind them', () => {
    const blanks = ' \t'.repeat(200_000);
    assert.deepEqual(
      readDirectives(`-- @schema a${blanks}b${blanks}\n-- @snapshot "t"${blanks}42${blanks}`),
      {
        schema: `a${blanks}b`,
        session: {},
        snapshots: [{ table: '"t"', id: '42' }],
      },
    );
  });

  test('set session properties of any name', () => {
    const { session } = readDirectives('-- @session __proto__ = x');
    assert.deepEqual(Object.entries(session), [['__proto__', 'x']]);
  });

  test('are written without touching another line', () => {
    assert.equal(writeDirective('select 1', 'branch', 'dev'), '-- @branch dev\nselect 1');
    assert.equal(
      writeDirective('-- a\r\n-- @branch dev\r\nselect 1', 'branch', 'x'),
      '-- a\r\n-- @branch x\r\nselect 1',
    );
    assert.equal(writeDirective('-- @branch dev\nselect 1', 'branch', undefined), 'select 1');
  });
});

describe('the chart of a cell', () => {
  test('comes back from its comment whatever the columns are called', () => {
    const name = fc.string({ minLength: 1 }).filter(text => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 3 }), (x, y) => {
        assert.deepEqual(parseChart(formatChart({ type: 'bar', x, y })), { type: 'bar', x, y });
      }),
      { numRuns: 300 },
    );
  });

  test('is none when the type or the x column is missing', () => {
    assert.equal(parseChart('pie x=a'), undefined);
    assert.equal(parseChart('line y=a'), undefined);
  });
});
