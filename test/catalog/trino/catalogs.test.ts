import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogName } from '../../../catalog/trino/catalogs.ts';

const HOST = { staticCatalog: 'iceberg', defaultBranch: 'main' };

describe('names of catalogs', () => {
  test('the default branch has the static catalog', () => {
    assert.equal(catalogName(HOST, { kind: 'reference', name: 'main' }), 'iceberg');
  });

  test('plain branch names are told apart at sight and need no quotes', () => {
    assert.equal(catalogName(HOST, { kind: 'reference', name: 'dev_2' }), 'iceberg_ref_dev_2');
    assert.match(
      catalogName(HOST, { kind: 'commit', hash: 'abcdef0123456789' }),
      /^iceberg_at_abcdef012345$/,
    );
  });

  test('names that would become the same do not meet', () => {
    const names = ['feature/x', 'feature_x', 'feature.x', 'Feature/x'].map(name =>
      catalogName(HOST, { kind: 'reference', name }),
    );
    assert.equal(new Set(names).size, 4);
    assert.ok(names.every(name => /^iceberg_ref_[a-z0-9_]+$/.test(name)));
    assert.ok(catalogName(HOST, { kind: 'reference', name: 'x'.repeat(300) }).length < 300);
  });
});
