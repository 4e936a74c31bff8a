import { Table as ArrowTable, tableToIPC } from 'apache-arrow';
import {
  Compression,
  type RecordBatch,
  Table,
  transformParquetStream,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import { arrowBatches } from './arrow-stream.ts';
import type { ByteStream, RowSource } from './export-rows.ts';

/** A Parquet file: zstd, one row group per batch of rows. */
export async function* parquetStream(source: RowSource): ByteStream {
  const { schema, batches } = arrowBatches(source);
  async function* encoded(): AsyncGenerator<RecordBatch> {
    for await (const batch of batches) {
      const table = Table.fromIPCStream(tableToIPC(new ArrowTable(schema, [batch]), 'stream'));
      yield* table.recordBatches();
      table.free();
    }
  }
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setCreatedBy('lakehouse')
    .build();
  const stream = (await transformParquetStream(
    streamOf(encoded()),
    properties,
  )) as ReadableStream<Uint8Array>;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** Pulls one batch at a time: nothing is made before it is wanted. */
function streamOf(batches: AsyncGenerator<RecordBatch>): ReadableStream<RecordBatch> {
  return new ReadableStream(
    {
      pull: async controller => {
        const next = await batches.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
}
