import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, describe, test } from 'node:test';
import { type PipelineStatus, readPipelineStatus } from '../../../pipeline/status.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { type MemberProcess, startMember } from '../../support/member-process.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-members-'));
after(() => rmSync(folder, { recursive: true }));

const PARTITIONS = 6;

describe('a pipeline that several processes share', () => {
  test('takes every record once while members come, leave, are killed and wake up', async () => {
    await using ground = await openPlayground('members', {
      schema: 'id: long\np: int\no: long',
      settings:
        'members: shared\ncommit: { interval: 500ms }\ncolumns: { p: kafka.partition, o: kafka.offset }',
      partitions: PARTITIONS,
    });
    await using producing = produceOn(ground);
    await using members = openMembers(ground);

    const [first, second, leaving] = [members.start(), members.start(), members.start()];
    await Promise.all([first, second, leaving].map(member => member.hasPartitions(2)));
    await assertMembers(ground, [first, second, leaving]);
    await leaving.stop();
    await Promise.all([first, second].map(member => member.hasPartitions(3)));

    // Neither says goodbye: whoever comes waits until the group has missed them.
    second.signal('SIGKILL');
    first.signal('SIGSTOP');
    const third = members.start();
    await third.hasPartitions(PARTITIONS);
    const committed = await committedBy(ground);
    await waitUntil('the last member commits what the others had', async () =>
      (await committedBy(ground)).every((next, partition) => next > (committed[partition] ?? 0n)),
    );
    await ground.addPartitions(PARTITIONS + 2);
    first.signal('SIGCONT');
    await Promise.all([first, third].map(member => member.hasPartitions(4)));

    const count = await producing.stop();
    await waitUntil('everything is in the table', async () => {
      const status = await statusOf(ground);
      return status.partitions.every(({ committed = 0n, end }) => committed === end);
    });
    await Promise.all([first.stop(), third.stop()]);
    assert.deepEqual((await statusOf(ground)).members, []);
    await assertEverythingOnce(ground, count);
  });
});

describe('members that are to read to the end', () => {
  test('end when the topics are read, also one that has no partition', async () => {
    await using ground = await openPlayground('members_once', {
      schema: 'id: long',
      settings: 'members: shared\ncommit: { interval: 1h }',
      partitions: 1,
    });
    await ground.produce(Array.from({ length: 100 }, (_, id) => `{"id":${id}}`));
    const committing = Promise.withResolvers<void>();
    let hasCommitted = false;
    const beforeCommit = async (): Promise<void> => {
      await committing.promise;
      hasCommitted = true;
    };
    const runs = [1, 2].map(() => ground.start({ once: true, hooks: { beforeCommit } }));
    const ended = runs.map(async run => {
      const { rows } = await run.finished;
      assert.ok(hasCommitted, 'nobody ends before the rows are there');
      return rows;
    });
    await waitUntil('one has the partition, the other none', () => {
      const shares = runs.map(run => run.metrics().share?.partitions);
      return shares.includes(1) && shares.includes(0);
    });
    committing.resolve();
    assert.deepEqual((await Promise.all(ended)).sort(), [0n, 100n]);
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 100n);
  });

  test('are alone when all offsets are to be forgotten', async () => {
    await using ground = await openPlayground('members_reset', {
      schema: 'id: long',
      settings: 'members: shared\ncommit: { interval: 200ms }',
      partitions: 2,
    });
    await ground.produce(['{"id":1}', '{"id":2}']);
    const running = ground.start();
    await waitUntil('it has committed', () => running.metrics().rowsCommitted === 2n);
    const recovery = { resetOffsets: true };
    await assert.rejects(
      ground.run({ recovery }),
      /Other members of pipeline .* Stop them, run this once alone/,
    );
    running.stop();
    await running.finished;
    assert.equal((await ground.run({ recovery })).rows, 2n);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 4n);
  });
});

/** Sends records to the topic until it is told to stop; then answers how many there are. */
function produceOn(ground: Playground): AsyncDisposable & { stop(): Promise<number> } {
  let isRunning = true;
  let next = 0;
  const running = (async () => {
    while (isRunning) {
      await ground.produce(Array.from({ length: 60 }, () => `{"id":${next++}}`));
      // The topic is to grow slowly for as long as the members change.
      await sleep(50);
    }
  })();
  const stop = async (): Promise<number> => {
    isRunning = false;
    await running;
    return next;
  };
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

function openMembers(ground: Playground): AsyncDisposable & { start(): MemberProcess } {
  const file = path.join(folder, `${ground.table}.pipeline.yaml`);
  writeFileSync(file, ground.yaml);
  const started: MemberProcess[] = [];
  return {
    start: () => {
      const member = startMember(file);
      started.push(member);
      return member;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map(member => member.end()));
    },
  };
}

function statusOf({ config }: Playground): Promise<PipelineStatus> {
  return readPipelineStatus({ config, endpoints: testEndpoints() });
}

async function committedBy(ground: Playground): Promise<bigint[]> {
  return (await statusOf(ground)).partitions.map(({ committed }) => committed ?? 0n);
}

/** The status names every member with its partitions, and every partition once. */
async function assertMembers(ground: Playground, expected: readonly MemberProcess[]): Promise<void> {
  const { members = [], partitions } = await statusOf(ground);
  assert.deepEqual(
    members.map(({ member }) => member),
    expected.map(({ pid }) => `${hostname()}/${pid}`).sort(),
  );
  assert.deepEqual(
    members.flatMap(member => member.partitions).sort(),
    partitions.map(({ topic, partition }) => `${topic}/${partition}`),
  );
}

async function assertEverythingOnce(ground: Playground, count: number): Promise<void> {
  const [row] = await ground.query(`SELECT count(*), count(DISTINCT id), max(id) FROM ${ground.sqlName}`);
  assert.deepEqual(row, [BigInt(count), BigInt(count), BigInt(count - 1)]);
  const perPartition = await ground.query(
    `SELECT count(*), count(DISTINCT o), max(o) + 1 FROM ${ground.sqlName} GROUP BY p`,
  );
  // The producer has not heard of the partitions that were added.
  assert.equal(perPartition.length, PARTITIONS);
  for (const [rows, offsets, next] of perPartition) assert.deepEqual([rows, offsets], [next, next]);
}
