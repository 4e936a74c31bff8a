import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { NODE_ENTRIES, ROOT, rewriteUrls } from '../../bin/bundle-layout.ts';

const FILE = path.join(ROOT, 'docker', 'artifacts', 'fetch.ts');

describe('the bundle layout', () => {
  test('turns the URL of an entry into that of its bundle', () => {
    assert.equal(
      rewriteUrls("new URL('../../bin/language-server.ts', import.meta.url)", FILE),
      "new URL('./server.js', import.meta.url)",
    );
  });

  test('keeps the URL of an asset at the same place below dist', () => {
    assert.equal(
      rewriteUrls("new URL('./pom.xml', import.meta.url)", FILE),
      "new URL('./docker/artifacts/pom.xml', import.meta.url)",
    );
  });

  test('keeps a module’s own folder', () => {
    assert.equal(
      rewriteUrls('x(import.meta.dirname)', FILE),
      "x((import.meta.dirname + '/docker/artifacts'))",
    );
  });

  test('refuses a program that is started but not bundled', () => {
    assert.throws(
      () => rewriteUrls("new URL('./nobody.ts', import.meta.url)", FILE),
      /docker\/artifacts\/fetch\.ts starts docker\/artifacts\/nobody\.ts, which is not an entry/,
    );
  });

  test('names the bundles that the manifest and the client start', () => {
    assert.equal(NODE_ENTRIES['extension'], 'client/extension.ts');
    assert.equal(NODE_ENTRIES['server'], 'bin/language-server.ts');
  });
});
