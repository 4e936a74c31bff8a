import { commands, type Disposable } from 'vscode';
import { CONTEXT_KEYS } from './ids.ts';
import { overall } from './lakehouse/services.ts';
import type { LakehouseSession } from './lakehouse/session.ts';
import type { PipelineRuns } from './pipelines/pipeline-runs.ts';

type ContextKey = (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS];

/** Sets a key that `when` clauses of the manifest read. */
export function setContextKey(key: ContextKey, value: string | boolean): void {
  void commands.executeCommand('setContext', key, value);
}

/** Keeps the key of the lakehouse's state in step with it. */
export function followWithContextKeys(session: LakehouseSession): Disposable {
  let last: string | undefined;
  const set = (): void => {
    const value = overall(session.services);
    if (value !== last) setContextKey(CONTEXT_KEYS.lakehouseState, value);
    last = value;
  };
  set();
  return session.onDidChange(set);
}

/** Keeps the key in step with whether any pipeline of this window runs. */
export function followRunsWithContextKey(runs: Pick<PipelineRuns, 'running' | 'onDidChange'>): Disposable {
  let last = false;
  return runs.onDidChange(() => {
    const isRunning = runs.running().length > 0;
    if (isRunning !== last) setContextKey(CONTEXT_KEYS.pipelineIsRunning, isRunning);
    last = isRunning;
  });
}
