import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cellsToRun } from '../../../client/query/script-cells.ts';

const SCRIPT = `-- @branch dev
SELECT 1;

-- @limit 5
SELECT 2;
`;
const MARKED = `-- %% [markdown]
-- # Orders

-- %% name=orders
SELECT * FROM tpch.tiny.orders;

-- %%
-- @chart bar x=a y=b
SELECT 1; SELECT 2 FROM orders;
`;

describe('the cells of a script that run', () => {
  test('are its statements with the comments before them, each with the first cell of the file', () => {
    const [cell, ...others] = cellsToRun(SCRIPT, at(SCRIPT, 'SELECT 2'));
    assert.deepEqual(others, []);
    assert.equal(cell?.text, '-- @limit 5\nSELECT 2;');
    assert.equal(cell.firstText, '-- @branch dev\nSELECT 1;');
    assert.equal(SCRIPT.slice(cell.start, cell.start + cell.text.length), cell.text);
    assert.deepEqual(cell.statements, [{ text: 'SELECT 2', start: 12 }]);
  });

  test('are those of its marker lines, with the named ones before them', () => {
    const [cell] = cellsToRun(MARKED, at(MARKED, 'FROM orders'));
    assert.deepEqual(
      cell?.statements.map(({ text }) => text),
      ['SELECT 2 FROM orders'],
    );
    assert.equal(cell?.text, '-- @chart bar x=a y=b\nSELECT 1; SELECT 2 FROM orders;');
    assert.deepEqual(
      cell.cells.map(({ name }) => name),
      ['orders'],
    );
    assert.equal(cell.firstText, 'SELECT * FROM tpch.tiny.orders;');
  });

  test('are all that a selection touches, in order', () => {
    const cells = cellsToRun(MARKED, { start: 0, end: MARKED.length });
    assert.deepEqual(
      cells.map(({ statements }) => statements.length),
      [1, 2],
    );
    for (const { start, text, statements } of cells) {
      for (const statement of statements) {
        assert.ok(MARKED.startsWith(statement.text, start + statement.start));
        assert.ok(text.startsWith(statement.text, statement.start));
      }
    }
  });

  test('are meant by a cursor in the comments above a statement', () => {
    const [cell] = cellsToRun(SCRIPT, at(SCRIPT, '@limit'));
    assert.deepEqual(
      cell?.statements.map(({ text }) => text),
      ['SELECT 2'],
    );
  });

  test('are none in a text without statements', () => {
    assert.deepEqual(cellsToRun('-- nothing\n', { start: 0, end: 0 }), []);
  });
});

function at(script: string, text: string): { start: number; end: number } {
  const start = script.indexOf(text);
  return { start, end: start };
}
