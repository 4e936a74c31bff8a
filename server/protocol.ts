/** What client and language server say to each other beyond the Language Server Protocol. */

/** Client → server, a notification: the names that completion knows from now on. The server never asks the network. */
export const CATALOG_NOTIFICATION = 'lakehouse/catalog';

/** The tables of one reference, as the client last saw them. Holds no secret. */
export interface CatalogNames {
  /** The Trino catalog under which the tables are queried. */
  readonly catalog: SqlName;
  /** The branch, tag or commit they were read from. */
  readonly reference: string;
  readonly schemas: readonly SchemaNames[];
}

/** A Trino schema: a namespace, its parts joined by dots as Trino shows them. */
export interface SchemaNames extends SqlName {
  readonly tables: readonly SqlName[];
}

/** A name, and how SQL spells it where that differs: quoted by the client, which owns the one quoting function. */
export interface SqlName {
  readonly name: string;
  readonly sql?: string;
}
