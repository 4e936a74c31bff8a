import { type Data, DataType, type RecordBatch, tableFromIPC, TimeUnit } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { type Column, type ColumnSpec, createColumn, KIND, setNull } from '../decode/column.ts';

/** A file cannot be read into columns of the table; the message says why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** Rows of a data file in the columns of the table's present schema. */
export interface ReadRows {
  readonly columns: readonly Column[];
  readonly rows: number;
}

/** So that each row group is one batch. */
export const MAX_BATCH_ROWS = 1 << 20;

/**
 * Reads a Parquet data file row group by row group. Columns are found by their field ids: what the file lacks is null, what
 * has a narrower type is widened (specification, "Column Projection" and "Schema Evolution"). The columns share memory
 * with what was read. Throws UnreadableFile for a file that fits the table in no such way.
 */
export function* readColumns(
  bytes: Uint8Array<ArrayBuffer>,
  specs: readonly ColumnSpec[],
): Generator<ReadRows, void, undefined> {
  const groups = parquetMetadata(bytes.buffer).row_groups.length;
  for (let group = 0; group < groups; group++) {
    const table = readParquet(bytes, { rowGroups: [group], batchSize: MAX_BATCH_ROWS });
    // Taking the stream frees the table.
    for (const batch of tableFromIPC(table.intoIPCStream()).batches) {
      yield { columns: columnsOf(batch, specs), rows: batch.numRows };
    }
  }
}

/** The columns of a batch that the library has read. */
export function columnsOf(batch: RecordBatch, specs: readonly ColumnSpec[]): Column[] {
  return membersOf(batch.data, specs, batch.numRows);
}

function membersOf(struct: Data, specs: readonly ColumnSpec[], rows: number): Column[] {
  if (!DataType.isStruct(struct.type)) throw new UnreadableFile('it has a column of another kind');
  const ids = new Map(
    struct.type.children.map((field, index) => [
      Number(field.metadata.get('PARQUET:field_id') ?? NaN),
      index,
    ]),
  );
  if (ids.has(NaN)) throw new UnreadableFile('its columns have no field ids');
  return specs.map(spec => {
    const index = ids.get(spec.id);
    const data = index === undefined ? undefined : struct.children[index];
    if (data !== undefined) return toColumn(data, spec);
    if (spec.required) throw new UnreadableFile(`it lacks the required column ${JSON.stringify(spec.name)}`);
    const column = createColumn(spec, rows);
    for (let row = 0; row < rows; row++) setNull(column, row);
    return column;
  });
}

function toColumn(data: Data, spec: ColumnSpec): Column {
  const { length, type } = data;
  const column = createColumn({ ...spec, children: [] }, 0);
  const validity =
    data.nullCount === 0 || data.nullBitmap.length === 0
      ? new Uint8Array((length + 7) >> 3).fill(255)
      : data.nullBitmap;
  const base = { ...column, spec, capacity: length, validity };
  const values = data.values as ArrayBufferView | undefined;
  switch (spec.kind) {
    case KIND.struct:
      return { ...base, children: membersOf(data, spec.children, length) };
    case KIND.list: {
      if (!DataType.isList(type)) throw misfit(spec, type);
      const [inner] = data.children;
      const [element] = spec.children;
      if (inner === undefined || element === undefined) throw misfit(spec, type);
      return { ...base, offsets: data.valueOffsets as Int32Array, children: [toColumn(inner, element)] };
    }
    case KIND.map: {
      const [entries] = data.children;
      if (!DataType.isMap(type) || entries === undefined) throw misfit(spec, type);
      return {
        ...base,
        offsets: data.valueOffsets as Int32Array,
        children: membersOf(entries, spec.children, entries.length),
      };
    }
    case KIND.string:
    case KIND.binary:
      if (!DataType.isUtf8(type) && !DataType.isBinary(type)) throw misfit(spec, type);
      return { ...base, offsets: data.valueOffsets as Int32Array, bytes: bytesOf(values) };
    case KIND.boolean:
      if (!DataType.isBool(type)) throw misfit(spec, type);
      return { ...base, bytes: bytesOf(values) };
    case KIND.decimal:
      if (!DataType.isDecimal(type) || type.bitWidth !== 128 || type.scale !== spec.scale)
        throw misfit(spec, type);
      return { ...base, bytes: bytesOf(values) };
    case KIND.uuid:
    case KIND.fixed:
      if (!DataType.isFixedSizeBinary(type) || type.byteWidth !== spec.width) throw misfit(spec, type);
      return { ...base, bytes: bytesOf(values) };
    default:
      return { ...base, ...numbersOf(data, spec) };
  }
}

function numbersOf(data: Data, spec: ColumnSpec): Partial<Column> {
  const { type } = data;
  const values = data.values as ArrayLike<number> & ArrayBufferView;
  switch (spec.kind) {
    case KIND.int:
    case KIND.date:
      if (!(values instanceof Int32Array)) throw misfit(spec, type);
      return { i32: values };
    case KIND.float:
      if (!(values instanceof Float32Array)) throw misfit(spec, type);
      return { f32: values };
    case KIND.double:
      if (values instanceof Float32Array) return { f64: Float64Array.from(values) };
      if (!(values instanceof Float64Array)) throw misfit(spec, type);
      return { f64: values };
    case KIND.long:
      if (values instanceof Int32Array) return halves(BigInt64Array.from(values, BigInt));
      break;
    case KIND.time:
    case KIND.timestamp:
    case KIND.timestamptz: {
      const isTime = DataType.isTime(type) || DataType.isTimestamp(type);
      if (!isTime || type.unit !== TimeUnit.MICROSECOND) throw misfit(spec, type);
      break;
    }
    default:
      throw misfit(spec, type);
  }
  if (!((values as unknown) instanceof BigInt64Array)) throw misfit(spec, type);
  return halves(values as unknown as BigInt64Array);
}

function halves(i64: BigInt64Array): Partial<Column> {
  return { i64, i32: new Int32Array(i64.buffer, i64.byteOffset, i64.length * 2) };
}

function bytesOf(values: ArrayBufferView | undefined): Uint8Array {
  if (values === undefined) return new Uint8Array(0);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function misfit({ name }: ColumnSpec, type: { toString(): string }): UnreadableFile {
  const found = type.toString();
  return new UnreadableFile(`its column ${JSON.stringify(name)} is ${found}`);
}
