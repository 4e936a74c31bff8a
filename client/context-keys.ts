import { commands, type Disposable } from 'vscode';
import { CONTEXT_KEYS } from './ids.ts';
import { overall } from './lakehouse/services.ts';
import type { LakehouseSession } from './lakehouse/session.ts';

/** Keeps the `when` keys in step with the lakehouse. */
export function followWithContextKeys(session: LakehouseSession): Disposable {
  let last: string | undefined;
  const set = (): void => {
    const value = overall(session.services);
    if (value === last) return;
    last = value;
    void commands.executeCommand('setContext', CONTEXT_KEYS.lakehouseState, value);
  };
  set();
  return session.onDidChange(set);
}
