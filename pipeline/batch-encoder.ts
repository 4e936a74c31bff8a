import type { IcebergValue } from '../catalog/iceberg/value.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { addDeadLetter, DEAD_LETTER_FIELDS } from './dead-letters.ts';
import { decodeBatch, type Poison, poisonAt } from './decode/json-decoder.ts';
import { toColumnSpecs } from './decode/spec.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import type { toFileMetrics } from './parquet/statistics.ts';
import { appendRecord, appendRows } from './rows/append-rows.ts';
import { jsonFormat } from './rows/json-format.ts';
import { rawRecordAt, type RecordPlace } from './rows/raw-record.ts';
import { readSlice } from './rows/read-slice.ts';
import { type FormatPlan, openFormat } from './rows/row-format.ts';
import type { RowStep } from './rows/row-steps.ts';
import { createTableSink, type TablePlan, type TableSink } from './rows/table-sink.ts';

/** What the records of one pipeline become. Plain data: it is sent to the worker thread. */
export interface EncodingPlan extends TablePlan {
  readonly pipeline: string;
  readonly deadLetters: ContentKey;
  /** What becomes of records that are no rows: kept in a table of their own, or only counted. */
  readonly onError: 'deadLetter' | 'skip';
  /** JSON where it is left out. */
  readonly format?: FormatPlan;
}

/** A finished Parquet file and everything that its manifest entry says, but for the place it will be put. */
export interface EncodedFile {
  /** The table it belongs to. */
  readonly table: ContentKey;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly partition: readonly (IcebergValue | null)[];
  readonly recordCount: bigint;
  readonly splitOffsets: readonly bigint[];
  readonly columnSizes: ReadonlyMap<number, bigint>;
  readonly metrics: ReturnType<typeof toFileMetrics>;
  /** By what its rows are sorted; 0 for not at all. */
  readonly sortOrderId: number;
}

/** What a batch of records became. */
export interface BatchReport {
  readonly rows: number;
  readonly poison: number;
  /** The first few bad records, for people. */
  readonly examples: readonly Poison[];
  /** Names of members that no column takes, as far as they were not told before. */
  readonly unknownNames: readonly string[];
  /** Files that were closed because they had reached their size. */
  readonly files: readonly EncodedFile[];
}

export interface BatchEncoder {
  add(batch: RecordBatch): Promise<BatchReport>;
  /** Closes every open file. Afterwards nothing is held back. */
  flush(): Promise<readonly EncodedFile[]>;
}

const DEAD_LETTER_ROWS = 10_000;
const MAX_EXAMPLES = 5;

/** Decodes records into columns and columns into Parquet files, one per partition of the table. */
export function createBatchEncoder(plan: EncodingPlan): BatchEncoder {
  const sink = createTableSink(plan);
  const { decoder } = sink;
  const format = openFormat(plan.format ?? { kind: 'json' });
  const steps: readonly RowStep[] = [];
  // Straight from bytes to columns, where nothing stands between them.
  const isDirect = format === jsonFormat && steps.length === 0;
  const rejected = openDeadLetters(plan);

  const readSome = async (
    batch: RecordBatch,
    from: RecordPlace,
    onPoison: (item: Poison) => boolean,
  ): Promise<RecordPlace> => {
    if (isDirect)
      return decodeBatch(decoder, batch, from, {
        onPoison,
        careful: place => appendRecord(decoder, format, rawRecordAt(batch, place)),
      });
    const { records, next } = await readSlice(batch, from, { format, steps });
    for (const { rows, place, reason } of records) {
      const fault = reason ?? appendRows(decoder, rows);
      if (fault !== undefined) onPoison(poisonAt(batch, place, fault));
    }
    return next;
  };

  return {
    add: async batch => {
      const files: EncodedFile[] = [];
      const examples: Poison[] = [];
      const namesBefore = decoder.scanner.unknownNames.size;
      let rows = 0;
      let poison = 0;
      const onPoison = (item: Poison): boolean => {
        poison += 1;
        if (examples.length < MAX_EXAMPLES) examples.push(item);
        return rejected.add(batch, item);
      };
      await format.prepare?.(batch);
      let from: RecordPlace = { record: 0, byte: 0 };
      while (from.record < batch.count) {
        const before = decoder.rows;
        from = await readSome(batch, from, onPoison);
        rows += decoder.rows - before;
        if (sink.isFull()) files.push(...(await sink.drain()));
        if (rejected.isFull()) files.push(...(await rejected.drain()));
      }
      const unknownNames = [...decoder.scanner.unknownNames].slice(namesBefore);
      return { rows, poison, examples, unknownNames, files };
    },
    flush: async () => [...(await sink.close()), ...(await rejected.close())],
  };
}

/** The records that are no rows, on their way into a table of their own. */
interface DeadLetters extends Pick<TableSink, 'isFull' | 'drain' | 'close'> {
  /** False when there should be room made. */
  add(batch: RecordBatch, poison: Poison): boolean;
}

function openDeadLetters({ pipeline, deadLetters, onError, targetFileBytes }: EncodingPlan): DeadLetters {
  const columns = toColumnSpecs(DEAD_LETTER_FIELDS);
  const table = { table: deadLetters, columns, partitionFields: [], targetFileBytes };
  const sink = createTableSink(table, DEAD_LETTER_ROWS);
  const { decoder } = sink;
  return {
    ...sink,
    add: (batch, poison) => {
      if (onError !== 'deadLetter') return true;
      addDeadLetter(decoder.columns, decoder.rows++, { pipeline, batch, poison });
      return !sink.isFull();
    },
  };
}
