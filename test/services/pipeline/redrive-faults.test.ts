import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { connectNessie } from '../../../catalog/nessie.ts';
import { deleteForgotten } from '../../../pipeline/compact/maintain-table.ts';
import { compactTable } from '../../../pipeline/compact/compact-table.ts';
import { openRewriter } from '../../../pipeline/compact/rewrite-files.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { openTestCatalog, redrive, unneededFiles } from '../../support/redrive.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-redrive-'));
after(() => rmSync(folder, { recursive: true }));

/** Beyond what an int holds, so that the records are rows only when the column is a bigint. */
const FIRST = 3_000_000_000;
const PER_FILE = 20;

/** A table whose column has become wide enough for all of its dead letters, which lie in several files. */
async function openWidened(name: string, files: number): Promise<Playground> {
  const ground = await openPlayground(name, {
    schema: 'id: int\nname: string',
    settings: 'onError: { maxRatio: 1 }',
  });
  for (let file = 0; file < files; file++) await addLetters(ground, file);
  await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
  return ground;
}

async function addLetters(ground: Playground, file: number): Promise<void> {
  const first = FIRST + file * PER_FILE;
  await ground.produce(Array.from({ length: PER_FILE }, (_, i) => `{"id":${first + i},"name":"n"}`));
  await ground.run();
}

/** Every letter is a row exactly once, and none is a letter any more. */
async function assertMoved(ground: Playground, letters: number): Promise<void> {
  const [row] = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
  assert.deepEqual(row, [BigInt(letters), BigInt(letters)]);
  assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), 0n);
}

/** Redrives in a process of its own that kills itself; answers the signal that ended it. */
async function runKilled(ground: Playground, moment: string, count: number): Promise<string | null> {
  const file = path.join(folder, `${ground.table}.pipeline.yaml`);
  writeFileSync(file, ground.yaml);
  const program = path.resolve(import.meta.dirname, '../../support/killed-redrive.ts');
  const child = spawn(process.execPath, [program, file, moment, String(count), String(PER_FILE)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal;
}

describe('a redrive that is killed', () => {
  for (const moment of ['beforeCommit', 'afterCommit']) {
    test(`${moment === 'beforeCommit' ? 'between upload and commit' : 'right after a commit'} is gone on with by the next, which loses and doubles nothing`, async () => {
      using catalog = openTestCatalog();
      await using ground = await openWidened(`redrive_${moment.toLowerCase()}`, 3);
      assert.equal(await runKilled(ground, moment, 2), 'SIGKILL');
      const result = await redrive(catalog, ground);
      assert.equal(result.rows, moment === 'beforeCommit' ? 2 * PER_FILE : PER_FILE);
      await assertMoved(ground, 3 * PER_FILE);
      for (const key of [ground.table, `${ground.table}__dead_letters`]) {
        const place = { catalog, branch: 'main', key: [NAMESPACE, key] };
        await deleteForgotten({ ...place, olderThanMs: Date.now() + 1000 });
      }
      assert.deepEqual(await unneededFiles(catalog, ground), []);
      await assertMoved(ground, 3 * PER_FILE);
    });
  }

  test('by Ctrl+C keeps the units that are committed and deletes what it uploaded for the next', async () => {
    using catalog = openTestCatalog();
    await using ground = await openWidened('redrive_cancel', 2);
    const cancelling = new AbortController();
    let commits = 0;
    const cancelled = redrive(catalog, ground, {
      signal: cancelling.signal,
      limits: { letters: PER_FILE, bytes: Infinity },
      hooks: {
        beforeCommit: () => {
          commits += 1;
          if (commits === 2) cancelling.abort();
        },
      },
    });
    await assert.rejects(cancelled, { name: 'AbortError' });
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), BigInt(PER_FILE));
    assert.deepEqual(await unneededFiles(catalog, ground), []);
    await redrive(catalog, ground);
    await assertMoved(ground, 2 * PER_FILE);
  });
});

describe('a redrive beside others', () => {
  test('takes a commit whose answer was lost for made, and makes one that was refused again', async () => {
    using catalog = openTestCatalog();
    await using ground = await openWidened('redrive_lost', 2);
    let commits = 0;
    const { uri } = testEndpoints().nessie;
    await using proxy = await openFaultProxy(new URL(uri).origin, request => {
      if (request.method !== 'POST' || request.url?.includes('/history/commit') !== true) return 'pass';
      return (['lose', 'refuse', 'lose'] as const)[commits++] ?? 'pass';
    });
    const nessie = connectNessie({ uri: uri.replace(new URL(uri).origin, proxy.origin) });
    const result = await redrive({ ...catalog, nessie }, ground, {
      limits: { letters: PER_FILE, bytes: Infinity },
    });
    assert.equal(proxy.faults(), 3);
    assert.deepEqual([result.rows, result.commits], [2 * PER_FILE, 2]);
    await assertMoved(ground, 2 * PER_FILE);
    assert.deepEqual(await unneededFiles(catalog, ground), []);
  });

  test('of the same letters moves each once, whoever is faster, and deletes the files of the slower one', async () => {
    using catalog = openTestCatalog();
    await using ground = await openWidened('redrive_twice', 4);
    const both = await Promise.all(
      [1, 2].map(() => redrive(catalog, ground, { limits: { letters: 2 * PER_FILE, bytes: Infinity } })),
    );
    assert.equal(both[0]!.rows + both[1]!.rows, 4 * PER_FILE); // There are two.
    await assertMoved(ground, 4 * PER_FILE);
    assert.deepEqual(await unneededFiles(catalog, ground), []);
  });

  test('that compact the dead letters or delete some of them meanwhile begins again with what is there', async () => {
    using catalog = openTestCatalog();
    await using ground = await openWidened('redrive_overtaken', 3);
    const notices: string[] = [];
    let moments = 0;
    const result = await redrive(catalog, ground, {
      onNotice: text => notices.push(text),
      hooks: {
        beforeCommit: async () => {
          moments += 1;
          if (moments === 1)
            await compactTable({
              catalog,
              branch: 'main',
              key: [NAMESPACE, `${ground.table}__dead_letters`],
              policy: { targetBytes: 1e8, minFiles: 2, maxRows: 1e6 },
              openRewriter,
              onNotice: () => {},
            });
          if (moments === 2)
            await ground.query(`DELETE FROM ${ground.deadLetters} WHERE "partition" = 0 AND "offset" < 3`);
        },
      },
    });
    assert.equal(moments, 3);
    assert.match(notices[0] ?? '', /were replaced or deleted meanwhile\. Beginning again/);
    assert.match(notices[1] ?? '', /deleted one by one meanwhile\. Beginning again/);
    assert.equal(result.rows, 3 * PER_FILE - 3);
    await assertMoved(ground, 3 * PER_FILE - 3);
    assert.deepEqual(await unneededFiles(catalog, ground), []);
  });

  test('does not disturb a running pipeline, whose offsets and new letters stay as they are', async () => {
    using catalog = openTestCatalog();
    await using ground = await openWidened('redrive_beside', 2);
    const notices: string[] = [];
    const pipeline = ground.start({
      config: { commit: { intervalMs: 200, rows: 1e6, bytes: 1e9 } },
      onReport: report => {
        if (report.kind === 'notice') notices.push(report.text);
      },
    });
    let id = 0;
    let isDone = false;
    const producing = (async () => {
      while (!isDone) {
        const rows = Array.from({ length: 10 }, () => `{"id":${id++}}`);
        await ground.produce([...rows, '{"id":"never"}']);
      }
    })();
    await waitUntil('the pipeline commits', () => pipeline.metrics().rowsCommitted > 0n);
    const result = await redrive(catalog, ground, { limits: { letters: PER_FILE, bytes: Infinity } });
    isDone = true;
    await producing;
    pipeline.drain();
    const summary = await pipeline.finished;
    assert.ok(result.rows >= 2 * PER_FILE, `${result.rows} rows`);
    assert.equal(summary.rows, BigInt(id));
    const [counts] = await ground.query(
      `SELECT count(*), count(DISTINCT id), count_if(id >= ${FIRST}) FROM ${ground.sqlName}`,
    );
    assert.deepEqual(counts, [BigInt(id + 2 * PER_FILE), BigInt(id + 2 * PER_FILE), BigInt(2 * PER_FILE)]);
    assert.equal(
      await ground.value(`SELECT count(*) FROM ${ground.deadLetters} WHERE error LIKE '%never%'`),
      BigInt(id / 10),
    );
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), BigInt(id / 10));
    assert.deepEqual(
      notices.filter(text => /Starting again/.test(text)),
      [],
    );
  });
});
