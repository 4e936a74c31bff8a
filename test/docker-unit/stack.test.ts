import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { SERVICE_NAMES } from '../../docker/events.ts';
import { launchDigest } from '../../docker/processes.ts';
import { type Launch, renderProperties, type ServiceSpec, type Site } from '../../docker/services/service.ts';
import { DEFAULT_SETTINGS, type StackSettings } from '../../docker/settings.ts';
import { describeEndpoints, describeStack } from '../../docker/stack.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CREDENTIALS = { accessKeyId: 'the-key-id', secretAccessKey: 'the-secret-key' };

function siteOf(spec: ServiceSpec, settings: StackSettings): Site {
  const internal = spec.internalPorts.map((name, i) => [`${spec.name}.${name}`, 50_000 + i] as const);
  const ports = new Map<string, number>([...Object.entries(settings.ports), ...internal]);
  return {
    settings,
    configDirectory: `/home/config/${spec.name}`,
    dataDirectory: `/home/data/${spec.name}`,
    artifact: name => `/cache/${name}`,
    java: { binary: '/jdk/bin/java', version: '25', hasVectorModule: true },
    port: key => ports.get(key) ?? assert.fail(`${spec.name} asks for the port ${key}`),
    credentials: CREDENTIALS,
    catalogVariables: {},
    icebergCatalog: readFileSync(path.join(ROOT, 'catalog/iceberg.properties'), 'utf8'),
  };
}

function launches(settings: StackSettings = DEFAULT_SETTINGS): Launch[] {
  const stack = describeStack(settings);
  return SERVICE_NAMES.map(name => stack[name].launch(siteOf(stack[name], settings)));
}

describe('the description of the stack', () => {
  for (const objectStore of ['seaweedfs', 'minio'] as const) {
    test(`with ${objectStore} no secret stands on a command line or in a config file`, () => {
      for (const launch of launches({ ...DEFAULT_SETTINGS, objectStore })) {
        const visible = JSON.stringify([launch.command, launch.args, launch.files, launch.prepare]);
        assert.doesNotMatch(visible, /the-secret-key|the-key-id/);
      }
    });
  }

  test('a store that cannot be had as a process is refused with those that can', () => {
    const settings: StackSettings = { ...DEFAULT_SETTINGS, objectStore: 'rustfs' };
    assert.throws(() => describeStack(settings), /rustfs runs in containers only: use seaweedfs or minio/);
  });

  test('three brokers are refused without containers: a client would look for two that are not there', () => {
    const settings: StackSettings = { ...DEFAULT_SETTINGS, profile: 'standard' };
    assert.throws(() => describeStack(settings), /profile standard .* needs a Docker engine/);
  });

  test('every address that a service is given is the loopback', () => {
    const text = JSON.stringify(launches().map(launch => [launch.args, launch.files, launch.env]));
    const addresses = text.match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
    assert.ok(addresses.length > 10);
    assert.deepEqual(new Set(addresses), new Set(['127.0.0.1']));
    assert.doesNotMatch(text, /localhost|0\.0\.0\.0/);
  });

  test('the same settings launch the same, another port of one service changes those that name it', () => {
    const before = launches().map(launchDigest);
    assert.deepEqual(launches().map(launchDigest), before);
    const after = launches({ ...DEFAULT_SETTINGS, ports: { ...DEFAULT_SETTINGS.ports, kafka: 29192 } }).map(
      launchDigest,
    );
    assert.deepEqual(
      after.map((digest, i) => digest === before[i]),
      [false, true, true, true],
    );
  });

  test('every variable that the Iceberg catalog names is in the environment of Trino', () => {
    const trino = launches()[SERVICE_NAMES.indexOf('trino')];
    const catalog = trino?.files['etc/catalog/iceberg.properties'] ?? '';
    const names = [...catalog.matchAll(/=.*\$\{ENV:([A-Z0-9_]+)\}/g)].map(match => match[1] ?? '');
    assert.equal(names.length, 6);
    for (const name of names) assert.ok(trino?.env[name], name);
  });

  test('without the vector module Trino is not told to load it', () => {
    const { trino } = describeStack(DEFAULT_SETTINGS);
    const site = siteOf(trino, DEFAULT_SETTINGS);
    const java = { binary: '/jdk/bin/java', version: '25', hasVectorModule: false };
    assert.ok(trino.launch(site).args.includes('--add-modules=jdk.incubator.vector'));
    assert.ok(!trino.launch({ ...site, java }).args.includes('--add-modules=jdk.incubator.vector'));
  });

  test('the endpoints name the ports of the settings and the key pair', () => {
    const endpoints = describeEndpoints(
      { ...DEFAULT_SETTINGS, ports: { kafka: 1, objectStore: 2, nessie: 3, trino: 4 } },
      CREDENTIALS,
    );
    assert.deepEqual(endpoints, {
      kafka: { brokers: ['127.0.0.1:1'] },
      objectStore: {
        endpoint: 'http://127.0.0.1:2',
        region: 'us-east-1',
        bucket: 'warehouse',
        ...CREDENTIALS,
      },
      nessie: { uri: 'http://127.0.0.1:3/api/v2' },
      icebergRest: { uri: 'http://127.0.0.1:3/iceberg' },
      trino: { uri: 'http://127.0.0.1:4', user: 'lakehouse', catalog: 'iceberg' },
    });
  });
});

describe('a properties file', () => {
  test('is pure ASCII, so that readers of ISO 8859-1 and of UTF-8 agree', () => {
    assert.equal(renderProperties({ a: 'Zoë\\x', b: true }), 'a=Zo\\u00eb\\\\x\nb=true\n');
  });
});
