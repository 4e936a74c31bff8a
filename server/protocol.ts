/** What client and language server say to each other beyond the Language Server Protocol. */
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';

/**
 * Client → server, a notification: the lakehouse whose catalogs are completed from now on, or null for none. It holds the
 * key pair of the object store and goes only over the pipe to the server's own process.
 */
export const ENDPOINTS_NOTIFICATION = 'lakehouse/endpoints';
export type EndpointsParams = LakehouseEndpoints | null;

/** Client → server, a notification: where the statements of a document or notebook run. */
export const CONNECTION_NOTIFICATION = 'lakehouse/connection';

export interface ConnectionParams {
  /** Of the document or notebook; without it the connection is that of every document that has none of its own. */
  readonly uri?: string;
  readonly catalog?: string;
  readonly schema?: string;
}

/** Client → server, a notification: look for changes now, for example after a statement that made a table. */
export const REFRESH_NOTIFICATION = 'lakehouse/refresh';

/** Client → server, a request: ask Trino itself whether the statements of a document are right. */
export const VALIDATE_REQUEST = 'lakehouse/validate';

/** The same as a command of the server, with the document's URI as its argument. */
export const VALIDATE_COMMAND = 'lakehouse.sql.validate';

/** The kind of the code action that checks a document with Trino; also for `editor.codeActionsOnSave`. */
export const CHECK_ACTION = 'source.lakehouse.check';

export interface ValidateParams {
  readonly uri: string;
  /** Only the statements that this offset range touches. */
  readonly range?: { readonly start: number; readonly end: number };
}

export interface ValidateResult {
  /** How many statements were sent to Trino. */
  readonly checked: number;
  /** How many of them it refused; the reasons come as diagnostics. */
  readonly refused: number;
}

/** Server → client, a notification: the catalog's names or columns have changed. */
export const CATALOG_CHANGED_NOTIFICATION = 'lakehouse/catalogChanged';

/** The scheme of documents that describe tables of the catalog; a client that shows them says so by `tableDocuments`. */
export const TABLE_SCHEME = 'lakehouse-table';

/** Client → server, a request: the text of such a document. */
export const TABLE_TEXT_REQUEST = 'lakehouse/tableText';

export interface TableTextParams {
  readonly uri: string;
}

/** The text of a table's document. */
export interface TableTextResult {
  readonly text: string;
}

/** The `settings` of `workspace/didChangeConfiguration`; what is left out stays as it is. */
export interface ServerSettings {
  readonly lakehouse?: { readonly sql?: SqlSettings };
}

/** The settings `lakehouse.sql.*` of an editor. */
export interface SqlSettings {
  readonly format?: Partial<FormatSettings>;
  /** Whether a saved document is checked by Trino. */
  readonly validateOnSave?: boolean;
}

/** `initializationOptions` of an LSP client that starts the server itself. */
export interface ServerOptions extends SqlSettings {
  /** An endpoints.json to read, instead of waiting for `lakehouse/endpoints`. */
  readonly endpointsFile?: string;
  readonly catalog?: string;
  readonly schema?: string;
  /** Whether documents of `TABLE_SCHEME` can be opened; tables are then found as workspace symbols and as definitions. */
  readonly tableDocuments?: boolean;
}

export interface FormatSettings {
  readonly keywordCase: 'upper' | 'lower' | 'keep';
  readonly indent: number;
  readonly commas: 'trailing' | 'leading';
  readonly lineWidth: number;
}
