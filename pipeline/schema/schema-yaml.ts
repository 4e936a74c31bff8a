import { stringify } from 'yaml';
import { type IcebergType, type NestedField, primitiveToText } from '../../catalog/iceberg/types.ts';

/** The `schema:` part of a pipeline file for some columns; reading it gives the same columns. */
export function schemaToYaml(fields: readonly NestedField[]): string {
  return stringify({ schema: fieldsToObject(fields) }, { lineWidth: 0, flowCollectionPadding: true });
}

function fieldsToObject(fields: readonly NestedField[]): object {
  return Object.fromEntries(fields.map(({ name, type, required }) => [name, slotToValue(type, required)]));
}

function slotToValue(type: IcebergType, required: boolean): unknown {
  const value = typeToValue(type);
  if (!required) return value;
  return typeof value === 'string' ? `${value} required` : { type: value, required: true };
}

function typeToValue(type: IcebergType): unknown {
  switch (type.kind) {
    case 'struct':
      return fieldsToObject(type.fields);
    case 'list':
      return [slotToValue(type.element, type.elementRequired)];
    case 'map':
      return { map: { key: typeToValue(type.key), value: slotToValue(type.value, type.valueRequired) } };
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return primitiveToText(type);
  }
}
