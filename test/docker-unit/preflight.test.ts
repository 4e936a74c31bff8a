import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ARTIFACTS } from '../../docker/artifacts/table.ts';
import { checkDisk, checkMemory, checkPort, formatBytes, type MachineView } from '../../docker/preflight.ts';
import { DEFAULT_SETTINGS } from '../../docker/settings.ts';
import { describeStack } from '../../docker/stack.ts';

const GB = 1e9;
const machine = (over: Partial<MachineView> = {}): MachineView => ({
  freeDiskBytes: () => 100 * GB,
  availableMemoryBytes: () => 16 * GB,
  isPortFree: async () => true,
  findPortHolder: async () => undefined,
  pickFreePort: async () => 20_001,
  ...over,
});
const stack = describeStack(DEFAULT_SETTINGS);

describe('the checks before a start', () => {
  test('a disk that is too small is refused with what is there, what is needed and for what', () => {
    const need = { directory: '/cache', missing: [ARTIFACTS.trino], reserveBytes: GB };
    assert.throws(
      () => checkDisk(machine({ freeDiskBytes: () => 2 * GB }), need),
      /disk of \/cache has 2\.0 GB free and 3\.0 GB are needed \(1\.8 GB of it for Trino\).*LAKEHOUSE_CACHE/,
    );
    checkDisk(machine(), need);
  });

  test('little memory is told but does not forbid the start', () => {
    const short = checkMemory(machine({ availableMemoryBytes: () => GB }), Object.values(stack));
    assert.match(short ?? '', /measured to need 1\.8 GB of memory and 1\.0 GB are available/);
    assert.equal(checkMemory(machine(), Object.values(stack)), undefined);
  });

  test('a taken port names its holder, a free one and the setting to change', async () => {
    const taken = machine({
      isPortFree: async () => false,
      findPortHolder: async () => ({ pid: 4711, name: 'java' }),
    });
    await assert.rejects(
      checkPort(taken, stack.kafka, 29092),
      /Port 29092 is taken by java \(pid 4711\)\..*--ports kafka=20001 .*lakehouse\.ports\.kafka/,
    );
    await checkPort(machine(), stack.kafka, 29092);
  });

  test('sizes are told in decimal units', () => {
    assert.deepEqual([999, 45_035_715, 1_340_000_000].map(formatBytes), ['1 kB', '45 MB', '1.3 GB']);
  });
});
