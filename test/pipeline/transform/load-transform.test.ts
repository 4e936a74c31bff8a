import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ConfigError, parsePipelineConfig } from '../../../pipeline/config.ts';
import { loadPipelineConfig } from '../../../pipeline/config/load-config.ts';
import { codeOf, transformAll } from '../../support/transforms.ts';

const PIPELINE = 'name: trips\nsource: { topic: trips }\ntable: demo.trips\n';

describe('the code of a transform', () => {
  test('is TypeScript with its modules, JSON among them, each line where it was', async () => {
    const code = await codeOf(
      `import zones from './data/zones.json' with { type: 'json' };
import type { Nowhere } from './nowhere.d.ts';
import { Kind, kindOf } from './lib/kinds';
import * as all from './lib/kinds.js';
export const transform = (record: { readonly zone: keyof typeof zones }, _: Nowhere): object =>
  ({ name: zones[record.zone] satisfies string, kind: kindOf(record) === Kind.Large, same: all.Kind === Kind });`,
      {
        'data/zones.json': '{"1":"Newark"}',
        'lib/kinds.ts': `import { deep } from '../lib/deep.mts';
export enum Kind { Small, Large }
export function kindOf<T extends object>(record: T): Kind { return deep(record) ? Kind.Large : Kind.Small; }`,
        'lib/deep.mts': 'export const deep = (value: unknown): value is object => typeof value === "object";',
      },
    );
    assert.deepEqual(
      code.modules.map(({ file }) => file),
      ['t.ts', 'data/zones.json', 'lib/kinds.ts', 'lib/deep.mts'],
    );
    assert.deepEqual((await transformAll(code, ['{"zone":"1"}'])).results, [
      [{ name: 'Newark', kind: true, same: true }],
    ]);
  });

  test('has the sum of its file, and another one when an imported file changes', async () => {
    const text = 'export const transform = () => ({});';
    const sum = createHash('sha256').update(text).digest('hex');
    assert.equal((await codeOf(text)).sha256, sum);
    assert.equal((await codeOf(text, { 'unused.ts': '' })).sha256, sum);
    const importing = `import { a } from './a.ts';\nexport const transform = () => ({ a });`;
    const sums = await Promise.all(
      ['export const a = 1;', 'export const a = 2;'].map(a => codeOf(importing, { 'a.ts': a })),
    );
    assert.notEqual(sums[0]?.sha256, sums[1]?.sha256);
  });

  test('says where it is wrong', async () => {
    const message = async (text: string, beside = {}): Promise<string> => {
      const error: unknown = await codeOf(text, beside).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ConfigError, `${text} is refused`);
      return error.message;
    };
    assert.match(
      await message('export const transform = (a: number) => {\n  return {;\n};'),
      /^t\.ts:2:11: Unexpected token/,
    );
    assert.equal(
      await message('const a = 1;\n\nlet a = 2;'),
      "t.ts:3:1: Identifier 'a' has already been declared",
    );
    assert.match(await message('import z from "./z.json"; z;', { 'z.json': '{' }), /^z\.json:1:1: .*JSON/);
    assert.match(await message('import "./a.ts";', { 'a.ts': 'a b' }), /^a\.ts:1:3: /);
  });

  test('has an end: files that import each other, and no more than a hundred', async () => {
    const { results } = await transformAll(
      await codeOf(
        `import { twice } from './a.ts'; export const one = () => 1; export const transform = () => ({ n: twice() });`,
        { 'a.ts': `import { one } from './t.ts'; export const twice = () => one() * 2;` },
      ),
      ['{}'],
    );
    assert.deepEqual(results, [[{ n: 2 }]]);
    const many = Object.fromEntries(
      Array.from({ length: 101 }, (_, i) => [`m${i}.ts`, `import './m${i + 1}.ts';`]),
    );
    await assert.rejects(codeOf("import './m0.ts';", many), /It imports more than 100 files\./);
  });
});

describe('the transform of a pipeline file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lakehouse-transform-'));
    await mkdir(path.join(folder, 'inside', 'lib'), { recursive: true });
    await writeFile(path.join(folder, 'outside.ts'), 'export const transform = () => ({});');
    await writeFile(path.join(folder, 'inside', 'lib', 't.ts'), 'export const transform = () => ({});');
    await symlink(path.join(folder, 'outside.ts'), path.join(folder, 'inside', 'link.ts'));
    await writeFile(path.join(folder, 'inside', 'large.ts'), `// ${'x'.repeat(1024 * 1024)}`);
  });
  after(() => rm(folder, { recursive: true }));

  const load = async (transform: string): Promise<unknown> => {
    const file = path.join(folder, 'inside', 'trips.pipeline.yaml');
    await writeFile(file, `${PIPELINE}transform: ${transform}\n`);
    return (await loadPipelineConfig(file)).transform;
  };

  test('is read from the folder of the pipeline file', async () => {
    const found = (await load('./lib/t.ts')) as { readonly code: { readonly file: string } };
    assert.equal(found.code.file, 'lib/t.ts');
  });

  test('is refused where it is missing, too large, a folder or leads out of the folder by a link', async () => {
    await assert.rejects(load('./nowhere.ts'), /nowhere\.ts:1:1: There is no such file\./);
    await assert.rejects(load('./large.ts'), /large\.ts:1:1: It is larger than 1 MB\./);
    await mkdir(path.join(folder, 'inside', 'dir.ts'));
    await assert.rejects(load('./dir.ts'), /dir\.ts:1:1: It is no file\./);
    await assert.rejects(load('./link.ts'), /link\.ts:1:1: It is a link that leads out of the folder/);
  });

  test('is refused where its path leads out of the folder or names no TypeScript', () => {
    const hostile = [
      '../t.ts',
      '/etc/t.ts',
      'a/../../t.ts',
      'C:/t.ts',
      '"a\\\\..\\\\t.ts"',
      'file:///t.ts',
      '"a\\0.ts"',
    ];
    for (const name of [...hostile, './t.py', './types.d.ts', '.', '[a]', '""']) {
      assert.throws(
        () => parsePipelineConfig(`${PIPELINE}transform: ${name}\n`, 'p'),
        /^ConfigError: p:4:12: transform must be a (TypeScript file in the folder of the pipeline file|text)/,
        name,
      );
    }
  });
});
