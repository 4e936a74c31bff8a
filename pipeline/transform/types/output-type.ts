import type { IcebergType, NestedField } from '../../../catalog/iceberg/types.ts';
import { asElement, objectType } from './type-text.ts';

/** The type of the rows that fit some columns, as the function of a transform may return them; `isOpen`: with other members, too. */
export function outputType(
  fields: readonly NestedField[],
  { indent = '', isOpen = false }: { readonly indent?: string; readonly isOpen?: boolean } = {},
): string {
  const members = fields.map(({ name, required, type }) => ({
    name,
    isOptional: !required,
    type: orNothing(valueType(type, `${indent}  `), required),
  }));
  return isOpen ? `${objectType(members, indent)} & Record<string, unknown>` : objectType(members, indent);
}

function valueType(type: IcebergType, indent: string): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'long':
      return 'number | bigint';
    case 'float':
    case 'double':
      return 'number | bigint | ExactDecimal';
    case 'decimal':
      return 'number | bigint | string | ExactDecimal';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'string | Date';
    case 'binary':
    case 'fixed':
      return 'string | Uint8Array';
    case 'struct':
      return outputType(type.fields, { indent });
    case 'list':
      return `readonly ${asElement(orNull(valueType(type.element, indent), type.elementRequired))}[]`;
    case 'map': {
      const value = orNull(valueType(type.value, indent), type.valueRequired);
      const key = keyType(type.key);
      return `Readonly<Record<string, ${value}>> | ReadonlyMap<${key}, ${value}>`;
    }
    default:
      return 'string';
  }
}

/** The keys of a `Map`; those of an object are texts. */
function keyType({ kind }: IcebergType): string {
  if (kind === 'boolean') return 'string | boolean';
  if (kind === 'timestamptz') return 'string | Date';
  return NUMBERS.has(kind) ? 'string | number | bigint' : 'string';
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'float', 'double', 'decimal']);

function orNothing(type: string, required: boolean): string {
  return required ? type : `${type} | null | undefined`;
}

function orNull(type: string, required: boolean): string {
  return required ? type : `${type} | null`;
}
