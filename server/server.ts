import {
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { SQL_DOCUMENTS } from './documents.ts';
import { completeTableNames, type TableProposal } from './features/table-completion.ts';
import { CATALOG_NOTIFICATION, type CatalogNames } from './protocol.ts';

const COMPLETION_KINDS = {
  catalog: CompletionItemKind.Module,
  schema: CompletionItemKind.Module,
  table: CompletionItemKind.Struct,
} as const;

/** Answers the requests of one client over `connection`. Holds names and documents in memory and asks nobody else. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(SQL_DOCUMENTS);
  let names: CatalogNames | undefined;

  connection.onInitialize(() => ({
    serverInfo: { name: 'lakehouse-sql' },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: { triggerCharacters: ['.', '"'] },
    },
  }));
  connection.onNotification(CATALOG_NOTIFICATION, (next: CatalogNames) => {
    names = next;
  });
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    return completeTableNames(names, document.getText(), document.offsetAt(position)).map(completionItem);
  });
  documents.listen(connection);
  connection.listen();
}

function completionItem(proposal: TableProposal): CompletionItem {
  return {
    label: proposal.label,
    insertText: proposal.insertText,
    filterText: proposal.insertText,
    kind: COMPLETION_KINDS[proposal.kind],
    detail: proposal.detail,
  };
}
