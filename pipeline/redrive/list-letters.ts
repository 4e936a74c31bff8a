import { createManifestReader } from '../../catalog/reachability.ts';
import { currentSchema } from '../../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { PipelineConfig } from '../config.ts';
import { deadLetterKey } from '../dead-letters.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { messageOf, retryingReads } from '../iceberg/retrying.ts';
import { loadBranch, type TableCatalog } from '../iceberg/table-state.ts';
import { cancellableCatalog } from './cancellable-catalog.ts';
import { listDeadLetterFiles } from './dead-letter-files.ts';
import { type Letter, readLetters } from './letter-rows.ts';
import { errorKind, isLetterOf, isSelected, type LetterSelection } from './selection.ts';

export interface ListOptions {
  readonly catalog: TableCatalog;
  readonly config: PipelineConfig;
  readonly selection: LetterSelection;
  /** Letters that are shown of each kind of error. */
  readonly examples: number;
  readonly signal?: AbortSignal;
  readonly onNotice: (text: string) => void;
}

/** The dead letters of a pipeline, by what is wrong with them. */
export interface LetterList {
  readonly table: ContentKey;
  readonly letters: number;
  /** What the table's sequence number was; see `RedriveOptions.upTo`. */
  readonly upTo: bigint;
  /** The most frequent first. */
  readonly errors: readonly ListedError[];
  /** When the records were written that the oldest and the newest letter are, in milliseconds; absent without letters. */
  readonly oldest?: number;
  readonly newest?: number;
}

export interface ListedError {
  readonly error: string;
  readonly letters: number;
  /** The first of them. */
  readonly examples: readonly Letter[];
}

/** Reads the dead letters of a pipeline; none where it has no such table. */
export async function listLetters(options: ListOptions): Promise<LetterList> {
  const { config, selection, signal } = options;
  const catalog = cancellableCatalog(options.catalog, signal);
  const key = deadLetterKey(config.table);
  const onTrouble = (error: unknown): void => options.onNotice(messageOf(error));
  const kinds = new Map<string, { letters: number; readonly examples: Letter[] }>();
  let [letters, oldest, newest] = [0, Infinity, -Infinity];
  const count = (letter: Letter): void => {
    letters += 1;
    oldest = Math.min(oldest, letter.timestamp);
    newest = Math.max(newest, letter.timestamp);
    const kind = kinds.get(errorKind(letter.error)) ?? { letters: 0, examples: [] };
    kinds.set(errorKind(letter.error), kind);
    kind.letters += 1;
    if (kind.examples.length < options.examples) kind.examples.push(copyOf(letter));
  };
  const [table] = await retryingReads(
    { onTrouble, signal },
    async () => (await loadBranch(catalog, config.branch, [key])).tables,
  );
  if (table !== undefined) {
    const { store } = catalog;
    const files = await listDeadLetterFiles(store, createManifestReader(store, signal), table);
    const specs = toColumnSpecs(currentSchema(table.metadata).fields);
    for (const file of files.files) {
      for await (const group of readLetters(store, { file, files, specs }, signal)) {
        for (const row of group.rows) {
          const letter = group.letter(row);
          if (isLetterOf(config.name, letter.pipeline) && isSelected(selection, letter)) count(letter);
        }
      }
    }
  }
  const errors = [...kinds].map(([error, kind]) => ({ error, ...kind }));
  errors.sort((a, b) => b.letters - a.letters);
  const upTo = table?.metadata.lastSequenceNumber ?? 0n;
  return { table: key, letters, upTo, errors, ...(letters === 0 ? {} : { oldest, newest }) };
}

/** Without the memory that it shares with all the others. */
function copyOf(letter: Letter): Letter {
  const { key, value, headers } = letter;
  return {
    ...letter,
    key: key && Uint8Array.from(key),
    value: value && Uint8Array.from(value),
    headers: headers.map(header => ({
      name: header.name,
      value: header.value && Uint8Array.from(header.value),
    })),
  };
}
