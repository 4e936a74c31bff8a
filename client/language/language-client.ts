import { type Disposable, type ExtensionContext, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { CATALOG_NOTIFICATION } from '../../server/protocol.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import { errorMessage } from '../errors.ts';
import { SQL_LANGUAGE } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { toCatalogNames } from './catalog-names.ts';

export interface LanguageClientInput {
  readonly context: ExtensionContext;
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  readonly log: (text: string) => void;
}

/**
 * Starts the language server's process when the first SQL document is open, and tells it the catalog's names whenever
 * they change. The server works without them and never asks the network itself.
 */
export function followSqlDocuments(input: LanguageClientInput): Disposable {
  let client: Promise<LanguageClient | undefined> | undefined;
  const start = async (): Promise<LanguageClient | undefined> => {
    try {
      // A file of its own, so that the client's library is loaded with the first SQL document and not before.
      const { startLanguageClient } = await import('./start-language-client.ts');
      return await startLanguageClient(input.context.asAbsolutePath('dist/server.js'));
    } catch (error) {
      input.log(`The SQL language server did not start: ${errorMessage(error)}`);
      return undefined;
    }
  };
  const send = async (): Promise<void> => {
    const started = await client;
    if (started !== undefined) await sendNames(started, input);
  };
  const startForSql = (): void => {
    if (client !== undefined) return;
    if (!workspace.textDocuments.some(document => document.languageId === SQL_LANGUAGE)) return;
    client = start();
    void send();
  };
  const listeners = [
    workspace.onDidOpenTextDocument(startForSql),
    input.catalog.onDidChangeNames(() => void send()),
  ];
  startForSql();
  return {
    dispose: () => {
      for (const listener of listeners) void listener.dispose();
      void client?.then(started => started?.stop());
    },
  };
}

async function sendNames(
  client: LanguageClient,
  { session, catalog, log }: LanguageClientInput,
): Promise<void> {
  const known = await catalog.defaultTree();
  const trinoCatalog = session.endpoints?.trino.catalog;
  if (known === undefined || trinoCatalog === undefined) return;
  try {
    const names = toCatalogNames(trinoCatalog, known.reference, known.tree);
    await client.sendNotification(CATALOG_NOTIFICATION, names);
  } catch (error) {
    log(`The SQL language server did not take the catalog's names: ${errorMessage(error)}`);
  }
}
