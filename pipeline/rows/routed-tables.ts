import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import type { TableDrift } from '../schema/drift.ts';
import { appendRows, type RowCount } from './append-rows.ts';
import { createRoute, type RoutePlan } from './route.ts';
import type { RawRecord } from './raw-record.ts';
import type { RecordRows } from './row-steps.ts';
import { createTableSink, driftOf, type TablePlan, type TableSink } from './table-sink.ts';

/** The tables over which the rows of a pipeline are distributed. */
export interface RoutedTables {
  /** Appends what records have become, each wholly or not at all. Answers what became of their rows. */
  append(
    records: readonly RecordRows[],
    onPoison: (record: RecordRows, reason: string) => void,
  ): Promise<RowCount>;
  /** Makes room. Answers files that were closed. */
  drain(): Promise<readonly EncodedFile[]>;
  close(): Promise<readonly EncodedFile[]>;
  /** What the tables must become before rows that came are rows. */
  drift(): readonly TableDrift[];
}

export interface RoutedTablesOptions {
  readonly main: TablePlan;
  readonly route: RoutePlan;
  /** Says how the rows of a further table are written. */
  readonly openTable: (table: ContentKey) => Promise<TablePlan>;
}

/** Rows of all tables that wait in columns, and of all their open files, in bytes. */
const MAX_ROW_BYTES = 24 * 1024 * 1024;
const MAX_OPEN_FILE_BYTES = 48 * 1024 * 1024;
const MIN_OPEN_FILE_BYTES = 1024 * 1024;
const INITIAL_ROWS = 1_024;

export function createRoutedTables({ main, route, openTable }: RoutedTablesOptions): RoutedTables {
  const sinks = new Map<string, TableSink>();
  const destination = createRoute(route, main.table);
  const open = (plan: TablePlan): void => {
    // The more tables there are, the smaller is what each of them holds.
    const targetFileBytes = (): number =>
      Math.min(plan.targetFileBytes, Math.max(MIN_OPEN_FILE_BYTES, MAX_OPEN_FILE_BYTES / sinks.size));
    sinks.set(tableId(plan.table), createTableSink(plan, { initialRows: INITIAL_ROWS, targetFileBytes }));
  };
  const openMissing = async (keys: ReadonlyMap<string, ContentKey>): Promise<void> => {
    for (const [id, key] of keys) {
      if (sinks.has(id)) continue;
      if (id === tableId(main.table)) open(main);
      else if (sinks.size < route.maxTables) open(await openTable(key));
    }
  };

  return {
    append: async (records, onPoison) => {
      const routed = records.map(record => distribute(record, destination));
      await openMissing(
        new Map(routed.flatMap(({ shares }) => [...shares].map(([id, { key }]) => [id, key]))),
      );
      const before = countRows(sinks.values());
      for (const [index, { shares, reason }] of routed.entries()) {
        // There is a record for every entry.
        const record = records[index]!;
        const fault = reason ?? appendShares(record.record, shares, { sinks, maxTables: route.maxTables });
        if (fault !== undefined) onPoison(record, fault);
      }
      const after = countRows(sinks.values());
      return { rows: after.rows - before.rows, filtered: after.filtered - before.filtered };
    },
    drain: async () => {
      const files: EncodedFile[] = [];
      const byNeed = [...sinks.values()].sort((a, b) => b.heldBytes() - a.heldBytes());
      let held = byNeed.reduce((sum, sink) => sum + sink.heldBytes(), 0);
      const limit = held > MAX_ROW_BYTES ? MAX_ROW_BYTES / 2 : MAX_ROW_BYTES;
      for (const sink of byNeed) {
        if (held <= limit && !sink.isFull()) continue;
        held -= sink.heldBytes();
        files.push(...(await sink.drain()));
      }
      return files;
    },
    close: async () => {
      const files: EncodedFile[] = [];
      for (const sink of sinks.values()) files.push(...(await sink.close()));
      return files;
    },
    drift: () => driftOf(sinks.values()),
  };
}

/** The rows of one record that go into one table. */
interface Share {
  readonly key: ContentKey;
  readonly rows: RecordObject[];
}

/** The rows of a record by the ids of the tables that they go into, or why there is no table for it. */
export function distribute(
  { rows, reason }: Pick<RecordRows, 'rows' | 'reason'>,
  destination: ReturnType<typeof createRoute>,
): { readonly shares: ReadonlyMap<string, Share>; readonly reason: string | undefined } {
  const shares = new Map<string, Share>();
  if (reason !== undefined) return { shares, reason };
  for (const row of rows) {
    const to = destination(row);
    if ('reason' in to) return { shares: new Map(), reason: to.reason };
    if (to.table === undefined) continue;
    const id = tableId(to.table);
    const share = shares.get(id);
    if (share === undefined) shares.set(id, { key: to.table, rows: [row] });
    else share.rows.push(row);
  }
  return { shares, reason: undefined };
}

function countRows(sinks: Iterable<TableSink>): RowCount {
  let rows = 0;
  let filtered = 0;
  for (const { decoder } of sinks) {
    rows += decoder.rows;
    filtered += decoder.filtered;
  }
  return { rows, filtered };
}

/** Appends to every table or to none. Answers undefined, or why the record is no row. */
function appendShares(
  record: RawRecord,
  shares: ReadonlyMap<string, Share>,
  { sinks, maxTables }: { readonly sinks: ReadonlyMap<string, TableSink>; readonly maxTables: number },
): string | undefined {
  const appended: { readonly sink: TableSink; readonly before: RowCount }[] = [];
  for (const [id, { key, rows }] of shares) {
    const sink = sinks.get(id);
    const before = countRows(sink === undefined ? [] : [sink]);
    const reason =
      sink === undefined ? tooManyTables(key, maxTables) : appendRows(sink.decoder, rows, record);
    if (reason !== undefined) {
      for (const done of appended) Object.assign(done.sink.decoder, done.before);
      return reason;
    }
    if (sink !== undefined) appended.push({ sink, before });
  }
  return undefined;
}

export function tooManyTables(key: ContentKey, maxTables: number): string {
  return `its table ${key.join('.')} would be one more than route.maxTables (${maxTables}) allows`;
}
