import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { describeCompose } from '../../docker/containers/compose.ts';
import { describeUnits } from '../../docker/containers/units.ts';
import { DEFAULT_DOCKER_SETTINGS } from '../../docker/settings.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = path.join(ROOT, 'docker/compose.yaml');
const CATALOG = readFileSync(path.join(ROOT, 'catalog/iceberg.properties'), 'utf8');

interface Compose {
  services: Record<
    string,
    { image: string; ports: string[]; environment: Record<string, string>; mem_limit: number }
  >;
  configs: Record<string, { content: string }>;
  volumes: Record<string, object>;
}

describe('docker/compose.yaml', () => {
  test('is what the stack describes (LAKEHOUSE_UPDATE_FIXTURES=1 writes it anew)', () => {
    const text = describeCompose(CATALOG);
    if (process.env['LAKEHOUSE_UPDATE_FIXTURES'] === '1') writeFileSync(FILE, text);
    assert.equal(readFileSync(FILE, 'utf8'), text);
  });

  test('has the services, images, ports and limits of the units, and their compose labels name it', () => {
    const compose = parse(readFileSync(FILE, 'utf8')) as Compose;
    const units = describeUnits({
      stackId: 'x',
      home: '/h',
      settings: DEFAULT_DOCKER_SETTINGS,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      catalogVariables: {},
      icebergCatalog: CATALOG,
    });
    assert.deepEqual(
      Object.keys(compose.services),
      units.map(unit => unit.create.labels['com.docker.compose.service']),
    );
    for (const unit of units) {
      const service = compose.services[unit.name];
      assert.equal(service?.image, unit.create.image);
      assert.equal(service?.mem_limit, unit.create.memoryBytes);
      assert.deepEqual(Object.keys(service?.environment ?? {}), Object.keys(unit.create.env));
      for (const port of service?.ports ?? []) assert.match(port, /^127\.0\.0\.1:/);
    }
  });

  test('takes its secrets from the environment and leaves Trino’s variables to Trino', () => {
    const text = readFileSync(FILE, 'utf8');
    const compose = parse(text) as Compose;
    assert.equal(
      compose.services['object-store']?.environment['MINIO_ROOT_PASSWORD'],
      '${LAKEHOUSE_S3_SECRET_KEY:?choose a secret key}',
    );
    assert.match(
      compose.configs['trino-iceberg-properties']?.content ?? '',
      /s3\.aws-secret-key=\$\$\{ENV:LAKEHOUSE_S3_SECRET_KEY\}/,
    );
    assert.doesNotMatch(text, /MARK/);
  });
});
