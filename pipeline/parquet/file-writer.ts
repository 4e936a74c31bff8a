import { RecordBatchStreamWriter } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import {
  Compression,
  type RecordBatch,
  Table,
  transformParquetStream,
  wasmMemory,
  type WriterProperties,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import type { Column } from '../decode/column.ts';
import { chooseEncodings } from './dictionaries.ts';
import { toRecordBatch } from './to-arrow.ts';

/** Rows of long texts fill a row group before it has many of them; until it is closed the library holds all of it. */
const MAX_ROW_GROUP_BYTES = 12 * 1024 * 1024;

/** One Parquet file under construction; every append is a row group. An interface, so that another encoder can take its place. */
export interface ParquetFileWriter {
  /** Encodes the first `rows` rows. The columns may be written to again when it returns. */
  append(columns: readonly Column[], rows: number): Promise<void>;
  /** Encoded bytes so far, without the footer. */
  size(): number;
  finish(): Promise<ParquetFile>;
}

export interface ParquetFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each row group begins. */
  readonly splitOffsets: readonly bigint[];
  /** Encoded bytes of each top-level primitive column, by its Iceberg field id. */
  readonly columnSizes: ReadonlyMap<number, bigint>;
}

/** Writes with apache-arrow and parquet-wasm: zstd and dictionaries where they pay, statistics, field ids. */
export function openParquetFile(maxRowsPerGroup: number): ParquetFileWriter {
  const input = new BatchStream();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let drained: Promise<void> | undefined;
  // How the columns are best written shows with the first rows.
  const open = (columns: readonly Column[], rows: number): Promise<void> => {
    const properties = propertiesFor(columns, { rows, maxRowsPerGroup });
    // The library frees the properties and every batch itself. It answers only when it has seen the first batch.
    const output = transformParquetStream(input.stream, properties) as Promise<ReadableStream<Uint8Array>>;
    return collect(output, chunk => {
      chunks.push(chunk);
      size += chunk.length;
    });
  };
  return {
    append: async (columns, rows) => {
      drained ??= open(columns, rows);
      await Promise.race([input.whenWanted(), drained]);
      const writer = new RecordBatchStreamWriter();
      writer.write(toRecordBatch(columns, rows));
      writer.finish();
      const parts: Uint8Array[] = [];
      for await (const part of writer as AsyncIterable<Uint8Array>) parts.push(part);
      const table = Table.fromIPCStream(joinMessage(parts));
      for (const batch of table.recordBatches()) input.push(batch);
      table.free();
      // The row group is encoded when the library asks for more.
      await Promise.race([input.whenWanted(), drained]);
    },
    size: () => size,
    finish: async () => {
      input.end();
      await drained;
      const bytes = concatenate(chunks, size);
      return { bytes, ...readLayout(bytes) };
    },
  };
}

/** Kept from one row group to the next: fresh memory of this size has to be cleared, and sets the garbage collector going. */
let messageMemory = new Uint8Array(0);
const MAX_KEPT_MESSAGE_BYTES = 32 * 1024 * 1024;

/** The parts of a message back to back, until the next call. */
function joinMessage(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  let memory = messageMemory;
  if (memory.length < size) memory = new Uint8Array(size);
  if (size <= MAX_KEPT_MESSAGE_BYTES) messageMemory = memory;
  let position = 0;
  for (const part of parts) {
    memory.set(part, position);
    position += part.length;
  }
  return memory.subarray(0, size);
}

function propertiesFor(
  columns: readonly Column[],
  { rows, maxRowsPerGroup }: { readonly rows: number; readonly maxRowsPerGroup: number },
): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(maxRowsPerGroup)
    .setMaxRowGroupBytes(MAX_ROW_GROUP_BYTES)
    .setCreatedBy('lakehouse');
  for (const { name, hasDictionary, isCompressed } of chooseEncodings(columns, rows)) {
    if (!hasDictionary) builder = builder.setColumnDictionaryEnabled(name, false);
    if (!isCompressed) builder = builder.setColumnCompression(name, Compression.UNCOMPRESSED);
  }
  return builder.build();
}

/** WebAssembly memory of this thread; it never shrinks. */
export function heldWasmBytes(): number {
  return (wasmMemory() as { readonly buffer: ArrayBuffer }).buffer.byteLength;
}

/** A stream that is fed batch by batch, exactly when its reader wants one. */
class BatchStream {
  readonly stream: ReadableStream<RecordBatch>;
  #controller: ReadableStreamDefaultController<RecordBatch> | undefined;
  #wanted = Promise.withResolvers<void>();
  #delivered = Promise.withResolvers<void>();

  constructor() {
    this.stream = new ReadableStream(
      {
        start: controller => {
          this.#controller = controller;
        },
        pull: () => {
          this.#wanted.resolve();
          return this.#delivered.promise;
        },
      },
      { highWaterMark: 0 },
    );
  }

  whenWanted(): Promise<void> {
    return this.#wanted.promise;
  }

  push(batch: RecordBatch): void {
    this.#controller?.enqueue(batch);
    this.#next();
  }

  end(): void {
    this.#controller?.close();
    this.#next();
  }

  #next(): void {
    const delivered = this.#delivered;
    this.#wanted = Promise.withResolvers();
    this.#delivered = Promise.withResolvers();
    delivered.resolve();
  }
}

/** What a manifest says about the inside of a file, read from the file's own footer. */
function readLayout(bytes: Uint8Array<ArrayBuffer>): Pick<ParquetFile, 'splitOffsets' | 'columnSizes'> {
  const { schema, row_groups: groups } = parquetMetadata(bytes.buffer);
  const ids = new Map(schema.map(element => [element.name, element.field_id]));
  const splitOffsets: bigint[] = [];
  const columnSizes = new Map<number, bigint>();
  for (const { columns } of groups) {
    const first = columns[0]?.meta_data;
    const start = first?.dictionary_page_offset ?? first?.data_page_offset;
    if (start !== undefined) splitOffsets.push(start);
    for (const { meta_data: column } of columns) {
      const [name, ...inner] = column?.path_in_schema ?? [];
      const id = name === undefined || inner.length > 0 ? undefined : ids.get(name);
      if (id === undefined || column === undefined) continue;
      columnSizes.set(id, (columnSizes.get(id) ?? 0n) + column.total_compressed_size);
    }
  }
  return { splitOffsets, columnSizes };
}

async function collect(
  stream: Promise<ReadableStream<Uint8Array>>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = (await stream).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}
