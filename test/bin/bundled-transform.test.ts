import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { NODE_BUNDLES, ROOT } from '../../bin/bundle-layout.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-bundle-'));
after(() => rmSync(folder, { recursive: true }));

/** Loads a transform and prints what it makes of two records. */
const PROGRAM = `
import { loadTransform } from './pipeline/transform/load-transform.ts';
import { openTransform } from './pipeline/transform/open-transform.ts';
const text = \`export const transform = (record: { id: number }, context: { headers: object }) => {
  if (record.id === 1) throw new Error('odd');
  return { ...record, big: 2n ** 60n, headers: context.headers };
};\`;
const code = await loadTransform({ has: async () => true, read: async () => ({ text }) }, 't.ts');
const records = [0, 1].map(id => ({ record: { topic: 't', partition: 0, offset: 0n, timestamp: 0 }, rows: [{ id }] }));
await openTransform({ code, pipeline: 'p' }).step(records);
console.log(JSON.stringify(records.map(({ rows, reason }) => reason ?? rows)));
`;

describe('the bundles', () => {
  test('compile a transform and run it, although its parts go into the context by their text', async () => {
    await build({
      ...NODE_BUNDLES,
      entryPoints: [],
      stdin: { contents: PROGRAM, resolveDir: ROOT, sourcefile: 'probe.ts', loader: 'ts' },
      bundle: true,
      minify: true,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      logLevel: 'silent',
    });
    const printed = execFileSync(process.execPath, [path.join(folder, 'stdin.mjs')], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(printed), [
      [{ id: 0, big: { source: '1152921504606846976' }, headers: {} }],
      't.ts: Error: odd at transform (t.ts:2)',
    ]);
  });
});
