import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import {
  type CatalogHost,
  type CatalogTarget,
  listOpenedCatalogs,
  openCatalog,
} from '../../../catalog/trino/catalogs.ts';
import {
  connectTrino,
  createSession,
  queryAll,
  runStatement,
  type TrinoConnection,
} from '../../../catalog/trino/client.ts';
import { previewSql, type QualifiedName, showCreateSql } from '../../../catalog/trino/table-sql.ts';
import { sweepCatalogs } from '../../../catalog/trino/sweep.ts';
import { isNumericType, valueText } from '../../../catalog/trino/value-text.ts';
import type { RowsView } from '../table-page-messages.ts';
import { type ForeignItem, listForeign } from '../foreign-catalogs.ts';
import type { OperationContext, Reading } from './operations.ts';

/** What of the catalog Trino is asked for. */
export const TRINO_OPERATIONS = {
  foreign: async (
    { endpoints }: Reading,
    { path }: { readonly path: readonly string[] },
    { signal }: OperationContext,
  ): Promise<ForeignItem[]> =>
    listForeign({ trino: connect(endpoints), own: endpoints.trino.catalog, signal }, path),

  openCatalog: async (
    { endpoints }: Reading,
    { target, defaultBranch }: { readonly target: CatalogTarget; readonly defaultBranch: string },
    { signal }: OperationContext,
  ): Promise<string> => openCatalog(hostOf(endpoints, defaultBranch), target, signal),

  openedCatalogs: async (
    { endpoints }: Reading,
    { defaultBranch }: { readonly defaultBranch: string },
    { signal }: OperationContext,
  ): Promise<string[]> => listOpenedCatalogs(hostOf(endpoints, defaultBranch), signal),

  sweep: async (
    { endpoints }: Reading,
    params: {
      readonly defaultBranch: string;
      readonly references: readonly string[];
      readonly inSight: readonly string[];
    },
    { signal }: OperationContext,
  ): Promise<string[]> => {
    const { references } = params;
    const isInSight = (name: string): boolean => params.inSight.includes(name);
    return sweepCatalogs(hostOf(endpoints, params.defaultBranch), { references, isInSight, signal });
  },

  /** The names that a SHOW statement answers. */
  names: async (
    { endpoints }: Reading,
    { sql }: { readonly sql: string },
    { signal }: OperationContext,
  ): Promise<string[]> => {
    const { rows } = await queryAll(connect(endpoints), sql, { signal });
    return rows.flatMap(([name]) => (typeof name === 'string' ? [name] : []));
  },

  /** The CREATE TABLE of a table as Trino writes it. */
  showCreate: async (
    { endpoints }: Reading,
    { table }: { readonly table: QualifiedName },
    { signal }: OperationContext,
  ): Promise<string> => {
    const { rows } = await queryAll(connect(endpoints), showCreateSql(table), { signal });
    return String(rows[0]?.[0]);
  },

  /** Some rows of a table as texts, whichever come first. */
  firstRows: async (
    { endpoints }: Reading,
    { table, limit }: { readonly table: QualifiedName; readonly limit: number },
    { signal }: OperationContext,
  ): Promise<RowsView> => {
    const { columns, rows } = await queryAll(connect(endpoints), previewSql(table, limit), { signal });
    return {
      columns: columns.map(({ name, type }) => ({ name, isNumber: isNumericType(type) })),
      rows: rows.map(row => columns.map(({ type }, index) => shortText(valueText(row[index] ?? null, type)))),
    };
  },

  /** Runs a statement to its end; its rows are not wanted. */
  run: async (
    { endpoints }: Reading,
    params: { readonly sql: string; readonly properties: Readonly<Record<string, string>> },
    { signal, report }: OperationContext,
  ): Promise<void> => {
    const session = createSession({ properties: params.properties });
    for await (const { statistics } of runStatement(connect(endpoints), params.sql, { session, signal }))
      report(statistics);
  },
};

/** A cell of a page shows no more of a text than somebody reads. */
const MAX_CELL = 300;

function shortText(text: string | null): string | null {
  return text === null || text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL)}…`;
}

function connect({ trino: { uri, user } }: LakehouseEndpoints): TrinoConnection {
  return connectTrino({ uri, user, source: 'lakehouse-vscode' });
}

function hostOf(endpoints: LakehouseEndpoints, defaultBranch: string): CatalogHost {
  return { trino: connect(endpoints), staticCatalog: endpoints.trino.catalog, defaultBranch, endpoints };
}
