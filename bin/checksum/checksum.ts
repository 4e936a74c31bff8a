/** What one column holds, whatever the order of its rows. */
export interface ColumnChecksum {
  readonly column: string;
  readonly present: bigint;
  /** The sum of the CRC-32 of every value that is present. */
  readonly sum: bigint;
}

export interface DataChecksum {
  readonly rows: bigint;
  readonly columns: readonly ColumnChecksum[];
}

/** The columns in which two checksums differ, as text for people; empty when they are equal. */
export function compareChecksums(topic: DataChecksum, table: DataChecksum): string[] {
  const differences = topic.columns.flatMap(({ column, present, sum }) => {
    const other = table.columns.find(candidate => candidate.column === column);
    if (other === undefined) return [`${column} is not in the table`];
    if (present !== other.present)
      return [`${column}: ${present} values in the topic, ${other.present} in the table`];
    return sum === other.sum ? [] : [`${column}: the values differ`];
  });
  const rows =
    topic.rows === table.rows ? [] : [`${topic.rows} rows in the topic, ${table.rows} in the table`];
  return [...rows, ...differences];
}
