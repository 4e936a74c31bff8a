import { type Disposable, window } from 'vscode';
import { SERVICE_NAMES, type ServiceName } from '../../docker/events.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LogDocuments } from '../log-documents.ts';
import type { LakehouseOwner } from './control.ts';
import { describeState, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** The services' logs, each followed from the moment it is first shown. */
export interface ServiceLogs extends Disposable {
  show(service: ServiceName): Promise<void>;
}

export function createServiceLogs(session: LakehouseSession, documents: LogDocuments): ServiceLogs {
  const followed = new Set<ServiceName>();
  const following = new AbortController();
  return {
    show: async service => {
      const { owner, title } = session.control;
      if (owner === undefined) {
        throw new ActionableError(
          `${title} is run by somebody else, so this machine has no log of ${SERVICE_TITLES[service]}.`,
        );
      }
      if (!followed.has(service)) {
        followed.add(service);
        void follow({ owner, service, documents, signal: following.signal });
      }
      await documents.show(SERVICE_TITLES[service]);
    },
    dispose: () => following.abort(),
  };
}

/** "Show Logs": of the service the command was called on, else of the one that is picked. */
export function logCommands(session: LakehouseSession, logs: ServiceLogs): CommandTable {
  return {
    [COMMAND_IDS.showLogs]: async node => {
      const service = serviceOf(node) ?? (await pickService(session));
      if (service !== undefined) await logs.show(service);
    },
  };
}

interface Follow {
  readonly owner: LakehouseOwner;
  readonly service: ServiceName;
  readonly documents: LogDocuments;
  readonly signal: AbortSignal;
}

async function follow({ owner, service, documents, signal }: Follow): Promise<void> {
  const append = (line: string): void => documents.append(SERVICE_TITLES[service], line);
  try {
    for await (const line of owner.followLog(service, signal)) append(line);
  } catch (error) {
    if (!signal.aborted) append(`The log cannot be read: ${errorMessage(error)}`);
  }
}

async function pickService(session: LakehouseSession): Promise<ServiceName | undefined> {
  const items = SERVICE_NAMES.map(service => ({
    label: SERVICE_TITLES[service],
    description: describeState(session.services[service]),
    service,
  }));
  return (await window.showQuickPick(items, { placeHolder: 'Which service’s log?' }))?.service;
}

/** The service of a tree node or of a button's argument; anything else came from the palette. */
function serviceOf(node: unknown): ServiceName | undefined {
  if (typeof node !== 'object' || node === null || !('service' in node)) return undefined;
  return SERVICE_NAMES.find(name => name === node.service);
}
