import type { DataFile, ManifestEntry } from '../iceberg/manifest.ts';
import type { TableMetadata } from '../iceberg/metadata.ts';
import { type TypedPartitionField, typePartitionFields } from '../iceberg/partition.ts';
import type { Schema } from '../iceberg/schema.ts';
import { formatPartitionValue } from '../iceberg/transforms.ts';

/** The files of a table's current snapshot together. */
export interface FileSummary {
  readonly dataFiles: number;
  readonly deleteFiles: number;
  /** Rows in data files, before row-level deletes. */
  readonly rows: bigint;
  readonly dataBytes: bigint;
  readonly deleteBytes: bigint;
  /** From the smallest to the largest size that occurs, each class twice as large as the one before. */
  readonly histogram: readonly SizeClass[];
  /** What `optimize` would rewrite: data files below its threshold, where a partition has more than one. */
  readonly smallFiles: { readonly files: number; readonly bytes: bigint };
}

export interface SizeClass {
  /** From this size on (bytes), up to twice as much. */
  readonly fromBytes: number;
  readonly files: number;
  readonly bytes: bigint;
}

/** One file of the list. */
export interface FileRow {
  readonly path: string;
  readonly content: DataFile['content'];
  readonly format: string;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly partition: string;
}

export interface PartitionRow {
  /** `day=2024-03-01, bucket=3`; empty for a table without partitions. */
  readonly partition: string;
  readonly specId: number;
  readonly dataFiles: number;
  readonly deleteFiles: number;
  readonly rows: bigint;
  readonly bytes: bigint;
}

/** How unevenly the rows lie. */
export interface PartitionSkew {
  readonly partitions: number;
  readonly largestRows: bigint;
  readonly averageRows: number;
  /** Largest through average: 1 when all are alike. */
  readonly ratio: number;
}

/** A live file together with the spec it was written with. */
export interface LiveFile {
  readonly specId: number;
  readonly entry: ManifestEntry;
}

/** Trino's default: smaller files are put together by `optimize`. */
const OPTIMIZE_THRESHOLD_BYTES = 100n * 1024n * 1024n;

export function summarizeFiles(files: readonly LiveFile[], partitions: readonly PartitionRow[]): FileSummary {
  const data = files.map(file => file.entry.dataFile).filter(file => file.content === 'data');
  const deletes = files.map(file => file.entry.dataFile).filter(file => file.content !== 'data');
  const small = data.filter(file => file.fileSizeInBytes < OPTIMIZE_THRESHOLD_BYTES);
  const isAnyToJoin = partitions.some(partition => partition.dataFiles > 1) || deletes.length > 0;
  return {
    dataFiles: data.length,
    deleteFiles: deletes.length,
    rows: total(data, file => file.recordCount),
    dataBytes: total(data, file => file.fileSizeInBytes),
    deleteBytes: total(deletes, file => file.fileSizeInBytes),
    histogram: sizeHistogram(data),
    smallFiles: isAnyToJoin
      ? { files: small.length, bytes: total(small, file => file.fileSizeInBytes) }
      : { files: 0, bytes: 0n },
  };
}

/** The text of a file's partition, in the words of the spec it was written with. */
export function partitionTexts(metadata: TableMetadata, schema: Schema): (file: LiveFile) => string {
  const fields = new Map<number, readonly TypedPartitionField[]>(
    metadata.partitionSpecs.map(spec => [spec.specId, typePartitionFields(spec, schema)]),
  );
  return ({ specId, entry }) => {
    const { partition } = entry.dataFile;
    return (fields.get(specId) ?? [])
      .map((field, index) => ({ field, value: partition[index] ?? null }))
      .filter(({ field }) => field.transform.kind !== 'void')
      .map(
        ({ field, value }) =>
          `${field.name}=${formatPartitionValue(field.transform, field.resultType, value)}`,
      )
      .join(', ');
  };
}

/** Files by partition, those with most rows first. */
export function groupByPartition(
  files: readonly LiveFile[],
  textOf: (file: LiveFile) => string,
): PartitionRow[] {
  const rows = new Map<string, PartitionRow>();
  for (const file of files) {
    const { dataFile } = file.entry;
    const isData = dataFile.content === 'data';
    const partition = textOf(file);
    const key = `${file.specId} ${partition}`;
    const old = rows.get(key);
    rows.set(key, {
      partition,
      specId: file.specId,
      dataFiles: (old?.dataFiles ?? 0) + (isData ? 1 : 0),
      deleteFiles: (old?.deleteFiles ?? 0) + (isData ? 0 : 1),
      rows: (old?.rows ?? 0n) + (isData ? dataFile.recordCount : 0n),
      bytes: (old?.bytes ?? 0n) + dataFile.fileSizeInBytes,
    });
  }
  return [...rows.values()].sort((left, right) => Number(right.rows - left.rows));
}

export function measureSkew(partitions: readonly PartitionRow[]): PartitionSkew {
  const rows = total(partitions, partition => partition.rows);
  const largestRows = partitions[0]?.rows ?? 0n;
  const averageRows = partitions.length === 0 ? 0 : Number(rows) / partitions.length;
  return {
    partitions: partitions.length,
    largestRows,
    averageRows,
    ratio: averageRows === 0 ? 1 : Number(largestRows) / averageRows,
  };
}

function sizeHistogram(files: readonly DataFile[]): SizeClass[] {
  const classes = new Map<number, { files: number; bytes: bigint }>();
  for (const { fileSizeInBytes } of files) {
    const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, Number(fileSizeInBytes)))));
    const found = classes.get(exponent) ?? { files: 0, bytes: 0n };
    classes.set(exponent, { files: found.files + 1, bytes: found.bytes + fileSizeInBytes });
  }
  const exponents = [...classes.keys()];
  const [lowest, highest] = [Math.min(...exponents), Math.max(...exponents)];
  if (exponents.length === 0) return [];
  return Array.from({ length: highest - lowest + 1 }, (_, index) => ({
    fromBytes: 2 ** (lowest + index),
    ...(classes.get(lowest + index) ?? { files: 0, bytes: 0n }),
  }));
}

function total<T>(items: readonly T[], valueOf: (item: T) => bigint): bigint {
  return items.reduce((sum, item) => sum + valueOf(item), 0n);
}
