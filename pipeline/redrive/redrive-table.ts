import { createManifestReader } from '../../catalog/reachability.ts';
import { deleteForgotten } from '../compact/maintain-table.ts';
import type { PipelineConfig } from '../config.ts';
import { deadLetterKey } from '../dead-letters.ts';
import { messageOf, retryingReads } from '../iceberg/retrying.ts';
import { loadBranch, type TableCatalog } from '../iceberg/table-state.ts';
import { GIVEN_UP } from '../lost-records.ts';
import { createDriftMemory, type DriftMemory } from '../schema/follow-drift.ts';
import { SchemaDrift } from '../schema/schema-drift.ts';
import { transformMark } from '../session-tables.ts';
import { cancellableCatalog } from './cancellable-catalog.ts';
import { chooseUnit, isLater, UNIT_LIMITS, type UnitLimits } from './choose-unit.ts';
import { RedriveOvertaken } from './commit-redrive.ts';
import { type DeadLetterFile, listDeadLetterFiles } from './dead-letter-files.ts';
import { type ErrorCount, mergeErrorCounts } from './error-counts.ts';
import type { Letter } from './letter-rows.ts';
import { createRedriveEncoders, type RedriveStart } from './redrive-encoder.ts';
import {
  type RedriveHooks,
  redriveUnit,
  type UnitContext,
  type UnitResult,
  type UnitWork,
} from './redrive-unit.ts';
import { isLetterOf, isSelected, type LetterSelection } from './selection.ts';

/** Which dead letters are meant, and what is to become of them. */
export interface RedriveOptions {
  readonly catalog: TableCatalog;
  readonly config: PipelineConfig;
  readonly selection: LetterSelection;
  /** `discard` throws the letters away instead of trying them again. */
  readonly action: 'redrive' | 'discard';
  /** The sequence number of the dead-letter table that the choice was made at: letters that came later are left alone. */
  readonly upTo?: bigint;
  /** Only tell what would become of the letters. */
  readonly dryRun?: boolean;
  /** An abort leaves the work of units that are committed, and nothing of the one that is not. */
  readonly signal?: AbortSignal;
  readonly onNotice: (text: string) => void;
  readonly onProgress?: (progress: RedriveProgress) => void;
  /** Where the worker's code is, when it is not beside the pipeline's. */
  readonly workerEntry?: URL | undefined;
  readonly limits?: UnitLimits;
  readonly hooks?: RedriveHooks;
}

/** What became of the letters. */
export interface RedriveResult {
  /** Letters that were meant. */
  readonly letters: number;
  readonly rows: number;
  /** Letters that are no longer among the dead ones. */
  readonly resolved: number;
  readonly commits: number;
  /** Why the others are still no rows, the most frequent first. */
  readonly errors: readonly ErrorCount[];
}

/** What became of the letters so far. */
export interface RedriveProgress extends RedriveResult {
  /** Rows of the dead-letter table that were looked at, and all that it held at the start. */
  readonly seen: number;
  readonly total: number;
}

/**
 * Sends the dead letters of a pipeline through it again. Those that are rows now are appended to the table and taken out of the
 * dead letters in one commit, unit by unit, exactly once whatever happens meanwhile; those that are not stay with what is
 * wrong with them now. A running pipeline is not disturbed. Letters that come while this runs are left for the next time.
 */
export async function redriveTable(given: RedriveOptions): Promise<RedriveResult> {
  const { signal } = given;
  const options = { ...given, catalog: cancellableCatalog(given.catalog, signal) };
  const run = openRun(options);
  // Whoever waits for an answer of the encoder, which may wait for a schema registry, waits no longer.
  const stopEncoder = (): void => void run.close();
  signal?.addEventListener('abort', stopEncoder, { once: true });
  try {
    while (await run.next());
    if (options.dryRun !== true) await tidy(options);
    return run.result();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stopEncoder);
    await run.close();
  }
}

/** Work that is younger may still go on. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Deletes what earlier runs left behind without a commit. */
async function tidy({ catalog, config, signal, onNotice }: RedriveOptions): Promise<void> {
  const olderThanMs = Date.now() - FORGOTTEN_AFTER_MS;
  for (const key of [config.table, deadLetterKey(config.table)]) {
    const place = { catalog, branch: config.branch, key, ...(signal === undefined ? {} : { signal }) };
    const { deleted } = await deleteForgotten({ ...place, olderThanMs });
    if (deleted > 0) onNotice(`Deleted ${deleted} files that an earlier run left without a commit.`);
  }
}

interface Run {
  /** Does the next unit; false where none is left. */
  next(): Promise<boolean>;
  result(): RedriveResult;
  close(): Promise<void>;
}

/** So often in a row somebody else may change the tables first. */
const MAX_OVERTAKEN = 20;

const NOTHING: RedriveResult = { letters: 0, rows: 0, resolved: 0, commits: 0, errors: [] };

function openRun(options: RedriveOptions): Run {
  const { config, catalog, action, dryRun = false, signal, selection } = options;
  const context = openContext(options);
  const reading = { onTrouble: context.target.onTrouble, signal };
  const drift = createDriftMemory();
  const encoders = createRedriveEncoders(options, dryRun ? { plan: planDry } : drift);
  const isWanted = (letter: Letter): boolean =>
    isLetterOf(config.name, letter.pipeline) &&
    // There is no record that could be tried again.
    (action === 'discard' || !letter.error.startsWith(GIVEN_UP)) &&
    isSelected(selection, letter);
  const seen = new Set<string>();
  let sofar = NOTHING;
  let letters = { seen: 0, total: 0 };
  let since = options.upTo;
  let overtaken = 0;

  /** What is to be done next. */
  const findWork = async (): Promise<UnitWork | undefined> => {
    const { encoder, deadLetters } = await retryingReads(reading, () =>
      // What is thrown away needs no encoder, whatever is wrong with the file or the table.
      action === 'discard' ? loadDeadLetters(options) : encoders.ready(),
    );
    if (deadLetters === undefined) return undefined;
    const { snapshots, lastSequenceNumber } = deadLetters.metadata;
    const start = (since ??= lastSequenceNumber);
    const listed = await retryingReads(reading, () =>
      listDeadLetterFiles(catalog.store, context.reader, deadLetters),
    );
    const left = listed.files.filter(
      file => !seen.has(file.dataFile.filePath) && !isLater(file, { snapshots, start }),
    );
    if (letters.total === 0) letters = { seen: 0, total: countLetters(left) };
    const files = chooseUnit(left, options.limits ?? UNIT_LIMITS);
    if (files.length === 0) return undefined;
    const keepsErrors = files.every(({ sequenceNumber }) => sequenceNumber <= start);
    return {
      pipeline: config.name,
      marks: transformMark(config),
      deadLetters,
      listed,
      files,
      isWanted,
      trying: encoder,
      dryRun,
      keepsErrors,
    };
  };
  const count = ({ files }: UnitWork, result: UnitResult): void => {
    overtaken = 0;
    for (const { dataFile } of files) seen.add(dataFile.filePath);
    if (result.rest !== undefined) seen.add(result.rest);
    letters = { ...letters, seen: letters.seen + countLetters(files) };
    sofar = add(sofar, result);
    options.onProgress?.({ ...sofar, ...letters, total: Math.max(letters.seen, letters.total) });
  };
  /** Makes it possible to begin the unit again, or throws. */
  const recover = async (error: unknown): Promise<void> => {
    signal?.throwIfAborted();
    if (error instanceof SchemaDrift) {
      await encoders.stop();
      const report = (_level: unknown, text: string): void => options.onNotice(text);
      await drift.follow(error, { ...context.target, config, catalog, report });
    } else if (error instanceof RedriveOvertaken) {
      overtaken += 1;
      if (overtaken >= MAX_OVERTAKEN) throw overtakenTooOften(error);
      options.onNotice(`${error.message} Beginning again with what is there now.`);
    } else throw error;
  };

  return {
    next: async () => {
      signal?.throwIfAborted();
      const work = await findWork();
      if (work === undefined) return false;
      await redriveUnit(context, work).then(result => count(work, result), recover);
      return true;
    },
    result: () => sofar,
    close: () => encoders.stop(),
  };
}

function openContext({ config, catalog, signal, onNotice, hooks }: RedriveOptions): UnitContext {
  const onTrouble = (error: unknown): void => onNotice(messageOf(error));
  return {
    catalog,
    branch: config.branch,
    reader: createManifestReader(catalog.store, signal),
    onNotice,
    signal,
    target: { store: catalog.store, onTrouble, signal: signal ?? new AbortController().signal },
    hooks,
  };
}

function overtakenTooOften(last: RedriveOvertaken): Error {
  return new Error(
    `Somebody else was faster ${MAX_OVERTAKEN} times: ${last.message} Run the same command again later.`,
    { cause: last },
  );
}

/** What records would bring into the table stays out of it. */
const planDry: DriftMemory['plan'] = ({ drift: { action } }) =>
  action === 'add'
    ? { action, full: 'it would be added, but not by a dry run', refused: new Map() }
    : { action };

function countLetters(files: readonly DeadLetterFile[]): number {
  return files.reduce((sum, { dataFile }) => sum + Number(dataFile.recordCount), 0);
}

function add(sum: RedriveResult, unit: UnitResult): RedriveResult {
  return {
    letters: sum.letters + unit.letters,
    rows: sum.rows + unit.rows,
    resolved: sum.resolved + unit.resolved,
    commits: sum.commits + (unit.committed ? 1 : 0),
    errors: mergeErrorCounts(sum.errors, unit.errors),
  };
}

async function loadDeadLetters({ config, catalog }: RedriveOptions): Promise<Partial<RedriveStart>> {
  const [deadLetters] = (await loadBranch(catalog, config.branch, [deadLetterKey(config.table)])).tables;
  return deadLetters === undefined ? {} : { deadLetters };
}
