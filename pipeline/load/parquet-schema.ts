import { DataType, type Field, Precision, TimeUnit, tableFromIPC } from 'apache-arrow';
import { openAsBlob } from 'node:fs';
import { ParquetFile } from 'parquet-wasm';
import type { IcebergType, NestedField } from '../../catalog/iceberg/types.ts';

export interface ParquetOutline {
  readonly fields: readonly NestedField[];
  readonly rows: number;
  /** What does not come over as it is. */
  readonly remarks: readonly string[];
}

/** The columns of a Parquet file as Iceberg types, and its number of rows; reads the footer only. */
export async function readParquetOutline(file: string): Promise<ParquetOutline> {
  const parquet = await ParquetFile.fromFile(await openAsBlob(file));
  try {
    const remarks: string[] = [];
    const { schema } = tableFromIPC(parquet.schema().intoIPCStream());
    const fields = schema.fields.flatMap(field => toField(field, '', remarks));
    const metadata = parquet.metadata();
    return { fields, rows: metadata.fileMetadata().numRows(), remarks };
  } finally {
    parquet.free();
  }
}

/** None for a type that has no counterpart here; a remark says so. */
function toField(field: Field, parent: string, remarks: string[]): NestedField[] {
  const path = parent === '' ? field.name : `${parent}.${field.name}`;
  const type = toIcebergType(field.type as DataType, path, remarks);
  if (type === undefined) {
    remarks.push(`${path} has a type that cannot be written yet: it is left out.`);
    return [];
  }
  // Whatever a file says: a table that refuses null refuses rows that come later.
  return [{ id: 0, name: field.name, required: false, type }];
}

/** Iceberg has no unsigned and no small integers: the next larger type holds them. */
function toIcebergType(type: DataType, path: string, remarks: string[]): IcebergType | undefined {
  if (DataType.isInt(type)) return integerType(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type)) return { kind: type.precision === Precision.DOUBLE ? 'double' : 'float' };
  if (DataType.isBool(type)) return { kind: 'boolean' };
  if (DataType.isDecimal(type)) return { kind: 'decimal', precision: type.precision, scale: type.scale };
  if (DataType.isDate(type)) return { kind: 'date' };
  if (DataType.isTime(type)) return { kind: 'time' };
  if (DataType.isTimestamp(type)) {
    if (type.unit === TimeUnit.NANOSECOND)
      remarks.push(
        `${path} has nanoseconds; Iceberg keeps microseconds, and rows with more digits are refused.`,
      );
    return { kind: type.timezone == null ? 'timestamp' : 'timestamptz' };
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { kind: 'string' };
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return { kind: 'binary' };
  if (DataType.isFixedSizeBinary(type)) return { kind: 'fixed', length: type.byteWidth };
  if (DataType.isDictionary(type)) return toIcebergType(type.dictionary as DataType, path, remarks);
  if (DataType.isList(type)) {
    const element = toIcebergType(type.valueType as DataType, `${path}[]`, remarks);
    return element && { kind: 'list', elementId: 0, elementRequired: false, element };
  }
  if (!DataType.isStruct(type)) return undefined;
  const fields = type.children.flatMap(child => toField(child, path, remarks));
  return fields.length === 0 ? undefined : { kind: 'struct', fields };
}

function integerType(bits: number, isSigned: boolean): IcebergType {
  if (bits < 32 || (bits === 32 && isSigned)) return { kind: 'int' };
  return bits === 32 || isSigned ? { kind: 'long' } : { kind: 'decimal', precision: 20, scale: 0 };
}
