import type { ManifestFile } from './iceberg/manifest-list.ts';
import { currentSchema, currentSnapshot, type TableMetadata } from './iceberg/metadata.ts';
import { type TableTotals, tableTotals } from './iceberg/table-diff.ts';
import type { TableContent } from './nessie.ts';
import { createManifestReader, type ManifestReader } from './reachability.ts';
import type { ObjectStore } from './storage.ts';
import { mapConcurrently } from './concurrent.ts';
import { loadTableMetadata } from './table-loader.ts';
import { type ColumnStatistics, columnStatistics } from './table-page/columns.ts';
import {
  type FileRow,
  type FileSummary,
  groupByPartition,
  type LiveFile,
  measureSkew,
  type PartitionRow,
  type PartitionSkew,
  partitionTexts,
  summarizeFiles,
} from './table-page/files.ts';
import {
  type LayoutVersion,
  partitionHistory,
  schemaHistory,
  type SchemaVersion,
  type SnapshotRow,
  snapshotRows,
  sortHistory,
} from './table-page/history.ts';
import { type PipelineOffsets, readPipelineOffsets } from './table-page/offsets.ts';

/** Everything about a table that its metadata tells, without reading a row. */
export interface TablePage {
  readonly location: string;
  readonly metadata: TableMetadata;
  readonly totals: TableTotals;
  readonly schemas: readonly SchemaVersion[];
  readonly partitioning: readonly LayoutVersion[];
  readonly sorting: readonly LayoutVersion[];
  /** Newest first. */
  readonly snapshots: readonly SnapshotRow[];
  readonly manifests: readonly ManifestFile[];
  readonly pipelines: readonly PipelineOffsets[];
  /** What the manifests say of the current snapshot's files. */
  readonly files: FilePart;
}

/** What the manifests of the current snapshot say of its files. */
export interface FilePart {
  /** How many of the manifests were read; fewer than there are where the page was cut to stay quick. */
  readonly manifestsRead: number;
  readonly summary: FileSummary;
  readonly list: readonly FileRow[];
  /** Those with most rows first. */
  readonly partitions: readonly PartitionRow[];
  readonly skew: PartitionSkew;
  readonly columns: readonly ColumnStatistics[];
}

export interface TablePageOptions {
  /** So many manifests at most are read; the figures of the file part are then about those. */
  readonly maxManifests?: number;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_MAX_MANIFESTS = 500;

/** Reads a table's page. Throws TableUnreadableError for the metadata, ObjectStoreError or AvroError for a manifest. */
export async function loadTablePage(
  store: ObjectStore,
  content: Pick<TableContent, 'metadataLocation'>,
  options: TablePageOptions = {},
): Promise<TablePage> {
  const metadata = await loadTableMetadata(store, content.metadataLocation, { signal: options.signal });
  const reader = createManifestReader(store, options.signal);
  const snapshot = currentSnapshot(metadata);
  const manifests = snapshot === undefined ? [] : await reader.list(snapshot);
  const shown = manifests.slice(0, options.maxManifests ?? DEFAULT_MAX_MANIFESTS);
  return {
    location: content.metadataLocation,
    metadata,
    totals: tableTotals(metadata),
    schemas: schemaHistory(metadata),
    partitioning: partitionHistory(metadata),
    sorting: sortHistory(metadata),
    snapshots: snapshotRows(metadata),
    manifests,
    pipelines: readPipelineOffsets(metadata.properties),
    files: describeFiles(metadata, await readLiveFiles(reader, shown), shown.length),
  };
}

async function readLiveFiles(
  reader: ManifestReader,
  manifests: readonly ManifestFile[],
): Promise<LiveFile[]> {
  const files = await mapConcurrently(manifests, 8, async manifest => {
    const entries = await reader.entries(manifest);
    return entries
      .filter(entry => entry.status !== 'deleted')
      .map(entry => ({ specId: manifest.partitionSpecId, entry }));
  });
  return files.flat();
}

function describeFiles(metadata: TableMetadata, files: readonly LiveFile[], manifestsRead: number): FilePart {
  const schema = currentSchema(metadata);
  const textOf = partitionTexts(metadata, schema);
  const partitions = groupByPartition(files, textOf);
  const dataFiles = files.map(file => file.entry.dataFile);
  return {
    manifestsRead,
    summary: summarizeFiles(files, partitions),
    list: files.map(file => {
      const { filePath, content, fileFormat, recordCount, fileSizeInBytes } = file.entry.dataFile;
      return {
        path: filePath,
        content,
        format: fileFormat,
        rows: recordCount,
        bytes: fileSizeInBytes,
        partition: textOf(file),
      };
    }),
    partitions,
    skew: measureSkew(partitions),
    columns: columnStatistics(metadata, schema, dataFiles),
  };
}
