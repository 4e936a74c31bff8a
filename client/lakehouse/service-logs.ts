import { Uri, window } from 'vscode';
import { SERVICE_NAMES, type ServiceName } from '../../docker/events.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import { describeState, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** "Show Logs": opens the log file of the service the command was called on, or asks which one. */
export function logCommands(session: LakehouseSession): CommandTable {
  return {
    [COMMAND_IDS.showLogs]: async node => {
      const service = serviceOf(node) ?? (await pickService(session));
      if (service !== undefined) await showLog(session, service);
    },
  };
}

async function showLog(session: LakehouseSession, service: ServiceName): Promise<void> {
  const file = session.control.logFile(service);
  if (file === undefined) {
    throw new ActionableError(
      `${session.control.title} is run by somebody else, so this machine has no log of ${SERVICE_TITLES[service]}.`,
    );
  }
  await window.showTextDocument(Uri.file(file), { preview: true });
}

async function pickService(session: LakehouseSession): Promise<ServiceName | undefined> {
  const items = SERVICE_NAMES.map(service => ({
    label: SERVICE_TITLES[service],
    description: describeState(session.services[service]),
    service,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: 'Which service’s log?' });
  return picked?.service;
}

/** The service of a tree node or of a button's argument; anything else came from the palette. */
function serviceOf(node: unknown): ServiceName | undefined {
  if (typeof node !== 'object' || node === null || !('service' in node)) return undefined;
  return SERVICE_NAMES.find(name => name === node.service);
}
