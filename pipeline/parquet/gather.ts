import {
  type Column,
  createColumn,
  growBytes,
  growColumn,
  isValid,
  KIND,
  setNull,
  setValid,
} from '../decode/column.ts';

/** Copies the given rows of some columns, in that order, into new columns. */
export function gatherRows(columns: readonly Column[], rows: Int32Array): Column[] {
  return columns.map(column => {
    const target = createColumn(column.spec, Math.max(1, rows.length));
    rows.forEach((from, to) => copyValue(column, from, target, to));
    return target;
  });
}

/** Copies one value, whatever its type, as row `to` of a column with the same type. */
export function copyValue(source: Column, from: number, target: Column, to: number): void {
  growColumn(target, to + 1);
  if (!isValid(source, from)) {
    setNull(target, to);
    return;
  }
  const { kind, width } = source.spec;
  switch (kind) {
    case KIND.boolean: {
      const bit = ((source.bytes[from >> 3] ?? 0) >> (from & 7)) & 1;
      const others = (target.bytes[to >> 3] ?? 0) & ~(1 << (to & 7));
      target.bytes[to >> 3] = others | (bit << (to & 7));
      break;
    }
    case KIND.int:
    case KIND.date:
      target.i32[to] = source.i32[from] ?? 0;
      break;
    case KIND.float:
      target.f32[to] = source.f32[from] ?? 0;
      break;
    case KIND.double:
      target.f64[to] = source.f64[from] ?? 0;
      break;
    case KIND.decimal:
    case KIND.uuid:
    case KIND.fixed:
      target.bytes.set(source.bytes.subarray(from * width, (from + 1) * width), to * width);
      break;
    case KIND.string:
    case KIND.binary:
      copyBytes(source, from, target, to);
      break;
    case KIND.struct:
      copyChildren(source, target, [[from, to]]);
      break;
    case KIND.list:
    case KIND.map:
      copyElements(source, from, target, to);
      break;
    default:
      target.i32[to * 2] = source.i32[from * 2] ?? 0;
      target.i32[to * 2 + 1] = source.i32[from * 2 + 1] ?? 0;
  }
  setValid(target, to);
}

function copyBytes(source: Column, from: number, target: Column, to: number): void {
  const piece = source.bytes.subarray(source.offsets[from] ?? 0, source.offsets[from + 1] ?? 0);
  const start = target.offsets[to] ?? 0;
  growBytes(target, start, piece.length).set(piece, start);
  target.offsets[to + 1] = start + piece.length;
}

function copyElements(source: Column, from: number, target: Column, to: number): void {
  const begin = source.offsets[from] ?? 0;
  const count = (source.offsets[from + 1] ?? 0) - begin;
  const start = target.offsets[to] ?? 0;
  const pairs = Array.from({ length: count }, (_, i): [number, number] => [begin + i, start + i]);
  copyChildren(source, target, pairs);
  target.offsets[to + 1] = start + count;
}

function copyChildren(source: Column, target: Column, pairs: readonly (readonly [number, number])[]): void {
  source.children.forEach((child, index) => {
    const into = target.children[index];
    if (into === undefined)
      throw new Error(`Column ${target.spec.name} lacks the column ${child.spec.name}.`);
    for (const [from, to] of pairs) copyValue(child, from, into, to);
  });
}
