import { type SecretStorage, window } from 'vscode';
import type { NessieLogin } from '../../catalog/endpoints.ts';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS } from '../ids.ts';
import { keepNessieLogin } from './nessie-secret.ts';
import type { LakehouseSession } from './session.ts';

const TOKEN = 'Bearer Token';
const PASSWORD = 'User Name and Password';
const NONE = 'None';

/** Asks for the login of the lakehouse's Nessie and keeps it in the secret store; everything of the window uses it at once. */
export function nessieLoginCommands(
  session: LakehouseSession,
  secrets: Pick<SecretStorage, 'get' | 'store'>,
): CommandTable {
  return {
    [COMMAND_IDS.setNessieLogin]: async () => {
      const { uri } = (await session.control.endpoints()).nessie;
      const title = `Login for Nessie at ${uri}`;
      const kinds = [
        { label: TOKEN, detail: 'What Trino can use too, for branches in notebooks and queries' },
        { label: PASSWORD, detail: 'For servers behind a proxy with basic authentication' },
        { label: NONE, detail: 'Forgets what was kept for this server' },
      ];
      const kind = await window.showQuickPick(kinds, { title, placeHolder: 'How does it ask who you are?' });
      if (kind === undefined) return;
      const login = kind.label === NONE ? undefined : await askLogin(kind.label, title);
      if (login === undefined && kind.label !== NONE) return;
      await keepNessieLogin(secrets, uri, login);
    },
  };
}

async function askLogin(kind: string, title: string): Promise<NessieLogin | undefined> {
  const ask = async (prompt: string, password: boolean): Promise<string | undefined> =>
    window.showInputBox({
      title,
      prompt,
      password,
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === '' ? `${prompt} is missing.` : undefined),
    });
  if (kind === TOKEN) {
    const token = await ask('Token', true);
    return token === undefined ? undefined : { kind: 'bearer', token: token.trim() };
  }
  const user = await ask('User name', false);
  const password = user === undefined ? undefined : await ask('Password', true);
  return user === undefined || password === undefined ? undefined : { kind: 'basic', user, password };
}
