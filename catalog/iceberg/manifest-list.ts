import { type AvroRecord, readAvroFile, writeAvroFile } from './avro.ts';
import { type FieldFinder, findFields, itemsOf, present, toBuffer } from './avro-fields.ts';
import { MANIFEST_LIST_SCHEMA } from './avro-schema.ts';
import { encodeBound } from './bounds.ts';
import type { TypedPartitionField } from './partition.ts';
import { compareValues, type IcebergValue } from './value.ts';

/** One manifest of a snapshot (specification, "Manifest Lists"). */
export interface ManifestFile {
  readonly manifestPath: string;
  /** Exact size in bytes. */
  readonly manifestLength: bigint;
  readonly partitionSpecId: number;
  readonly content: 'data' | 'deletes';
  readonly sequenceNumber: bigint;
  readonly minSequenceNumber: bigint;
  readonly addedSnapshotId: bigint;
  /** Counts of files and rows. Writers of format version 1 may leave them out. */
  readonly addedFilesCount?: number;
  readonly existingFilesCount?: number;
  readonly deletedFilesCount?: number;
  readonly addedRowsCount?: bigint;
  readonly existingRowsCount?: bigint;
  readonly deletedRowsCount?: bigint;
  /** One summary per field of the partition spec, in its order. */
  readonly partitions?: readonly FieldSummary[];
  readonly keyMetadata?: Uint8Array;
}

/** What values one partition field has in the files of a manifest. */
export interface FieldSummary {
  readonly containsNull: boolean;
  readonly containsNan?: boolean;
  /** Serialized by `encodeBound`. */
  readonly lowerBound?: Uint8Array;
  readonly upperBound?: Uint8Array;
}

export interface ManifestListContent {
  readonly snapshotId: bigint;
  readonly parentSnapshotId?: bigint;
  readonly sequenceNumber: bigint;
  readonly manifests: readonly ManifestFile[];
}

/** Writes the manifest list of a snapshot, format version 2. */
export function writeManifestList(content: ManifestListContent): Uint8Array {
  return writeAvroFile({
    schema: MANIFEST_LIST_SCHEMA,
    metadata: {
      'snapshot-id': `${content.snapshotId}`,
      'parent-snapshot-id': content.parentSnapshotId === undefined ? 'null' : `${content.parentSnapshotId}`,
      'sequence-number': `${content.sequenceNumber}`,
      'format-version': '2',
    },
    records: content.manifests.map(manifestToRecord),
  });
}

/** Reads a manifest list of format version 1 or 2 by whatever writer. */
export function readManifestList(bytes: Uint8Array): ManifestFile[] {
  const file = readAvroFile(bytes);
  const fields = findFields(file.schema);
  const partitionsSchema = fields.schemaOf(507, 'partitions');
  const summaries = partitionsSchema === undefined ? undefined : findFields(itemsOf(partitionsSchema));
  return file.records.map(record => readManifestFile(fields, summaries, record));
}

/** The summaries of a manifest whose files have the given partitions. */
export function summarizePartitions(
  fields: readonly TypedPartitionField[],
  partitions: readonly (readonly (IcebergValue | null)[])[],
): FieldSummary[] {
  return fields.map((field, index) => {
    const values = partitions.map(partition => partition[index] ?? null);
    const numbers = values.filter(value => value !== null);
    const ordered = numbers.filter(value => !Number.isNaN(value)).sort(compareValues);
    const [lower, upper] = [ordered[0], ordered.at(-1)];
    return {
      containsNull: numbers.length < values.length,
      containsNan: ordered.length < numbers.length,
      ...(lower === undefined ? {} : { lowerBound: encodeBound(field.resultType, lower) }),
      ...(upper === undefined ? {} : { upperBound: encodeBound(field.resultType, upper) }),
    };
  });
}

function readManifestFile(
  fields: FieldFinder,
  summaries: FieldFinder | undefined,
  record: AvroRecord,
): ManifestFile {
  const get = <T>(id: number, name: string): T | undefined => fields.get(record, id, name) as T | undefined;
  const sequenceNumber = get<bigint>(515, 'sequence_number') ?? 0n;
  const partitions = get<AvroRecord[]>(507, 'partitions');
  return {
    manifestPath: get(500, 'manifest_path') ?? '',
    manifestLength: get(501, 'manifest_length') ?? 0n,
    partitionSpecId: get(502, 'partition_spec_id') ?? 0,
    content: get<number>(517, 'content') === 1 ? 'deletes' : 'data',
    sequenceNumber,
    minSequenceNumber: get(516, 'min_sequence_number') ?? sequenceNumber,
    addedSnapshotId: get(503, 'added_snapshot_id') ?? -1n,
    ...present('addedFilesCount', get<number>(504, 'added_files_count')),
    ...present('existingFilesCount', get<number>(505, 'existing_files_count')),
    ...present('deletedFilesCount', get<number>(506, 'deleted_files_count')),
    ...present('addedRowsCount', get<bigint>(512, 'added_rows_count')),
    ...present('existingRowsCount', get<bigint>(513, 'existing_rows_count')),
    ...present('deletedRowsCount', get<bigint>(514, 'deleted_rows_count')),
    ...(partitions === undefined || summaries === undefined
      ? {}
      : { partitions: partitions.map(summary => readSummary(summaries, summary)) }),
    ...present('keyMetadata', get<Uint8Array>(519, 'key_metadata')),
  };
}

function readSummary(fields: FieldFinder, record: AvroRecord): FieldSummary {
  return {
    containsNull: fields.get(record, 509, 'contains_null') === true,
    ...present('containsNan', fields.get(record, 518, 'contains_nan') as boolean | undefined),
    ...present('lowerBound', fields.get(record, 510, 'lower_bound') as Uint8Array | undefined),
    ...present('upperBound', fields.get(record, 511, 'upper_bound') as Uint8Array | undefined),
  };
}

function manifestToRecord(manifest: ManifestFile): AvroRecord {
  return {
    manifest_path: manifest.manifestPath,
    manifest_length: manifest.manifestLength,
    partition_spec_id: manifest.partitionSpecId,
    content: manifest.content === 'deletes' ? 1 : 0,
    sequence_number: manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber,
    added_snapshot_id: manifest.addedSnapshotId,
    added_files_count: manifest.addedFilesCount ?? 0,
    existing_files_count: manifest.existingFilesCount ?? 0,
    deleted_files_count: manifest.deletedFilesCount ?? 0,
    added_rows_count: manifest.addedRowsCount ?? 0n,
    existing_rows_count: manifest.existingRowsCount ?? 0n,
    deleted_rows_count: manifest.deletedRowsCount ?? 0n,
    partitions:
      manifest.partitions?.map(summary => ({
        contains_null: summary.containsNull,
        contains_nan: summary.containsNan ?? null,
        lower_bound: bufferOrNull(summary.lowerBound),
        upper_bound: bufferOrNull(summary.upperBound),
      })) ?? null,
    key_metadata: bufferOrNull(manifest.keyMetadata),
  };
}

function bufferOrNull(bytes: Uint8Array | undefined): Buffer | null {
  return bytes === undefined ? null : toBuffer(bytes);
}
