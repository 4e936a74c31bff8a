import { quoteIdentifier, quoteName, quoteString } from './quote.ts';

/** The statements that actions on a table run or put into an editor. `table` is the qualified name, a part per level. */
export type QualifiedName = readonly [catalog: string, schema: string, table: string];

/** The first rows of a table. */
export function previewSql(table: QualifiedName, limit = 100): string {
  return `SELECT * FROM ${quoteName(table)} LIMIT ${limit}`;
}

/** A SELECT with every column on a line of its own. */
export function selectColumnsSql(table: QualifiedName, columns: readonly string[]): string {
  const list = columns.length === 0 ? ['*'] : columns.map(quoteIdentifier);
  return `SELECT\n  ${list.join(',\n  ')}\nFROM ${quoteName(table)}`;
}

/** The first rows of a table as it was in a snapshot. */
export function snapshotSql(table: QualifiedName, snapshotId: bigint, limit = 100): string {
  return `SELECT * FROM ${quoteName(table)} FOR VERSION AS OF ${snapshotId} LIMIT ${limit}`;
}

/** Asks for the CREATE TABLE of a table. */
export function showCreateSql(table: QualifiedName): string {
  return `SHOW CREATE TABLE ${quoteName(table)}`;
}

/** Sets the comment of a table; null takes it away. */
export function commentSql(table: QualifiedName, comment: string | null): string {
  return `COMMENT ON TABLE ${quoteName(table)} IS ${comment === null ? 'NULL' : quoteString(comment)}`;
}

/** Sets the comment of a column; null takes it away. */
export function commentColumnSql(table: QualifiedName, column: string, comment: string | null): string {
  const name = `${quoteName(table)}.${quoteIdentifier(column)}`;
  return `COMMENT ON COLUMN ${name} IS ${comment === null ? 'NULL' : quoteString(comment)}`;
}

/** Puts small files together. */
export function optimizeSql(table: QualifiedName, fileSizeThreshold = '100MB'): string {
  return `ALTER TABLE ${quoteName(table)} EXECUTE optimize(file_size_threshold => ${quoteString(fileSizeThreshold)})`;
}

/** Run only what a plan of `maintenance.ts` has found to be safe. */
export function expireSnapshotsSql(table: QualifiedName, retention: string): string {
  return `ALTER TABLE ${quoteName(table)} EXECUTE expire_snapshots(retention_threshold => ${quoteString(retention)})`;
}

/** Run only what a plan of `maintenance.ts` has found to be safe. */
export function removeOrphansSql(table: QualifiedName, retention: string): string {
  return `ALTER TABLE ${quoteName(table)} EXECUTE remove_orphan_files(retention_threshold => ${quoteString(retention)})`;
}

/** The session properties that allow a retention below Trino's minimum of seven days, for one catalog. */
export function shortRetentionProperties(catalog: string): Readonly<Record<string, string>> {
  return {
    [`${catalog}.expire_snapshots_min_retention`]: '0s',
    [`${catalog}.remove_orphan_files_min_retention`]: '0s',
  };
}
