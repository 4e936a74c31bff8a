import type { ColumnReader } from './column-reader.ts';
import type { ResultStore } from './result-store.ts';
import { decimalKey } from './sort-keys.ts';
import { parseMoment } from './time-text.ts';
import { orderingOf, storageOf, type TrinoType } from './trino-type.ts';
import type { FilterOperator, FilterTerm, ResultView } from './view.ts';

/** Whether the value of one row of a column passes. */
type Predicate = (reader: ColumnReader, row: number) => boolean;

/** The rows that pass every filter and hold the searched text, in their own order. Throws when a value is no value of its column's type. */
export function filteredRows(store: ResultStore, { filters, search }: ResultView): Uint32Array {
  const tests = filters.map(term => ({ column: term.column, passes: predicateOf(store, term) }));
  const found = new Uint32Array(store.rowCount);
  const needle = search.toLowerCase();
  let count = 0;
  for (let index = 0; index < store.batchCount(); index++) {
    const batch = store.batch(index);
    const columns = tests.map(({ column, passes }) => ({ reader: batch.column(column), passes }));
    const searched = needle === '' ? [] : store.columns.map((_, c) => batch.column(c));
    for (let row = 0; row < batch.rows; row++) {
      if (!columns.every(({ reader, passes }) => passes(reader, row))) continue;
      if (needle !== '' && !searched.some(reader => contains(reader, row, needle))) continue;
      found[count++] = batch.firstRow + row;
    }
  }
  return found.slice(0, count);
}

function contains(reader: ColumnReader, row: number, needle: string): boolean {
  return reader.text(row)?.toLowerCase().includes(needle) ?? false;
}

function predicateOf(store: ResultStore, term: FilterTerm): Predicate {
  const type = store.types[term.column];
  if (type === undefined) throw new RangeError(`The result has no column ${term.column}.`);
  const wanted = term.value.toLowerCase();
  switch (term.operator) {
    case 'is null':
      return (reader, row) => reader.isNull(row);
    case 'is not null':
      return (reader, row) => !reader.isNull(row);
    case 'contains':
      return (reader, row) => contains(reader, row, wanted);
    case 'does not contain':
      return (reader, row) => !reader.isNull(row) && !contains(reader, row, wanted);
    case 'starts with':
      return (reader, row) => reader.text(row)?.toLowerCase().startsWith(wanted) ?? false;
    default:
      return comparison(type, term.operator, {
        name: store.columns[term.column]?.name ?? '',
        value: term.value,
      });
  }
}

type Comparison = Exclude<
  FilterOperator,
  'is null' | 'is not null' | 'contains' | 'does not contain' | 'starts with'
>;

const OUTCOMES: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
};

/** NULL passes no comparison, as in SQL. */
function comparison(
  type: TrinoType,
  operator: Comparison,
  operand: { name: string; value: string },
): Predicate {
  const isWanted = OUTCOMES[operator];
  const compare = comparerOf(type, operand);
  return (reader, row) => !reader.isNull(row) && isWanted(compare(reader, row));
}

function comparerOf(
  type: TrinoType,
  { name, value }: { name: string; value: string },
): (reader: ColumnReader, row: number) => number {
  const refuse = (): never => {
    throw new Error(`"${value}" is no ${type.base} value: correct the filter of the column "${name}".`);
  };
  switch (orderingOf(type)) {
    case 'number': {
      if (type.base === 'boolean')
        return (reader, row) => order(reader.text(row) ?? '', value.trim().toLowerCase());
      if (storageOf(type) === 'int64' && /^\s*[+-]?\d+\s*$/.test(value)) {
        const wanted = BigInt(value.trim().replace('+', ''));
        return (reader, row) => order(reader.integer(row), wanted);
      }
      const wanted = value.trim() === '' ? refuse() : Number(value);
      if (Number.isNaN(wanted) && value.trim() !== 'NaN') return refuse();
      return (reader, row) => order(reader.number(row), wanted);
    }
    case 'decimal': {
      const wanted = scaled(value.trim(), type.numbers[1] ?? 0) ?? refuse();
      return (reader, row) => order(decimalKey(reader.text(row) ?? '0') * wanted.factor, wanted.key);
    }
    case 'time': {
      const wanted = parseMoment(value.trim()) ?? refuse();
      return (reader, row) => {
        const moment = parseMoment(reader.text(row) ?? '') ?? wanted;
        return order(moment.seconds, wanted.seconds) || order(moment.picoseconds, wanted.picoseconds);
      };
    }
    case 'bytes':
    case 'text':
      return (reader, row) => order(reader.text(row) ?? '', value);
  }
}

/** A decimal operand as an integer at its own or the column's scale, whichever is finer. */
function scaled(value: string, scale: number): { key: bigint; factor: bigint } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(value);
  if (match === null || `${match[2] ?? ''}${match[3] ?? ''}` === '') return undefined;
  const fraction = match[3] ?? '';
  const digits = Math.max(scale, fraction.length);
  const key = BigInt(`${match[2] ?? ''}${fraction.padEnd(digits, '0')}`);
  return { key: match[1] === '-' ? -key : key, factor: 10n ** BigInt(digits - scale) };
}

function order<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
