import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { printTree, readTree } from '../../catalog/tree-cache.ts';
import type { Content, ContentKey, DiffEntry } from '../../catalog/nessie.ts';
import {
  buildTree,
  filterTree,
  findNode,
  type NamespaceNode,
  pageOfChildren,
  patchTree,
  type TreeEntry,
  walkLeaves,
} from '../../catalog/tree.ts';

const entry = (key: ContentKey, kind = 'ICEBERG_TABLE', contentId = JSON.stringify(key)): TreeEntry => ({
  key,
  kind,
  contentId,
});
const table = (id: string): Content => ({
  type: 'ICEBERG_TABLE',
  id,
  metadataLocation: 'm',
  snapshotId: 1n,
  schemaId: 0,
  specId: 0,
  sortOrderId: 0,
});
const keys = (root: NamespaceNode): string[] => Array.from(walkLeaves(root), ({ key }) => key.join('/'));

describe('the catalog tree', () => {
  test('nests namespaces, made or only implied, and shows content it does not know', () => {
    const tree = buildTree('h', [
      entry(['b', 't.2']),
      entry(['b'], 'NAMESPACE', 'n1'),
      entry(['b', 'c', 'v'], 'ICEBERG_VIEW'),
      entry(['a "q" 😀', 'x'], 'DELTA_LAKE_TABLE'),
      entry(['empty'], 'NAMESPACE', 'n2'),
      entry(['top']),
    ]);
    assert.deepEqual(
      tree.root.namespaces.map(node => [node.name, node.contentId, node.leafCount]),
      [
        ['a "q" 😀', undefined, 1],
        ['b', 'n1', 2],
        ['empty', 'n2', 0],
      ],
    );
    assert.deepEqual(keys(tree.root), ['a "q" 😀/x', 'b/c/v', 'b/t.2', 'top']);
    assert.equal(findNode(tree, ['a "q" 😀', 'x'])?.kind, 'unknown');
    assert.equal(findNode(tree, ['b', 'c', 'v'])?.kind, 'view');
    assert.equal(findNode(tree, ['b', 't'])?.kind, undefined);
    assert.equal(findNode(tree, ['b', 't.2', 'deeper']), undefined);
    assert.equal(findNode(tree, []), tree.root);
  });

  test('gives the children of a namespace in parts of a thousand, namespaces first', () => {
    const tree = buildTree('h', [
      ...Array.from({ length: 1500 }, (_, index) =>
        entry([`n${String(index).padStart(4, '0')}`], 'NAMESPACE'),
      ),
      ...Array.from({ length: 700 }, (_, index) => entry([`t${String(index).padStart(4, '0')}`])),
    ]);
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const page = pageOfChildren(tree.root, offset);
      assert.equal(page.total, 2200);
      seen.push(...page.items.map(item => item.name));
      sizes.push(page.items.length);
      offset = page.nextOffset;
    }
    assert.deepEqual(sizes, [1000, 1000, 200]);
    assert.deepEqual(
      seen,
      [...tree.root.namespaces, ...tree.root.leaves].map(item => item.name),
    );
  });

  test('filters by any part of the dotted name and keeps all of a namespace that matches', () => {
    const tree = buildTree('h', [
      entry(['sales', 'Trips']),
      entry(['sales', 'zones']),
      entry(['trips_raw', 'x']),
      entry(['other', 'deep', 'y']),
    ]);
    assert.deepEqual(keys(filterTree(tree, 'TRIPS').root), ['sales/Trips', 'trips_raw/x']);
    assert.deepEqual(keys(filterTree(tree, 'sales.z').root), ['sales/zones']);
    assert.deepEqual(keys(filterTree(tree, 'deep.y').root), ['other/deep/y']);
    assert.equal(filterTree(tree, '  '), tree);
    assert.equal(filterTree(tree, 'nothing').root.leafCount, 0);
  });

  test('a patch changes only what differs and shares the rest', () => {
    const tree = buildTree('h1', [
      entry(['a'], 'NAMESPACE', 'a'),
      entry(['a', 't'], 'ICEBERG_TABLE', '1'),
      entry(['b', 'u'], 'ICEBERG_TABLE', '2'),
    ]);
    const { tree: next, changed } = patchTree(tree, 'h2', [
      { key: ['a', 't'], from: table('1'), to: table('1') },
      { key: ['b', 'u'], from: table('2') },
      { key: ['c', 'w'], to: table('3') },
    ]);
    assert.deepEqual(keys(next.root), ['a/t', 'c/w']);
    assert.deepEqual(changed, [['b'], ['c']]);
    assert.equal(next.root.namespaces[0], tree.root.namespaces[0]);
    assert.deepEqual(keys(tree.root), ['a/t', 'b/u'], 'the old tree is as it was');
    const again = patchTree(next, 'h3', [{ key: ['a', 't'], from: table('1'), to: table('9') }]);
    assert.deepEqual(again.changed, [['a']]);
    assert.equal(findNode(again.tree, ['a', 't'])?.contentId, '9');
    const dropped = patchTree(next, 'h4', [
      { key: ['a'], from: { type: 'NAMESPACE', id: 'a', elements: ['a'], properties: {} } },
      { key: ['a', 't'], from: table('1') },
    ]);
    assert.deepEqual(
      dropped.tree.root.namespaces.map(node => node.name),
      ['c'],
    );
  });

  test('patching by any difference equals building anew', () => {
    const part = fc.constantFrom('a', 'b', 'c.d', '😀');
    const key = fc.array(part, { minLength: 1, maxLength: 3 });
    const state = fc.uniqueArray(key, { selector: item => JSON.stringify(item), maxLength: 12 });
    fc.assert(
      fc.property(state, state, (before, after) => {
        // A key is a table only when it is no beginning of another one, as Nessie has it.
        const leaves = (all: readonly ContentKey[]): TreeEntry[] =>
          all
            .filter(
              item =>
                !all.some(
                  other => other.length > item.length && item.every((name, at) => other[at] === name),
                ),
            )
            .map(item => entry(item));
        const [from, to] = [leaves(before), leaves(after)];
        const has = (list: readonly TreeEntry[], item: ContentKey): boolean =>
          list.some(other => JSON.stringify(other.key) === JSON.stringify(item));
        const diff: DiffEntry[] = [
          ...from
            .filter(item => !has(to, item.key))
            .map(item => ({ key: item.key, from: table(item.contentId) })),
          ...to
            .filter(item => !has(from, item.key))
            .map(item => ({ key: item.key, to: table(item.contentId) })),
        ];
        assert.deepEqual(patchTree(buildTree('h', from), 'h2', diff).tree, buildTree('h2', to));
      }),
      { numRuns: 100 },
    );
  });

  test('a tree goes through its cache and comes back the same; anything else is no tree', async () => {
    const tree = buildTree('h', [
      entry(['a.b "q" 😀\n', 'c', 't']),
      entry(['made'], 'NAMESPACE', 'n'),
      entry(['made', 'v'], 'ICEBERG_VIEW'),
      entry(['made', 'u'], 'UDF'),
    ]);
    const text = [...printTree(tree)].join('');
    assert.deepEqual(await readTree([Buffer.from(text)]), tree);
    const others = [
      '',
      '{}',
      '{"version":0,"hash":"h"}\n',
      text.slice(0, -1),
      text.split('\n').slice(0, -2).join('\n') + '\n',
      text.replace('"leafCount":', '"leafCount":1'),
      `${text}[1]\n`,
      `${text}null\n`,
      `${text}{\n`,
      `${text}[0,"",null,[]]\n`,
      `${text}[7,"deep",null,[]]\n`,
      text.replace('["t","table"', '[["t"],"table"'),
    ];
    for (const other of others)
      assert.equal(await readTree([Buffer.from(other)]), undefined, JSON.stringify(other));
    assert.equal(await readTree([Buffer.concat([Buffer.from(text), Buffer.from([0xff])])]), undefined);
  });

  test('a cache may come in pieces of any size, and a namespace of any number of tables stands in short lines', async () => {
    const tables = Array.from({ length: 1001 }, (_, number) => entry(['näme 🚕', `t${number}`]));
    const tree = buildTree('h', [...tables, entry(['näme 🚕', 'x', 'y'], 'ICEBERG_VIEW'), entry(['z', 't'])]);
    const lines = [...printTree(tree)];
    assert.ok(lines.every(line => line.length < 20_000));
    const bytes = Buffer.from(lines.join(''));
    for (const size of [61, 4096, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, number) =>
        bytes.subarray(number * size, (number + 1) * size),
      );
      assert.deepEqual(await readTree(pieces), tree, `pieces of ${size}`);
    }
  });
});
