import { queryAll, type TrinoConnection } from '../../catalog/trino/client.ts';
import { quoteIdentifier, quoteString } from '../../catalog/trino/quote.ts';

/** Something in a Trino catalog that is none of the lakehouse's own: a catalog, a schema, a table or a column. */
export interface ForeignItem {
  readonly name: string;
  /** `BASE TABLE`, `VIEW`, a column's type …; empty for catalogs and schemas. */
  readonly detail: string;
  readonly comment?: string;
}

export interface ForeignPlace {
  readonly trino: TrinoConnection;
  /** The lakehouse's own catalog, which stands in the tree as branches already. */
  readonly own: string;
  readonly signal?: AbortSignal;
}

/** The names below a path of at most three: catalogs, schemas, tables, columns. Rejects when Trino does not answer. */
export async function listForeign(
  { trino, own, signal }: ForeignPlace,
  [catalog, schema, table]: readonly string[],
): Promise<ForeignItem[]> {
  const run = async (sql: string): Promise<ForeignItem[]> => {
    const { rows } = await queryAll(trino, sql, { signal });
    return rows.map(([name = '', detail = '']) => ({ name: textOf(name), detail: textOf(detail) }));
  };
  if (catalog === undefined) return (await run('SHOW CATALOGS')).filter(({ name }) => isForeign(name, own));
  if (schema === undefined) {
    const found = await run(`SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`);
    return found.filter(({ name }) => name !== 'information_schema');
  }
  const information = `${quoteIdentifier(catalog)}.information_schema`;
  // The conditions on names reach the connector: it lists one schema or one table, not all that it has.
  if (table === undefined) {
    return run(
      `SELECT table_name, table_type FROM ${information}.tables WHERE table_schema = ${quoteString(schema)} ORDER BY 1`,
    );
  }
  return run(
    `SELECT column_name, data_type FROM ${information}.columns
     WHERE table_schema = ${quoteString(schema)} AND table_name = ${quoteString(table)} ORDER BY ordinal_position`,
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The lakehouse's own catalog and those that were opened for its branches stand in the tree as branches already. */
function isForeign(name: string, own: string): boolean {
  return name !== own && !name.startsWith(`${own}_ref_`) && !name.startsWith(`${own}_at_`);
}
