import {
  type Connection,
  NotebookDocuments,
  type ServerCapabilities,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { NameCache } from './catalog-index/catalog-names.ts';
import type { Clock } from './catalog-index/request-queue.ts';
import type { CatalogSource } from './catalog-index/source.ts';
import { CatalogService } from './catalog-service.ts';
import { followDiagnostics } from './diagnostics-publisher.ts';
import { SQL_DOCUMENTS, type SqlDocument } from './documents.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './features/semantic-tokens.ts';
import {
  CATALOG_CHANGED_NOTIFICATION,
  CHECK_ACTION,
  CONNECTION_NOTIFICATION,
  type ConnectionParams,
  ENDPOINTS_NOTIFICATION,
  type EndpointsParams,
  REFRESH_NOTIFICATION,
  type ServerOptions,
  type ServerSettings,
  VALIDATE_COMMAND,
} from './protocol.ts';
import { answerRequests } from './requests.ts';
import { Workspace } from './workspace.ts';

/** What the server cannot have by itself: the network, the disk and the time. */
export interface ServerHost {
  /** Connects to a lakehouse; nothing is asked before it is used. */
  readonly openSource: (endpoints: NonNullable<EndpointsParams>) => Promise<CatalogSource>;
  /** Reads an endpoints file named by the client's options. */
  readonly readEndpoints: (file: string) => Promise<NonNullable<EndpointsParams>>;
  readonly cache?: NameCache;
  readonly clock: Clock;
}

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
    save: { includeText: false },
  },
  notebookDocumentSync: { notebookSelector: [{ notebook: '*', cells: [{ language: 'sql' }] }] },
  completionProvider: { triggerCharacters: ['.', '"', "'", '$', '@'], resolveProvider: true },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix', 'refactor.rewrite', CHECK_ACTION] },
  executeCommandProvider: { commands: [VALIDATE_COMMAND] },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: ';' },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    full: true,
    range: true,
  },
};

/**
 * Answers the requests of one client over `connection`. Every answer comes from memory; the catalogs are read in the
 * background through the host's source.
 */
export function serve(connection: Connection, host: ServerHost): void {
  const documents = new TextDocuments(SQL_DOCUMENTS);
  const notebooks = new NotebookDocuments(documents);
  const onChange: (() => void)[] = [];
  const catalog = new CatalogService({
    clock: host.clock,
    cache: host.cache,
    log: text => connection.console.info(text),
    onChange: () => {
      for (const listener of onChange) listener();
    },
  });
  const workspace = new Workspace(catalog);
  workspace.ownerOf = uri => notebooks.findNotebookDocumentForCell(uri)?.uri;
  workspace.siblingsOf = uri => cellsBefore(notebooks, uri).map(cell => cell.document);
  workspace.namedCellsOf = uri => cellsBefore(notebooks, uri).flatMap(namedCell);
  let options: ServerOptions = {};

  connection.onInitialize(params => {
    options = (params.initializationOptions ?? {}) as ServerOptions;
    const { catalog: name, schema } = options;
    workspace.setConnection(undefined, {
      ...(name === undefined ? {} : { catalog: name }),
      ...(schema === undefined ? {} : { schema }),
    });
    return { serverInfo: { name: 'lakehouse-language-server' }, capabilities: CAPABILITIES };
  });
  connection.onInitialized(() => {
    if (options.endpointsFile !== undefined) void connectByFile(options.endpointsFile);
  });
  const connect = async (endpoints: EndpointsParams): Promise<void> => {
    if (endpoints !== null && options.catalog === undefined) {
      const { schema } = options;
      const where = { catalog: endpoints.trino.catalog, ...(schema === undefined ? {} : { schema }) };
      workspace.setConnection(undefined, where);
    }
    catalog.connect(endpoints === null ? undefined : await host.openSource(endpoints));
  };
  const connectByFile = async (file: string): Promise<void> => {
    try {
      await connect(await host.readEndpoints(file));
    } catch (error) {
      connection.console.warn(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  };
  connection.onNotification(ENDPOINTS_NOTIFICATION, connect);
  connection.onNotification(CONNECTION_NOTIFICATION, ({ uri, ...where }: ConnectionParams) => {
    workspace.setConnection(uri, where);
    for (const listener of onChange) listener();
  });
  connection.onDidChangeConfiguration(({ settings }: { readonly settings?: ServerSettings | null }) => {
    options = { ...options, ...settings?.lakehouse?.sql };
  });
  connection.onNotification(REFRESH_NOTIFICATION, () => catalog.refresh());
  connection.onShutdown(() => catalog.dispose());

  const context = { connection, documents, workspace, catalog, options: (): ServerOptions => options };
  const diagnostics = followDiagnostics(context, host.clock);
  onChange.push(diagnostics.refreshAll, () => void connection.sendNotification(CATALOG_CHANGED_NOTIFICATION));
  answerRequests(context, diagnostics);
  documents.onDidClose(({ document }) => workspace.forget(document.uri));
  documents.listen(connection);
  notebooks.listen(connection);
  connection.listen();
}

interface CellDocument {
  readonly document: SqlDocument;
  readonly metadata: unknown;
}

/** The cells in front of a cell run before it in the same session. */
function cellsBefore(notebooks: NotebookDocuments<SqlDocument>, uri: string): CellDocument[] {
  const cells = notebooks.findNotebookDocumentForCell(uri)?.cells ?? [];
  const at = cells.findIndex(cell => cell.document === uri);
  return cells.slice(0, Math.max(0, at)).flatMap(({ document: cell, metadata }) => {
    const document = notebooks.cellTextDocuments.get(cell);
    return document === undefined ? [] : [{ document, metadata }];
  });
}

/** A cell may have a name, by which later cells use its query like a table. */
function namedCell({ document, metadata }: CellDocument): { name: string; document: SqlDocument }[] {
  const own = (metadata as { readonly lakehouse?: { readonly name?: unknown } } | undefined)?.lakehouse;
  return typeof own?.name === 'string' ? [{ name: own.name, document }] : [];
}
