import type { DataFile } from '../catalog/iceberg/manifest.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { BatchReport, EncodedFile } from './batch-encoder.ts';
import type { Poison } from './decode/json-decoder.ts';
import { type CommitUnit, type OffsetSpan, tableId, type TableWrite } from './iceberg/commit-unit.ts';
import type { TopicPartition } from './topic-partition.ts';

/** A commit unit that is still being filled. */
export interface OpenUnit {
  readonly id: string;
  /** When its first record came; undefined while it has none. */
  startedAt: number | undefined;
  readonly spans: Map<TopicPartition, OffsetSpan>;
  /** Records that were handed to the worker. */
  records: number;
  rows: number;
  poison: number;
  readonly examples: Poison[];
  /** Bytes of finished files, which are uploaded at once. */
  fileBytes: number;
  readonly uploads: Promise<void>[];
  /** Uploaded files, by {@link tableId}. */
  readonly files: Map<string, { readonly key: ContentKey; readonly files: DataFile[] }>;
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
    files: new Map(),
  };
}

/** Moves a partition of the unit on from where it stood before: `span.start` counts only for its first records. */
export function extendSpan(unit: OpenUnit, partition: TopicPartition, span: OffsetSpan): void {
  unit.spans.set(partition, {
    ...unit.spans.get(partition),
    ...span,
    start: unit.spans.get(partition)?.start ?? span.start,
  });
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
    const id = tableId(file.table);
    const files = unit.files.get(id)?.files ?? [];
    unit.files.set(id, { key: file.table, files });
    const uploaded = upload(file).then(dataFile => void files.push(dataFile));
    // Heard when the unit is closed; until then nobody waits for it.
    uploaded.catch(() => {});
    unit.uploads.push(uploaded);
  }
}

/** The unit as the committer takes it; every upload must be done. `written` says what a table's files were encoded for. */
export function closeUnit(
  unit: OpenUnit,
  written: (table: ContentKey) => Pick<TableWrite, 'schemaId' | 'specId'>,
): CommitUnit {
  const { id, spans, rows, files } = unit;
  const writes = [...files.values()].map(({ key, files: of }) => ({ key, files: of, ...written(key) }));
  return { id, spans, writes, rows: BigInt(rows) };
}
