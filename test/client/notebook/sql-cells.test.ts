import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  readSqlCells,
  writeSqlCells,
  type SqlCell,
  type SqlNotebook,
} from '../../../client/notebook/sql-cells.ts';
import { statementSpans } from '../../../client/notebook/statements.ts';
import { sqlFile } from './sql-files.ts';

const RUNS = Number(process.env['LAKEHOUSE_FUZZ_RUNS'] ?? 500);

describe('a SQL file without markers', () => {
  test('has one cell per statement, with the semicolon and the comments that belong to it', () => {
    check('-- orders\nselect 1; -- first\n\n/* two */ select 2;\nselect 3', [
      '-- orders\nselect 1; -- first',
      '/* two */ select 2;',
      'select 3',
    ]);
  });

  test('keeps routines with inner semicolons in one cell', () => {
    const routine =
      'WITH FUNCTION f(a bigint) RETURNS bigint BEGIN DECLARE x bigint DEFAULT 1; SET x = a; RETURN x; END SELECT f(1);';
    check(`${routine}\nselect ';' ; select 2`, [routine, "select ';' ;", 'select 2']);
  });

  test('shows comments after the last statement instead of hiding them', () => {
    check('select 1;\n\n-- the end\n', ['select 1;', '-- the end']);
  });

  test('is one file with CRLF too', () => {
    check('select 1;\r\n\r\nselect 2;\r\n', ['select 1;', 'select 2;']);
  });
});

describe('a SQL file with markers', () => {
  test('has one cell per section, whatever stands in it', () => {
    check('-- %%\nselect 1; select 2;\n\n-- %% name=orders\nselect 3\n-- %%\n', [
      'select 1; select 2;',
      'select 3',
      '',
    ]);
    assert.equal(read('-- %% name=orders\nselect 3').cells[0]?.name, 'orders');
    assert.equal(read('-- %% name="my ""x"""\nselect 3').cells[0]?.name, 'my "x"');
  });

  test('shows markdown without its comment signs and ends it where statements begin', () => {
    const { cells } = read('-- %% [markdown]\n-- # Title\n--\n-- text\n\nselect 1;\n');
    assert.deepEqual(
      cells.map(({ kind, value }) => [kind, value]),
      [
        ['markdown', '# Title\n\ntext'],
        ['code', 'select 1;'],
      ],
    );
  });
});

describe('a changed notebook', () => {
  test('changes only the lines that were edited', () => {
    const text = 'select 1;\r\n\r\n-- two\nselect\r\n  2;\n\n\nselect 3';
    edit(text, cells => replace(cells, 1, '-- two\nselect\n  22;'), text.replace('2;', '22;'));
  });

  test('gets a semicolon where a cell after it needs one', () => {
    edit('select 1 -- one\n', cells => [...cells, code('select 2')], 'select 1; -- one\n\nselect 2\n');
  });

  test('loses a cell together with its gap, and keeps the rest', () => {
    edit(
      'select 1;\n\nselect 2;\n\n\nselect 3;\n',
      cells => cells.toSpliced(1, 1),
      'select 1;\n\n\nselect 3;\n',
    );
    edit('select 1;\n\nselect 2;\n', cells => cells.toSpliced(0, 1), 'select 2;\n');
  });

  test('moves a cell with its comments', () => {
    edit(
      '-- a\nselect 1;\n\n-- b\nselect 2',
      cells => cells.toReversed(),
      '-- b\nselect 2;\n\n-- a\nselect 1;',
    );
  });

  test('gets markers only when statements alone cannot say what the cells are', () => {
    edit(
      'select 1;\n\nselect 2;\n',
      cells => replace(cells, 0, 'select 1; select 11;'),
      '-- %%\nselect 1; select 11;\n\n-- %%\nselect 2;\n',
    );
    edit(
      'select 1;\n',
      cells => [{ kind: 'markdown', value: '# Hi\n\nthere' }, ...cells],
      '-- %% [markdown]\n-- # Hi\n--\n-- there\n\n-- %%\nselect 1;\n',
    );
    edit('select 1;\n', cells => replace(cells, 0, 'select 1;\n'), 'select 1;\n\n');
  });

  test('writes the name of a cell on its marker line', () => {
    edit(
      '-- %% by day\nselect 1\n',
      cells => cells.map(cell => ({ ...cell, name: 'orders' })),
      '-- %% by day name=orders\nselect 1\n',
    );
  });

  test('keeps the comment style of markdown lines that were not edited', () => {
    edit(
      '-- %% [markdown]\n--a\n-- b\n',
      cells => replace(cells, 0, 'a\nB'),
      '-- %% [markdown]\n--a\n-- B\n',
    );
  });

  test('starts a new file with what the user typed', () => {
    edit('', () => [code('select 1'), code('select 2')], 'select 1;\n\nselect 2\n');
  });
});

describe('every SQL file', () => {
  test('is written back to the byte when nothing changed', () => {
    fc.assert(
      fc.property(sqlFile(), text => {
        assert.equal(write(read(text)), text);
      }),
      { numRuns: RUNS },
    );
  });

  test('is written back to the byte by an editor that normalises line ends', () => {
    fc.assert(
      fc.property(sqlFile(), text => {
        const notebook = read(text);
        const cells = notebook.cells.map(cell => ({ ...cell, value: cell.value.replaceAll(/\r\n?/g, '\n') }));
        assert.equal(write({ ...notebook, cells }), text);
      }),
      { numRuns: RUNS },
    );
  });

  test('has the cells that were written after any edit', () => {
    fc.assert(
      fc.property(sqlFile(), fc.array(operation(), { maxLength: 4 }), (text, operations) => {
        const notebook = read(text);
        const cells = operations.reduce<readonly SqlCell[]>((list, apply) => apply(list), notebook.cells);
        const again = read(write({ ...notebook, cells })).cells;
        const visible = (list: readonly SqlCell[]): string[] =>
          list.map(cell => cell.value.replaceAll(/\r\n?/g, '\n').trim()).filter(value => value !== '');
        // A semicolon may have been added, and an unfinished comment or literal keeps its text in the file all the same.
        const plain = (list: readonly SqlCell[]): string => visible(list).join('').replaceAll(/[;\s]/g, '');
        assert.equal(plain(again), plain(cells));
      }),
      { numRuns: RUNS },
    );
  });
});

function operation(): fc.Arbitrary<(cells: readonly SqlCell[]) => readonly SqlCell[]> {
  const at = fc.nat({ max: 8 });
  const statement = fc.constantFrom(
    'select 7',
    'select 8;',
    "select ';'",
    '-- only a comment',
    'select 1; select 2',
  );
  return fc.oneof(
    at.map(i => (cells: readonly SqlCell[]) => cells.toSpliced(i, 1)),
    fc.tuple(at, statement).map(
      ([i, value]) =>
        (cells: readonly SqlCell[]) =>
          cells.toSpliced(i, 0, code(value)),
    ),
    fc.tuple(at, at).map(([i, j]) => (cells: readonly SqlCell[]) => {
      const cell = cells[i];
      return cell === undefined ? cells : cells.toSpliced(i, 1).toSpliced(j, 0, cell);
    }),
    fc.tuple(at, statement).map(
      ([i, value]) =>
        (cells: readonly SqlCell[]) =>
          replace(cells, i, value),
    ),
  );
}

function read(text: string): SqlNotebook {
  return readSqlCells(text, statementSpans);
}

function write(notebook: SqlNotebook): string {
  return writeSqlCells(notebook, statementSpans);
}

function check(text: string, values: readonly string[]): void {
  const notebook = read(text);
  assert.deepEqual(
    notebook.cells.map(cell => cell.value),
    values,
  );
  assert.equal(write(notebook), text);
}

function edit(
  text: string,
  change: (cells: readonly SqlCell[]) => readonly SqlCell[],
  expected: string,
): void {
  const notebook = read(text);
  assert.equal(write({ ...notebook, cells: change(notebook.cells) }), expected);
}

function code(value: string): SqlCell {
  return { kind: 'code', value };
}

function replace(cells: readonly SqlCell[], i: number, value: string): readonly SqlCell[] {
  const cell = cells[i];
  return cell === undefined ? cells : cells.with(i, { ...cell, value });
}
