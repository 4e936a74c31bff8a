import { namespaceToSchema, quoteIdentifier, quoteName } from '../../catalog/trino/quote.ts';
import { queryAll, type TrinoConnection } from '../../catalog/trino/client.ts';
import type { ColumnChecksum, DataChecksum } from './checksum.ts';

export interface TableToCheck {
  readonly trino: TrinoConnection;
  readonly catalog: string;
  readonly table: readonly string[];
  /** Iceberg types by column name. */
  readonly schema: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sums up a table with SQL that Trino runs. */
export async function checksumTable(options: TableToCheck): Promise<DataChecksum> {
  const { trino, catalog, table, schema, signal } = options;
  const columns = Object.entries(schema);
  const sums = columns.flatMap(([name, type]) => {
    const column = quoteIdentifier(name);
    return [`count(${column})`, `sum(CAST(crc32(${bytesOf(column, type)}) AS decimal(38,0)))`];
  });
  const parts = [catalog, namespaceToSchema(table.slice(0, -1)), table.at(-1) ?? ''];
  const sql = `SELECT count(*), ${sums.join(', ')} FROM ${quoteName(parts)}`;
  const { rows } = await queryAll(trino, sql, { signal });
  const values = (rows[0] ?? []).map(value => BigInt(String(value ?? 0)));
  return {
    rows: values[0] ?? 0n,
    columns: columns.map(([column], index): ColumnChecksum => ({
      column,
      present: values[index * 2 + 1] ?? 0n,
      sum: values[index * 2 + 2] ?? 0n,
    })),
  };
}

/** The bytes of a value that the other side of the comparison makes from the JSON text. */
function bytesOf(column: string, type: string): string {
  switch (type.replace(/\s+required$/, '')) {
    case 'double':
      return `to_ieee754_64(${column})`;
    case 'float':
      return `to_ieee754_32(${column})`;
    case 'string':
      return `to_utf8(${column})`;
    case 'timestamp':
      return `to_utf8(CAST(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00', ${column}) AS varchar))`;
    case 'timestamptz':
      return `to_utf8(CAST(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00 UTC', ${column}) AS varchar))`;
    default:
      return `to_utf8(CAST(${column} AS varchar))`;
  }
}
