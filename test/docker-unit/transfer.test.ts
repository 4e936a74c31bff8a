import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { homeAt } from '../../docker/home.ts';
import { exportDirectories, importDirectories } from '../../docker/process-transfer.ts';
import { readStackRecord, writeStackRecord, DEFAULT_SETTINGS } from '../../docker/settings.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-transfer-'));
after(() => rmSync(root, { recursive: true }));

function homeWithData(name: string) {
  const home = homeAt(path.join(root, name));
  const data = home.dataDirectory('kafka');
  mkdirSync(path.join(data, 'topic-0', 'deep'), { recursive: true });
  writeFileSync(path.join(data, 'topic-0', 'ü "quoted".log'), Buffer.alloc(300_000, 7));
  writeFileSync(path.join(data, 'topic-0', 'deep', 'empty'), '');
  writeFileSync(path.join(data, `${'long'.repeat(40)}.log`), 'x');
  mkdirSync(home.dataDirectory('trino'), { recursive: true });
  const settings = { ...DEFAULT_SETTINGS, ports: { ...DEFAULT_SETTINGS.ports, trino: 9876 } };
  writeStackRecord(home.stackFile, { backend: 'processes', settings, internalPorts: {} });
  return home;
}

const tree = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();

async function tarball(name: string, entries: readonly [string, string][]): Promise<string> {
  const pack = tar.pack();
  for (const [entry, text] of entries) pack.entry({ name: entry }, text);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  const file = path.join(root, name);
  writeFileSync(file, gzipSync(Buffer.concat(chunks)));
  return file;
}

const manifest = JSON.stringify({
  format: 1,
  backend: 'processes',
  settings: DEFAULT_SETTINGS,
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  catalogs: {},
  parts: ['kafka'],
});

/** The manifest with some members replaced. */
const manifestWith = (members: object): string =>
  JSON.stringify({ ...(JSON.parse(manifest) as object), ...members });

describe('a lakehouse in one file', () => {
  test('comes out as it went in, with its settings and keys, readable by its owner only', async () => {
    const from = homeWithData('from');
    const file = path.join(root, 'whole.tar.gz');
    const told: number[] = [];
    await exportDirectories(from, file, { onProgress: done => told.push(done) });
    assert.equal(told.at(-1), 300_001);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const to = homeAt(path.join(root, 'to'));
    await importDirectories(to, file, {});
    assert.deepEqual(tree(path.join(to.directory, 'data')), tree(path.join(from.directory, 'data')));
    const name = path.join('topic-0', 'ü "quoted".log');
    assert.deepEqual(
      readFileSync(path.join(to.dataDirectory('kafka'), name)),
      readFileSync(path.join(from.dataDirectory('kafka'), name)),
    );
    assert.equal(readStackRecord(to.stackFile).settings.ports.trino, 9876);
    assert.equal(readFileSync(to.secretsFile, 'utf8'), readFileSync(from.secretsFile, 'utf8'));
  });

  test('overwrites neither a file nor data that is there', async () => {
    const home = homeWithData('twice');
    const file = path.join(root, 'twice.tar.gz');
    await exportDirectories(home, file, {});
    const before = readFileSync(file);
    await assert.rejects(exportDirectories(home, file, {}), /twice\.tar\.gz exists already/);
    assert.deepEqual(readFileSync(file), before);
    await assert.rejects(importDirectories(home, file, {}), /has data already/);
    assert.ok(existsSync(path.join(home.dataDirectory('kafka'), 'topic-0')));
  });

  test('that is cancelled while it is written leaves nothing behind', async () => {
    const home = homeWithData('cancelled');
    const controller = new AbortController();
    const file = path.join(root, 'cancelled.tar.gz');
    const onProgress = (): void => controller.abort(new Error('cancelled by the test'));
    const exporting = exportDirectories(home, file, { signal: controller.signal, onProgress });
    await assert.rejects(exporting, /cancelled by the test/);
    assert.deepEqual(
      readdirSync(root).filter(name => name.startsWith('cancelled.tar')),
      [],
    );
  });

  test('whose settings or keys could not have been written by an export is refused, by name', async () => {
    const settings = (change: object): string =>
      manifestWith({ settings: { ...DEFAULT_SETTINGS, ...change } });
    const cases: readonly (readonly [manifest: string, member: string])[] = [
      [settings({ plugins: ['../../../evil'] }), 'settings'],
      [settings({ objectStore: 'constructor' }), 'settings'],
      [settings({ ports: { kafka: '29092' } }), 'settings'],
      [manifestWith({ credentials: { accessKeyId: 'a\nfs.evil=1', secretAccessKey: 'b' } }), 'credentials'],
      [manifestWith({ credentials: null }), 'credentials'],
      [manifestWith({ parts: 'kafka' }), 'parts'],
      [manifestWith({ backend: 'toString' }), 'backend'],
    ];
    for (const [index, [text, member]] of cases.entries()) {
      const file = await tarball(`hostile-${index}.tar.gz`, [['lakehouse.json', text]]);
      const home = homeAt(path.join(root, `hostile-${index}`));
      await assert.rejects(importDirectories(home, file, {}), new RegExp(`its ${member} cannot be used`));
      assert.equal(existsSync(home.directory), false);
    }
    const broken = await tarball('broken.tar.gz', [['lakehouse.json', '{']]);
    await assert.rejects(importDirectories(homeAt(path.join(root, 'broken')), broken, {}), /is no JSON/);
  });

  test('that is no such file, leads out of its folder or is cut short is refused, and nothing of it stays', async () => {
    const text = path.join(root, 'text.tar.gz');
    writeFileSync(text, 'no archive');
    const cut = path.join(root, 'cut.tar.gz');
    const whole = await tarball('ok.tar.gz', [
      ['lakehouse.json', manifest],
      ['data/kafka/a', 'x'.repeat(100_000)],
    ]);
    writeFileSync(cut, readFileSync(whole).subarray(0, 200));
    const cases: [string, RegExp][] = [
      [text, /cannot be read as a lakehouse's file/],
      [cut, /cannot be read as a lakehouse's file/],
      [await tarball('foreign.tar.gz', [['README', 'hello']]), /was not written by 'lakehouse export'/],
      [
        await tarball('out.tar.gz', [
          ['lakehouse.json', manifest],
          ['data/kafka/../../evil', 'x'],
        ]),
        /leads out of its own folder/,
      ],
      [
        await tarball('other.tar.gz', [
          ['lakehouse.json', manifest],
          ['etc/passwd', 'x'],
        ]),
        /'etc\/passwd', which is no part/,
      ],
      [
        await tarball('docker.tar.gz', [['lakehouse.json', manifest.replace('processes', 'docker')]]),
        /import it with --backend docker/,
      ],
      [
        await tarball('new.tar.gz', [['lakehouse.json', manifest.replace('"format":1', '"format":2')]]),
        /format 2/,
      ],
    ];
    for (const [i, [file, expected]] of cases.entries()) {
      const home = homeAt(path.join(root, `refused-${i}`));
      await assert.rejects(importDirectories(home, file, {}), expected);
      assert.equal(existsSync(home.dataDirectory('kafka')), false, file);
      assert.equal(existsSync(home.stackFile), false, file);
    }
  });
});
