import { stringify } from 'yaml';
import { type IcebergType, type NestedField, primitiveToText } from '../../catalog/iceberg/types.ts';

/** The `schema:` part of a pipeline file for some columns; reading it gives the same columns. */
export function schemaToYaml(fields: readonly NestedField[]): string {
  return stringify({ schema: fieldsToObject(fields) }, { lineWidth: 0, flowCollectionPadding: true });
}

function fieldsToObject(fields: readonly NestedField[]): object {
  const entries = fields.map(({ name, type, required }) => {
    const value = typeToValue(type);
    return [name, required && typeof value === 'string' ? `${value} required` : value] as const;
  });
  return Object.fromEntries(entries);
}

function typeToValue(type: IcebergType): unknown {
  switch (type.kind) {
    case 'struct':
      return fieldsToObject(type.fields);
    case 'list':
      return [typeToValue(type.element)];
    case 'map':
      return { map: { key: typeToValue(type.key), value: typeToValue(type.value) } };
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return primitiveToText(type);
  }
}
