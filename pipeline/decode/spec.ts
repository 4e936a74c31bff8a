import { type ColumnSpec, KIND, type Kind } from './column.ts';
import { type IcebergType, type NestedField, primitiveToText } from '../../catalog/iceberg/types.ts';

/** Takes the fields of a table's schema apart for decoding. Throws for a type that format version 2 does not have. */
export function toColumnSpecs(fields: readonly NestedField[]): ColumnSpec[] {
  return fields.map(field => toColumnSpec(field.id, field.name, field.required, field.type));
}

/** The name of a column's type as a person writes it, e.g. `decimal(9,2)`. */
export function kindName(spec: ColumnSpec): string {
  if (spec.kind === KIND.decimal) return `decimal(${spec.precision},${spec.scale})`;
  if (spec.kind === KIND.fixed) return `fixed[${spec.width}]`;
  return NAMES.get(spec.kind) ?? 'unknown';
}

const NAMES: ReadonlyMap<Kind, string> = new Map(Object.entries(KIND).map(([name, kind]) => [kind, name]));

function toColumnSpec(id: number, name: string, required: boolean, type: IcebergType): ColumnSpec {
  // A rule changes no hidden class: the hot loop sees only one.
  const base = { id, name, required, type, precision: 0, scale: 0, width: 0, children: [], rule: undefined };
  switch (type.kind) {
    case 'struct':
      return { ...base, kind: KIND.struct, children: toColumnSpecs(type.fields) };
    case 'list': {
      const element = toColumnSpec(type.elementId, 'element', type.elementRequired, type.element);
      return { ...base, kind: KIND.list, children: [element] };
    }
    case 'map': {
      const key = toColumnSpec(type.keyId, 'key', true, type.key);
      const value = toColumnSpec(type.valueId, 'value', type.valueRequired, type.value);
      return { ...base, kind: KIND.map, children: [key, value] };
    }
    case 'decimal':
      return { ...base, kind: KIND.decimal, precision: type.precision, scale: type.scale, width: 16 };
    case 'fixed':
      return { ...base, kind: KIND.fixed, width: type.length };
    case 'uuid':
      return { ...base, kind: KIND.uuid, width: 16 };
    case 'timestamp_ns':
    case 'timestamptz_ns':
    case 'other':
      throw new Error(
        `Column ${JSON.stringify(name)}: the pipeline cannot write the type ${primitiveToText(type)}.`,
      );
    default:
      return { ...base, kind: KIND[type.kind] };
  }
}
