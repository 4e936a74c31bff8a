import {
  connectTrino,
  runStatement,
  type TrinoOptions,
  type TrinoRow,
  type TrinoSession,
} from '../../../catalog/trino/client.ts';
import type { ResultStore } from '../results/result-store.ts';
import { textReader } from '../results/stored-value.ts';
import { parseTrinoType } from '../results/trino-type.ts';
import type { TextRow } from '../results/text-formats.ts';
import type { RowSource } from './export-rows.ts';

const PAGE_ROWS = 4096;

/** Every row of a store that holds the whole result. */
export function storeSource(store: ResultStore): RowSource {
  async function* pages(): AsyncGenerator<readonly TextRow[]> {
    for (let index = 0; index < store.batchCount(); index++) {
      const batch = store.batch(index);
      const readers = store.columns.map((_, c) => batch.column(c));
      for (let from = 0; from < batch.rows; from += PAGE_ROWS) {
        const length = Math.min(PAGE_ROWS, batch.rows - from);
        yield Array.from({ length }, (_, i) => readers.map(reader => reader.text(from + i)));
      }
    }
  }
  return { columns: store.columns, pages: pages() };
}

export interface StatementSource {
  readonly connection: TrinoOptions;
  readonly statement: string;
  readonly session: TrinoSession;
  readonly signal: AbortSignal;
}

/** The rows of a statement as Trino sends them. Resolves once the columns are known. Throws TrinoError. */
export async function statementSource({
  connection,
  statement,
  session,
  signal,
}: StatementSource): Promise<RowSource> {
  const updates = runStatement(connectTrino(connection), statement, { session, signal });
  for (let next = await updates.next(); next.done !== true; next = await updates.next()) {
    const { columns, rows } = next.value;
    if (columns === undefined) continue;
    const readers = columns.map(column => textReader(parseTrinoType(column.type.text)));
    const toTexts = (page: readonly TrinoRow[]): TextRow[] =>
      page.map(row => readers.map((read, i) => read(row[i] ?? null)));
    const first = rows;
    async function* pages(): AsyncGenerator<readonly TextRow[]> {
      yield toTexts(first);
      for await (const update of updates) yield toTexts(update.rows);
    }
    return { columns: columns.map(({ name, type }) => ({ name, type: type.text })), pages: pages() };
  }
  throw new Error('The statement has no rows to export.');
}
