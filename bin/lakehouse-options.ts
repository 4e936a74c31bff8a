import type { ParseArgsOptionsConfig } from 'node:util';
import { SERVICE_NAMES, type ServiceName } from '../docker/events.ts';
import { type Lakehouse, openLakehouse } from '../docker/lakehouse.ts';
import { type CommandInput, UsageError } from './command.ts';

/** The option that every command about a lakehouse of this machine takes. */
export const HOME_OPTION = { home: { type: 'string' } } as const satisfies ParseArgsOptionsConfig;
export const HOME_HELP = {
  home: 'the lakehouse’s directory (default: LAKEHOUSE_HOME, else lakehouse/default in your data directory)',
};

/** The lakehouse that the command is about. */
export function openFromInput(input: Pick<CommandInput, 'values' | 'env'>): Lakehouse {
  const home = input.values['home'];
  return openLakehouse({ env: input.env, ...(typeof home === 'string' ? { home } : {}) });
}

/** `kafka`, `objectStore` (also `object-store` or `store`), `nessie`, `trino`. */
export function parseServiceName(text: string | undefined): ServiceName {
  const key = (text ?? '').replace(/[-_]/g, '').toLowerCase();
  const name = SERVICE_NAMES.find(item => item.toLowerCase() === (key === 'store' ? 'objectstore' : key));
  if (name !== undefined) return name;
  throw new UsageError(`'${text ?? ''}' is no service: use one of ${SERVICE_NAMES.join(', ')}.`);
}
