import { type DataType, type RecordBatch, tableFromIPC } from 'apache-arrow';
import { openAsBlob } from 'node:fs';
import { ParquetFile } from 'parquet-wasm';
import { toJsonReader } from './arrow-json.ts';
import { type ProduceRow, ROWS_PER_BATCH, type RowStream } from './rows.ts';

/** The rows of a Parquet file of any writer, one row group in memory at a time. */
export async function* readParquetRows(file: string): RowStream {
  const parquet = await ParquetFile.fromFile(await openAsBlob(file));
  try {
    const groups = parquet.metadata().numRowGroups();
    for (let group = 0; group < groups; group++) {
      const read = await parquet.read({ rowGroups: [group], batchSize: ROWS_PER_BATCH });
      for (const batch of tableFromIPC(read.intoIPCStream()).batches) yield toRows(batch);
    }
  } finally {
    parquet.free();
  }
}

function toRows(batch: RecordBatch): ProduceRow[] {
  const columns = batch.schema.fields.map((field, index) => {
    const vector = batch.getChildAt<DataType>(index);
    return [field.name, vector === null ? () => null : toJsonReader(vector)] as const;
  });
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, read]) => [name, read(row)])),
  );
}
