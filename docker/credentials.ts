import { randomBytes } from 'node:crypto';
import { readOwnFile, writeOwnFile } from './files.ts';
import type { StoreCredentials } from './services/service.ts';

/** The key pair of a stack: made once, kept in an owner-only file, handed to servers by environment alone. */
export function loadCredentials(file: string): StoreCredentials {
  const text = readOwnFile(file);
  if (text !== undefined) return JSON.parse(text) as StoreCredentials;
  const credentials = {
    accessKeyId: `lakehouse-${randomBytes(6).toString('hex')}`,
    secretAccessKey: randomBytes(24).toString('base64url'),
  };
  writeOwnFile(file, `${JSON.stringify(credentials, null, 2)}\n`);
  return credentials;
}
