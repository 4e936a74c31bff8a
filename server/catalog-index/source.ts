import type { ListedProperty } from '../sql/server-facts.ts';

/**
 * Where the catalog index gets its facts from. The server itself talks to no network: whoever starts it passes a source
 * in. Every call may fail or hang; nothing that answers the editor waits for one.
 */
export interface CatalogSource {
  /** Tells servers apart in the cache on disk, for example the Nessie URI. Holds no secret. */
  readonly id: string;
  /** The Trino catalogs that can be queried. */
  catalogs(signal: AbortSignal): Promise<readonly SourceCatalog[]>;
  /** The commit that a versioned catalog is at now. */
  head(catalog: SourceCatalog, signal: AbortSignal): Promise<string>;
  /** Every schema, table and view of a versioned catalog at one commit, page by page. */
  names(catalog: SourceCatalog, hash: string, signal: AbortSignal): AsyncIterable<readonly SourceName[]>;
  /** What is different between two commits of a versioned catalog, page by page. */
  changes(
    catalog: SourceCatalog,
    between: { readonly from: string; readonly to: string },
    signal: AbortSignal,
  ): AsyncIterable<readonly SourceChange[]>;
  /** The schemas of a catalog without versions. */
  schemas(catalog: SourceCatalog, signal: AbortSignal): Promise<readonly string[]>;
  /** The tables of one schema of a catalog without versions. */
  tables(catalog: SourceCatalog, schema: string, signal: AbortSignal): Promise<readonly SourceName[]>;
  /** Columns and metadata of some tables, in the order of the request; undefined for a table that is not there. */
  details(
    catalog: SourceCatalog,
    tables: readonly TableKey[],
    signal: AbortSignal,
  ): Promise<readonly (TableDetails | undefined)[]>;
  /** Branches and tags that whole catalogs can be read at. */
  references(signal: AbortSignal): Promise<readonly SourceReference[]>;
  /** Rows of SHOW FUNCTIONS. */
  functions(signal: AbortSignal): Promise<readonly SourceFunction[]>;
  /** Rows of system.metadata.*_properties and SHOW SESSION. */
  properties(signal: AbortSignal): Promise<readonly ListedProperty[]>;
  /** The number of Trino's release, such as 476; undefined when it has none. */
  release(signal: AbortSignal): Promise<number | undefined>;
  /** Asks the server whether it takes a statement; undefined when it does. */
  validate(statement: StatementToCheck, signal: AbortSignal): Promise<StatementFault | undefined>;
}

/** A catalog of Trino, there or to be made. */
export interface SourceCatalog {
  /** Its name in Trino. */
  readonly name: string;
  /** Whether it has commits that can be polled and compared. */
  readonly isVersioned: boolean;
  /** The branch, tag or commit that a versioned catalog shows. */
  readonly reference?: string;
  /** The connector's name, such as `iceberg`, where it is known. */
  readonly connector?: string;
  /** One of perhaps many that show a branch or tag: its names are read only when somebody looks. */
  readonly isLazy?: boolean;
  /** Trino gets this catalog when something of its reference runs. */
  readonly isPotential?: boolean;
}

export type NameKind = 'schema' | 'table' | 'view';

/** The name of a schema, table or view. */
export interface SourceName {
  /** As Trino shows it: the levels of a namespace joined by dots. */
  readonly schema: string;
  /** '' for the schema itself. */
  readonly name: string;
  readonly kind: NameKind;
}

/** A name that is there now (`kind`), or that is gone (`kind` null). */
export interface SourceChange {
  readonly schema: string;
  readonly name: string;
  readonly kind: NameKind | null;
}

/** A table of a catalog. */
export interface TableKey {
  readonly schema: string;
  readonly name: string;
}

/** What is asked for one table at a time, because it costs a request. */
export interface TableDetails {
  readonly columns: readonly ColumnInfo[];
  readonly comment?: string;
  /** Partition fields as SQL writes them: `day(ts)`. */
  readonly partitioning?: readonly string[];
  /** Rows of the current snapshot. */
  readonly rowCount?: number;
  /** Newest first. */
  readonly snapshots?: readonly SnapshotInfo[];
  readonly references?: readonly TableReferenceInfo[];
}

/** A column of a table. */
export interface ColumnInfo {
  readonly name: string;
  /** As Trino writes it: `decimal(10,2)`. */
  readonly type: string;
  readonly comment?: string;
}

export interface SnapshotInfo {
  /** An int64 as decimal digits. */
  readonly id: string;
  readonly timestampMs: number;
  readonly operation: string;
}

export interface TableReferenceInfo {
  readonly name: string;
  readonly type: 'branch' | 'tag';
  readonly snapshotId: string;
}

/** A branch or tag. */
export interface SourceReference {
  readonly name: string;
  readonly type: 'branch' | 'tag';
}

/** A function as the connected Trino lists it. */
export interface SourceFunction {
  readonly name: string;
  readonly returns: string;
  readonly argumentTypes: string;
  readonly kind: 'scalar' | 'aggregate' | 'window' | 'table';
  readonly isDeterministic: boolean;
  readonly description: string;
}

/** A statement, and where it would run. */
export interface StatementToCheck {
  readonly sql: string;
  readonly catalog?: string;
  readonly schema?: string;
}

/** What Trino has against a statement. */
export interface StatementFault {
  readonly message: string;
  /** Counted from 1 in the text that was sent, where Trino says it. */
  readonly line?: number;
  readonly column?: number;
}
