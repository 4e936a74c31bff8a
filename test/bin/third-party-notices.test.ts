import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../../bin/bundle-layout.ts';
import { noticesText, packageFolders, readPackage } from '../../bin/third-party-notices.ts';

const output = (inputs: Readonly<Record<string, number>>) => ({
  bytes: 0,
  imports: [],
  exports: [],
  inputs: Object.fromEntries(
    Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }] as const),
  ),
});

describe('the notices of third parties', () => {
  test('name every package that put code into a bundle, and no other', () => {
    const outputs = {
      'dist/a.js': output({
        'client/extension.ts': 10,
        '../x/node_modules/@scope/one/lib/index.js': 5,
        '../x/node_modules/two/node_modules/inner/main.js': 5,
        'node_modules/shaken-away/index.js': 0,
      }),
    };
    assert.deepEqual(packageFolders([outputs, outputs], '/r/root'), [
      '/r/x/node_modules/@scope/one',
      '/r/x/node_modules/two/node_modules/inner',
    ]);
  });

  test('give the licence of a package as it ships it', () => {
    const yaml = readPackage(path.join(ROOT, 'node_modules', 'yaml'));
    assert.deepEqual([yaml.name, yaml.license], ['yaml', 'ISC']);
    assert.match(yaml.text, /Copyright .*\n[^]*Permission to use/);
  });

  test('say the same text once', () => {
    const text = noticesText([
      { name: 'a', version: '1', license: 'MIT', text: 'Same words.' },
      { name: 'b', version: '2', license: 'MIT', text: 'Same words.' },
      { name: 'c', version: '3', license: 'ISC', text: '' },
    ]);
    assert.equal(text.split('Same words.').length, 2);
    assert.match(text, /a 1 \(MIT\)\nb 2 \(MIT\)\n-+\nSame words\./);
    assert.match(text, /c 3 \(ISC\)\n-+\nISC\n/);
  });
});
