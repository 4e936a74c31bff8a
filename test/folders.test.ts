import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDERS = ['catalog', 'docker', 'pipeline', 'server', 'client', 'bin', 'test'];

describe('what the READMEs say of folders and files', () => {
  test('names every subfolder, so that each has a purpose', () => {
    const missing = FOLDERS.flatMap(folder => {
      const text = readFileSync(path.join(ROOT, folder, 'README.md'), 'utf8');
      return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
        .filter(entry => entry.isDirectory() && !text.includes(`\`${entry.name}/\``))
        .map(entry => `${folder}/${entry.name}`);
    });
    assert.deepEqual(missing, []);
  });

  test('names files and folders that exist', () => {
    const missing = ['', ...FOLDERS].flatMap(folder => {
      const text = readFileSync(path.join(ROOT, folder, 'README.md'), 'utf8');
      return [...text.matchAll(/`([a-z][\w./-]*(?:\.ts|\.yaml|\/))`/g)]
        .map(([, name = '']) => name)
        .filter(name => ![folder, ''].some(base => existsSync(path.join(ROOT, base, name))))
        .map(name => `${folder}/README.md: ${name}`);
    });
    assert.deepEqual(missing, []);
  });
});
