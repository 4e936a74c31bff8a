/** What a table's page is told and asks. All values are text already, in the form in which a person reads them. */

export type TablePageMessage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'table'; readonly view: TableView }
  /** The other branches and tags that hold the table; comes after the rest because every reference is asked. */
  | { readonly kind: 'holders'; readonly names: readonly string[] }
  /** The pipelines that write the table and how far they are behind; again and again, since topics grow. */
  | { readonly kind: 'writers'; readonly writers: readonly VersionView[] }
  /** What a running pipeline of this window does to the table now; empty when none runs. */
  | { readonly kind: 'live'; readonly lines: readonly string[] }
  /** The first rows, once they were asked for. */
  | { readonly kind: 'rows'; readonly rows: RowsView }
  | { readonly kind: 'rows-failed'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export type TablePageRequest =
  | { readonly kind: 'action'; readonly action: TableAction }
  | { readonly kind: 'reload' }
  /** The first rows: the only thing on the page for which the table is read. */
  | { readonly kind: 'rows' }
  | { readonly kind: 'snapshot'; readonly action: SnapshotAction; readonly snapshotId: string };

/** What the buttons at the top do: the same commands as in the tree. */
export type TableAction = 'preview' | 'notebook' | 'ddl' | 'optimize' | 'expire' | 'orphans';

export type SnapshotAction = 'query' | 'rollback' | 'copy';

export interface TableView {
  readonly name: string;
  readonly reference: string;
  readonly canChange: boolean;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly columns: readonly ColumnView[];
  readonly schemas: readonly VersionView[];
  readonly layouts: readonly VersionView[];
  readonly snapshots: readonly SnapshotView[];
  readonly histogram: readonly BarView[];
  readonly partitions: readonly PartitionView[];
  /** Says how evenly the rows lie; empty for a table without partitions. */
  readonly skew: string;
  readonly files: readonly FileView[];
  readonly manifests: readonly ManifestView[];
  /** Says what the lists leave out, if anything. */
  readonly notes: readonly string[];
  readonly pipelines: readonly VersionView[];
  readonly properties: readonly (readonly [name: string, value: string])[];
}

export interface ColumnView {
  readonly path: string;
  readonly type: string;
  readonly marks: string;
  readonly comment: string;
  /** 0 to 1; absent where no file tells. */
  readonly nullShare?: number;
  readonly min: string;
  readonly max: string;
  readonly distinct: string;
  readonly bytes: string;
}

/** Rows as texts; null is SQL's. */
export interface RowsView {
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Something with a history or with parts: a title and lines. */
export interface VersionView {
  readonly title: string;
  readonly isCurrent: boolean;
  readonly lines: readonly string[];
}

export interface SnapshotView {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly operation: string;
  readonly added: string;
  readonly deleted: string;
  readonly total: string;
  /** 0 to 1 of the most rows that any of them had. */
  readonly share: number;
  readonly isCurrent: boolean;
  /** False for what a rollback left aside. */
  readonly isInHistory: boolean;
}

export interface BarView {
  readonly label: string;
  readonly value: string;
  /** 0 to 1 of the longest bar. */
  readonly share: number;
}

export interface PartitionView extends BarView {
  readonly files: string;
  readonly bytes: string;
}

/** One manifest of the current snapshot; counts are of files. */
export interface ManifestView {
  readonly path: string;
  readonly content: string;
  readonly added: string;
  readonly existing: string;
  readonly deleted: string;
  readonly bytes: string;
}

export interface FileView {
  readonly path: string;
  readonly kind: string;
  readonly rows: string;
  readonly bytes: string;
  readonly partition: string;
}
