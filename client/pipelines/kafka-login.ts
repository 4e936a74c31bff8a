import { type SecretStorage, window } from 'vscode';
import { keepKafkaLogin } from './kafka-secret.ts';

const MECHANISMS = ['none', 'plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** Asks for the login of the brokers and keeps it in the secret store; pipelines that start later use it. */
export async function askKafkaLogin(secrets: Pick<SecretStorage, 'store' | 'delete'>): Promise<void> {
  const title = 'Kafka Login';
  const mechanism = await window.showQuickPick(MECHANISMS, {
    title,
    placeHolder: 'How do the brokers ask who you are? "none" forgets what was kept.',
  });
  if (mechanism === undefined) return;
  if (mechanism === 'none') {
    await keepKafkaLogin(secrets, undefined);
    return;
  }
  const tls = await window.showInputBox({
    title,
    prompt: 'TLS: 1, the path of the PEM file of the authority, or 0 for none',
    value: '1',
  });
  const username = tls === undefined ? undefined : await window.showInputBox({ title, prompt: 'User name' });
  if (tls === undefined || username === undefined) return;
  const password = await window.showInputBox({ title, prompt: 'Password', password: true });
  if (password === undefined) return;
  await keepKafkaLogin(secrets, { tls, mechanism, username, password });
}
