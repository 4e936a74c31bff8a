import { compareValues, type IcebergValue } from '../../catalog/iceberg/value.ts';
import { applyTransform } from '../../catalog/iceberg/transforms.ts';
import type { SortField } from '../../catalog/iceberg/sort-order.ts';
import { type Column, type ColumnSpec, KIND } from '../decode/column.ts';
import { icebergValueAt } from './partition-rows.ts';

/** The numbers of the first `rows` rows in the order of a table's sort order; equal rows stay as they are. */
export function sortedRows(
  columns: readonly Column[],
  rows: number,
  fields: readonly SortField[],
): Int32Array {
  const keys = fields.map(field => keyReader(columns, rows, field));
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  return order.sort((left, right) => {
    for (const compare of keys) {
      const difference = compare(left, right);
      if (difference !== 0) return difference;
    }
    return left - right;
  });
}

/** Whether every field of a sort order can be computed from these columns. */
export function canSortBy(specs: readonly ColumnSpec[], fields: readonly SortField[]): boolean {
  return fields.every(({ sourceId, transform }) => {
    const spec = specs.find(candidate => candidate.id === sourceId);
    const isNested = spec?.kind === KIND.struct || spec?.kind === KIND.list || spec?.kind === KIND.map;
    return spec !== undefined && !isNested && transform.kind !== 'other';
  });
}

type Comparison = (left: number, right: number) => number;

/** Values are computed once for each row, so that the sort itself only compares. */
function keyReader(columns: readonly Column[], rows: number, field: SortField): Comparison {
  const column = columns.find(({ spec }) => spec.id === field.sourceId);
  if (column === undefined)
    throw new Error(`No column of the schema has the id ${field.sourceId} to sort by.`);
  const { type } = column.spec;
  if (type.kind === 'struct' || type.kind === 'list' || type.kind === 'map')
    throw new TypeError(`Rows cannot be sorted by the nested column ${column.spec.name}.`);
  const keys = Array.from({ length: rows }, (_, row) =>
    applyTransform(field.transform, type, icebergValueAt(column, row)),
  );
  const nulls = field.nullOrder === 'nulls-first' ? -1 : 1;
  const direction = field.direction === 'asc' ? 1 : -1;
  return (left, right) => {
    const [a, b] = [keys[left] ?? null, keys[right] ?? null];
    if (a === null || b === null) return a === b ? 0 : a === null ? nulls : -nulls;
    return direction * compareKeys(a, b);
  };
}

/** Specification, "Sorting": −NaN < −Infinity … −0 < 0 … Infinity < NaN. */
function compareKeys(a: IcebergValue, b: IcebergValue): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return compareValues(a, b);
}
