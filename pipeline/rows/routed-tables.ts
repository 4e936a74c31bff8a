import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import type { TableDrift } from '../schema/drift.ts';
import { appendRows } from './append-rows.ts';
import { createRoute, type RoutePlan } from './route.ts';
import type { RecordRows } from './row-steps.ts';
import { createTableSink, driftOf, type TablePlan, type TableSink } from './table-sink.ts';

/** The tables over which the rows of a pipeline are distributed. */
export interface RoutedTables {
  /** Appends what records have become, each wholly or not at all. Answers how many rows were appended. */
  append(
    records: readonly RecordRows[],
    onPoison: (record: RecordRows, reason: string) => void,
  ): Promise<number>;
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
      let rows = 0;
      for (const [index, { shares, reason }] of routed.entries()) {
        const fault = reason ?? appendShares(shares, sinks, route.maxTables);
        // There is a record for every entry.
        if (fault !== undefined) onPoison(records[index]!, fault);
        else for (const share of shares.values()) rows += share.rows.length;
      }
      return rows;
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

function distribute(
  { rows, reason }: RecordRows,
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

/** Appends to every table or to none. Answers undefined, or why the record is no row. */
function appendShares(
  shares: ReadonlyMap<string, Share>,
  sinks: ReadonlyMap<string, TableSink>,
  maxTables: number,
): string | undefined {
  const appended: { readonly sink: TableSink; readonly before: number }[] = [];
  for (const [id, { key, rows }] of shares) {
    const sink = sinks.get(id);
    const before = sink?.decoder.rows ?? 0;
    const reason =
      sink === undefined
        ? `its table ${key.join('.')} would be one more than route.maxTables (${maxTables}) allows`
        : appendRows(sink.decoder, rows);
    if (reason !== undefined) {
      for (const done of appended) done.sink.decoder.rows = done.before;
      return reason;
    }
    if (sink !== undefined) appended.push({ sink, before });
  }
  return undefined;
}
