import type { Disposable } from 'vscode';
import { onSettingsChange, readSettings } from '../config.ts';
import { readEndpointsFile } from './endpoints-file.ts';
import type { LakehouseControl } from './control.ts';
import { createRemoteControl } from './remote-control.ts';
import { reachService } from './reach.ts';
import { createSession, type LakehouseSession } from './session.ts';

/** The session of this window; it follows the settings until it is disposed of. */
export interface ConnectedLakehouse extends Disposable {
  readonly session: LakehouseSession;
}

/** Chooses the lakehouse that the settings name. Nothing is asked of it yet. */
export function connectLakehouse(log: (text: string) => void): ConnectedLakehouse {
  const session = createSession(controlOf(readSettings().endpointsFile), log);
  const listener = onSettingsChange(['endpointsFile'], () => {
    void session.use(controlOf(readSettings().endpointsFile));
  });
  return { session, dispose: () => void listener.dispose() };
}

function controlOf(file: string): LakehouseControl {
  return createRemoteControl({ file, readEndpoints: () => readEndpointsFile(file), probe: reachService });
}
