import { randomBytes } from 'node:crypto';
import { readOwnFile, writeOwnFile } from './files.ts';
import type { StoreCredentials } from './services/service.ts';

/** The secrets of a stack, as its owner-only file keeps them. Servers get them by environment alone. */
export interface Secrets extends StoreCredentials {
  /** What catalogs of the workspace name as `${ENV:…}`, so that a start from another terminal has it too. */
  readonly catalogVariables: Readonly<Record<string, string>>;
}

/** Reads the secrets and keeps them; the key pair is made when there is none yet, and `variables` are added. */
export function loadSecrets(file: string, variables: Readonly<Record<string, string>> = {}): Secrets {
  const secrets = readSecrets(file, variables);
  if (formatSecrets(secrets) !== readOwnFile(file)) writeSecrets(file, secrets);
  return secrets;
}

/** The same without keeping anything, for whoever only looks: a deleted home must not come back because of that. */
export function readSecrets(file: string, variables: Readonly<Record<string, string>> = {}): Secrets {
  const text = readOwnFile(file);
  const stored = text === undefined ? undefined : (JSON.parse(text) as Partial<Secrets>);
  return {
    accessKeyId: stored?.accessKeyId ?? `lakehouse-${randomBytes(6).toString('hex')}`,
    secretAccessKey: stored?.secretAccessKey ?? randomBytes(24).toString('base64url'),
    catalogVariables: { ...stored?.catalogVariables, ...variables },
  };
}

/** Replaces the secrets, for a stack that was brought from elsewhere with its keys. */
export function writeSecrets(file: string, secrets: Secrets): void {
  writeOwnFile(file, formatSecrets(secrets));
}

function formatSecrets(secrets: Secrets): string {
  return `${JSON.stringify(secrets, null, 2)}\n`;
}
