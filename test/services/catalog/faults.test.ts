import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { resetBranch } from '../../../catalog/branch-actions.ts';
import {
  commit,
  connectNessie,
  getConfig,
  getReference,
  isConflict,
  isNotFound,
  NessieError,
} from '../../../catalog/nessie.ts';
import { createNamespace } from '../../../catalog/table-actions.ts';
import { loadTree, refreshTree } from '../../../catalog/tree-loader.ts';
import { openDoor } from '../../support/door.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('Nessie behind a door, gone and back, and edited by two at once, really', () => {
  let bench: Workbench;

  before(async () => {
    bench = await openWorkbench('faults');
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('bearer tokens and passwords open a server that asks for them, and refusal is told apart', async () => {
    const accepted = new Set(['Bearer good', `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`]);
    await using door = await openDoor(bench.endpoints.nessie.uri, header => accepted.has(header ?? ''));
    const bearer = connectNessie({ uri: door.uri, login: { kind: 'bearer', token: 'good' } });
    const basic = connectNessie({ uri: door.uri, login: { kind: 'basic', user: 'ann', password: 'pä:ss' } });
    for (const connection of [bearer, basic])
      assert.equal((await getConfig(connection)).defaultBranch, 'main');
    const wrong = connectNessie({ uri: door.uri, login: { kind: 'bearer', token: 'stale-secret' } });
    for (const connection of [wrong, connectNessie({ uri: door.uri })]) {
      await assert.rejects(getConfig(connection), (error: unknown) => {
        assert.ok(error instanceof NessieError);
        assert.deepEqual([error.code, error.status, error.retriable], ['UNAUTHENTICATED', 401, false]);
        assert.ok(!error.message.includes('stale-secret'));
        return true;
      });
    }
  });

  test('while Nessie is gone the fault is one to try again, and afterwards the open tree goes on', async () => {
    const dev = await bench.fork('gone');
    const door = await openDoor(bench.endpoints.nessie.uri, () => true);
    const nessie = connectNessie({ uri: door.uri });
    const tree = await loadTree(nessie, dev);
    await door[Symbol.asyncDispose]();
    const isGone = (error: unknown): boolean =>
      error instanceof NessieError &&
      error.retriable &&
      error.code === 'UNREACHABLE' &&
      error.outcome === 'refused';
    await assert.rejects(refreshTree(nessie, tree, { name: dev.name }), isGone);
    await assert.rejects(createNamespace(nessie, { branch: dev.name, key: ['x'] }), isGone);
    await using back = await openDoor(bench.endpoints.nessie.uri, () => true, door.port);
    await createNamespace(bench.nessie, { branch: dev.name, key: [`${bench.namespace}_back`] });
    const patch = await refreshTree(nessie, tree, { name: dev.name });
    assert.deepEqual(patch?.changed, [[]]);
    assert.equal(back.port, door.port);
  });

  test('an answer that is lost after the commit leaves its outcome unknown, and reading the branch tells', async () => {
    const dev = await bench.fork('lost');
    await using door = await openDoor(bench.endpoints.nessie.uri, () => true);
    const nessie = connectNessie({ uri: door.uri });
    door.dropNextAnswer();
    const key = [`${bench.namespace}_lost`];
    await assert.rejects(createNamespaceAt(nessie, dev, key), (error: unknown) => {
      assert.ok(error instanceof NessieError);
      assert.deepEqual([error.outcome, error.retriable], ['unknown', true]);
      return true;
    });
    assert.notEqual((await getReference(nessie, dev.name)).hash, dev.hash, 'it was made all the same');
  });

  test('of two windows that edit one branch the second is told, and nothing of the first is lost', async () => {
    const dev = await bench.fork('two');
    const first = await createNamespace(bench.nessie, {
      branch: dev.name,
      key: [`${bench.namespace}_first`],
    });
    const late = resetBranch(bench.nessie, dev, { hash: dev.hash, now: new Date('2026-01-01T00:00:00Z') });
    await assert.rejects(late, error => isConflict(error) && error.conflicts[0]?.kind === 'UNEXPECTED_HASH');
    assert.equal((await getReference(bench.nessie, dev.name)).hash, first.branch.hash);
    const same = createNamespaceAt(bench.nessie, dev, [`${bench.namespace}_first`]);
    await assert.rejects(same, error => isConflict(error) && error.conflicts[0]?.kind === 'KEY_EXISTS');
    const tag = getReference(bench.nessie, `backup/${dev.name}/20260101-000000-000`);
    await assert.rejects(tag, isNotFound, 'a back-up of nothing is not left behind');
  });
});

async function createNamespaceAt(
  nessie: Workbench['nessie'],
  at: { readonly name: string; readonly hash: string },
  key: readonly string[],
) {
  const content = { type: 'NAMESPACE', elements: key, properties: {} } as const;
  return commit(nessie, {
    branch: at.name,
    expectedHash: at.hash,
    message: 'm',
    operations: [{ type: 'PUT', key, content }],
  });
}
