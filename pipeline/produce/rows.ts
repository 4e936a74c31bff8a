/** A row to be produced: column names and JSON values. A number that must keep its spelling is made by `JSON.rawJSON`. */
export type ProduceRow = Readonly<Record<string, unknown>>;

/** Rows of a data set in their order, some thousands at a time. */
export type RowStream = AsyncIterable<readonly ProduceRow[]>;

/** Rows that are handed on together. The Kafka client's work per request grows with the square of its records. */
export const ROWS_PER_BATCH = 2_000;

/** The first `limit` rows; with `repeat`, the data set is read again and again until there are that many. */
export async function* takeRows(
  open: () => RowStream,
  { limit, repeat = false }: { readonly limit: number | undefined; readonly repeat?: boolean },
): RowStream {
  let left = limit ?? Infinity;
  let found: number;
  do {
    found = 0;
    for await (const rows of open()) {
      const taken = rows.length > left ? rows.slice(0, left) : rows;
      found += taken.length;
      left -= taken.length;
      if (taken.length > 0) yield taken;
      if (left === 0) return;
    }
  } while (repeat && Number.isFinite(left) && found > 0);
}
