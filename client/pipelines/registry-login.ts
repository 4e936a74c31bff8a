import { type SecretStorage, window } from 'vscode';
import { keepRegistryLogin } from './registry-secret.ts';

const KINDS = ['none', 'user and password', 'token'] as const;

/** Asks for the login of the schema registry and keeps it in the secret store; pipelines that start later use it. */
export async function askRegistryLogin(secrets: Pick<SecretStorage, 'store' | 'delete'>): Promise<void> {
  const title = 'Schema Registry Login';
  const kind = await window.showQuickPick(KINDS, {
    title,
    placeHolder: 'How does the registry ask who you are? "none" forgets what was kept.',
  });
  if (kind === undefined) return;
  if (kind === 'none') {
    await keepRegistryLogin(secrets, undefined);
    return;
  }
  if (kind === 'token') {
    const token = await window.showInputBox({ title, prompt: 'Token', password: true });
    if (token !== undefined && token !== '') await keepRegistryLogin(secrets, { kind: 'bearer', token });
    return;
  }
  const username = await window.showInputBox({ title, prompt: 'User name, or API key' });
  if (username === undefined) return;
  const password = await window.showInputBox({ title, prompt: 'Password, or API secret', password: true });
  if (password !== undefined) await keepRegistryLogin(secrets, { kind: 'basic', username, password });
}
