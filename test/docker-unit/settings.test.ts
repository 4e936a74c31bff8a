import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyChange, DEFAULT_SETTINGS, parsePortChange, parsePorts } from '../../docker/settings.ts';

const pickPort = (): (() => Promise<number>) => {
  let next = 40_000;
  return async () => next++;
};

describe('the settings of a stack', () => {
  test('ports are read as a list or as auto', () => {
    assert.deepEqual(parsePorts('kafka=29192, object-store=auto'), { kafka: 29192, objectStore: 'auto' });
    assert.deepEqual(parsePorts('auto'), {
      kafka: 'auto',
      objectStore: 'auto',
      nessie: 'auto',
      trino: 'auto',
    });
  });

  test('the second and third broker have ports of their own', () => {
    assert.deepEqual(parsePortChange('kafka=29192, kafka-3=auto,kafka-2=39192'), {
      ports: { kafka: 29192 },
      extraBrokerPorts: [39192, 'auto'],
    });
    assert.deepEqual(parsePortChange('kafka-2=39192'), { extraBrokerPorts: [39192, undefined] });
    assert.deepEqual(parsePortChange('auto').extraBrokerPorts, ['auto', 'auto']);
    assert.throws(() => parsePortChange('kafka-2=x'), /port of kafka must be a whole number/);
    assert.throws(() => parsePortChange('kafka-4=1'), /'kafka-4' is no service/);
  });

  test('what is no port or no service is refused by name', () => {
    assert.throws(() => parsePorts('kafka=70000'), /port of kafka must be a whole number from 1 to 65535/);
    assert.throws(
      () => parsePorts('spark=1'),
      /'spark' is no service: use kafka, objectStore, nessie, trino/,
    );
  });

  test('auto picks a port once and keeps it', async () => {
    const first = await applyChange(DEFAULT_SETTINGS, { ports: parsePorts('auto') }, pickPort());
    assert.deepEqual(first.ports, { kafka: 40_000, objectStore: 40_001, nessie: 40_002, trino: 40_003 });
    assert.deepEqual(await applyChange(first, { ports: parsePorts('auto') }, pickPort()), first);
  });

  test('what a change does not name stays as it was', async () => {
    const changed = await applyChange(DEFAULT_SETTINGS, { ports: { trino: 8084 } }, pickPort());
    assert.deepEqual(changed, { ...DEFAULT_SETTINGS, ports: { ...DEFAULT_SETTINGS.ports, trino: 8084 } });
  });
});
