import { currentSchema } from '../../catalog/iceberg/metadata.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import type { LoadedTable } from '../iceberg/table-state.ts';
import type { UploadTarget } from '../upload-file.ts';
import { type CommitContext, commitRedrive, type RedriveCommit, RedriveOvertaken } from './commit-redrive.ts';
import type { DeadLetterFile, DeadLetterFiles } from './dead-letter-files.ts';
import { createErrorCounter, type ErrorCount } from './error-counts.ts';
import { letterName } from './letter-batches.ts';
import { type Letter, type LetterRows, readLetters } from './letter-rows.ts';
import { type LetterFate, rewriteLetters } from './rewrite-letters.ts';
import type { RedriveEncoder } from './redrive-encoder.ts';
import { openTrial, type TrialResult } from './try-letters.ts';
import { openUploads, type UnitUploads } from './uploads.ts';

/** What is done with the letters of some files, which are all of one partition. */
export interface UnitWork {
  readonly pipeline: string;
  readonly deadLetters: LoadedTable;
  readonly listed: DeadLetterFiles;
  readonly files: readonly DeadLetterFile[];
  readonly isWanted: (letter: Letter) => boolean;
  /** Tries the letters; without it they are thrown away. */
  readonly trying: RedriveEncoder | undefined;
  readonly dryRun: boolean;
  /** Further entries of the snapshots' summaries. */
  readonly marks: Readonly<Record<string, string>>;
  /** Whether letters that fail for another reason than before are worth a commit, where no letter is resolved. */
  readonly keepsErrors: boolean;
}

export interface UnitContext extends CommitContext {
  readonly target: UploadTarget;
  readonly hooks?: RedriveHooks | undefined;
}

/** Moments at which a test may stop the process. */
export interface RedriveHooks {
  /** All files of a unit are in the store, nothing is committed. */
  readonly beforeCommit?: () => void | Promise<void>;
  /** The commit was made, nobody was told. */
  readonly afterCommit?: () => void | Promise<void>;
}

export interface UnitResult {
  /** Letters that were meant. */
  readonly letters: number;
  /** Rows that became of them. */
  readonly rows: number;
  /** Letters that are no longer among the dead ones. */
  readonly resolved: number;
  /** Why the others are still no rows. */
  readonly errors: readonly ErrorCount[];
  readonly committed: boolean;
  /** The new file that holds the letters that stayed. */
  readonly rest: string | undefined;
}

/**
 * Tries, or throws away, the wanted letters of some files, and commits what came of it: rows are appended and their letters
 * taken out in one commit. Throws RedriveOvertaken when somebody else changed the tables first; then nothing is left behind.
 */
export async function redriveUnit(context: UnitContext, work: UnitWork): Promise<UnitResult> {
  const uploads = openUploads(context.target);
  try {
    return await runUnit(context, work, uploads);
  } catch (error) {
    // A commit that may have been made may need the files; the journal keeps their names.
    if (error instanceof UncertainCommit) throw error.cause;
    await uploads.discard();
    throw error;
  }
}

class UncertainCommit extends Error {
  override readonly name = 'UncertainCommit';
}

async function runUnit(context: UnitContext, work: UnitWork, uploads: UnitUploads): Promise<UnitResult> {
  const { dryRun } = work;
  const { signal, hooks } = context;
  const { touched, trial } = await tryFiles(context, work, uploads);
  const account = openAccount(work, trial);
  const result = (done: Partial<UnitResult> = {}): UnitResult => ({
    ...account.result(),
    rows: trial?.rows ?? 0,
    committed: false,
    rest: undefined,
    ...done,
  });
  const encoded = await writeRest(context, work, { files: touched, fateOf: account.fateOf });
  signal?.throwIfAborted();
  if (dryRun || !account.isChanged()) return result();
  const { deadLetters } = work;
  const specId = touched[0]?.specId ?? deadLetters.metadata.defaultSpecId;
  if (encoded !== undefined) await uploads.add(deadLetters, encoded, specId);
  await hooks?.beforeCommit?.();
  signal?.throwIfAborted();
  const id = tableId(deadLetters.key);
  const appends = uploads.tables().filter(({ table }) => tableId(table.key) !== id);
  const added = uploads.tables().find(({ table }) => tableId(table.key) === id)?.files ?? [];
  const { knownDeletes } = work.listed;
  const removed = touched.map(({ dataFile }) => dataFile);
  await commitOnce(context, {
    id: uploads.id,
    message: describeUnit(work, result(), appends.length),
    deadLetters: { table: deadLetters, specId, removed, added, knownDeletes },
    appends,
    summary: { ...work.marks, 'lakehouse.redriven-letters': String(account.result().resolved) },
  });
  await hooks?.afterCommit?.();
  await uploads.keep();
  return result({ committed: true, rest: added[0]?.filePath });
}

async function commitOnce(context: UnitContext, change: RedriveCommit): Promise<void> {
  try {
    await commitRedrive(context, change);
  } catch (error) {
    throw error instanceof RedriveOvertaken ? error : new UncertainCommit('', { cause: error });
  }
}

interface Tried {
  /** The files that have wanted letters. */
  readonly touched: readonly DeadLetterFile[];
  /** Absent where the letters are thrown away. */
  readonly trial: TrialResult | undefined;
}

async function tryFiles(context: UnitContext, work: UnitWork, uploads: UnitUploads): Promise<Tried> {
  const { trying, deadLetters, dryRun, isWanted } = work;
  const touched: DeadLetterFile[] = [];
  const trial =
    trying === undefined
      ? undefined
      : openTrial({
          encoder: trying,
          deadLetters: deadLetters.key,
          onRows: async (file: EncodedFile) => {
            if (!dryRun) await uploads.add(trying.tableOf(file.table), file);
          },
        });
  for (const file of work.files) {
    let isTouched = false;
    for await (const rows of readFile(context, work, file)) {
      context.signal?.throwIfAborted();
      const letters = rows.rows.map(row => rows.letter(row)).filter(isWanted);
      isTouched ||= letters.length > 0;
      await trial?.add(letters);
    }
    if (isTouched) touched.push(file);
  }
  return { touched, trial: await trial?.finish() };
}

function readFile(
  { catalog, signal }: UnitContext,
  { deadLetters, listed }: UnitWork,
  file: DeadLetterFile,
): AsyncGenerator<LetterRows, void, undefined> {
  const specs = toColumnSpecs(currentSchema(deadLetters.metadata).fields);
  return readLetters(catalog.store, { file, files: listed, specs }, signal);
}

/** What is known of every letter after the trial. */
interface Account {
  readonly fateOf: (rows: LetterRows, row: number) => LetterFate;
  /** Whether the dead letters are others than before. */
  isChanged(): boolean;
  result(): Pick<UnitResult, 'letters' | 'resolved' | 'errors'>;
}

function openAccount({ isWanted, keepsErrors }: UnitWork, trial: TrialResult | undefined): Account {
  const errors = createErrorCounter();
  let letters = 0;
  let resolved = 0;
  let hasNewErrors = false;
  return {
    fateOf: (rows, row) => {
      const letter = rows.letter(row);
      if (!isWanted(letter)) return { kind: 'stays' };
      letters += 1;
      const error = trial?.errors.get(letterName(letter));
      if (error === undefined) {
        resolved += 1;
        return { kind: 'out' };
      }
      hasNewErrors ||= error !== letter.error;
      errors.add({ ...letter, error });
      return { kind: 'stays', error };
    },
    isChanged: () => resolved > 0 || (hasNewErrors && keepsErrors),
    result: () => ({ letters, resolved, errors: errors.counts() }),
  };
}

/** Decides about every letter of the files, and encodes those that stay. */
async function writeRest(
  context: UnitContext,
  work: UnitWork,
  { files, fateOf }: { readonly files: readonly DeadLetterFile[]; readonly fateOf: Account['fateOf'] },
): Promise<EncodedFile | undefined> {
  const { deadLetters, dryRun } = work;
  const rewriting = {
    table: deadLetters.key,
    specs: toColumnSpecs(currentSchema(deadLetters.metadata).fields),
    partition: files[0]?.dataFile.partition ?? [],
  };
  async function* input(): AsyncGenerator<LetterRows, void, undefined> {
    for (const file of files) yield* readFile(context, work, file);
  }
  if (!dryRun) return rewriteLetters(rewriting, input(), fateOf);
  for await (const rows of input()) for (const row of rows.rows) fateOf(rows, row);
  return undefined;
}

function describeUnit(
  { pipeline, deadLetters, trying }: UnitWork,
  { resolved, letters, rows }: UnitResult,
  tables: number,
): string {
  const source = `dead letters of ${deadLetters.key.join('.')}`;
  if (trying === undefined) return `${pipeline}: discard ${resolved} ${source}`;
  const rest = letters === resolved ? '' : `; ${letters - resolved} stay`;
  return `${pipeline}: redrive ${resolved} ${source} into ${rows} rows${tables > 1 ? ` of ${tables} tables` : ''}${rest}`;
}
