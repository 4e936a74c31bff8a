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

  test('keeps a cell without text by one line, which goes when the cell gets text', () => {
    const two = 'select 1;\n\nselect 2\n';
    const three = 'select 1;\n\n-- %% [empty]\n\nselect 2\n';
    edit(two, cells => cells.toSpliced(1, 0, code('')), three);
    check(three, ['select 1;', '', 'select 2']);
    edit(three, cells => replace(cells, 1, 'select 5'), 'select 1;\n\nselect 5;\n\nselect 2\n');
    edit(three, cells => cells.toSpliced(1, 1), two);
    edit('select 1', cells => [...cells, code(' ')], 'select 1\n\n-- %% [empty]');
    edit(two, cells => replace(cells, 0, ''), '-- %% [empty]\n\nselect 2\n');
    edit('-- %%\nselect 1\n', cells => [...cells, code('')], '-- %%\nselect 1\n\n-- %%\n\n');
    check('/*\n-- %% [empty]\n*/ select 1', ['/*\n-- %% [empty]\n*/ select 1']);
  });

  test('shows a file without text as one empty cell, which is not written', () => {
    for (const text of ['', '\n', '\r\n\r\n']) {
      check(text, ['']);
      edit(text, cells => replace(cells, 0, ' '), text);
      edit(text, cells => replace(cells, 0, 'select 1'), `select 1${text}`);
    }
  });

  test('starts a new file with what the user typed', () => {
    edit('', () => [code('select 1'), code('select 2')], 'select 1;\n\nselect 2\n');
  });
});

describe('a file of many cells', () => {
  test('that is split changes within the cell only', () => {
    fc.assert(
      fc.property(tidyFile({ isMarked: true }), fc.nat(), ({ text, eol }, at) => {
        const { cells, ...notebook } = read(text);
        const i = at % cells.length;
        const cell = cells[i];
        assert.ok(cell?.origin);
        const middle = cell.value.lastIndexOf('\n', cell.value.lastIndexOf('select'));
        // VS Code keeps the first half in the cell and makes a new one of the second.
        const first = cell.value.slice(0, middle).trimEnd();
        const second = cell.value.slice(middle + 1);
        const halves = [{ ...cell, value: first }, code(second)];
        const written = write({ ...notebook, cells: cells.toSpliced(i, 1, ...halves) });
        const { before, after } = around(cells, i, i);
        assert.equal(written, `${before}${first}${eol}${eol}-- %%${eol}${second}${after}${notebook.tail}`);
      }),
      { numRuns: RUNS },
    );
  });

  test('that are merged loses the border between the two only', () => {
    fc.assert(
      fc.property(tidyFile({ isMarked: true }), fc.nat(), ({ text, eol }, at) => {
        const { cells, ...notebook } = read(text);
        fc.pre(cells.length > 1);
        const i = at % (cells.length - 1);
        const [a, b] = [cells[i], cells[i + 1]];
        assert.ok(a?.origin && b?.origin);
        const merged = { ...a, value: `${a.value}\n${b.value}` };
        const written = write({ ...notebook, cells: cells.toSpliced(i, 2, merged) });
        const { before, after } = around(cells, i, i + 1);
        assert.equal(written, `${before}${a.origin.raw}${eol}${b.origin.raw}${after}${notebook.tail}`);
      }),
      { numRuns: RUNS },
    );
  });

  test('that are moved keep every cell to the byte, and all before and behind the move', () => {
    fc.assert(
      fc.property(tidyFile(), fc.nat(), fc.nat(), ({ text }, x, y) => {
        const { cells, ...notebook } = read(text);
        const [from, to] = [x % cells.length, y % cells.length];
        const cell = cells[from];
        assert.ok(cell);
        const moved = cells.toSpliced(from, 1).toSpliced(to, 0, cell);
        const written = write({ ...notebook, cells: moved });
        const { before, after } = around(cells, Math.min(from, to), Math.max(from, to), { withLead: true });
        assert.ok(written.startsWith(before), written);
        assert.ok(written.endsWith(after + notebook.tail), written);
        assert.deepEqual(
          read(written).cells.map(each => each.origin?.raw),
          moved.map(each => each.origin?.raw),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('keeps empty cells, wherever they are put', () => {
    fc.assert(
      fc.property(tidyFile(), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), ({ text }, places) => {
        const notebook = read(text);
        const cells = places.reduce<readonly SqlCell[]>(
          (list, at) => list.toSpliced(at % (list.length + 1), 0, code('')),
          notebook.cells,
        );
        const written = write({ ...notebook, cells });
        const again = read(written);
        assert.deepEqual(
          again.cells.map(cell => cell.value),
          cells.map(cell => cell.value),
        );
        assert.equal(write(again), written);
        const full = again.cells.filter(cell => cell.value !== '');
        assert.deepEqual(
          full.map(cell => cell.origin?.raw),
          notebook.cells.map(cell => cell.origin?.raw),
        );
      }),
      { numRuns: RUNS },
    );
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

interface TidyFile {
  readonly text: string;
  readonly eol: string;
}

/** Files as people keep them: whole statements, two in each cell where there are markers, gaps and comments between. */
function tidyFile({ isMarked }: { readonly isMarked?: boolean } = {}): fc.Arbitrary<TidyFile> {
  const statement = fc.constantFrom(
    'select 1',
    "select ';' -- a; b",
    'select "a;b"',
    'select\n  x\nfrom t',
    "select '😀'",
  );
  return fc
    .record({
      isMarked: isMarked === undefined ? fc.boolean() : fc.constant(isMarked),
      eol: fc.constantFrom('\n', '\r\n'),
      cells: fc.array(
        fc.record({
          comment: fc.constantFrom('', '-- about it\n', '/* two;\n lines */ '),
          gap: fc.constantFrom('\n', '\n\n', '\n\n\n', '\n \t\n'),
          first: statement,
          second: statement,
        }),
        { minLength: 1, maxLength: 6 },
      ),
      tail: fc.constantFrom('', '\n', '\n\n'),
    })
    .map(({ isMarked: marked, eol, cells, tail }) => {
      const text = cells.map(({ comment, gap, first, second }, i) => {
        const border = `${i === 0 ? '' : gap}${marked ? '-- %% part\n' : ''}`;
        const whole = first.replace(/( -- .*)?$/, ';$1');
        return `${border}${comment}${whole}${marked ? `\n${second.replace(/( -- .*)?$/, ';$1')}` : ''}`;
      });
      return { text: (text.join('') + tail).replaceAll('\n', eol), eol };
    });
}

/** The text of a file before the lead or the text of one cell, and behind another one. */
function around(
  cells: readonly SqlCell[],
  first: number,
  last: number,
  { withLead = false }: { readonly withLead?: boolean } = {},
): { before: string; after: string } {
  const textOf = (list: readonly SqlCell[]): string =>
    list.map(({ origin }) => (origin?.lead ?? '') + (origin?.raw ?? '')).join('');
  const lead = cells[first]?.origin?.lead ?? '';
  return {
    before: textOf(cells.slice(0, first)) + (withLead ? '' : lead),
    after: textOf(cells.slice(last + 1)),
  };
}

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
