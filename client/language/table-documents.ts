import { type Disposable, EventEmitter, type Uri, workspace } from 'vscode';
import { TABLE_SCHEME } from '../../server/protocol.ts';

export interface TableDocuments extends Disposable {
  /** Reads the open ones again: the server knows more by now. */
  readonly refresh: () => void;
}

/** Shows tables of the catalog as read-only SQL, which the language server writes. */
export function provideTableDocuments(textOf: (uri: string) => Promise<string>): TableDocuments {
  const changed = new EventEmitter<Uri>();
  const provider = workspace.registerTextDocumentContentProvider(TABLE_SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => textOf(uri.toString()),
  });
  return {
    refresh: () => {
      for (const { uri } of workspace.textDocuments) if (uri.scheme === TABLE_SCHEME) changed.fire(uri);
    },
    dispose: () => {
      provider.dispose();
      changed.dispose();
    },
  };
}
