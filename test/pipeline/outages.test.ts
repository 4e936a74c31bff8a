import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NessieError } from '../../catalog/nessie.ts';
import { ObjectStoreError } from '../../catalog/storage-error.ts';
import { createOutages, serverOf } from '../../pipeline/outages.ts';

describe('servers that do not answer', () => {
  test('are told once, about once a minute, and when they answer again', () => {
    const told: string[] = [];
    let now = 0;
    const outages = createOutages(
      (level, text) => told.push(`${level}: ${text}`),
      () => now,
    );
    outages.answered('Nessie');
    for (; now < 130_000; now += 1_000) outages.failed('Nessie', 'no answer.');
    outages.failed('Kafka', 'no broker.');
    assert.deepEqual(outages.waitingFor(), ['Nessie', 'Kafka']);
    outages.answered('Nessie');
    outages.answered('Nessie');
    assert.deepEqual(outages.waitingFor(), ['Kafka']);
    assert.deepEqual(told, [
      'warn: Nessie fails: no answer. The pipeline waits and goes on by itself; nothing is lost.',
      'warn: Nessie has failed for 60 s: no answer. Still waiting.',
      'warn: Nessie has failed for 120 s: no answer. Still waiting.',
      'warn: Kafka fails: no broker. The pipeline waits and goes on by itself; nothing is lost.',
      'info: Nessie answers again after 130 s.',
    ]);
  });

  test('are told apart by their errors', () => {
    const detail = {
      status: 0,
      code: 'TIMEOUT',
      retriable: true,
      outcome: 'refused',
      conflicts: [],
    } as const;
    assert.equal(serverOf(new NessieError('x', detail)), 'Nessie');
    assert.equal(
      serverOf(new ObjectStoreError('x', { code: 'unavailable', uri: 's3://a/b' })),
      'The object store',
    );
    assert.equal(serverOf(new Error('x')), 'Kafka');
  });
});
