import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../../../catalog/nessie.ts';
import { buildNamespaceTree, type CatalogNode } from '../../../client/catalog/namespace-tree.ts';

describe('the namespace tree', () => {
  test('puts namespaces first, then tables and views, each by name', () => {
    check(
      [
        ['ICEBERG_TABLE', 'nyc', 'taxi'],
        ['NAMESPACE', 'nyc'],
        ['ICEBERG_VIEW', 'nyc', 'busy'],
        ['NAMESPACE', 'nyc', 'zones'],
        ['NAMESPACE', 'air'],
      ],
      'air(); nyc(zones(); view busy; table taxi)',
    );
  });

  test('shows a namespace that only a table implies', () => {
    check([['ICEBERG_TABLE', 'a', 'b', 't']], 'a(b(table t))');
  });

  test('keeps dots, quotes and emoji inside one part', () => {
    check([['ICEBERG_TABLE', 'a.b', 'c"🚕']], 'a.b(table c"🚕)');
  });

  test('shows kinds that it does not know', () => {
    check([['UDF', 'f']], 'unknown f');
  });

  test('holds 50,000 tables in 500 namespaces', () => {
    const entries = Array.from({ length: 50_000 }, (_, i) => entry('ICEBERG_TABLE', `ns${i % 500}`, `t${i}`));
    const roots = buildNamespaceTree(entries);
    assert.equal(roots.length, 500);
    assert.ok(roots.every(root => root.children.length === 100));
  });
});

function check(lines: readonly (readonly [kind: string, ...key: string[]])[], expected: string): void {
  const roots = buildNamespaceTree(lines.map(([kind, ...key]) => entry(kind, ...key)));
  assert.equal(roots.map(print).join('; '), expected);
}

function print(node: CatalogNode): string {
  const name = node.key.at(-1) ?? '';
  return node.kind === 'namespace'
    ? `${name}(${node.children.map(print).join('; ')})`
    : `${node.kind} ${name}`;
}

function entry(kind: string, ...key: string[]): Entry {
  return { kind, key, contentId: key.join('/') };
}
