import type { ParseArgsOptionsConfig } from 'node:util';
import { SERVICE_NAMES, type ServiceName } from '../docker/events.ts';
import type { Lakehouse } from '../docker/lakehouse.ts';
import { type BackendChoice, parseBackend, selectLakehouse } from '../docker/select.ts';
import { type CommandInput, UsageError } from './command.ts';

/** The options that every command about a lakehouse of this machine takes. */
export const HOME_OPTION = {
  home: { type: 'string' },
  backend: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;
export const HOME_HELP = {
  home: 'the lakehouse’s directory (default: LAKEHOUSE_HOME, else lakehouse/default in your data directory)',
  backend:
    'docker, processes or auto (default: LAKEHOUSE_BACKEND, else auto: Docker where an engine answers)',
};

/** The lakehouse that the command is about. */
export async function openFromInput(input: Pick<CommandInput, 'values' | 'env'>): Promise<Lakehouse> {
  const { home, backend } = input.values;
  return selectLakehouse({
    env: input.env,
    ...(typeof home === 'string' ? { home } : {}),
    ...(typeof backend === 'string' ? { backend: readBackend(backend) } : {}),
  });
}

function readBackend(text: string): BackendChoice {
  try {
    return parseBackend(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `kafka`, `objectStore` (also `object-store` or `store`), `nessie`, `trino`. */
export function parseServiceName(text: string | undefined): ServiceName {
  const key = (text ?? '').replace(/[-_]/g, '').toLowerCase();
  const name = SERVICE_NAMES.find(item => item.toLowerCase() === (key === 'store' ? 'objectstore' : key));
  if (name !== undefined) return name;
  throw new UsageError(`'${text ?? ''}' is no service: use one of ${SERVICE_NAMES.join(', ')}.`);
}
