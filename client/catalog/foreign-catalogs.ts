import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';

/** Something in a Trino catalog that is none of the lakehouse's own: a catalog, a schema, a table or a column. */
export interface ForeignItem {
  readonly name: string;
  /** `BASE TABLE`, `VIEW`, a column's type …; empty for catalogs and schemas. */
  readonly detail: string;
  readonly comment?: string;
}

/** The names below a path of at most three: catalogs, schemas, tables, columns. Rejects when Trino does not answer. */
export type ListForeign = (path: readonly string[]) => Promise<readonly ForeignItem[]>;

/** Asks the Trino of the lakehouse, level by level, where somebody opens one. */
export function createForeignCatalogs({ trino }: Pick<LakehouseEndpoints, 'trino'>): ListForeign {
  const run = async (sql: string): Promise<string[][]> => {
    const { connectTrino, queryAll } = await import('../../catalog/trino/client.ts');
    const connection = connectTrino({ uri: trino.uri, user: trino.user, source: 'lakehouse-vscode' });
    const { rows } = await queryAll(connection, sql);
    return rows.map(row => row.map(value => (value === null ? '' : String(value))));
  };
  return async path => {
    const { quoteIdentifier, quoteString } = await import('../../catalog/trino/quote.ts');
    const [catalog, schema, table] = path;
    if (catalog === undefined) {
      return toItems(await run('SHOW CATALOGS')).filter(({ name }) => isForeign(name, trino.catalog));
    }
    if (schema === undefined) {
      const found = toItems(await run(`SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`));
      return found.filter(({ name }) => name !== 'information_schema');
    }
    const information = `${quoteIdentifier(catalog)}.information_schema`;
    // The conditions on names reach the connector: it lists one schema or one table, not all that it has.
    if (table === undefined) {
      return toItems(
        await run(
          `SELECT table_name, table_type FROM ${information}.tables WHERE table_schema = ${quoteString(schema)} ORDER BY 1`,
        ),
      );
    }
    return toItems(
      await run(
        `SELECT column_name, data_type FROM ${information}.columns
         WHERE table_schema = ${quoteString(schema)} AND table_name = ${quoteString(table)} ORDER BY ordinal_position`,
      ),
    );
  };
}

/** The lakehouse's own catalog and those that were opened for its branches stand in the tree as branches already. */
function isForeign(name: string, own: string): boolean {
  return name !== own && !name.startsWith(`${own}_ref_`) && !name.startsWith(`${own}_at_`);
}

function toItems(rows: readonly (readonly string[])[]): ForeignItem[] {
  return rows.map(([name = '', detail = '']) => ({ name, detail }));
}
