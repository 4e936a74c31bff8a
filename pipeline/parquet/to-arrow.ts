import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeBinary,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { type Column, type ColumnSpec, countNulls, KIND } from '../decode/column.ts';

/** Looks at the first `rows` rows of typed columns as an Arrow batch: nothing is copied. Field ids travel in the fields' metadata. */
export function toRecordBatch(columns: readonly Column[], rows: number): RecordBatch {
  const fields = columns.map(column => toField(column.spec));
  const children = columns.map(column => toData(column, rows));
  const type = new Struct(fields);
  return new RecordBatch(new Schema(fields), makeData({ type, length: rows, nullCount: 0, children }));
}

function toField(spec: ColumnSpec): Field {
  const metadata = new Map([['PARQUET:field_id', String(spec.id)]]);
  return new Field(spec.name, toType(spec), !spec.required, metadata);
}

function toType(spec: ColumnSpec): DataType {
  const [first, second] = spec.children;
  switch (spec.kind) {
    case KIND.boolean:
      return new Bool();
    case KIND.int:
      return new Int32();
    case KIND.long:
      return new Int64();
    case KIND.float:
      return new Float32();
    case KIND.double:
      return new Float64();
    case KIND.decimal:
      return new Decimal(spec.scale, spec.precision, 128);
    case KIND.date:
      return new DateDay();
    case KIND.time:
      return new TimeMicrosecond();
    case KIND.timestamp:
      return new TimestampMicrosecond();
    case KIND.timestamptz:
      return new TimestampMicrosecond('UTC');
    case KIND.string:
      return new Utf8();
    case KIND.binary:
      return new Binary();
    case KIND.uuid:
    case KIND.fixed:
      return new FixedSizeBinary(spec.width);
    case KIND.struct:
      return new Struct(spec.children.map(toField));
    case KIND.list:
      return new List(toField(childOf(spec, first)));
    case KIND.map: {
      const entries = new Struct([toField(childOf(spec, first)), toField(childOf(spec, second))]);
      return new Map_(
        new Field('key_value', entries, false) as Field<Struct<{ key: DataType; value: DataType }>>,
      );
    }
  }
}

function toData(column: Column, length: number): Data {
  const { spec, i32, i64, f32, f64, offsets, bytes, children } = column;
  const nullCount = countNulls(column, length);
  const nullBitmap = nullCount === 0 ? undefined : column.validity.subarray(0, (length + 7) >> 3);
  const type = toType(spec);
  const valueOffsets = offsets.subarray(0, length + 1);
  const inner = offsets[length] ?? 0;
  const base = { type, length, nullCount, nullBitmap };
  switch (spec.kind) {
    case KIND.struct:
      return build({ ...base, children: children.map(child => toData(child, length)) });
    case KIND.list:
      return build({ ...base, valueOffsets, child: toData(childOf(spec, children[0]), inner) });
    case KIND.map: {
      const entries = children.map(child => toData(child, inner));
      const entryType = new Struct(spec.children.map(toField));
      const child = makeData({ type: entryType, length: inner, nullCount: 0, children: entries });
      return build({ ...base, valueOffsets, child });
    }
    case KIND.string:
    case KIND.binary:
      return build({ ...base, valueOffsets, data: bytes.subarray(0, inner) });
    case KIND.boolean:
      return build({ ...base, data: bytes.subarray(0, (length + 7) >> 3) });
    case KIND.decimal:
      return build({ ...base, data: new Uint32Array(bytes.buffer, bytes.byteOffset, length * 4) });
    case KIND.uuid:
    case KIND.fixed:
      return build({ ...base, data: bytes.subarray(0, length * spec.width) });
    case KIND.float:
      return build({ ...base, data: f32.subarray(0, length) });
    case KIND.double:
      return build({ ...base, data: f64.subarray(0, length) });
    case KIND.int:
    case KIND.date:
      return build({ ...base, data: i32.subarray(0, length) });
    default:
      return build({ ...base, data: i64.subarray(0, length) });
  }
}

/** `makeData` chooses by the type at run time, which its overloads cannot follow for a type known only here. */
function build(parts: { readonly type: DataType; readonly length: number } & Record<string, unknown>): Data {
  return (makeData as (props: unknown) => Data)(parts);
}

function childOf<T>(spec: ColumnSpec, child: T | undefined): T {
  if (child === undefined) throw new Error(`Column ${spec.name} lacks the type of what it holds.`);
  return child;
}
