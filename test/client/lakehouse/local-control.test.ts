import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLocalControl } from '../../../client/lakehouse/local-control.ts';
import type { Lakehouse } from '../../../docker/lakehouse.ts';
import type { SettingsChange } from '../../../docker/settings.ts';

const NO_SIGNAL = new AbortController().signal;

describe('the lakehouse of this machine', () => {
  test('keeps a port that was chosen at an obstacle for later starts, until the settings change', async () => {
    const asked: unknown[] = [];
    const lakehouse = {
      up: async (options: { settings: SettingsChange }) => void asked.push(options.settings.ports),
      plan: async (change: SettingsChange) => {
        asked.push(change.ports);
        return { lines: [], decisions: [] };
      },
    };
    let ports: SettingsChange['ports'] = { trino: 8083 };
    const control = createLocalControl({
      open: async () => lakehouse as unknown as Lakehouse,
      change: async () => ({ ...(ports === undefined ? {} : { ports }) }),
      engine: {},
    });
    const up = (change?: SettingsChange): Promise<void> => control.up(() => undefined, NO_SIGNAL, change);
    await up({ ports: { trino: 20_001 } });
    await up();
    await control.owner?.plan();
    ports = { trino: 8084 };
    await up();
    assert.deepEqual(asked, [{ trino: 20_001 }, { trino: 20_001 }, { trino: 20_001 }, { trino: 8084 }]);
  });

  test('tells why it cannot be opened, once, and follows it as soon as it can', async () => {
    let tries = 0;
    const ready = { kind: 'ready', address: 'x' } as const;
    const lakehouse = {
      watch: async function* () {
        yield { kind: 'service', at: 0, service: 'trino', state: ready };
      },
    };
    const control = createLocalControl({
      open: async () => {
        tries += 1;
        if (tries > 3) return lakehouse as unknown as Lakehouse;
        throw new Error('the engine does not answer: start it.');
      },
      change: async () => ({}),
      engine: {},
      openAgainMs: 1,
    });
    const told: string[] = [];
    const following = control.follow(event => {
      if (event.kind !== 'service') return;
      told.push(`${event.service} ${event.state.kind === 'failed' ? event.state.cause : event.state.kind}`);
    }, NO_SIGNAL);
    await following;
    const cause = 'the engine does not answer: start it.';
    assert.deepEqual(told, [
      ...['kafka', 'objectStore', 'nessie', 'trino'].map(name => `${name} ${cause}`),
      'trino ready',
    ]);
  });
});
