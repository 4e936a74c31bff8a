import { type AvroSchema, SAFE_PROTOTYPE_NAME } from './avro.ts';
import type { TypedPartitionField } from './partition.ts';
import type { PrimitiveType } from './types.ts';

/** The Avro schema of a manifest of format version 2 for the given partition fields; ids as the specification gives them. */
export function manifestSchema(partitionFields: readonly TypedPartitionField[]): AvroSchema {
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      required(0, 'status', 'int'),
      nullable(1, 'snapshot_id', 'long'),
      nullable(3, 'sequence_number', 'long'),
      nullable(4, 'file_sequence_number', 'long'),
      required(2, 'data_file', dataFileSchema(partitionFields)),
    ],
  };
}

/** The Avro schema of a manifest list of format version 2. */
export const MANIFEST_LIST_SCHEMA: AvroSchema = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required(500, 'manifest_path', 'string'),
    required(501, 'manifest_length', 'long'),
    required(502, 'partition_spec_id', 'int'),
    required(517, 'content', 'int'),
    required(515, 'sequence_number', 'long'),
    required(516, 'min_sequence_number', 'long'),
    required(503, 'added_snapshot_id', 'long'),
    required(504, 'added_files_count', 'int'),
    required(505, 'existing_files_count', 'int'),
    required(506, 'deleted_files_count', 'int'),
    required(512, 'added_rows_count', 'long'),
    required(513, 'existing_rows_count', 'long'),
    required(514, 'deleted_rows_count', 'long'),
    nullable(507, 'partitions', {
      type: 'array',
      'element-id': 508,
      items: {
        type: 'record',
        name: 'r508',
        fields: [
          required(509, 'contains_null', 'boolean'),
          nullable(518, 'contains_nan', 'boolean'),
          nullable(510, 'lower_bound', 'bytes'),
          nullable(511, 'upper_bound', 'bytes'),
        ],
      },
    }),
    nullable(519, 'key_metadata', 'bytes'),
  ],
};

/**
 * A name that Avro allows for any field name, made as Iceberg's Java library makes it: other characters become `_x` and
 * their hexadecimal code, a leading digit gets an underscore before it. `__proto__` is renamed too: readers go by the field's id.
 */
export function avroName(name: string): string {
  const body = name.replaceAll(
    /[^A-Za-z0-9_]/g,
    character => `_x${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (body === '__proto__') return SAFE_PROTOTYPE_NAME;
  return /^[A-Za-z_]/.test(body) ? body : `_${body}`;
}

/** The bytes that a decimal of this precision needs as an Avro fixed. */
export function decimalFixedLength(precision: number): number {
  let length = 1;
  while (2n ** BigInt(length * 8 - 1) <= 10n ** BigInt(precision) - 1n) length += 1;
  return length;
}

function dataFileSchema(partitionFields: readonly TypedPartitionField[]): AvroSchema {
  return {
    type: 'record',
    name: 'r2',
    fields: [
      required(134, 'content', 'int'),
      required(100, 'file_path', 'string'),
      required(101, 'file_format', 'string'),
      required(102, 'partition', {
        type: 'record',
        name: 'r102',
        fields: partitionFields.map(partitionField),
      }),
      required(103, 'record_count', 'long'),
      required(104, 'file_size_in_bytes', 'long'),
      nullable(108, 'column_sizes', columnMap(117, 118, 'long')),
      nullable(109, 'value_counts', columnMap(119, 120, 'long')),
      nullable(110, 'null_value_counts', columnMap(121, 122, 'long')),
      nullable(137, 'nan_value_counts', columnMap(138, 139, 'long')),
      nullable(125, 'lower_bounds', columnMap(126, 127, 'bytes')),
      nullable(128, 'upper_bounds', columnMap(129, 130, 'bytes')),
      nullable(131, 'key_metadata', 'bytes'),
      nullable(132, 'split_offsets', { type: 'array', 'element-id': 133, items: 'long' }),
      nullable(135, 'equality_ids', { type: 'array', 'element-id': 136, items: 'int' }),
      nullable(140, 'sort_order_id', 'int'),
    ],
  };
}

function partitionField(field: TypedPartitionField): AvroSchema {
  return nullable(field.fieldId, avroName(field.name), primitiveSchema(field.resultType, field.fieldId));
}

/** `id` keeps the names of fixed types apart: Avro allows each name once. */
function primitiveSchema(type: PrimitiveType, id: number): AvroSchema {
  switch (type.kind) {
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'string':
      return type.kind;
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'time':
      return { type: 'long', logicalType: 'time-micros' };
    case 'timestamp':
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': type.kind === 'timestamptz' };
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {
        type: 'long',
        logicalType: 'timestamp-nanos',
        'adjust-to-utc': type.kind === 'timestamptz_ns',
      };
    case 'uuid':
      return { type: 'fixed', name: `uuid_${id}`, size: 16, logicalType: 'uuid' };
    case 'fixed':
      return { type: 'fixed', name: `fixed_${id}`, size: type.length };
    case 'decimal': {
      const { precision, scale } = type;
      const size = decimalFixedLength(precision);
      return { type: 'fixed', name: `decimal_${id}`, size, logicalType: 'decimal', precision, scale };
    }
    case 'binary':
    case 'other':
      return 'bytes';
  }
}

function required(id: number, name: string, type: AvroSchema): AvroSchema {
  return { name, type, 'field-id': id };
}

function nullable(id: number, name: string, type: AvroSchema): AvroSchema {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** A map with integer keys, which Avro has only as an array of pairs. */
function columnMap(keyId: number, valueId: number, value: 'long' | 'bytes'): AvroSchema {
  return {
    type: 'array',
    logicalType: 'map',
    items: {
      type: 'record',
      name: `k${keyId}_v${valueId}`,
      fields: [required(keyId, 'key', 'int'), required(valueId, 'value', value)],
    },
  };
}
