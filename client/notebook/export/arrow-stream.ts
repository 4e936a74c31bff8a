import { Field, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from 'apache-arrow';
import type { TextRow } from '../results/text-formats.ts';
import { exportColumn, type ExportColumn } from './export-column.ts';
import type { ByteStream, RowSource } from './export-rows.ts';

/** An Arrow IPC stream. */
export async function* arrowStream(source: RowSource): ByteStream {
  const { schema, batches } = arrowBatches(source);
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  const output = writer[Symbol.asyncIterator]();
  const finished = feed(writer, batches);
  for (let piece = await output.next(); piece.done !== true; piece = await output.next()) yield piece.value;
  await finished;
}

async function feed(writer: RecordBatchStreamWriter, batches: AsyncIterable<RecordBatch>): Promise<void> {
  try {
    for await (const batch of batches) writer.write(batch);
    writer.finish();
  } catch (error) {
    writer.abort(error);
    throw error;
  }
}

const BATCH_ROWS = 16_384;

/** Rows as Arrow batches with the types of an export, and the schema they share. */
export function arrowBatches({ columns, pages }: RowSource): {
  schema: Schema;
  batches: AsyncIterable<RecordBatch>;
} {
  const builders = columns.map(column => exportColumn(column.type));
  const fields = columns.map(
    ({ name, type }, i) =>
      new Field(
        name,
        builders[i]?.type ?? exportColumn('varchar').type,
        true,
        new Map([['trino:type', type]]),
      ),
  );
  const schema = new Schema(fields);
  async function* batches(): AsyncGenerator<RecordBatch> {
    let waiting: TextRow[] = [];
    for await (const page of pages) {
      for (const row of page) waiting.push(row);
      if (waiting.length < BATCH_ROWS) continue;
      yield batchOf(schema, builders, waiting);
      waiting = [];
    }
    yield batchOf(schema, builders, waiting);
  }
  return { schema, batches: batches() };
}

function batchOf(schema: Schema, builders: readonly ExportColumn[], rows: readonly TextRow[]): RecordBatch {
  const children = builders.map((builder, c) => builder.build(rows.map(row => row[c] ?? null)));
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children }),
  );
}
