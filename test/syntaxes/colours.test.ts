import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { type ColouredToken, loadColours } from './tokenize.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/syntaxes');
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

describe('the colours of Trino SQL', () => {
  let colour: (text: string) => ColouredToken[][];
  before(async () => {
    colour = await loadColours();
  });

  for (const file of readdirSync(FIXTURES).filter(name => name.endsWith('.sql'))) {
    test(`${file} is coloured as its golden file says`, () => {
      const actual = describeColours(colour(readFileSync(path.join(FIXTURES, file), 'utf8')));
      const golden = path.join(FIXTURES, file.replace(/\.sql$/, '.scopes'));
      if (isUpdating) writeFileSync(golden, actual);
      assert.deepEqual(actual.split('\n'), readFileSync(golden, 'utf8').split('\n'));
    });
  }

  test('a string may span lines and ends at the next quote', () => {
    const lines = colour("SELECT 'a;\nSELECT 1; -- it's here\nFROM");
    assert.equal(scopeOf(lines[2], 'FROM'), 'keyword.other.reserved.trino');
  });

  test('a comment ends at the first closing mark, as Trino has no nested comments', () => {
    const lines = colour('/* a /* b */ SELECT 1');
    assert.equal(scopeOf(lines[0], 'SELECT'), 'keyword.other.reserved.trino');
  });

  test('every prefix of a statement can be coloured without losing a character', () => {
    const text = `WITH t AS (SELECT U&'\\0041', "q""x" FROM "t$files") SELECT x -> $$ a $$ /* c */ -- %% [md] t`;
    for (let end = 0; end <= text.length; end++) {
      const shown = colour(text.slice(0, end)).flat();
      assert.equal(shown.map(token => token.text).join(''), text.slice(0, end));
    }
  });
});

/** The fixture's lines, each followed by its coloured pieces; pieces without a scope are left out. */
function describeColours(lines: readonly ColouredToken[][]): string {
  const shown = lines.flatMap(tokens => [
    `> ${tokens.map(token => token.text).join('')}`,
    ...tokens
      .filter(token => token.scopes.length > 0 && token.text.trim() !== '')
      .map(token => `    ${token.text.trim()} · ${token.scopes.join(' ')}`),
  ]);
  return shown.join('\n') + '\n';
}

function scopeOf(line: readonly ColouredToken[] | undefined, text: string): string | undefined {
  return line?.find(token => token.text === text)?.scopes.at(-1);
}
