import type { IcebergType } from '../../catalog/iceberg/types.ts';
import type { ColumnSpec } from '../decode/column.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import type { ColumnSource } from './column-rule.ts';
import { type Filter, FilterFault, type Operand } from './filter.ts';

/** A place of the record that a condition looks at, without a column of the table. */
export type SourceOperand = Extract<Operand, { kind: 'source' }>;

/** What a place of the record is read as, by what it is compared with. */
export type Wanted = 'string' | 'double' | 'boolean';

/** The columns that a condition needs beside those of the table. Throws FilterFault. */
export function filterSources(filter: Filter): ColumnSpec[] {
  const specs = new Map<string, ColumnSpec>();
  visit(filter, (operand, wanted) => {
    if (operand.kind !== 'source') return;
    const name = sourceColumn(operand, wanted);
    if (specs.has(name)) return;
    const type = typeOf(operand, wanted);
    const cast = ['path', 'key', 'header'].includes(operand.source.kind);
    for (const spec of toColumnSpecs([{ id: 0, name, required: false, type }])) {
      const rule = { column: name, from: operand.source, type, cast, format: undefined, default: undefined };
      specs.set(name, { ...spec, rule: { ...rule, isHidden: true } });
    }
  });
  return [...specs.values()];
}

/** Whether a condition looks at places of the record that are no columns. */
export function looksIntoRecords(filter: Filter): boolean {
  return filterSources(filter).some(({ rule }) => rule?.from.kind === 'path');
}

/** By what a condition finds a column: names have no case, as in SQL, but places of the record have. */
export function filterKey({ name, rule }: ColumnSpec): string {
  return rule?.isHidden === true ? name : name.toLowerCase();
}

/** The name of the column that stands for a place of the record. */
export function sourceColumn({ text }: SourceOperand, wanted: Wanted): string {
  return `${text} as ${wanted}`;
}

/** What an operand is read as beside another. */
export function wantedBeside(other: Operand): Wanted {
  if (other.kind === 'number') return 'double';
  return other.kind === 'boolean' ? 'boolean' : 'string';
}

function visit(filter: Filter, look: (operand: Operand, wanted: Wanted) => void): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      visit(filter.left, look);
      visit(filter.right, look);
      return;
    case 'not':
      visit(filter.of, look);
      return;
    case 'compare':
      look(filter.left, wantedBeside(filter.right));
      look(filter.right, wantedBeside(filter.left));
      return;
    case 'test':
      look(filter.of, 'boolean');
      return;
    default:
      look(filter.of, 'string');
  }
}

function typeOf({ source, at }: SourceOperand, wanted: Wanted): IcebergType {
  const own = metadataType(source);
  if (own?.kind === 'map') throw new FilterFault('Headers are asked for one by one: kafka.headers.name.', at);
  return own === undefined || source.kind === 'key' || source.kind === 'header' ? { kind: wanted } : own;
}

/** The type of what Kafka knows of a record; undefined for a place of its value. */
export function metadataType(source: ColumnSource): IcebergType | undefined {
  switch (source.kind) {
    case 'path':
      return undefined;
    case 'partition':
      return { kind: 'int' };
    case 'offset':
      return { kind: 'long' };
    case 'timestamp':
      return { kind: 'timestamptz' };
    case 'headers':
      return {
        kind: 'map',
        keyId: 0,
        key: { kind: 'string' },
        valueId: 0,
        valueRequired: false,
        value: { kind: 'string' },
      };
    default:
      return { kind: 'string' };
  }
}
