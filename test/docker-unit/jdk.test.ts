import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  chooseJava,
  describeMissingJava,
  findJava,
  majorVersion,
  parseJavaSettings,
  parseRelease,
} from '../../docker/jdk.ts';

describe('the choice of a Java', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'jdk-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const install = (name: string, version: string, modules = 'java.base'): string => {
    const home = path.join(root, name);
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    writeFileSync(path.join(home, 'release'), `JAVA_VERSION="${version}"\nMODULES="${modules}"\n`);
    writeFileSync(path.join(home, 'bin', 'java'), '');
    return home;
  };

  test('the newest one that is new enough wins, wherever it was found', async () => {
    const old = install('jdk-17', '17.0.15');
    install('jdks/24', '24.0.1');
    install('jdks/25', '25.0.3', 'java.base jdk.incubator.vector');
    const { best, seen } = await findJava({
      env: { JAVA_HOME: old, PATH: path.join(old, 'bin') },
      jvmDirectories: [path.join(root, 'jdks'), path.join(root, 'missing')],
    });
    assert.equal(best?.version, '25.0.3');
    assert.equal(best?.hasVectorModule, true);
    assert.deepEqual(
      seen.map(java => java.version),
      ['17.0.15', '24.0.1', '25.0.3'],
    );
  });

  test('with only old ones the error lists each with its version', async () => {
    const old = install('jdk-17', '17.0.15');
    const { best, seen } = await findJava({ env: { JAVA_HOME: old }, jvmDirectories: [] });
    assert.equal(best, undefined);
    assert.match(
      describeMissingJava(seen),
      /Java 24 or newer is needed\. Looked at: .*jdk-17.*\(17\.0\.15\)\.$/,
    );
  });

  test('a Java that cannot be run is listed as such', async () => {
    const home = path.join(root, 'stub');
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    writeFileSync(path.join(home, 'bin', 'java'), '#!/bin/sh\nexit 1\n');
    chmodSync(path.join(home, 'bin', 'java'), 0o755);
    const { best, seen } = await findJava({ env: { JAVA_HOME: home }, jvmDirectories: [] });
    assert.equal(best, undefined);
    assert.match(describeMissingJava(seen), /stub\/bin\/java \(does not run\)/);
  });

  test('with none at all the error says where was looked', () => {
    assert.match(describeMissingJava([]), /None was found in JAVA_HOME, on PATH/);
  });

  test('versions of every age are read', () => {
    assert.equal(majorVersion('1.8.0_402'), 8);
    assert.equal(majorVersion('25'), 25);
    assert.equal(majorVersion('24-ea'), 24);
    assert.equal(majorVersion(undefined), 0);
  });

  test('the release file and the settings that a Java prints say the same', () => {
    const release = parseRelease(
      'IMPLEMENTOR="X"\nJAVA_VERSION="25.0.1"\nMODULES="java.base jdk.incubator.vector"\n',
    );
    const settings = parseJavaSettings(
      'Property settings:\n    java.version = 25.0.1\njava.base\njdk.incubator.vector@25\n',
    );
    assert.deepEqual(release, { version: '25.0.1', hasVectorModule: true });
    assert.deepEqual(settings, release);
  });

  test('the first of two equally new ones is kept', () => {
    const first = { binary: '/a', version: '25.0.1', hasVectorModule: true };
    const second = { binary: '/b', version: '25.0.9', hasVectorModule: true };
    assert.equal(chooseJava([first, second]), first);
  });
});
