import { type CancellationToken, commands, ProgressLocation, window } from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage, isCancellation } from '../errors.ts';
import { COMMAND_IDS, VIEW_IDS } from '../ids.ts';
import { describeState, failedServices, readyCount, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** Start, stop and status of the whole lakehouse. */
export function stackCommands(session: LakehouseSession): CommandTable {
  return {
    [COMMAND_IDS.startLakehouse]: () => start(session),
    [COMMAND_IDS.stopLakehouse]: () => stop(session),
    [COMMAND_IDS.showStatus]: async () => {
      await commands.executeCommand(`${VIEW_IDS.services}.focus`);
      await session.refresh();
    },
  };
}

/** Brings the lakehouse up with progress in a notification that can be cancelled; the view shows each service. */
async function start(session: LakehouseSession): Promise<LakehouseEndpoints | undefined> {
  await commands.executeCommand(`${VIEW_IDS.services}.focus`);
  return window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Starting ${session.control.title}`,
      cancellable: true,
    },
    async (progress, token) => {
      const show = (text?: string): void => progress.report({ message: text ?? progressText(session) });
      const listener = session.onDidChange(() => show());
      try {
        return await session.start(abortSignalOf(token), show);
      } catch (error) {
        if (token.isCancellationRequested || isCancellation(error)) return undefined;
        throw startError(session, error);
      } finally {
        listener.dispose();
      }
    },
  );
}

async function stop(session: LakehouseSession): Promise<void> {
  if (!session.control.canStart) {
    throw new ActionableError(
      `${session.control.title} is run by somebody else: stop it where it was started, or clear the setting lakehouse.endpointsFile.`,
    );
  }
  await window.withProgress(
    { location: { viewId: VIEW_IDS.services }, title: `Stopping ${session.control.title}` },
    (_progress, token) => session.stop(abortSignalOf(token)),
  );
}

/** `2/4 ready · Trino starting: …`: the count and the first service that still moves. */
function progressText(session: LakehouseSession): string {
  const moving = Object.entries(session.services).find(([, state]) =>
    ['fetching', 'starting'].includes(state.kind),
  );
  const ready = `${readyCount(session.services)} ready`;
  if (moving === undefined) return ready;
  const [name, state] = moving as [keyof typeof SERVICE_TITLES, (typeof session.services)['kafka']];
  return `${ready} · ${SERVICE_TITLES[name]} ${describeState(state)}`;
}

function startError(session: LakehouseSession, error: unknown): ActionableError {
  const retry = { title: 'Try Again', command: COMMAND_IDS.startLakehouse };
  const [failed] = failedServices(session.services);
  if (failed === undefined) return new ActionableError(errorMessage(error), [retry], error);
  const logs = {
    title: 'Show Logs',
    command: COMMAND_IDS.showLogs,
    args: [{ kind: 'service', service: failed }],
  };
  return new ActionableError(errorMessage(error), [logs, retry], error);
}

/** An AbortSignal that follows the editor's token. */
export function abortSignalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
