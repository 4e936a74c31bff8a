import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkReferenceName } from '../../../client/catalog/reference-name.ts';
import { sqlNameOf, spellTable } from '../../../client/catalog/sql-name.ts';

describe('the name of a new branch or tag', () => {
  test('may be what Nessie takes', () => {
    for (const name of ['a', 'feature/x-1', 'v1.0_b', 'A-'])
      assert.equal(checkReferenceName(name, new Set()), undefined, name);
  });

  test('is refused with the reason before Nessie refuses it', () => {
    const reasons: readonly (readonly [string, RegExp])[] = [
      ['main', /already/],
      ['1a', /begin with a letter/],
      ['a b', /Only letters/],
      ['a🚕', /Only letters/],
      ['a..b', /Two dots/],
      ['a/', /must end/],
      ['a.', /must end/],
      ['HEAD', /commit/],
      ['abcdef0123456789', /commit/],
    ];
    for (const [name, reason] of reasons)
      assert.match(checkReferenceName(name, new Set(['main'])) ?? '', reason, name);
  });
});

describe('the SQL name of a line of the tree', () => {
  test('is quoted where SQL asks for it', () => {
    assert.equal(spellTable('iceberg', ['a', 'b', 'Trips']), 'iceberg."a.b"."Trips"');
    assert.equal(
      sqlNameOf({ kind: 'leaf', leaf: 'table', ref: 'main', key: ['a', 'select'] }, 'iceberg'),
      'iceberg.a."select"',
    );
    assert.equal(sqlNameOf({ kind: 'namespace', ref: 'main', key: ['a"b'] }, 'iceberg'), 'iceberg."a""b"');
  });

  test('is absent for what has none, and while no lakehouse is known', () => {
    assert.equal(sqlNameOf({ kind: 'reference', ref: 'main' }, 'iceberg'), undefined);
    assert.equal(
      sqlNameOf({ kind: 'leaf', leaf: 'table', ref: 'main', key: ['a', 'b'] }, undefined),
      undefined,
    );
  });
});
