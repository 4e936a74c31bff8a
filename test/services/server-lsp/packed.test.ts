import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { CompletionList } from 'vscode-languageserver-protocol';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { NODE_BUNDLES, NODE_ENTRIES, ROOT } from '../../../bin/bundle-layout.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const COMMAND = 'lakehouse-language-server';
const DEADLINE_MS = 30_000;

describe(`${COMMAND}, as any LSP editor starts it`, () => {
  let folder = '';
  let program = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lakehouse-packed-'));
    const { bin } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly bin: Readonly<Record<string, string>>;
    };
    const name = path.basename(bin[COMMAND] ?? '', '.js');
    const source = NODE_ENTRIES[name];
    assert.ok(source !== undefined, `${COMMAND} is no bundle of ours`);
    await build({
      ...NODE_BUNDLES,
      entryPoints: { [name]: path.join(ROOT, source) },
      bundle: true,
      minify: true,
      outdir: folder,
      absWorkingDir: ROOT,
      chunkNames: 'chunk-[hash]',
      logLevel: 'error',
    });
    program = path.join(folder, `${name}.js`);
    // What a package manager does with the programs of a package.
    await chmod(program, 0o755);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('speaks over stdio and reads the lakehouse of an endpoints file', async () => {
    const { trino } = testEndpoints();
    const env = { PATH: path.dirname(process.execPath), HOME: folder, XDG_CACHE_HOME: folder };
    const child = spawn(program, ['--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'], env });
    const client = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    try {
      client.listen();
      await client.sendRequest('initialize', {
        processId: null,
        rootUri: null,
        capabilities: {},
        initializationOptions: { endpointsFile: process.env['LAKEHOUSE_TEST_ENDPOINTS'] },
      });
      await client.sendNotification('initialized', {});
      const uri = 'file:///packed.sql';
      const text = 'SELECT * FROM ';
      await client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'sql', version: 1, text },
      });
      const deadline = Date.now() + DEADLINE_MS;
      let labels: string[] = [];
      while (!labels.includes(trino.catalog) && Date.now() < deadline) {
        const list = await client.sendRequest<CompletionList>('textDocument/completion', {
          textDocument: { uri },
          position: { line: 0, character: text.length },
        });
        labels = list.items.map(item => item.label);
      }
      assert.ok(labels.includes(trino.catalog), labels.slice(0, 9).join(', '));
    } finally {
      client.dispose();
      child.kill();
    }
  });
});
