import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { correctionsOf, diagnose, parseStatement } from '../../../server/sql/index.ts';
import { applyEdits, type SyntaxFix } from '../../../server/sql/diagnostics/fixes.ts';
import { nearestWord, typingErrors } from '../../../server/sql/diagnostics/nearest-word.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/sql/diagnostics');
const IS_RECORDING = process.env['RECORD_FIXTURES'] === '1';

/**
 * A fixture holds statements with their diagnostics as labels: a line of carets under what is marked, the message
 * behind them, and the corrections behind bars. A line of dashes stands between statements.
 */
function labelled(sql: string): string {
  const parsed = parseStatement(sql);
  const diagnostics = diagnose(parsed);
  const lines = sql.split('\n');
  let offset = 0;
  const out = lines.flatMap(line => {
    const here = diagnostics.filter(item => item.start >= offset && item.start <= offset + line.length);
    const labels = here.map(item => {
      const column = item.start - offset;
      const marks = '^'.repeat(Math.max(1, Math.min(item.end - item.start, line.length - column)));
      return [
        `${' '.repeat(column)}${marks} ${item.message}`,
        ...correctionsOf(parsed, item).map(fix => fix.title),
      ].join(' | ');
    });
    offset += line.length + 1;
    return [line, ...labels];
  });
  return out.join('\n');
}

function withoutLabels(block: string): string {
  return block
    .split('\n')
    .filter(line => !/^ *\^/.test(line))
    .join('\n');
}

describe('syntax errors are told', () => {
  for (const file of readdirSync(FOLDER)) {
    test(`as ${file} says`, () => {
      const text = readFileSync(path.join(FOLDER, file), 'utf8');
      const blocks = text.trimEnd().split('\n---\n');
      const actual = blocks.map(block => labelled(withoutLabels(block)));
      if (IS_RECORDING) writeFileSync(path.join(FOLDER, file), `${actual.join('\n---\n')}\n`);
      assert.deepEqual(actual, blocks);
      for (const block of actual) assert.match(block, /\^/, 'nothing is wrong with this statement');
    });
  }

  test('with corrections that leave less to correct', () => {
    const sql = 'SELECT a FORM t WERE b = 1';
    const fix = firstFix(sql);
    assert.equal(fix?.title, 'Replace FORM by FROM');
    assert.equal(firstFix(applyEdits(sql, fix?.edits ?? []))?.title, 'Replace WERE by WHERE');
  });

  test('and once for each place', () => {
    const places = diagnose(parseStatement('SELECT , , FROM t WHERE AND x = GROUP BY')).map(
      item => item.start,
    );
    assert.deepEqual(places, [...new Set(places)]);
    assert.ok(places.length >= 4);
  });
});

function firstFix(sql: string): SyntaxFix | undefined {
  const parsed = parseStatement(sql);
  return diagnose(parsed).flatMap(item => correctionsOf(parsed, item))[0];
}

describe('typing errors', () => {
  test('are insertions, deletions, replacements and exchanges of neighbours', () => {
    const pairs: [string, string, number][] = [
      ['SELECT', 'SELECT', 0],
      ['SELCT', 'SELECT', 1],
      ['SSELECT', 'SELECT', 1],
      ['SELEKT', 'SELECT', 1],
      ['SLEECT', 'SELECT', 1],
      ['FORM', 'FROM', 1],
      ['', 'AS', 2],
    ];
    for (const [from, to, errors] of pairs) assert.equal(typingErrors(from, to), errors, `${from} ${to}`);
  });

  test('lead to the nearest word unless all are far away', () => {
    assert.equal(nearestWord('GROPU', ['ORDER', 'GROUP', 'WHERE']), 'GROUP');
    assert.equal(nearestWord('ABCDEF', ['ORDER', 'GROUP']), undefined);
    assert.equal(nearestWord('ORDER', ['ORDER', 'GROUP']), undefined);
  });
});
