import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { homeAt } from '../../docker/home.ts';
import { selectLakehouse } from '../../docker/select.ts';
import { DEFAULT_DOCKER_SETTINGS, writeStackRecord } from '../../docker/settings.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'select-'));
after(() => rmSync(directory, { recursive: true }));
const env = { HOME: directory, DOCKER_HOST: `unix://${path.join(directory, 'missing.sock')}` };

describe('the choice of a back end', () => {
  test('falls back on processes where an engine is named that cannot be used, and says why', async () => {
    const lakehouse = await selectLakehouse({ env });
    assert.equal(lakehouse.backend, 'processes');
    assert.match(
      lakehouse.place,
      /^processes of this machine, because Docker cannot be used: .*missing\.sock \(DOCKER_HOST\) is not there/,
    );
  });

  test('never falls back where containers are wanted, or hold the data already', async () => {
    await assert.rejects(selectLakehouse({ env, backend: 'docker' }), /is not there: install Docker/);
    const home = path.join(directory, 'containers');
    const record = { backend: 'docker', settings: DEFAULT_DOCKER_SETTINGS, internalPorts: {} } as const;
    writeStackRecord(homeAt(home).stackFile, record);
    await assert.rejects(selectLakehouse({ env, home }), /is not there: install Docker/);
    await assert.rejects(
      selectLakehouse({ env, home, backend: 'processes' }),
      /was started with the back end docker, where its data lies/,
    );
  });

  test('asks no engine where the environment wants processes', async () => {
    const home = path.join(directory, 'processes');
    const lakehouse = await selectLakehouse({ env: { ...env, LAKEHOUSE_BACKEND: 'processes' }, home });
    assert.equal(lakehouse.place, 'processes of this machine');
  });
});
