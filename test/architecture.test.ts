import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { findCycles, type Import, readImports } from './support/imports.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const AREAS = ['catalog', 'docker', 'pipeline', 'server', 'client', 'bin', 'test'] as const;
const HARD_LINE_LIMIT = 500;
const MEDIAN_LINE_LIMIT = 100;

/** Which area may import which other one: `all`, `types` (only `import type`), or the named files. */
const MATRIX: Readonly<Record<string, Readonly<Record<string, 'all' | 'types' | RegExp>>>> = {
  catalog: {},
  docker: { catalog: 'all' },
  pipeline: { catalog: 'all' },
  server: { catalog: 'types' },
  client: {
    catalog: 'all',
    docker: 'all',
    pipeline: 'all',
    server: /^server\/(protocol\.ts|sql\/(index|words)\.ts)$/,
  },
  bin: { catalog: 'all', docker: 'all', pipeline: 'all', server: 'all' },
  test: Object.fromEntries(AREAS.map(area => [area, 'all'])),
};

/** Packages that only some files may touch, so that replacing one is a change of one file. */
const PACKAGE_OWNERS: readonly (readonly [packageName: RegExp, owner: RegExp])[] = [
  [/^vscode$/, /^(client|test\/vscode)\//],
  [/^dockerode$/, /^docker\/engine\.ts$|^test\//],
  [/^kafkajs(\/|$)/, /^(pipeline\/kafka\/|docker\/kafka-probe\.ts$|catalog\/kafkajs-queue\.ts$|test\/)/],
  [/^trino-client$/, /^(catalog\/trino\/|test\/)/],
  // The files directly in server/ are the protocol's layer; features, semantics and the index know nothing of it.
  [/^vscode-languageserver(\/|$)/, /^(server\/[^/]+\.ts$|test\/)/],
  [/^vscode-languageclient(\/|$)/, /^client\//],
];

const files = AREAS.flatMap(area => sourceFiles(area));
const imports = new Map(files.map(file => [file, readImports(path.join(ROOT, file), ROOT)]));

describe('the architecture', () => {
  test('no folder imports what the matrix forbids', () => {
    const offences = [...imports].flatMap(([file, list]) =>
      list.filter(item => isForbidden(file, item)).map(item => `${file} → ${item.target}`),
    );
    assert.deepEqual(offences, []);
  });

  test('a package that is loaded late is used by its default: bundled CommonJS has no other name', () => {
    const offences = files
      .filter(file => !file.startsWith('test/'))
      .flatMap(file => {
        const source = readFileSync(path.join(ROOT, file), 'utf8');
        const late = source.matchAll(
          /\{ (?!default\b)[^}]*\} = await import\(\s*'(?!\.|node:|@vscode\/vsce)([^']+)'/g,
        );
        return [...late].map(([, name]) => `${file} → ${name}`);
      });
    assert.deepEqual(offences, []);
  });

  test('packages with one owner are imported by that owner only', () => {
    const offences = [...imports].flatMap(([file, list]) =>
      list
        .filter(
          item =>
            !item.isLocal &&
            PACKAGE_OWNERS.some(([name, owner]) => name.test(item.target) && !owner.test(file)),
        )
        .map(item => `${file} → ${item.target}`),
    );
    assert.deepEqual(offences, []);
  });

  test('server/sql imports nothing from outside itself, so it runs anywhere', () => {
    const offences = [...imports]
      .filter(([file]) => file.startsWith('server/sql/'))
      .flatMap(([file, list]) =>
        list.filter(item => !item.target.startsWith('server/sql/')).map(item => `${file} → ${item.target}`),
      );
    assert.deepEqual(offences, []);
  });

  test('there are no import cycles', () => {
    assert.deepEqual(findCycles(imports), []);
  });

  test('no file is longer than the hard limit and the median file stays small', () => {
    const lengths = files.map(
      file => [file, readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1] as const,
    );
    assert.deepEqual(
      lengths.filter(([, lines]) => lines > HARD_LINE_LIMIT),
      [],
    );
    const sorted = lengths.map(([, lines]) => lines).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    assert.ok(median <= MEDIAN_LINE_LIMIT, `the median file has ${median} lines`);
  });

  test('names avoid default exports, words that say nothing and folders for leftovers', () => {
    const offences = files.filter(
      file =>
        /(manager|helper|util)s?\.ts$/i.test(file) ||
        /(^|\/)(common|shared|utils?|helpers?)\//.test(file) ||
        /^export default /m.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );
    assert.deepEqual(offences, []);
  });
});

function isForbidden(file: string, item: Import): boolean {
  if (!item.isLocal) return false;
  const from = file.split('/')[0] ?? '';
  const to = item.target.split('/')[0] ?? '';
  if (from === to || to === 'package.json') return false;
  const rule = MATRIX[from]?.[to];
  if (rule === undefined) return true;
  if (rule === 'all') return false;
  return rule === 'types' ? !item.isTypeOnly : !rule.test(item.target) && !item.isTypeOnly;
}

function sourceFiles(area: string): string[] {
  return readdirSync(path.join(ROOT, area), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(file => !file.startsWith('test/fixtures/') && !file.endsWith('.d.ts'));
}
