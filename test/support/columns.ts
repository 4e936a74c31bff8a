import { type Column, decimalAt, isValid, KIND } from '../../pipeline/decode/column.ts';

/** The value of a row as a plain JavaScript value: what an independent look at the arrays finds there. */
export function valueAt(column: Column, row: number): unknown {
  if (!isValid(column, row)) return null;
  const { kind, width } = column.spec;
  const [start, end] = [column.offsets[row] ?? 0, column.offsets[row + 1] ?? 0];
  switch (kind) {
    case KIND.boolean:
      return ((column.bytes[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
    case KIND.int:
    case KIND.date:
      return column.i32[row];
    case KIND.float:
      return column.f32[row];
    case KIND.double:
      return column.f64[row];
    case KIND.decimal:
      return decimalAt(column, row);
    case KIND.string:
      return Buffer.from(column.bytes.subarray(start, end)).toString('utf8');
    case KIND.binary:
      return Buffer.from(column.bytes.subarray(start, end)).toString('hex');
    case KIND.uuid:
    case KIND.fixed:
      return Buffer.from(column.bytes.subarray(row * width, (row + 1) * width)).toString('hex');
    case KIND.struct:
      return Object.fromEntries(column.children.map(child => [child.spec.name, valueAt(child, row)]));
    case KIND.list:
      return range(start, end).map(i => valueAt(column.children[0]!, i)); // A list has one child.
    case KIND.map:
      // A map has two children.
      return range(start, end).map(i => [valueAt(column.children[0]!, i), valueAt(column.children[1]!, i)]);
    default:
      return column.i64[row];
  }
}

/** Every row of some columns, each as an object. */
export function rowsOf(columns: readonly Column[], rows: number): Record<string, unknown>[] {
  return range(0, rows).map(row =>
    Object.fromEntries(columns.map(column => [column.spec.name, valueAt(column, row)])),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
