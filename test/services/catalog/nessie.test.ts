import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  assignReference,
  commit,
  connectNessie,
  type Content,
  createReference,
  deleteReference,
  type Entry,
  getConfig,
  getContents,
  getReference,
  isConflict,
  isNotFound,
  listDiff,
  listEntries,
  listHistory,
  listReferences,
  merge,
  transplant,
} from '../../../catalog/nessie.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const nessie = connectNessie({ uri: testEndpoints().nessie.uri });
const prefix = `catalog-test/${randomUUID().slice(0, 8)}`;
const WEIRD = ['we.ird', 'tä "b" \'l\' 😀.x'];
const SNAPSHOT = 8823764019823764019n;

describe('Nessie, really', () => {
  before(async () => {
    const main = await getReference(nessie, (await getConfig(nessie)).defaultBranch);
    const root = await createReference(nessie, { type: 'BRANCH', name: `${prefix}/root`, from: main });
    await commit(nessie, {
      branch: root.name,
      expectedHash: root.hash,
      message: 'root',
      operations: [namespace(['we.ird']), put(WEIRD, 's3://warehouse/none/0.json')],
    });
  });

  after(async () => {
    for await (const reference of listReferences(nessie)) {
      if (reference.name.startsWith(prefix)) await deleteReference(nessie, { reference });
    }
  });

  test('keys, 64-bit ids and commit properties come back as they were written', async () => {
    const branch = await fork('values');
    const result = await commit(nessie, {
      branch: branch.name,
      expectedHash: branch.hash,
      message: 'two tables 😀',
      author: 'ann',
      properties: { offsets: '{"0":9007199254740993}' },
      operations: [
        put(['we.ird', 'x'.repeat(300)], 's3://warehouse/none/1.json'),
        { type: 'UNCHANGED', key: WEIRD },
      ],
    });
    assert.equal(result.added.length, 1);
    const contents = await getContents(nessie, result.branch, { keys: [WEIRD, ['no', 'such']] });
    assert.equal(contents.reference.hash, result.branch.hash);
    const table = contents.items[0]?.content;
    assert.ok(table?.type === 'ICEBERG_TABLE');
    assert.equal(table.snapshotId, SNAPSHOT);
    assert.equal(contents.items[1]?.content, undefined);
    const [newest] = await collect(
      listHistory(nessie, result.branch, { withOperations: true, pageSize: 1 }),
      1,
    );
    assert.deepEqual(newest?.commit.authors, ['ann']);
    assert.deepEqual(newest.commit.properties, { offsets: '{"0":9007199254740993}' });
    assert.deepEqual(
      newest.operations?.map(operation => operation.key),
      [['we.ird', 'x'.repeat(300)]],
    );
  });

  test('listings are paged, and a prefix takes whole levels only', async () => {
    const branch = await fork('pages');
    const names = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const { branch: full } = await commit(nessie, {
      branch: branch.name,
      expectedHash: branch.hash,
      message: 'many',
      operations: [
        namespace(['many']),
        namespace(['many2']),
        ...names.map(name => put(['many', name], `s3://warehouse/none/${name}.json`)),
      ],
    });
    let seen = '';
    const entries = await collect(
      listEntries(nessie, full, {
        prefix: ['many'],
        pageSize: 10,
        withContent: true,
        onReference: reference => (seen = reference.hash),
      }),
    );
    assert.deepEqual(
      entries.map((entry: Entry) => entry.key.join('/')),
      ['many', ...names.map(name => `many/${name}`)],
    );
    assert.equal(seen, full.hash);
    assert.ok(entries.every(entry => entry.content !== undefined));
    const diff = await collect(listDiff(nessie, { from: branch, to: full }, { pageSize: 7 }));
    assert.equal(diff.length, 27);
    assert.ok(diff.every(entry => entry.from === undefined && entry.to !== undefined));
  });

  test('a commit on an outdated hash succeeds for other keys and conflicts for the same key', async () => {
    const branch = await fork('conflict');
    const change = async (location: string) =>
      commit(nessie, {
        branch: branch.name,
        expectedHash: branch.hash,
        message: location,
        operations: [{ type: 'PUT', key: WEIRD, content: await existing(branch.name, location) }],
      });
    await change('s3://warehouse/none/a.json');
    await assert.rejects(change('s3://warehouse/none/b.json'), (error: unknown) => {
      assert.ok(isConflict(error));
      assert.deepEqual(
        error.conflicts.map(({ kind, key }) => [kind, key]),
        [['VALUE_DIFFERS', WEIRD]],
      );
      return true;
    });
    const other = await commit(nessie, {
      branch: branch.name,
      expectedHash: branch.hash,
      message: 'other key',
      operations: [put(['we.ird', 'other'], 's3://warehouse/none/c.json')],
    });
    assert.equal(other.branch.name, branch.name);
  });

  test('a missing namespace and a missing reference are told apart', async () => {
    const branch = await fork('missing');
    const intoNowhere = commit(nessie, {
      branch: branch.name,
      expectedHash: branch.hash,
      message: 'm',
      operations: [put(['nowhere', 't'], 's3://warehouse/none/d.json')],
    });
    await assert.rejects(
      intoNowhere,
      error => isConflict(error) && error.conflicts[0]?.kind === 'NAMESPACE_ABSENT',
    );
    await assert.rejects(getReference(nessie, `${prefix}/gone`), isNotFound);
  });

  test('references know how far they are ahead and behind, move only from where they were seen, and can be tagged', async () => {
    const branch = await fork('moves');
    const { branch: ahead } = await commit(nessie, {
      branch: branch.name,
      expectedHash: branch.hash,
      message: 'ahead',
      operations: [namespace(['ahead'])],
    });
    const seen = await getReference(nessie, branch.name, { withMetadata: true });
    assert.ok((seen.metadata?.commitsAhead ?? 0) >= 2);
    assert.equal(seen.metadata?.head?.message, 'ahead');
    const tag = await createReference(nessie, { type: 'TAG', name: `${prefix}/tag`, from: ahead });
    assert.deepEqual([tag.type, tag.hash], ['TAG', ahead.hash]);
    await assert.rejects(assignReference(nessie, { reference: branch, to: branch }), isConflict);
    const back = await assignReference(nessie, {
      reference: ahead,
      to: { name: tag.name, hash: branch.hash },
    });
    assert.equal(back.hash, branch.hash);
    const deleted = await deleteReference(nessie, { reference: back });
    assert.equal(deleted.hash, branch.hash);
    await assert.rejects(getReference(nessie, branch.name), isNotFound);
  });

  test('a merge can be rehearsed, names each conflict, and takes a side per key', async () => {
    const [left, right] = [await fork('left'), await fork('right')];
    const [leftHead, rightHead] = [await touch(left, 'l.json'), await touch(right, 'r.json')];
    const request = { from: rightHead, into: leftHead } as const;
    const rehearsal = await merge(nessie, { ...request, dryRun: true });
    assert.deepEqual([rehearsal.isSuccessful, rehearsal.isApplied], [false, false]);
    assert.deepEqual(
      rehearsal.keys.map(({ key, conflict }) => [key, conflict?.kind]),
      [[WEIRD, 'VALUE_DIFFERS']],
    );
    assert.equal((await getReference(nessie, left.name)).hash, leftHead.hash);
    const forced = await merge(nessie, {
      ...request,
      keys: [{ key: WEIRD, behavior: 'FORCE' }],
      words: { message: 'theirs' },
    });
    assert.deepEqual([forced.isSuccessful, forced.isApplied], [true, true]);
    const table = (await getContents(nessie, { name: left.name }, { keys: [WEIRD] })).items[0]?.content;
    assert.ok(table?.type === 'ICEBERG_TABLE');
    assert.equal(table.metadataLocation, 's3://warehouse/none/r.json');
  });

  test('a dry merge without conflicts changes nothing', async () => {
    const [source, target] = [await fork('dry-source'), await fork('dry-target')];
    const head = await touch(source, 's.json');
    const result = await merge(nessie, { from: head, into: target, dryRun: true });
    assert.deepEqual([result.isSuccessful, result.isApplied], [true, false]);
    assert.equal((await getReference(nessie, target.name)).hash, target.hash);
  });

  test('a dry transplant changes nothing; a real one copies the commit', async () => {
    const [source, target] = [await fork('pick'), await fork('onto')];
    const head = await touch(source, 'p.json');
    const request = { into: target, fromReference: source.name, hashes: [head.hash] } as const;
    const rehearsal = await transplant(nessie, { ...request, dryRun: true });
    assert.deepEqual([rehearsal.isSuccessful, rehearsal.isApplied], [true, false]);
    assert.equal((await getReference(nessie, target.name)).hash, target.hash);
    const done = await transplant(nessie, request);
    assert.deepEqual([done.isSuccessful, done.isApplied], [true, true]);
    assert.notEqual((await getReference(nessie, target.name)).hash, target.hash);
  });
});

async function fork(name: string) {
  const root = await getReference(nessie, `${prefix}/root`);
  return createReference(nessie, { type: 'BRANCH', name: `${prefix}/${name}`, from: root });
}

async function touch(branch: { readonly name: string; readonly hash: string }, file: string) {
  const content = await existing(branch.name, `s3://warehouse/none/${file}`);
  const result = await commit(nessie, {
    branch: branch.name,
    expectedHash: branch.hash,
    message: `touch ${file}`,
    operations: [{ type: 'PUT', key: WEIRD, content }],
  });
  return result.branch;
}

async function existing(branch: string, metadataLocation: string): Promise<Content> {
  const content = (await getContents(nessie, { name: `${prefix}/root` }, { keys: [WEIRD] })).items[0]
    ?.content;
  assert.ok(content?.type === 'ICEBERG_TABLE', branch);
  return { ...content, metadataLocation };
}

function put(key: readonly string[], metadataLocation: string) {
  const content = {
    type: 'ICEBERG_TABLE',
    metadataLocation,
    snapshotId: SNAPSHOT,
    schemaId: 0,
    specId: 0,
    sortOrderId: 0,
  } as const;
  return { type: 'PUT', key, content } as const;
}

function namespace(elements: readonly string[]) {
  return { type: 'PUT', key: elements, content: { type: 'NAMESPACE', elements, properties: {} } } as const;
}

async function collect<T>(items: AsyncIterable<T>, limit = Infinity): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
    if (all.length >= limit) break;
  }
  return all;
}
