import { homedir } from 'node:os';
import path from 'node:path';
import { env, ProgressLocation, Uri, window } from 'vscode';
import { SERVICE_NAMES } from '../../docker/events.ts';
import type { CommandTable } from '../command-table.ts';
import { confirm } from '../confirm.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { LakehouseOwner } from './control.ts';
import { requireOwner } from './require-owner.ts';
import { describeState, formatBytes, overall, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';
import { abortSignalOf } from './stack-commands.ts';

/** Of an ending of two parts the editor looks at the last one only, and would add both to a name that has them. */
const FILTERS = { 'Lakehouse archive': ['gz'] };

/** Diagnostics, and a whole lakehouse in one file. */
export function stackFileCommands(session: LakehouseSession): CommandTable {
  return {
    [COMMAND_IDS.copyDiagnostics]: async () => {
      const owner = requireOwner(session);
      const text = await window.withProgress(
        { location: ProgressLocation.Notification, title: 'Collecting diagnostics' },
        () => owner.diagnostics(),
      );
      await env.clipboard.writeText(text);
      void window.showInformationMessage('The diagnostics are on the clipboard; secrets are masked.');
    },
    [COMMAND_IDS.exportLakehouse]: () => exportLakehouse(session),
    [COMMAND_IDS.importLakehouse]: () => importLakehouse(session),
  };
}

async function exportLakehouse(session: LakehouseSession): Promise<void> {
  const owner = requireOwner(session);
  if (!(await stopFirst(session, owner))) return;
  const name = `${await owner.name()}-${new Date().toISOString().slice(0, 10)}.tar.gz`;
  const defaultUri = Uri.file(path.join(homedir(), name));
  const target = await window.showSaveDialog({ title: 'Export Lakehouse', defaultUri, filters: FILTERS });
  if (target === undefined) return;
  await transfer('Exporting the lakehouse', (signal, onProgress) =>
    owner.exportTo(target.fsPath, { signal, onProgress }),
  );
  void window.showInformationMessage(
    `The lakehouse is in ${target.fsPath}. The file holds its keys and is readable by you alone.`,
  );
}

async function importLakehouse(session: LakehouseSession): Promise<void> {
  const owner = requireOwner(session);
  const [file] = (await window.showOpenDialog({ title: 'Import Lakehouse', filters: FILTERS })) ?? [];
  if (file === undefined) return;
  await transfer('Importing the lakehouse', (signal, onProgress) =>
    owner.importFrom(file.fsPath, { signal, onProgress }),
  );
}

/** Data that servers are writing cannot be copied whole. Answers whether it can be now. */
async function stopFirst(session: LakehouseSession, owner: LakehouseOwner): Promise<boolean> {
  if (overall(session.services) === 'stopped') return true;
  const answer = await confirm({
    title: 'Export Lakehouse',
    question: 'Its data can only be copied whole while nothing writes to it.',
    actions: [{ label: 'Stop and Export', description: 'It can be started again afterwards' }],
    about: { title: 'Running', lines: runningServices(session) },
  });
  if (answer === undefined || !('action' in answer)) return false;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Stopping the lakehouse' },
    () => owner.down(() => undefined),
  );
  return true;
}

async function transfer(
  title: string,
  work: (signal: AbortSignal, onProgress: (done: number, total: number) => void) => Promise<void>,
): Promise<void> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  await window.withProgress(options, (progress, token) => {
    const show = (done: number, total: number): void => {
      const of = total > 0 ? ` of about ${formatBytes(total)}` : '';
      progress.report({ message: `${formatBytes(done)}${of}` });
    };
    return work(abortSignalOf(token), show);
  });
}

function runningServices(session: LakehouseSession): string[] {
  return SERVICE_NAMES.filter(name => session.services[name].kind !== 'stopped').map(
    name => `${SERVICE_TITLES[name]}: ${describeState(session.services[name])}`,
  );
}
