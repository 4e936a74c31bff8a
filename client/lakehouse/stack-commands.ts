import { type CancellationToken, commands, ProgressLocation, window } from 'vscode';
import type { SettingsChange } from '../../docker/settings.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError, errorMessage, isCancellation } from '../errors.ts';
import { confirm } from '../confirm.ts';
import { COMMAND_IDS, VIEW_IDS } from '../ids.ts';
import type { PipelineRuns } from '../pipelines/pipeline-runs.ts';
import type { LakehouseOwner } from './control.ts';
import { offerOrphans } from './orphan-commands.ts';
import { requireOwner } from './require-owner.ts';
import { describeState, failedServices, formatBytes, readyCount, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';
import { START_ANYWAY, startQuestion, USE_FREE_PORTS } from './start-decision.ts';

/** The pipelines of this window, which a stop would leave waiting. */
type StoppableRuns = Pick<PipelineRuns, 'running' | 'stopAll'>;

const STOP_BOTH = 'Stop Pipelines and Lakehouse';
const STOP_ONLY = 'Stop Lakehouse Only';

/** Start, stop and status of the whole lakehouse. */
export function stackCommands(session: LakehouseSession, runs: StoppableRuns): CommandTable {
  let isOffered = false;
  const offerOnce = (owner: LakehouseOwner | undefined): void => {
    if (isOffered || owner === undefined) return;
    isOffered = true;
    // An engine that does not answer has nothing to offer; the start has said everything else.
    void offerOrphans(owner).catch(() => undefined);
  };
  return {
    [COMMAND_IDS.startLakehouse]: () => start(session, offerOnce),
    [COMMAND_IDS.stopLakehouse]: () => stop(session, runs),
    [COMMAND_IDS.resetLakehouse]: () => reset(session),
    [COMMAND_IDS.showStatus]: async () => {
      session.open();
      await commands.executeCommand(`${VIEW_IDS.services}.focus`);
    },
  };
}

/** Brings the lakehouse up with progress in a notification that can be cancelled; the view shows each service. */
async function start(
  session: LakehouseSession,
  offerOnce: (owner: LakehouseOwner | undefined) => void,
): Promise<void> {
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
        const change = await decide(session.control.owner);
        if (change === undefined || token.isCancellationRequested) return;
        await session.start(abortSignalOf(token), show, change);
        offerOnce(session.control.owner);
      } catch (error) {
        if (token.isCancellationRequested || isCancellation(error)) return;
        throw startError(session, error);
      } finally {
        listener.dispose();
      }
    },
  );
}

/** Asks when something stands in the way of a start. Answers what is to be changed, or nothing to give it up. */
async function decide(owner: LakehouseOwner | undefined): Promise<SettingsChange | undefined> {
  const question = owner === undefined ? undefined : startQuestion(await owner.plan());
  if (question === undefined) return {};
  const { texts, actions, remedy } = question;
  const answer = await confirm({
    title: 'Start Lakehouse',
    question: 'Something stands in the way. What shall be done?',
    actions,
    about: { title: 'In the way', lines: texts },
  });
  // A line that was looked at decides nothing.
  const action = answer !== undefined && 'action' in answer ? answer.action : undefined;
  if (action === USE_FREE_PORTS) return remedy;
  return action === START_ANYWAY ? {} : undefined;
}

/** Data stays, so nothing is asked, unless pipelines run: they would wait for a Kafka that somebody has just stopped. */
async function stop(session: LakehouseSession, runs: StoppableRuns): Promise<void> {
  const { title } = session.control;
  const owner = requireOwner(session);
  const what = runs.running().length === 0 ? STOP_ONLY : await askAboutRuns(runs);
  if (what === undefined) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: `Stopping ${title}` },
    async progress => {
      if (what === STOP_BOTH) {
        progress.report({ message: 'pipelines finish their open commits' });
        await runs.stopAll();
      }
      await owner.down(event => {
        if (event.kind === 'notice') progress.report({ message: event.text });
      });
    },
  );
}

async function askAboutRuns(runs: StoppableRuns): Promise<string | undefined> {
  const tables = runs
    .running()
    .map(({ target }) => target?.table.join('.') ?? 'a table that is not known yet');
  const answer = await confirm({
    title: 'Stop Lakehouse',
    question: tables.length === 1 ? 'A pipeline is running' : `${tables.length} pipelines are running`,
    actions: [
      { label: STOP_BOTH, description: 'open commits are finished first' },
      { label: STOP_ONLY, description: 'pipelines wait, and go on after the next start' },
    ],
    about: { title: 'Writing to', lines: tables },
  });
  return answer !== undefined && 'action' in answer ? answer.action : undefined;
}

/** Deletes all data after its name was typed: there is no way back. */
async function reset(session: LakehouseSession): Promise<void> {
  const { title } = session.control;
  const owner = requireOwner(session);
  const name = await owner.name();
  const items = (await owner.data()).map(item => `${item.name} (${formatBytes(item.bytes)})`);
  const confirm = await window.showInputBox({
    title: `Delete all data of ${title}`,
    prompt:
      "Topics, tables, branches and pipelines' offsets are deleted and cannot be brought back" +
      `${items.length === 0 ? '' : `: ${items.join(', ')}`}. Type ${name} to confirm.`,
    ignoreFocusOut: true,
    validateInput: value => (value === name || value === '' ? undefined : `Type ${name}, or press Escape.`),
  });
  if (confirm !== name) return;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: `Resetting ${title}` },
    progress =>
      owner.reset(confirm, event => {
        if (event.kind === 'notice') progress.report({ message: event.text });
      }),
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

/** Names the first service that failed with its cause; the view says the rest. */
function startError(session: LakehouseSession, error: unknown): ActionableError {
  const retry = { title: 'Try Again', command: COMMAND_IDS.startLakehouse };
  const [first, ...others] = failedServices(session.services);
  const state = first === undefined ? undefined : session.services[first];
  if (first === undefined || state?.kind !== 'failed')
    return new ActionableError(errorMessage(error), [retry], error);
  const more =
    others.length === 0 ? '' : ` Also failed: ${others.map(name => SERVICE_TITLES[name]).join(', ')}.`;
  const logs = { title: 'Show Logs', command: COMMAND_IDS.showLogs, args: [{ service: first }] };
  const settings = { title: 'Open Settings', command: 'workbench.action.openSettings', args: ['lakehouse'] };
  const copy = { title: 'Copy Diagnostics', command: COMMAND_IDS.copyDiagnostics };
  const actions = state.lastLines.length > 0 ? [logs, retry, copy] : [settings, retry, copy];
  return new ActionableError(`${SERVICE_TITLES[first]}: ${state.cause}${more}`, actions, error);
}

/** An AbortSignal that follows the editor's token. */
export function abortSignalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
