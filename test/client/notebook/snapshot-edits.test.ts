import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDirectives } from '../../../client/notebook/directives.ts';
import { prepareStatement } from '../../../client/notebook/prepare-statement.ts';
import { snapshotEdits, tablesOf } from '../../../client/notebook/snapshot-edits.ts';
import { applyEdits } from '../../../client/notebook/text-edits.ts';

function asOf(statement: string, ...lines: string[]): string {
  const { snapshots } = readDirectives(lines.map(line => `-- @snapshot ${line}\n`).join(''));
  return applyEdits(statement, snapshotEdits(statement, snapshots)).text;
}

describe('a cell that reads tables as of a snapshot', () => {
  test('says so behind every use of the table, and of no other', () => {
    assert.equal(
      asOf(
        'SELECT flights FROM demo.flights f JOIN iceberg.demo.flights g ON true JOIN demo.other o ON true',
        'demo.flights 9007199254740993',
      ),
      'SELECT flights FROM demo.flights FOR VERSION AS OF 9007199254740993 f JOIN iceberg.demo.flights FOR VERSION AS OF 9007199254740993 g ON true JOIN demo.other o ON true',
    );
  });

  test('finds names in quotes, in other case and inside of subqueries, and keeps a version that is there', () => {
    assert.equal(
      asOf(
        'SELECT (SELECT max(a) FROM "we.ird"."T 1") FROM Demo.FLIGHTS, x FOR VERSION AS OF 1',
        '"we.ird"."t 1" 5',
        'demo.flights 6',
        'x 7',
      ),
      'SELECT (SELECT max(a) FROM "we.ird"."T 1" FOR VERSION AS OF 5) FROM Demo.FLIGHTS FOR VERSION AS OF 6, x FOR VERSION AS OF 1',
    );
  });

  test('is sent with named cells and parameters too, and an error is found at its own place', () => {
    const statement = 'SELECT * FROM late JOIN demo.flights ON :n = nosuch';
    const prepared = prepareStatement(statement, {
      cells: [{ name: 'late', text: 'SELECT 1 AS a' }],
      values: new Map([['n', { type: 'bigint', text: '3' }]]),
      snapshots: snapshotEdits(statement, [{ table: 'demo.flights', id: '5' }]),
    });
    assert.match(
      prepared.text,
      /WITH "late" AS \([^)]*\) SELECT \* FROM late JOIN demo\.flights FOR VERSION AS OF 5 ON/,
    );
    const column = prepared.text.split('\n').at(-1)?.indexOf('nosuch') ?? 0;
    const place = prepared.locate({
      name: 'X',
      message: '',
      line: prepared.text.split('\n').length,
      column: column + 1,
    });
    assert.deepEqual([place.line, place.column], [1, statement.indexOf('nosuch') + 1]);
  });

  test('lists the tables of a statement once each, and takes no line that is not whole', () => {
    assert.deepEqual(tablesOf('SELECT * FROM a.b, A.B, c JOIN "D e".f ON true'), [
      ['a', 'b'],
      ['c'],
      ['d e', 'f'],
    ]);
    assert.deepEqual(
      readDirectives('-- @snapshot demo.flights\n-- @snapshot demo.flights x\n').snapshots,
      [],
    );
  });
});
