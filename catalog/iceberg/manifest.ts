import { type AvroFile, type AvroRecord, readAvroFile, writeAvroFile } from './avro.ts';
import {
  type AvroField,
  avroToValue,
  type FieldFinder,
  findFields,
  present,
  recordFields,
  toBuffer,
  withoutNull,
} from './avro-fields.ts';
import { avroName, decimalFixedLength, manifestSchema } from './avro-schema.ts';
import { bigintToFixedBytes, uuidToBytes } from './bounds.ts';
import type { ManifestFile } from './manifest-list.ts';
import { partitionFieldsToJson, type TypedPartitionField } from './partition.ts';
import { type Schema, schemaToJson } from './schema.ts';
import { stringifyJson } from '../json.ts';
import type { IcebergValue } from './value.ts';

/** What one file of a table is and holds (specification, "Manifests"). Maps are by field id of the column. */
export interface DataFile {
  readonly content: 'data' | 'position-deletes' | 'equality-deletes';
  readonly filePath: string;
  /** `PARQUET`, `ORC` or `AVRO`. */
  readonly fileFormat: string;
  /** One value per field of the partition spec, in its order. */
  readonly partition: readonly (IcebergValue | null)[];
  readonly recordCount: bigint;
  /** Exact: readers look for the footer by it. */
  readonly fileSizeInBytes: bigint;
  readonly columnSizes?: ReadonlyMap<number, bigint>;
  readonly valueCounts?: ReadonlyMap<number, bigint>;
  readonly nullValueCounts?: ReadonlyMap<number, bigint>;
  readonly nanValueCounts?: ReadonlyMap<number, bigint>;
  /** Serialized by `encodeBound`. */
  readonly lowerBounds?: ReadonlyMap<number, Uint8Array>;
  readonly upperBounds?: ReadonlyMap<number, Uint8Array>;
  readonly keyMetadata?: Uint8Array;
  readonly splitOffsets?: readonly bigint[];
  readonly equalityIds?: readonly number[];
  readonly sortOrderId?: number;
}

/** A file in a manifest (Iceberg specification, "Manifests"); numbers that it leaves out are those of its list. */
export interface ManifestEntry {
  readonly status: 'existing' | 'added' | 'deleted';
  /** Absent in a new manifest: inherited from the manifest list, so that a commit can be tried again without rewriting. */
  readonly snapshotId?: bigint;
  readonly sequenceNumber?: bigint;
  readonly fileSequenceNumber?: bigint;
  readonly dataFile: DataFile;
}

export interface ManifestContent {
  readonly schema: Schema;
  readonly specId: number;
  readonly partitionFields: readonly TypedPartitionField[];
  readonly content: 'data' | 'deletes';
  readonly entries: readonly ManifestEntry[];
}

/** Writes a manifest of format version 2. */
export function writeManifest(manifest: ManifestContent): Uint8Array {
  return writeAvroFile({
    schema: manifestSchema(manifest.partitionFields),
    metadata: {
      schema: stringifyJson(schemaToJson(manifest.schema)),
      'schema-id': `${manifest.schema.schemaId}`,
      'partition-spec': stringifyJson(partitionFieldsToJson(manifest.partitionFields)),
      'partition-spec-id': `${manifest.specId}`,
      'format-version': '2',
      content: manifest.content,
    },
    records: manifest.entries.map(entry => entryToRecord(entry, manifest.partitionFields)),
  });
}

export interface ReadManifest {
  readonly specId: number;
  readonly content: 'data' | 'deletes';
  readonly entries: readonly ManifestEntry[];
}

/**
 * Reads a manifest of format version 1 or 2 by whatever writer. With `inherit`, entries that leave their snapshot and
 * sequence numbers to the manifest list get them from there (specification, "Sequence Number Inheritance").
 */
export function readManifest(bytes: Uint8Array, inherit?: ManifestFile): ReadManifest {
  const file = readAvroFile(bytes);
  const read = entryReader(file);
  return {
    specId: Number(file.metadata.get('partition-spec-id') ?? inherit?.partitionSpecId ?? 0),
    content: file.metadata.get('content') === 'deletes' ? 'deletes' : 'data',
    entries: file.records.map(record => {
      const entry = read(record);
      return inherit === undefined ? entry : inheritNumbers(entry, inherit);
    }),
  };
}

const STATUSES = ['existing', 'added', 'deleted'] as const;
const CONTENTS = ['data', 'position-deletes', 'equality-deletes'] as const;

function inheritNumbers(entry: ManifestEntry, manifest: ManifestFile): ManifestEntry {
  const isInherited =
    entry.sequenceNumber === undefined && (entry.status === 'added' || manifest.sequenceNumber === 0n);
  return {
    ...entry,
    snapshotId: entry.snapshotId ?? manifest.addedSnapshotId,
    ...(isInherited ? { sequenceNumber: manifest.sequenceNumber } : {}),
    ...(isInherited && entry.fileSequenceNumber === undefined
      ? { fileSequenceNumber: manifest.sequenceNumber }
      : {}),
  };
}

function entryReader(file: AvroFile): (record: AvroRecord) => ManifestEntry {
  const entries = findFields(file.schema);
  const dataFileSchema = entries.schemaOf(2, 'data_file') ?? null;
  const files = findFields(dataFileSchema);
  const partitionFields = recordFields(files.schemaOf(102, 'partition'));
  return record => ({
    status: STATUSES[entries.get(record, 0, 'status') as number] ?? 'existing',
    ...present('snapshotId', entries.get(record, 1, 'snapshot_id') as bigint | undefined),
    ...present('sequenceNumber', entries.get(record, 3, 'sequence_number') as bigint | undefined),
    ...present('fileSequenceNumber', entries.get(record, 4, 'file_sequence_number') as bigint | undefined),
    dataFile: readDataFile(files, partitionFields, entries.get(record, 2, 'data_file') as AvroRecord),
  });
}

function readDataFile(
  files: FieldFinder,
  partitionFields: readonly AvroField[],
  record: AvroRecord,
): DataFile {
  const get = <T>(id: number, name: string): T | undefined => files.get(record, id, name) as T | undefined;
  const partition = get<AvroRecord>(102, 'partition') ?? {};
  return {
    content: CONTENTS[get<number>(134, 'content') ?? 0] ?? 'data',
    filePath: get(100, 'file_path') ?? '',
    fileFormat: (get<string>(101, 'file_format') ?? '').toUpperCase(),
    partition: partitionFields.map(field =>
      avroToValue(withoutNull(field.raw['type']), partition[field.name]),
    ),
    recordCount: get(103, 'record_count') ?? 0n,
    fileSizeInBytes: get(104, 'file_size_in_bytes') ?? 0n,
    ...present('columnSizes', readColumnMap<bigint>(get(108, 'column_sizes'))),
    ...present('valueCounts', readColumnMap<bigint>(get(109, 'value_counts'))),
    ...present('nullValueCounts', readColumnMap<bigint>(get(110, 'null_value_counts'))),
    ...present('nanValueCounts', readColumnMap<bigint>(get(137, 'nan_value_counts'))),
    ...present('lowerBounds', readColumnMap<Uint8Array>(get(125, 'lower_bounds'))),
    ...present('upperBounds', readColumnMap<Uint8Array>(get(128, 'upper_bounds'))),
    ...present('keyMetadata', get<Uint8Array>(131, 'key_metadata')),
    ...present('splitOffsets', get<bigint[]>(132, 'split_offsets')),
    ...present('equalityIds', get<number[]>(135, 'equality_ids')),
    ...present('sortOrderId', get<number>(140, 'sort_order_id')),
  };
}

function entryToRecord(entry: ManifestEntry, partitionFields: readonly TypedPartitionField[]): AvroRecord {
  const { dataFile } = entry;
  return {
    status: STATUSES.indexOf(entry.status),
    snapshot_id: entry.snapshotId ?? null,
    sequence_number: entry.sequenceNumber ?? null,
    file_sequence_number: entry.fileSequenceNumber ?? null,
    data_file: {
      content: CONTENTS.indexOf(dataFile.content),
      file_path: dataFile.filePath,
      file_format: dataFile.fileFormat,
      partition: Object.fromEntries(
        partitionFields.map((field, index) => [
          avroName(field.name),
          valueToAvro(field, dataFile.partition[index] ?? null),
        ]),
      ),
      record_count: dataFile.recordCount,
      file_size_in_bytes: dataFile.fileSizeInBytes,
      column_sizes: columnMapToRecords(dataFile.columnSizes),
      value_counts: columnMapToRecords(dataFile.valueCounts),
      null_value_counts: columnMapToRecords(dataFile.nullValueCounts),
      nan_value_counts: columnMapToRecords(dataFile.nanValueCounts),
      lower_bounds: columnMapToRecords(dataFile.lowerBounds, toBuffer),
      upper_bounds: columnMapToRecords(dataFile.upperBounds, toBuffer),
      key_metadata: dataFile.keyMetadata === undefined ? null : toBuffer(dataFile.keyMetadata),
      split_offsets: dataFile.splitOffsets ?? null,
      equality_ids: dataFile.equalityIds ?? null,
      sort_order_id: dataFile.sortOrderId ?? null,
    },
  };
}

function valueToAvro(field: TypedPartitionField, value: IcebergValue | null): unknown {
  if (value === null) return null;
  const type = field.resultType;
  if (type.kind === 'decimal')
    return toBuffer(bigintToFixedBytes(value as bigint, decimalFixedLength(type.precision)));
  if (type.kind === 'uuid') return toBuffer(uuidToBytes(value as string));
  return value instanceof Uint8Array ? toBuffer(value) : value;
}

function columnMapToRecords<T>(
  map: ReadonlyMap<number, T> | undefined,
  convert: (value: T) => unknown = value => value,
): AvroRecord[] | null {
  if (map === undefined) return null;
  return Array.from(map, ([key, value]) => ({ key, value: convert(value) }));
}

function readColumnMap<T>(pairs: unknown): ReadonlyMap<number, T> | undefined {
  if (!Array.isArray(pairs)) return undefined;
  return new Map(
    (pairs as { readonly key: number; readonly value: T }[]).map(pair => [pair.key, pair.value]),
  );
}
