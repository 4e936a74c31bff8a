import { type Disposable, type OutputChannel, window } from 'vscode';
import { SERVICE_NAMES, type ServiceName } from '../../docker/events.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LakehouseOwner } from './control.ts';
import { describeState, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** The logs of the services, each in an output channel of its own that follows the file once it was opened. */
export interface ServiceLogs extends Disposable {
  show(service: ServiceName): void;
}

export function createServiceLogs(session: LakehouseSession): ServiceLogs {
  const channels = new Map<ServiceName, OutputChannel>();
  const following = new AbortController();
  return {
    show: service => {
      const { owner, title } = session.control;
      if (owner === undefined) {
        throw new ActionableError(
          `${title} is run by somebody else, so this machine has no log of ${SERVICE_TITLES[service]}.`,
        );
      }
      let channel = channels.get(service);
      if (channel === undefined) {
        channel = window.createOutputChannel(`Lakehouse: ${SERVICE_TITLES[service]}`);
        channels.set(service, channel);
        void follow({ owner, service, channel, signal: following.signal });
      }
      channel.show(true);
    },
    dispose: () => {
      following.abort();
      for (const channel of channels.values()) channel.dispose();
    },
  };
}

/** "Show Logs": of the service the command was called on, else of the one that is picked. */
export function logCommands(session: LakehouseSession, logs: ServiceLogs): CommandTable {
  return {
    [COMMAND_IDS.showLogs]: async node => {
      const service = serviceOf(node) ?? (await pickService(session));
      if (service !== undefined) logs.show(service);
    },
  };
}

interface Follow {
  readonly owner: LakehouseOwner;
  readonly service: ServiceName;
  readonly channel: OutputChannel;
  readonly signal: AbortSignal;
}

async function follow({ owner, service, channel, signal }: Follow): Promise<void> {
  try {
    for await (const line of owner.followLog(service, signal)) channel.appendLine(line);
  } catch (error) {
    if (!signal.aborted) channel.appendLine(`The log cannot be read: ${errorMessage(error)}`);
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
