import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../../..');

test('a few random kills and spoilt answers lose, double and change nothing', async () => {
  const seed = String(Date.now() % 1_000_000);
  const args = [path.join(ROOT, 'test/chaos/run.ts')];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, '--kills', '3', '--faults', '4', '--seed', seed, '--json'],
    { env: process.env },
  );
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
  const { kills, faults, ...rest } = result;
  assert.ok((kills ?? 0) >= 3 && (faults ?? 0) >= 4, stdout);
  assert.deepEqual([rest['lost'], rest['duplicated'], rest['mismatchedHashes']], [0, 0, 0], stdout);
});
