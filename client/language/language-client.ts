import { type Disposable, type ExtensionContext, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  CATALOG_CHANGED_NOTIFICATION,
  ENDPOINTS_NOTIFICATION,
  REFRESH_NOTIFICATION,
  type ServerSettings,
  TABLE_TEXT_REQUEST,
  type TableTextResult,
} from '../../server/protocol.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import { onSettingsChange, readSettings } from '../config.ts';
import { errorMessage } from '../errors.ts';
import { SQL_LANGUAGE } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { loadLanguageClient } from './language-client-parts.ts';
import { SQL_SETTINGS, sqlSettings } from './sql-settings.ts';
import { provideTableDocuments } from './table-documents.ts';

export interface LanguageClientInput {
  readonly context: ExtensionContext;
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  readonly log: (text: string) => void;
}

/**
 * Starts the language server's process when the first SQL document is open, and tells it which lakehouse there is. The
 * server reads the catalogs itself, in the background; a change in the tree or a window that comes back makes it look again.
 */
export function followSqlDocuments(input: LanguageClientInput): Disposable {
  const { session, catalog, log } = input;
  let client: Promise<LanguageClient | undefined> | undefined;
  let told: unknown;
  const start = async (): Promise<LanguageClient | undefined> => {
    try {
      // With the first SQL document and not before.
      const library = await loadLanguageClient();
      const program = input.context.asAbsolutePath('dist/server.js');
      const options = { ...sqlSettings(readSettings()), tableDocuments: true };
      const started = await library.start(program, options);
      started.onNotification(CATALOG_CHANGED_NOTIFICATION, () => tables.refresh());
      return started;
    } catch (error) {
      log(`The SQL language server did not start: ${errorMessage(error)}`);
      return undefined;
    }
  };
  const tables = provideTableDocuments(async uri => {
    const started = await client;
    const answer = await started?.sendRequest<TableTextResult>(TABLE_TEXT_REQUEST, { uri });
    return answer?.text ?? '';
  });
  const notify = async (method: string, params?: unknown): Promise<void> => {
    const started = await client;
    try {
      await started?.sendNotification(method, params);
    } catch (error) {
      log(`The SQL language server did not take ${method}: ${errorMessage(error)}`);
    }
  };
  const tellEndpoints = (): void => {
    const { endpoints } = session;
    if (client === undefined || endpoints === told) return;
    told = endpoints;
    void notify(ENDPOINTS_NOTIFICATION, endpoints ?? null);
  };
  const startForSql = (): void => {
    if (client !== undefined) return;
    if (!workspace.textDocuments.some(document => document.languageId === SQL_LANGUAGE)) return;
    client = start();
    session.open();
    tellEndpoints();
  };
  const listeners = [
    workspace.onDidOpenTextDocument(startForSql),
    session.onDidChange(tellEndpoints),
    onSettingsChange(SQL_SETTINGS, () => {
      const settings: ServerSettings = { lakehouse: { sql: sqlSettings(readSettings()) } };
      void notify('workspace/didChangeConfiguration', { settings });
    }),
    catalog.onDidChangeNames(() => void notify(REFRESH_NOTIFICATION)),
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) void notify(REFRESH_NOTIFICATION);
    }),
  ];
  startForSql();
  return {
    dispose: () => {
      for (const listener of listeners) void listener.dispose();
      tables.dispose();
      void client?.then(started => started?.stop());
    },
  };
}
