import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { builtInFunctions } from '../../server/sql/functions.ts';
import { METADATA_TABLES } from '../../server/sql/metadata-tables.ts';
import { NON_RESERVED_WORDS, RESERVED_WORDS } from '../../server/sql/keyword-words.ts';
import { SPECIAL_FORMS } from '../../server/sql/special-forms.ts';
import { TYPES } from '../../server/sql/types.ts';
import { SYNTAXES } from './tokenize.ts';

interface Rule {
  readonly match?: string;
  readonly name?: string;
  readonly patterns?: readonly Rule[];
}

const grammar = JSON.parse(readFileSync(path.join(SYNTAXES, 'trino-sql.tmLanguage.json'), 'utf8')) as {
  readonly repository: Readonly<Record<string, Rule>>;
};

describe('the words of the grammar', () => {
  test('keywords are exactly those of the language', () => {
    const all = [...RESERVED_WORDS, ...NON_RESERVED_WORDS].map(word => word.toLowerCase());
    assert.deepEqual(wordsOf('keywords'), all.sort());
  });

  test('functions are exactly the recorded ones', () => {
    const forms = new Set(SPECIAL_FORMS.map(form => form.name));
    const recorded = [...builtInFunctions().values()].filter(
      item => item.signatures.length > 0 || !forms.has(item.name),
    );
    assert.deepEqual(wordsOf('functions'), recorded.map(item => item.name).sort());
  });

  test('forms with a syntax of their own that are called with parentheses are coloured as such', () => {
    const called = SPECIAL_FORMS.filter(form => form.syntax.toLowerCase().startsWith(`${form.name}(`));
    assert.deepEqual(wordsOf('special-functions'), called.map(form => form.name).sort());
  });

  test('types are exactly those of the type list', () => {
    const words = new Set(TYPES.flatMap(type => type.name.split(' ')));
    for (const notATypeAlone of ['with', 'zone', 'day', 'to', 'second', 'year', 'month'])
      words.delete(notATypeAlone);
    assert.deepEqual(wordsOf('literal-types'), [...words].sort());
  });

  test('metadata tables are exactly those of Iceberg', () => {
    const rule = JSON.stringify(grammar.repository['quoted-identifiers']);
    const words = /\$\(\?:([a-z_|]+)\)/.exec(rule)?.[1]?.split('|') ?? [];
    assert.deepEqual(words.sort(), METADATA_TABLES.map(table => table.name).sort());
  });
});

/** The words of the first alternation of every pattern of a rule, sorted. */
function wordsOf(name: string): string[] {
  const rule = grammar.repository[name];
  assert.ok(rule, `the grammar has a rule ${name}`);
  const patterns = rule.patterns ?? [rule];
  return patterns
    .flatMap(
      pattern => /\((?:\?:)?([a-z0-9_]+(?:\|[a-z0-9_]+)+)\)/.exec(pattern.match ?? '')?.[1]?.split('|') ?? [],
    )
    .sort();
}
