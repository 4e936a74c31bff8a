import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeDiagnostics, maskSecrets } from '../../docker/diagnostics.ts';
import { SERVICE_NAMES, type ServiceName } from '../../docker/events.ts';
import type { ServiceStatus } from '../../docker/status.ts';

const SECRETS = {
  accessKeyId: 'lakehouse-0a1b',
  secretAccessKey: 'S3cr3t-of-the-store',
  catalogVariables: { CRM_PASSWORD: 'pg-secret-word', FLAG: 'on' },
};

describe('masking', () => {
  test('takes out every secret of the stack, wherever it stands', () => {
    const text = maskSecrets(
      'a lakehouse-0a1b b S3cr3t-of-the-store c postgres://crm:pg-secret-word@db on',
      SECRETS,
    );
    assert.equal(text, 'a *** b *** c postgres://crm:***@db on');
  });

  test('are found in a line of any length', () => {
    const line = 'password'.repeat(50_000);
    assert.equal(maskSecrets(`${line} token=abcdef`, SECRETS), `${line} token=***`);
  });

  test('takes out what is written like a secret, and leaves words alone', () => {
    const text = maskSecrets(
      'connection-password=hunter2 "token": "abc" api_key: x1 fs.s3.secret-key=zz; the secret of it',
      SECRETS,
    );
    assert.equal(
      text,
      'connection-password=*** "token": "***" api_key: *** fs.s3.secret-key=***; the secret of it',
    );
  });
});

describe('the diagnostics', () => {
  test('hold states with causes, the facts and every log, and say when a log cannot be read', async () => {
    const row = (name: ServiceName): ServiceStatus => ({
      title: name,
      version: '1',
      address: '127.0.0.1:1',
      state: name === 'trino' ? { kind: 'failed', cause: 'It broke.', lastLines: [] } : { kind: 'stopped' },
    });
    const services = Object.fromEntries(SERVICE_NAMES.map(name => [name, row(name)])) as Record<
      ServiceName,
      ServiceStatus
    >;
    const text = await describeDiagnostics({
      status: { home: '/home', backend: 'docker', services, rssBytes: 0 },
      facts: { engine: { version: '20.10' } },
      logs: async function* (service) {
        if (service === 'nessie') throw new Error('no such container');
        yield `line of ${service} with S3cr3t-of-the-store`;
      },
      mask: value => maskSecrets(value, SECRETS),
    });
    assert.match(text, /## engine\n\{\n {2}"version": "20\.10"/);
    assert.match(text, /## trino 1 at 127\.0\.0\.1:1: failed: It broke\./);
    assert.match(text, /line of kafka with \*\*\*/);
    assert.match(text, /The log cannot be read: no such container/);
  });
});
