import type { ContentKey } from '../../catalog/nessie.ts';
import type { RegistryWatch } from '../avro/avro-format.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { mapFormat, sourceSpecs } from '../columns/map-rows.ts';
import { decodeBatch, type Poison, poisonAt } from '../decode/json-decoder.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { appendRecord, appendRows, type RowCount } from './append-rows.ts';
import { decodeDirect } from './decode-direct.ts';
import { rawRecordAt, type RecordPlace } from './raw-record.ts';
import { openSteps, type StepsPlan } from './open-steps.ts';
import { readSlice } from './read-slice.ts';
import type { RoutePlan } from './route.ts';
import { createRoutedTables, type RoutedTables } from './routed-tables.ts';
import { type FormatPlan, openFormat, type RowFormat } from './row-format.ts';
import type { TableDrift } from '../schema/drift.ts';
import type { RowStep } from './row-steps.ts';
import { createTableSink, driftOf, type TablePlan, type TableSink } from './table-sink.ts';

/** How records become rows of one or several tables. Plain data: it is sent to the worker thread. */
export interface RowPlan extends TablePlan, StepsPlan {
  /** JSON where it is left out. */
  readonly format?: FormatPlan;
  /** All rows go into the table itself where it is left out. */
  readonly route?: RoutePlan;
}

/** Writes the rows of records into columns, and the columns into files. */
export interface RowWriter {
  /** Gets what the records of a batch need before they can be read. */
  prepare(batch: RecordBatch): Promise<void>;
  /** Reads some records from a place on; `onPoison` answers false where reading should stop to make room. */
  read(
    batch: RecordBatch,
    from: RecordPlace,
    onPoison: (poison: Poison) => boolean,
  ): Promise<{ readonly next: RecordPlace } & RowCount>;
  /** Makes room where it is needed. Answers files that were closed. */
  drain(): Promise<readonly EncodedFile[]>;
  /** Closes every open file; afterwards nothing is held back. */
  close(): Promise<readonly EncodedFile[]>;
  /** Names of members that no column takes, as far as they were looked at. */
  readonly unknownNames: ReadonlySet<string>;
  /** What the tables must become before rows that came are rows; empty while all of them are. */
  drift(): readonly TableDrift[];
}

/** Whom a writer asks and tells while it works. */
export interface RowWriterParts {
  /** Says how the rows of a further table are written; it is asked once for each. */
  readonly openTable: (table: ContentKey) => Promise<TablePlan>;
  readonly watch: RegistryWatch;
}

export function openRowWriter(plan: RowPlan, { openTable, watch }: RowWriterParts): RowWriter {
  const { format: read = { kind: 'json' } } = plan;
  const raw = openFormat(read, { columns: sourceSpecs(plan), watch, guessesOthers: mayAddColumns(plan) });
  // Straight from bytes to columns, where nothing stands between them.
  if (plan.route === undefined && plan.transform === undefined) {
    const format = mapFormat(raw, plan);
    if (read.kind === 'json' || format.direct !== undefined)
      return createDirectWriter(createTableSink(plan), format);
  }
  const { steps } = openSteps(plan);
  const tables =
    plan.route === undefined
      ? oneTable(createTableSink(plan))
      : createRoutedTables({ main: plan, route: plan.route, openTable });
  return createSliceWriter({ tables, format: raw, steps });
}

/** A transform gets what has no column as it came: a member that is now a number, now a text would be no help. */
function mayAddColumns({ drift, transform }: RowPlan): boolean {
  return drift?.action === 'add' && transform === undefined;
}

function createDirectWriter(sink: TableSink, format: RowFormat): RowWriter {
  const { decoder } = sink;
  const readDirect = format.direct?.(decoder);
  return {
    prepare: async batch => format.prepare?.(batch),
    read: async (batch, from, onPoison) => {
      const { rows, filtered } = decoder;
      const report = {
        onPoison,
        careful: (place: RecordPlace) => appendRecord(decoder, format, rawRecordAt(batch, place)),
      };
      const next =
        readDirect === undefined
          ? decodeBatch(decoder, batch, from, report)
          : decodeDirect({ decoder, readDirect }, batch, from, report);
      return { next, rows: decoder.rows - rows, filtered: decoder.filtered - filtered };
    },
    drain: async () => (sink.isFull() ? sink.drain() : []),
    close: () => sink.close(),
    unknownNames: decoder.scanner.unknownNames,
    drift: () => driftOf([sink]),
  };
}

interface SliceParts {
  readonly tables: RoutedTables;
  readonly format: RowFormat;
  readonly steps: readonly RowStep[];
}

function createSliceWriter({ tables, format, steps }: SliceParts): RowWriter {
  return {
    prepare: async batch => format.prepare?.(batch),
    read: async (batch, from, onPoison) => {
      const { records, next } = await readSlice(batch, from, { format, steps });
      const count = await tables.append(records, ({ place }, reason) => {
        onPoison(poisonAt(batch, place, reason));
      });
      return { next, ...count };
    },
    drain: () => tables.drain(),
    close: () => tables.close(),
    unknownNames: new Set(),
    drift: () => tables.drift(),
  };
}

function oneTable(sink: TableSink): RoutedTables {
  return {
    append: async (records, onPoison) => {
      const { decoder } = sink;
      const before = { rows: decoder.rows, filtered: decoder.filtered };
      for (const record of records) {
        const { rows, reason = appendRows(decoder, rows, record.record) } = record;
        if (reason !== undefined) onPoison(record, reason);
      }
      return { rows: decoder.rows - before.rows, filtered: decoder.filtered - before.filtered };
    },
    drain: async () => (sink.isFull() ? sink.drain() : []),
    close: () => sink.close(),
    drift: () => driftOf([sink]),
  };
}
