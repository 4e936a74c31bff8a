import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import { currentSnapshot } from '../../catalog/iceberg/metadata.ts';
import type { NestedField } from '../../catalog/iceberg/types.ts';
import type { ManifestReader } from '../../catalog/reachability.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import type { LoadedTable } from '../iceberg/table-state.ts';
import { readColumns } from '../parquet/read-columns.ts';

/** A live data file of a dead-letter table. */
export interface DeadLetterFile {
  readonly dataFile: DataFile;
  readonly specId: number;
  readonly sequenceNumber: bigint;
  /** The snapshot that brought the file. */
  readonly snapshotId: bigint | undefined;
}

/** What a dead-letter table holds in its current snapshot. */
export interface DeadLetterFiles {
  /** Oldest first. */
  readonly files: readonly DeadLetterFile[];
  /** The manifests of delete files that {@link DeadLetterFiles.deletedRows} knows of. */
  readonly knownDeletes: ReadonlySet<string>;
  /** The numbers of the rows of a file that were deleted one by one. */
  deletedRows(file: DeadLetterFile): ReadonlySet<number>;
}

/** Lists the live files and reads which of their rows are deleted. Throws where rows were deleted in a way that only an engine can read. */
export async function listDeadLetterFiles(
  store: ObjectStore,
  reader: ManifestReader,
  { key, metadata }: LoadedTable,
): Promise<DeadLetterFiles> {
  const snapshot = currentSnapshot(metadata);
  const manifests = snapshot === undefined ? [] : await reader.list(snapshot);
  const files: DeadLetterFile[] = [];
  const deletes: DeadLetterFile[] = [];
  for (const manifest of manifests) {
    const into = manifest.content === 'data' ? files : deletes;
    for (const { status, dataFile, sequenceNumber = 0n, snapshotId } of await reader.entries(manifest))
      if (status !== 'deleted')
        into.push({ dataFile, specId: manifest.partitionSpecId, sequenceNumber, snapshotId });
  }
  files.sort((a, b) => Number(a.sequenceNumber - b.sequenceNumber));
  const foreign = [
    ...files.filter(({ dataFile }) => !isParquet(dataFile)),
    ...deletes.filter(({ dataFile }) => !isParquet(dataFile) || dataFile.content !== 'position-deletes'),
  ][0];
  if (foreign !== undefined) throw unreadable(key.join('.'), foreign.dataFile);
  const positions = await readPositions(store, deletes);
  return {
    files,
    knownDeletes: new Set(
      manifests.filter(({ content }) => content === 'deletes').map(({ manifestPath }) => manifestPath),
    ),
    deletedRows: ({ dataFile, sequenceNumber }) => {
      // A delete file holds for what is not younger than itself (specification, "Scan Planning").
      const valid = (positions.get(dataFile.filePath) ?? []).filter(item => item.sequence >= sequenceNumber);
      return new Set(valid.map(({ row }) => row));
    },
  };
}

function isParquet({ fileFormat }: DataFile): boolean {
  return fileFormat.toUpperCase() === 'PARQUET';
}

function unreadable(table: string, { content, fileFormat }: DataFile): Error {
  const what = content === 'data' ? `files of the format ${fileFormat}` : `${fileFormat} files of ${content}`;
  return new Error(
    `${table} has ${what}, which cannot be read here. Run ALTER TABLE ${table} EXECUTE optimize in Trino, then try again.`,
  );
}

/** The columns of a file of position deletes (specification, "Position Delete Files"). */
const POSITION_FIELDS: readonly NestedField[] = [
  { id: 2_147_483_546, name: 'file_path', required: true, type: { kind: 'string' } },
  { id: 2_147_483_545, name: 'pos', required: true, type: { kind: 'long' } },
];

async function readPositions(
  store: ObjectStore,
  deletes: readonly DeadLetterFile[],
): Promise<Map<string, { readonly row: number; readonly sequence: bigint }[]>> {
  const positions = new Map<string, { readonly row: number; readonly sequence: bigint }[]>();
  const specs = toColumnSpecs(POSITION_FIELDS);
  for (const { dataFile, sequenceNumber } of deletes) {
    for (const { columns, rows } of readColumns(await getAlone(store, dataFile.filePath), specs)) {
      const [paths, numbers] = columns;
      if (paths === undefined || numbers === undefined) continue;
      for (let row = 0; row < rows; row++) {
        const path = utf8.decode(paths.bytes.subarray(paths.offsets[row], paths.offsets[row + 1]));
        const ofPath = positions.get(path) ?? [];
        positions.set(path, ofPath);
        ofPath.push({ row: Number(numbers.i64[row]), sequence: sequenceNumber });
      }
    }
  }
  return positions;
}

const utf8 = new TextDecoder();

/** An object alone in its buffer, as the Parquet reader wants it. */
async function getAlone(store: ObjectStore, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await store.get(path);
  const isAlone = bytes.byteLength === bytes.buffer.byteLength;
  return isAlone ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
