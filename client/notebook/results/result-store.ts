import { type Data, Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { arrowType, createColumnBuilder } from './column-builder.ts';
import { readColumn, type ColumnReader } from './column-reader.ts';
import { fieldReader } from './field-readers.ts';
import { readJsonRows } from './json-rows.ts';
import { createResultFile, openResultFile, type BatchPlace, type ResultFile } from './result-file.ts';
import { parseTrinoType, storageOf, type TrinoType } from './trino-type.ts';

/** A column as Trino names it; `type` is Trino's type signature. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** A batch ready to read, one reader per column. */
export interface OpenBatch {
  readonly firstRow: number;
  readonly rows: number;
  column(index: number): ColumnReader;
}

/**
 * The rows of one statement: Arrow batches in a file, with the last ones and the most recently read ones in memory.
 * Memory stays bounded whatever the result's size. Everything is synchronous: it belongs into a worker thread.
 */
export interface ResultStore {
  readonly columns: readonly ResultColumn[];
  readonly types: readonly TrinoType[];
  readonly rowCount: number;
  /** Bytes on disk. */
  readonly byteLength: number;
  readonly places: readonly BatchPlace[];
  /** Takes rows as Trino sends them, a JSON array of arrays in UTF-8; answers how many. */
  append(data: Uint8Array): number;
  /** Makes every row readable; more may be appended later. */
  flush(): void;
  batchCount(): number;
  batch(index: number): OpenBatch;
  /** The index of the batch that holds a row. */
  batchOf(row: number): number;
  close(): void;
  delete(): void;
}

/**
 * Arrow compares every field of a schema with every other one for each batch: 100,000 columns took a minute. Wider
 * results are therefore held as one column of rows.
 */
const WIDE_COLUMNS = 1000;
const BATCH_ROWS = 16_384;
const BATCH_BYTES = 1_000_000;
const CACHE_BYTES = 8_000_000;

/** An empty store in a new file. */
export function createResultStore(path: string, columns: readonly ResultColumn[]): ResultStore {
  return resultStore(columns, schema => createResultFile(path, schema));
}

/** The store that an earlier session left in a file, read-only in effect. */
export function openResultStore(
  path: string,
  columns: readonly ResultColumn[],
  places: readonly BatchPlace[],
): ResultStore {
  return resultStore(columns, schema => openResultFile(path, schema, places));
}

function resultStore(columns: readonly ResultColumn[], open: (schema: Schema) => ResultFile): ResultStore {
  const types = columns.map(column => parseTrinoType(column.type));
  const storages = types.map(storageOf);
  const fields = columns.map(
    ({ name, type }, i) =>
      new Field(name, arrowType(storages[i] ?? 'text'), true, new Map([['trino:type', type]])),
  );
  const row = new Struct(fields);
  const isWide = columns.length > WIDE_COLUMNS;
  const schema = new Schema(isWide ? [new Field('row', row)] : fields);
  const file = open(schema);
  const builders = storages.map(createColumnBuilder);
  const fieldReaders = builders.map((builder, i) =>
    fieldReader(types[i] ?? parseTrinoType('varchar'), builder),
  );
  const cache = batchCache((index, reusable) => {
    const { batch, buffer } = file.read(place(index), reusable);
    return { columns: readColumns(columnsOf(batch, isWide), types), buffer };
  });
  let pending = 0;

  const place = (index: number): BatchPlace => {
    const found = file.places[index];
    if (found === undefined) throw new RangeError(`The result has no batch ${index}.`);
    return found;
  };
  const writeBatch = (): void => {
    if (pending === 0) return;
    const children = builders.map(builder => builder.finish());
    const data = makeData({ type: row, length: pending, nullCount: 0, children });
    file.append(new RecordBatch(schema, isWide ? wrapped(schema, data) : data));
    pending = 0;
  };
  const flushed = (): number => {
    const last = file.places.at(-1);
    return last === undefined ? 0 : last.firstRow + last.rows;
  };
  return {
    columns,
    types,
    get rowCount() {
      return flushed() + pending;
    },
    get byteLength() {
      const last = file.places.at(-1);
      return last === undefined ? 0 : last.offset + last.byteLength;
    },
    places: file.places,
    append: data => {
      const count = readJsonRows(data, fieldReaders, () => {
        if (++pending >= BATCH_ROWS) writeBatch();
      });
      if (builders.reduce((sum, builder) => sum + builder.byteLength(), 0) >= BATCH_BYTES) writeBatch();
      return count;
    },
    flush: () => {
      writeBatch();
      file.finish();
    },
    batchCount: () => file.places.length,
    batch: index => ({ ...cache(index), firstRow: place(index).firstRow, rows: place(index).rows }),
    batchOf: row => {
      let low = 0;
      let high = file.places.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (place(middle).firstRow <= row) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    close: () => {
      file.close();
    },
    delete: () => {
      file.delete();
    },
  };
}

type Columns = Pick<OpenBatch, 'column'>;

function wrapped(schema: Schema, data: Data<Struct>): Data<Struct> {
  return makeData({ type: new Struct(schema.fields), length: data.length, nullCount: 0, children: [data] });
}

function columnsOf(batch: RecordBatch, isWide: boolean): readonly Data[] {
  return isWide ? (batch.data.children[0]?.children ?? []) : batch.data.children;
}

function readColumns(children: readonly Data[], types: readonly TrinoType[]): Columns {
  const readers = new Map<number, ColumnReader>();
  return {
    column: index => {
      let reader = readers.get(index);
      if (reader !== undefined) return reader;
      const data = children[index];
      const type = types[index];
      if (data === undefined || type === undefined)
        throw new RangeError(`The result has no column ${index}.`);
      reader = readColumn(data, type);
      readers.set(index, reader);
      return reader;
    },
  };
}

interface CachedBatch {
  readonly columns: Columns;
  readonly buffer: Uint8Array;
}

/**
 * Keeps the batches that were read last, up to a number of bytes and at least two. The memory of a batch that goes is
 * used for the next one: whoever reads a batch is done with it before two others were read.
 */
function batchCache(
  load: (index: number, reusable: Uint8Array | undefined) => CachedBatch,
): (index: number) => Columns {
  const entries = new Map<number, CachedBatch>();
  let bytes = 0;
  return index => {
    const found = entries.get(index);
    if (found !== undefined) {
      entries.delete(index);
      entries.set(index, found);
      return found.columns;
    }
    let reusable: Uint8Array | undefined;
    for (const [oldest, { buffer }] of entries) {
      if (bytes <= CACHE_BYTES || entries.size <= 2) break;
      entries.delete(oldest);
      bytes -= buffer.length;
      reusable = buffer;
    }
    const loaded = load(index, reusable);
    entries.set(index, loaded);
    bytes += loaded.buffer.length;
    return loaded.columns;
  };
}
