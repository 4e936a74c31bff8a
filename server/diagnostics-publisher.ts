import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { Clock } from './catalog-index/request-queue.ts';
import type { CatalogService } from './catalog-service.ts';
import { toRange } from './conversions.ts';
import type { SqlDocument } from './documents.ts';
import { diagnose, type Diagnostic } from './features/diagnostics.ts';
import { validateStatements } from './features/remote-check.ts';
import type { ServerOptions, ValidateParams, ValidateResult } from './protocol.ts';
import type { Workspace } from './workspace.ts';

export interface ServerContext {
  readonly connection: Connection;
  readonly documents: TextDocuments<SqlDocument>;
  readonly workspace: Workspace;
  readonly catalog: CatalogService;
  readonly options: () => ServerOptions;
}

export interface DiagnosticsPublisher {
  readonly refreshAll: () => void;
  /** What was published last, without what Trino said. */
  readonly of: (document: SqlDocument) => readonly Diagnostic[];
  /** Asks Trino about a document, or a part of it. */
  readonly validate: (params: ValidateParams) => Promise<ValidateResult>;
}

/** A pause in typing after which a document is looked at. */
const QUIET_MS = 150;
const SEVERITY = { error: 1, warning: 2, hint: 4 } as const;

/** Publishes the problems of every open document: soon after a change, and again when the catalog learned something. */
export function followDiagnostics(context: ServerContext, clock: Clock): DiagnosticsPublisher {
  const { connection, documents, workspace, catalog } = context;
  const pending = new Map<string, () => void>();
  const remote = new Map<string, { readonly version: number; readonly found: readonly Diagnostic[] }>();
  const of = (document: SqlDocument): readonly Diagnostic[] => diagnose(workspace.analyzed(document));
  const publish = (uri: string): void => {
    pending.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    const said = remote.get(uri);
    const fromServer = said?.version === document.version ? said.found : [];
    const diagnostics = [...of(document), ...fromServer].map(item => ({
      range: toRange(document, item),
      severity: SEVERITY[item.severity],
      code: item.code,
      source: item.code === 'trino' ? 'Trino' : 'Lakehouse SQL',
      message: item.message,
    }));
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  const schedule = (uri: string): void => {
    pending.get(uri)?.();
    pending.set(
      uri,
      clock.after(QUIET_MS, () => publish(uri)),
    );
  };
  const validate = async ({ uri, range }: ValidateParams): Promise<ValidateResult> => {
    const document = documents.get(uri);
    const { source } = catalog;
    if (document === undefined || source === undefined) return { checked: 0, refused: 0 };
    const { version } = document;
    const analyzed = workspace.analyzed(document);
    const result = await validateStatements(analyzed, source, range);
    remote.set(uri, { version, found: result.found });
    publish(uri);
    return { checked: result.checked, refused: result.found.length };
  };
  documents.onDidChangeContent(({ document }) => {
    schedule(document.uri);
    // A cell can change what the other cells of its notebook mean.
    const owner = workspace.ownerOf(document.uri);
    if (owner === undefined) return;
    for (const { uri } of documents.all()) if (workspace.ownerOf(uri) === owner) schedule(uri);
  });
  documents.onDidClose(({ document }) => {
    pending.get(document.uri)?.();
    pending.delete(document.uri);
    remote.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics: [] });
  });
  documents.onDidSave(({ document }) => {
    if (context.options().validateOnSave !== true) return;
    validate({ uri: document.uri }).catch((error: unknown) => {
      connection.console.warn(
        `The check by Trino failed: ${error instanceof Error ? error.message : 'no answer'}`,
      );
    });
  });
  return {
    refreshAll: () => {
      for (const document of documents.all()) schedule(document.uri);
    },
    of,
    validate,
  };
}
