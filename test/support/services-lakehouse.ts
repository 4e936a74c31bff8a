import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LakehouseEvent } from '../../docker/events.ts';
import { openLakehouse } from '../../docker/lakehouse.ts';

/** One real lakehouse for the services and vscode tiers, started when the first of them asks for it. */
export interface ServicesLakehouse extends AsyncDisposable {
  /**
   * The variables by which a test finds it: `LAKEHOUSE_TEST_ENDPOINTS` names its endpoints file, and `LAKEHOUSE_TEST_HOME`
   * its directory, which is absent when the developer named endpoints of a lakehouse of their own.
   */
  environment(): Promise<NodeJS.ProcessEnv>;
}

/** Nothing is started here yet. A lakehouse of the tests' own lives in a new directory and is deleted at the end. */
export function startServicesLakehouse(): ServicesLakehouse {
  const given = process.env['LAKEHOUSE_TEST_ENDPOINTS'];
  if (given !== undefined) {
    return {
      environment: async () => ({ LAKEHOUSE_TEST_ENDPOINTS: given }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'lakehouse-services-'));
  const lakehouse = openLakehouse({ home: path.join(directory, 'stack') });
  const interruption = new AbortController();
  let started: Promise<unknown> | undefined;
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    interruption.abort();
    try {
      // What went wrong with the start was told to whoever asked for the environment.
      await started?.catch(() => undefined);
      if (started !== undefined) await lakehouse.down();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  return {
    environment: async () => {
      started ??= lakehouse.up({
        settings: { ports: AUTO_PORTS },
        signal: interruption.signal,
        onEvent: printEvent,
      });
      await started;
      return {
        LAKEHOUSE_TEST_HOME: lakehouse.home,
        LAKEHOUSE_TEST_ENDPOINTS: path.join(lakehouse.home, 'endpoints.json'),
      };
    },
    [Symbol.asyncDispose]: () => (ended ??= end()),
  };
}

/** A developer's own lakehouse keeps the usual ports. */
const AUTO_PORTS = { kafka: 'auto', objectStore: 'auto', nessie: 'auto', trino: 'auto' } as const;

const lastKind = new Map<string, string>();

function printEvent(event: LakehouseEvent): void {
  if (event.kind === 'notice') {
    console.log(event.text);
  } else if (lastKind.get(event.service) !== event.state.kind) {
    lastKind.set(event.service, event.state.kind);
    console.log(`${event.service}: ${event.state.kind}`);
  }
}
