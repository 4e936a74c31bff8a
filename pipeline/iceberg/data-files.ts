import { randomUUID } from 'node:crypto';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import { defaultSpec, currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { formatPartitionValue } from '../../catalog/iceberg/transforms.ts';
import { typePartitionFields, type TypedPartitionField } from '../../catalog/iceberg/partition.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import type { EncodedFile } from '../batch-encoder.ts';

export interface DataFileOptions {
  /** Awaited with the file's name before anything is sent. */
  readonly beforePut?: (path: string) => Promise<void>;
}

/** Puts an encoded file into the table's data folder and answers its manifest entry. The name is unique, so nothing is replaced. */
export async function uploadDataFile(
  store: ObjectStore,
  metadata: TableMetadata,
  file: EncodedFile,
  { beforePut }: DataFileOptions = {},
): Promise<DataFile> {
  const folder = partitionFolder(partitionFieldsOf(metadata), file.partition);
  const filePath = `${metadata.location}/data/${folder}${randomUUID()}.parquet`;
  await beforePut?.(filePath);
  await store.put(filePath, file.bytes, { contentType: 'application/vnd.apache.parquet' });
  return {
    content: 'data',
    filePath,
    fileFormat: 'PARQUET',
    partition: file.partition,
    recordCount: file.recordCount,
    fileSizeInBytes: BigInt(file.bytes.byteLength),
    ...file.metrics,
    columnSizes: file.columnSizes,
    splitOffsets: file.splitOffsets,
    sortOrderId: file.sortOrderId,
  };
}

/** The fields of a table's default spec with their types. */
export function partitionFieldsOf(metadata: TableMetadata): TypedPartitionField[] {
  return typePartitionFields(defaultSpec(metadata), currentSchema(metadata));
}

/** `name=value/` per field, for people who look into the bucket; readers go by the manifest. */
function partitionFolder(fields: readonly TypedPartitionField[], values: DataFile['partition']): string {
  return fields
    .map((field, index) => {
      const text = formatPartitionValue(field.transform, field.resultType, values[index] ?? null);
      return `${encodeURIComponent(field.name)}=${encodeURIComponent(text)}/`;
    })
    .join('');
}
