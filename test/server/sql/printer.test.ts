import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { formatScript, formatText } from '../../../server/sql/printer.ts';
import { DEFAULT_FORMAT_OPTIONS } from '../../../server/sql/printer/options.ts';
import { corpusFolder, readCorpus, validStatements } from '../../bench/sql/corpus.ts';
import { nonTriviaTokens } from '../../bench/sql/tokens.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/format');
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const fixtures = readdirSync(FIXTURES)
  .filter(name => /^[a-z]+\.sql$/.test(name))
  .map(name => ({ name, text: readFileSync(path.join(FIXTURES, name), 'utf8') }));

describe('formatting SQL', () => {
  for (const { name, text } of fixtures) {
    test(`${name} is laid out as its golden file says`, () => {
      const golden = path.join(FIXTURES, name.replace('.sql', '.formatted.sql'));
      const actual = formatText(text);
      if (isUpdating) writeFileSync(golden, actual);
      assert.deepEqual(actual.split('\n'), readFileSync(golden, 'utf8').split('\n'));
      assert.deepEqual(formatScript(text).refused, []);
    });
  }

  test('with every option it keeps tokens and comments, and formatting again changes nothing', () => {
    for (const keywordCase of ['upper', 'lower', 'keep'] as const) {
      for (const commas of ['trailing', 'leading'] as const) {
        for (const [indent, lineWidth] of [
          [2, 100],
          [0, 60],
          [4, 20],
          [3, 1],
        ] as const) {
          for (const { name, text } of fixtures) {
            const options = { keywordCase, commas, indent, lineWidth };
            const once = formatText(text, options);
            const label = `${name} with ${JSON.stringify(options)}`;
            assert.equal(nonTriviaTokens(once), nonTriviaTokens(text), label);
            assert.equal(formatText(once, options), once, label);
          }
        }
      }
    }
  });

  test('no line ends in a blank', () => {
    for (const { name, text } of fixtures.filter(item => item.name !== 'routines.sql')) {
      assert.deepEqual(
        formatText(text)
          .split('\n')
          .filter(line => /[ \t]$/.test(line)),
        [],
        name,
      );
    }
  });

  test('keywords get the wanted case; names, types and functions stay as they are written', () => {
    const sql =
      'Select Data, First as "First", Count(*), Date \'2020-01-01\', cast(X as Decimal(1,0)) From T';
    assert.equal(
      formatText(sql, { lineWidth: 200 }),
      'SELECT Data, First AS "First", Count(*), DATE \'2020-01-01\', CAST(X AS Decimal(1, 0)) FROM T',
    );
    assert.equal(
      formatText(sql, { keywordCase: 'lower', lineWidth: 200 }),
      'select Data, First as "First", Count(*), date \'2020-01-01\', cast(X as Decimal(1, 0)) from T',
    );
    assert.equal(
      formatText(sql, { keywordCase: 'keep', lineWidth: 200 }),
      'Select Data, First as "First", Count(*), Date \'2020-01-01\', cast(X as Decimal(1, 0)) From T',
    );
  });

  test('commas can lead the lines of a broken list', () => {
    assert.equal(
      formatText('select first_column, second_column, f(1, 2) from t', { commas: 'leading', lineWidth: 30 }),
      'SELECT\n  first_column\n  , second_column\n  , f(1, 2)\nFROM t',
    );
  });

  test('indentation is by the wanted number of spaces, or by tabs', () => {
    const sql = 'select first_column, second_column from t';
    assert.equal(
      formatText(sql, { indent: 4, lineWidth: 30 }),
      'SELECT\n    first_column,\n    second_column\nFROM t',
    );
    assert.equal(
      formatText(sql, { indent: 0, lineWidth: 30 }),
      'SELECT\n\tfirst_column,\n\tsecond_column\nFROM t',
    );
  });

  test('line ends stay what they were, and a byte order mark stays', () => {
    assert.equal(
      formatText('\ufeffselect a\r\nfrom t where a=1;\r\n'),
      '\ufeffSELECT a\r\nFROM t\r\nWHERE a = 1;\r\n',
    );
  });

  test('only the statements that a range touches are changed', () => {
    const sql = 'select  1;\nselect  2;\nselect  3;\n';
    const { edits } = formatScript(sql, {}, { start: 13, end: 14 });
    assert.deepEqual(edits, [{ start: 10, end: 21, newText: '\nSELECT 2;' }]);
  });

  test('cells of a notebook are laid out one by one, with or without semicolons', () => {
    const sql =
      '-- %% name=a\n\nselect  1\n\n-- %% [markdown]\n-- # Title\n-- %%\nselect  2;\nselect 3 -- end\n';
    assert.equal(
      formatText(sql),
      '-- %% name=a\n\nSELECT 1\n\n-- %% [markdown]\n-- # Title\n-- %%\nSELECT 2;\nSELECT 3 -- end\n',
    );
    const { edits } = formatScript(sql, {}, { start: sql.indexOf('2'), end: sql.indexOf('2') });
    assert.deepEqual(
      edits.map(edit => sql.slice(edit.start, edit.end)),
      ['\nselect  2;'],
    );
  });

  test('a statement that looks right already has no edit', () => {
    assert.deepEqual(formatScript('SELECT 1;\n\nSELECT 2;\n'), { edits: [], refused: [] });
  });

  test('a statement with a syntax error is left alone, the others are laid out', () => {
    const sql = 'select  1;\nselect  (, from;\nselect  2';
    assert.equal(formatText(sql), 'SELECT 1;\nselect  (, from;\nSELECT 2');
    assert.deepEqual(
      formatScript(sql).refused.map(item => item.reason),
      ['syntax-error'],
    );
  });

  test('nesting beyond what can be read is refused, not printed', () => {
    const sql = `select ${'('.repeat(220)}1${')'.repeat(220)}`;
    assert.equal(formatText(sql), sql);
    assert.equal(formatScript(sql).refused.length, 1);
  });

  test('signs never join into a comment, and numbers never join a dot', () => {
    assert.equal(formatText('select - - 1, a - -1, 1 - - b'), 'SELECT - -1, a - -1, 1 - -b');
  });

  test('the defaults are 100 columns, two spaces, upper case and trailing commas', () => {
    assert.deepEqual(DEFAULT_FORMAT_OPTIONS, {
      keywordCase: 'upper',
      indent: 2,
      commas: 'trailing',
      lineWidth: 100,
    });
  });
});

describe('formatting the corpus', () => {
  const folder = corpusFolder();
  const skip = folder === undefined ? 'the corpus is not beside the repository' : false;

  test('every tenth valid statement keeps its tokens and stays laid out', { skip }, () => {
    const statements = validStatements(readCorpus(folder ?? '')).filter((_, i) => i % 10 === 0);
    assert.ok(statements.length > 300);
    for (const sql of statements) {
      const once = formatText(sql);
      assert.equal(nonTriviaTokens(once), nonTriviaTokens(sql));
      assert.equal(formatText(once), once);
      assert.deepEqual(formatScript(sql).refused, [], sql);
    }
  });
});
