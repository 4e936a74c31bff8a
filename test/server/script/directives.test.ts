import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EMPTY_VIEW } from '../../../server/catalog-index/catalog-view.ts';
import { connectionByDirectives } from '../../../server/script/directives.ts';

const VIEW = {
  ...EMPTY_VIEW,
  catalogs: () => [
    { name: 'iceberg', reference: 'main' },
    { name: 'iceberg_ref_dev', reference: 'dev' },
    { name: 'iceberg_at_0123456789ab' },
  ],
};
const BASE = { catalog: 'iceberg', schema: 'sales' };
const read = (text: string) => connectionByDirectives(text, BASE, VIEW);

describe('where a document says that it runs', () => {
  test('without a word it runs where everything does', () => {
    assert.deepEqual(read('SELECT 1 -- @schema'), BASE);
  });

  test('a schema and a catalog are taken from the head', () => {
    assert.deepEqual(read('-- @schema raw\nSELECT 1'), { catalog: 'iceberg', schema: 'raw' });
    assert.deepEqual(read('--@catalog tpch\r\n-- @schema tiny\r\nSELECT 1'), {
      catalog: 'tpch',
      schema: 'tiny',
    });
  });

  test('a branch stands for the catalog that shows it', () => {
    assert.deepEqual(read('-- @branch dev\nSELECT 1'), { catalog: 'iceberg_ref_dev', schema: 'sales' });
  });

  test('a reference that no catalog shows leaves the catalog open', () => {
    assert.deepEqual(read('-- @branch other\nSELECT 1'), { schema: 'sales' });
    assert.deepEqual(read('-- @commit 1a2b\nSELECT 1'), { schema: 'sales' });
  });

  test('a commit stands for the catalog that was opened for it', () => {
    const { catalog } = read('-- @commit 0123456789abcdef\nSELECT 1');
    assert.equal(catalog, 'iceberg_at_0123456789ab');
  });
});
