import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { SYNTAXES } from './tokenize.ts';

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}
interface Configuration {
  readonly wordPattern: string;
  readonly indentationRules: {
    readonly increaseIndentPattern: Pattern;
    readonly decreaseIndentPattern: Pattern;
  };
  readonly onEnterRules: readonly { readonly beforeText: string; readonly afterText?: string }[];
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } };
}

const configuration = JSON.parse(
  readFileSync(path.join(SYNTAXES, 'language-configuration.json'), 'utf8'),
) as Configuration;

describe('the language configuration', () => {
  test('a word takes in the metadata suffix of a table and stops at dots and quotes', () => {
    const words = 'select t."flights$snapshots", a_b.c1, 1.5e3, größe'.match(
      new RegExp(configuration.wordPattern, 'g'),
    );
    assert.deepEqual(words, ['select', 't', 'flights$snapshots', 'a_b', 'c1', '1.5e3', 'größe']);
  });

  test('lines that open a routine block or a parenthesis indent the next line', () => {
    const rule = toRegExp(configuration.indentationRules.increaseIndentPattern);
    const opening = [
      'BEGIN',
      '  begin -- body',
      'WHILE n > 1 DO',
      'top: LOOP',
      'IF a THEN',
      'ELSE',
      'ELSEIF b THEN',
      'CASE x',
      'WITH t AS (',
      'CREATE TABLE a (',
    ];
    const others = [
      'SELECT 1',
      'IF(a, b, c)',
      'END IF;',
      "SELECT '('",
      '-- BEGIN',
      'CASE WHEN a THEN b END',
      'f()',
    ];
    assert.deepEqual(
      opening.filter(line => !rule.test(line)),
      [],
    );
    assert.deepEqual(
      others.filter(line => rule.test(line)),
      [],
    );
  });

  test('lines that close a block step out again', () => {
    const rule = toRegExp(configuration.indentationRules.decreaseIndentPattern);
    assert.deepEqual(
      ['END', '  END IF;', 'else', ') AS x', 'UNTIL a > 1', 'ending', 'elsewhere', 'SELECT'].filter(line =>
        rule.test(line),
      ),
      ['END', '  END IF;', 'else', ') AS x', 'UNTIL a > 1'],
    );
  });

  test('Enter inside a block comment continues it', () => {
    const opened = configuration.onEnterRules.filter(rule =>
      new RegExp(rule.beforeText).test('/* first line'),
    );
    assert.ok(opened.length > 0);
    assert.ok(!opened.some(rule => new RegExp(rule.beforeText).test('/* closed */')));
  });

  test('Enter in the middle of a line comment keeps the rest a comment, but not after a cell marker', () => {
    const rule = configuration.onEnterRules.find(item => item.beforeText.includes('--'));
    assert.ok(rule);
    assert.ok(new RegExp(rule.beforeText).test('  -- first half'));
    assert.ok(!new RegExp(rule.beforeText).test('-- %% title'));
  });

  test('regions fold', () => {
    assert.ok(new RegExp(configuration.folding.markers.start).test('  -- #region loads'));
    assert.ok(new RegExp(configuration.folding.markers.end).test('--#endregion'));
  });
});

function toRegExp(rule: Pattern): RegExp {
  return new RegExp(rule.pattern, rule.flags);
}
