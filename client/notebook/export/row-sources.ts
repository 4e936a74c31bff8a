import {
  connectTrino,
  decodeRows,
  runStatementAsBytes,
  type TrinoColumn,
  type TrinoOptions,
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
  const updates = runStatementAsBytes(connectTrino(connection), statement, { session, signal });
  for (let next = await updates.next(); next.done !== true; next = await updates.next()) {
    const { columns, data: first } = next.value;
    if (columns === undefined) continue;
    async function* bytes(): AsyncGenerator<Buffer> {
      if (first !== undefined) yield first;
      for await (const { data } of updates) if (data !== undefined) yield data;
    }
    return {
      columns: columns.map(({ name, type }) => ({ name, type: type.text })),
      pages: textPages(bytes(), columns),
      json: { columns, pages: bytes() },
    };
  }
  throw new Error('The statement has no rows to export.');
}

async function* textPages(
  bytes: AsyncIterable<Buffer>,
  columns: readonly TrinoColumn[],
): AsyncGenerator<readonly TextRow[]> {
  const readers = columns.map(column => textReader(parseTrinoType(column.type.text)));
  for await (const data of bytes)
    yield decodeRows(data, columns).map(row => readers.map((read, i) => read(row[i] ?? null)));
}
