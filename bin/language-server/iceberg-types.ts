import type { IcebergType } from '../../catalog/iceberg/types.ts';

/** The type that Trino shows for a type of Iceberg. */
export function icebergToTrino(type: IcebergType): string {
  switch (type.kind) {
    case 'struct':
      return `row(${type.fields.map(field => `${rowName(field.name)} ${icebergToTrino(field.type)}`).join(', ')})`;
    case 'list':
      return `array(${icebergToTrino(type.element)})`;
    case 'map':
      return `map(${icebergToTrino(type.key)}, ${icebergToTrino(type.value)})`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'fixed':
      return 'varbinary';
    default:
      return SIMPLE[type.kind] ?? type.kind;
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  int: 'integer',
  long: 'bigint',
  float: 'real',
  string: 'varchar',
  binary: 'varbinary',
  time: 'time(6)',
  timestamp: 'timestamp(6)',
  timestamptz: 'timestamp(6) with time zone',
  timestamp_ns: 'timestamp(9)',
  timestamptz_ns: 'timestamp(9) with time zone',
};

function rowName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
