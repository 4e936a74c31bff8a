import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildTree } from '../../../catalog/tree.ts';
import { spellName } from '../../../client/catalog/sql-name.ts';
import { toCatalogNames } from '../../../client/language/catalog-names.ts';

describe('the names that the language server is told', () => {
  test('are one list of schemas, nested namespaces joined by dots and quoted where SQL asks for it', () => {
    const tree = buildTree('h', [
      { kind: 'ICEBERG_TABLE', key: ['a', 'b', 'Order'], contentId: '1' },
      { kind: 'ICEBERG_VIEW', key: ['a', 'v'], contentId: '2' },
      { kind: 'UDF', key: ['a', 'f'], contentId: '3' },
    ]);
    assert.deepEqual(toCatalogNames('iceberg', 'main', tree), {
      catalog: { name: 'iceberg' },
      reference: 'main',
      schemas: [
        { name: 'a', tables: [{ name: 'v' }] },
        { name: 'a.b', sql: '"a.b"', tables: [{ name: 'Order', sql: '"Order"' }] },
      ],
    });
  });

  test('are spelled in quotes when they are reserved, mixed in case or hold other characters', () => {
    assert.deepEqual(['taxi', 'select', 'Taxi', 'x"y', '1a', 'a-b', ''].map(spellName), [
      'taxi',
      '"select"',
      '"Taxi"',
      '"x""y"',
      '"1a"',
      '"a-b"',
      '""',
    ]);
  });
});
