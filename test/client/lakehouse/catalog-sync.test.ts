import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createCatalogSync } from '../../../client/lakehouse/catalog-sync.ts';

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'in vain');
    await delay(1);
  }
};

describe('following the folder of catalogs', () => {
  test('applies once for a burst, and again for what changes meanwhile, never twice at a time', async () => {
    let running = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const shown: string[] = [];
    const sync = createCatalogSync({
      settleMs: 1,
      find: () => '/w/catalog',
      apply: async () => {
        most = Math.max(most, (running += 1));
        await new Promise<void>(resolve => gates.push(resolve));
        running -= 1;
        return [];
      },
      show: folder => shown.push(folder),
      fail: error => assert.fail(String(error)),
    });
    sync.touch();
    sync.touch();
    await until(() => gates.length === 1);
    sync.touch();
    sync.touch();
    gates[0]?.();
    await until(() => gates.length === 2);
    gates[1]?.();
    await until(() => shown.length === 2);
    assert.equal(most, 1);
    sync.dispose();
  });

  test('applies a folder that was deleted once more, and one that was never applied not at all', async () => {
    let folder: string | undefined;
    let looks = 0;
    const applied: string[] = [];
    const sync = createCatalogSync({
      settleMs: 1,
      find: () => {
        looks += 1;
        return folder;
      },
      apply: async name => {
        applied.push(name);
        return [];
      },
      show: () => undefined,
      fail: error => assert.fail(String(error)),
    });
    sync.touch();
    await until(() => looks === 1);
    assert.deepEqual(applied, []);
    folder = '/w/catalog';
    sync.touch();
    await until(() => applied.length === 1);
    folder = undefined;
    sync.touch();
    await until(() => applied.length === 2);
    assert.deepEqual(applied, ['/w/catalog', '/w/catalog']);
    sync.dispose();
  });

  test('tells a failure and goes on with the next change', async () => {
    const told: unknown[] = [];
    let isBroken = true;
    const shown: string[] = [];
    const sync = createCatalogSync({
      settleMs: 1,
      find: () => '/w/catalog',
      apply: async () => {
        if (isBroken) throw new Error('Trino is away');
        return [];
      },
      show: name => shown.push(name),
      fail: error => told.push(error),
    });
    sync.touch();
    await until(() => told.length === 1);
    isBroken = false;
    sync.touch();
    await until(() => shown.length === 1);
    sync.dispose();
  });
});
