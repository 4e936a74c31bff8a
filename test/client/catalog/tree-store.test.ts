import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { buildTree } from '../../../catalog/tree.ts';
import { createTreeStore } from '../../../client/catalog/tree-store.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tree-store-'));
after(() => rmSync(root, { recursive: true }));
const tree = buildTree('h1', [
  { key: ['a.b', 'c "d" 🚕'], kind: 'ICEBERG_TABLE', contentId: '1' },
  { key: ['a.b', 'v'], kind: 'UDF', contentId: '2' },
]);

describe('the trees kept on disk', () => {
  test('come back equal, by lakehouse and reference, for the owner only', async () => {
    const folder = path.join(root, 'trees');
    const store = createTreeStore(folder, 'http://one');
    await store.write('feature/../x', tree);
    assert.deepEqual(await store.read('feature/../x'), tree);
    assert.equal(await store.read('main'), undefined);
    assert.equal(await createTreeStore(folder, 'http://two').read('feature/../x'), undefined);
    const files = readdirSync(folder);
    assert.equal(files.length, 1);
    assert.equal(statSync(path.join(folder, files[0] ?? '')).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('that nobody has written for a month are taken away by the first who writes', async () => {
    const folder = path.join(root, 'old');
    await createTreeStore(folder, 'http://gone').write('main', tree);
    const [old] = readdirSync(folder);
    const longAgo = Date.now() / 1000 - 31 * 24 * 60 * 60;
    utimesSync(path.join(folder, old ?? ''), longAgo, longAgo);
    const store = createTreeStore(folder, 'http://one');
    await store.write('main', tree);
    assert.equal(readdirSync(folder).length, 1);
    assert.deepEqual(await store.read('main'), tree);
  });

  test('that are broken or cannot be written are as none', async () => {
    const folder = path.join(root, 'broken');
    const store = createTreeStore(folder, 'http://one');
    await store.write('main', tree);
    const kept = path.join(folder, readdirSync(folder)[0] ?? '');
    const whole = readFileSync(kept);
    writeFileSync(kept, whole.subarray(0, whole.length - 3));
    assert.equal(await store.read('main'), undefined);
    writeFileSync(kept, whole);
    assert.deepEqual(await store.read('main'), tree);
    const file = path.join(root, 'a-file');
    writeFileSync(file, '');
    await createTreeStore(path.join(file, 'below'), 'http://one').write('main', tree);
  });
});
