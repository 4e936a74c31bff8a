import type { DataFile } from '../catalog/iceberg/manifest.ts';
import type { BatchReport, EncodedFile } from './batch-encoder.ts';
import type { Poison } from './decode/json-decoder.ts';
import type { CommitUnit, OffsetSpan } from './iceberg/commit-unit.ts';

/** A commit unit that is still being filled. */
export interface OpenUnit {
  readonly id: string;
  /** When its first record came; undefined while it has none. */
  startedAt: number | undefined;
  readonly spans: Map<number, OffsetSpan>;
  /** Records that were handed to the worker. */
  records: number;
  rows: number;
  poison: number;
  readonly examples: Poison[];
  /** Bytes of finished files, which are uploaded at once. */
  fileBytes: number;
  readonly uploads: Promise<void>[];
  readonly tableFiles: DataFile[];
  readonly deadLetterFiles: DataFile[];
}

const MAX_EXAMPLES = 5;

export function openUnit(id: string): OpenUnit {
  return {
    id,
    startedAt: undefined,
    spans: new Map(),
    records: 0,
    rows: 0,
    poison: 0,
    examples: [],
    fileBytes: 0,
    uploads: [],
    tableFiles: [],
    deadLetterFiles: [],
  };
}

/** Moves a partition of the unit on; `position` is where the partition stood before. */
export function extendSpan(unit: OpenUnit, partition: number, position: bigint, next: bigint): void {
  unit.spans.set(partition, { start: unit.spans.get(partition)?.start ?? position, next });
  unit.startedAt ??= performance.now();
}

/** Takes what a batch became into the unit; its files go to `upload`. */
export function addReport(
  unit: OpenUnit,
  report: Pick<BatchReport, 'rows' | 'poison' | 'examples' | 'files'>,
  upload: (file: EncodedFile) => Promise<DataFile>,
): void {
  unit.rows += report.rows;
  unit.poison += report.poison;
  unit.examples.push(...report.examples.slice(0, MAX_EXAMPLES - unit.examples.length));
  for (const file of report.files) {
    unit.fileBytes += file.bytes.byteLength;
    const files = file.target === 'table' ? unit.tableFiles : unit.deadLetterFiles;
    const uploaded = upload(file).then(dataFile => void files.push(dataFile));
    // Heard when the unit is closed; until then nobody waits for it.
    uploaded.catch(() => {});
    unit.uploads.push(uploaded);
  }
}

/** The unit as the committer takes it; every upload must be done. */
export function closeUnit(unit: OpenUnit, written: Pick<CommitUnit, 'schemaId' | 'specId'>): CommitUnit {
  const { id, spans, tableFiles, deadLetterFiles } = unit;
  return { id, spans, tableFiles, deadLetterFiles, rows: BigInt(unit.rows), ...written };
}
