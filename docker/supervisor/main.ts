import { parseArgs } from 'node:util';
import { SERVICE_NAMES } from '../events.ts';
import { makeOwnDirectory } from '../files.ts';
import { homeAt } from '../home.ts';
import { acquireLock } from '../lock.ts';
import { THIS_MACHINE } from '../preflight.ts';
import { endLeftOvers } from '../processes.ts';
import { readStackRecord } from '../settings.ts';
import { serveControl } from './control-server.ts';
import { createRunner } from './runner.ts';
import { supervise } from './supervise.ts';

const IDLE_CHECK_MS = 10_000;
/** Without services a supervisor stays for a while, so that the causes of a failed start can still be asked for. */
const IDLE_CHECKS_BEFORE_EXIT = 30;

const { values } = parseArgs({ options: { home: { type: 'string' }, resources: { type: 'string' } } });
if (values.home === undefined || values.resources === undefined)
  throw new Error('The supervisor is started by `lakehouse up`, with --home and --resources.');
await runSupervisor(values.home, values.resources);

/** Holds the stack's lock for as long as this process lives; ends at once when another supervisor has it. */
async function runSupervisor(directory: string, resources: string): Promise<void> {
  const home = homeAt(directory);
  makeOwnDirectory(home.directory);
  const lock = acquireLock(home.lockPrefix);
  if (lock === undefined) return;
  await endLeftOvers(home, SERVICE_NAMES);
  const runner = createRunner(home, { root: resources }, readStackRecord(home.stackFile).settings);
  const supervision = supervise(runner, THIS_MACHINE);
  const finish = (): void => {
    clearInterval(idle);
    control.close();
    supervision.dispose();
    lock.release();
    // Clients may keep connections of ours open; the lock is released, so there is nothing left to do here.
    setImmediate(() => process.exit(0));
  };
  const control = await serveControl(home.socketPath, supervision, finish);
  let idleChecks = 0;
  const idle = setInterval(() => {
    idleChecks = supervision.isBusy() || control.connections() > 0 ? 0 : idleChecks + 1;
    if (idleChecks >= IDLE_CHECKS_BEFORE_EXIT) finish();
  }, IDLE_CHECK_MS);
  // The terminal and the editor that started it may end; the machine's shutdown ends the services in order.
  process.on('SIGHUP', () => undefined);
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void supervision.down().finally(finish));
}
