import { setImmediate as nextTurn } from 'node:timers/promises';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { ServerOptions } from '../../server/protocol.ts';
import { SQL_LANGUAGE } from '../ids.ts';

/** Starts the language server `program` as a child process that speaks over IPC, for SQL files and SQL cells alike. */
export async function startLanguageClient(
  program: string,
  initializationOptions: ServerOptions,
): Promise<LanguageClient> {
  const client = new LanguageClient(
    'lakehouse.server',
    'Lakehouse SQL Language Server',
    { module: program, transport: TransportKind.ipc },
    { documentSelector: [{ language: SQL_LANGUAGE }], initializationOptions },
  );
  // Making it and starting the program take a frame each.
  await nextTurn();
  await client.start();
  return client;
}
