import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { nessieLoginFrom, withNessieLogin } from '../catalog/nessie.ts';
import { type CommandInput, UsageError } from './command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from './lakehouse-options.ts';

/** The options by which commands that only talk to a lakehouse find it. */
export const ENDPOINTS_OPTION = {
  endpoints: { type: 'string' },
  ...HOME_OPTION,
} as const satisfies ParseArgsOptionsConfig;

export const ENDPOINTS_HELP = {
  endpoints:
    'a file with the endpoints of any lakehouse (default: LAKEHOUSE_ENDPOINTS, else those of --home)',
  ...HOME_HELP,
};

type EndpointsInput = Pick<CommandInput, 'values' | 'env' | 'cwd'>;

/**
 * Where the lakehouse of a command answers: `--endpoints`, the file that LAKEHOUSE_ENDPOINTS names, or the running one of this
 * machine; with the login for Nessie that the environment gives.
 */
export async function findEndpoints(input: EndpointsInput): Promise<LakehouseEndpoints> {
  return withNessieLogin(await readEndpoints(input), nessieLoginFrom(input.env));
}

async function readEndpoints(input: EndpointsInput): Promise<LakehouseEndpoints> {
  const option = input.values['endpoints'];
  const hasHome = typeof input.values['home'] === 'string';
  const file = typeof option === 'string' ? option : hasHome ? undefined : input.env['LAKEHOUSE_ENDPOINTS'];
  if (file === undefined || file === '') return (await openFromInput(input)).endpoints();
  const location = path.resolve(input.cwd, file);
  return checkEndpoints(readJson(location), location);
}

function readJson(location: string): unknown {
  try {
    return JSON.parse(readFileSync(location, 'utf8'));
  } catch (error) {
    throw new UsageError(`The endpoints file ${location} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A hand-written file may lack something; better said here than as a failure of a request to `undefined`. */
function checkEndpoints(value: unknown, location: string): LakehouseEndpoints {
  const endpoints = value as LakehouseEndpoints;
  const needed: readonly (readonly [string, unknown])[] = [
    ['objectStore.endpoint', endpoints?.objectStore?.endpoint],
    ['nessie.uri', endpoints?.nessie?.uri],
    ['icebergRest.uri', endpoints?.icebergRest?.uri],
    ['trino.uri', endpoints?.trino?.uri],
    ['trino.user', endpoints?.trino?.user],
    ['trino.catalog', endpoints?.trino?.catalog],
  ];
  const missing = needed.filter(([, item]) => typeof item !== 'string' || item === '').map(([name]) => name);
  if (missing.length > 0) throw new UsageError(`The endpoints file ${location} lacks ${missing.join(', ')}.`);
  return endpoints;
}
