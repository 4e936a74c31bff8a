import type { ContentKey } from '../../catalog/nessie.ts';
import { type HaltCode, PipelineHalt, PositionsMoved, runWith } from '../errors.ts';
import { compareTopicPartitions } from '../topic-partition.ts';
import { tableId } from './commit-unit.ts';
import { type CommittedOffsets, readCommittedOffsets } from './offsets.ts';
import type { BranchState, LoadedTable } from './table-state.ts';

/** The tables of a pipeline at one commit of its branch. */
export interface PipelineState {
  readonly hash: string;
  /** By {@link tableId}; those that the first commit that needs them will make have no content id yet. */
  readonly tables: ReadonlyMap<string, LoadedTable>;
  /** The table that is part of every commit: what it says about the offsets counts. */
  readonly anchor: LoadedTable;
  /** Undefined before the first commit, and when they are to be forgotten. */
  readonly offsets: CommittedOffsets | undefined;
  /** The highest count of commits that any of the tables holds. */
  readonly seq: number;
}

export interface StateRules {
  readonly pipeline: string;
  readonly branch: string;
  readonly anchorKey: ContentKey;
  /** Holds no offsets: records that became no rows. */
  readonly deadLetterKey: ContentKey | undefined;
  /** Tables as they will be when they do not exist yet; they stay the same for as long as the pipeline writes. */
  readonly planned: ReadonlyMap<string, LoadedTable>;
  /** The commit whose offsets are to be forgotten; see `Recovery.resetOffsets`. */
  readonly forgottenCommit?: string | undefined;
  /** After a rollback, go on from the current snapshots' offsets. */
  readonly fromSnapshot?: boolean;
}

/**
 * Reads what the tables of a pipeline say. Throws PipelineHalt when the anchor is gone, when one of them was rolled back, or
 * when one is ahead of the anchor: all of them were written by the same commits, so somebody has moved one alone.
 */
export function readPipelineState(rules: StateRules, loaded: BranchState): PipelineState {
  const tables = new Map<string, LoadedTable>();
  for (const table of loaded.tables) if (table !== undefined) tables.set(tableId(table.key), table);
  const anchor = tables.get(tableId(rules.anchorKey));
  if (anchor === undefined) throw anchorMissing(rules);
  for (const [id, table] of rules.planned) if (!tables.has(id)) tables.set(id, table);
  const known = readCommittedOffsets(anchor.metadata, rules);
  const isForgotten = known !== undefined && known.commitId === rules.forgottenCommit;
  const seqs = [...tables.values()].map(table => commitsIn(rules, table, known?.seq ?? 0));
  return {
    hash: loaded.hash,
    tables,
    anchor,
    offsets: isForgotten ? undefined : known,
    seq: Math.max(0, ...seqs),
  };
}

/** The commits of the pipeline that a table holds. Throws PipelineHalt when they are more than the anchor's `anchorSeq`. */
export function commitsIn(rules: StateRules, table: LoadedTable, anchorSeq: number): number {
  if (isDeadLetters(rules, table.key)) return 0;
  const seq = readCommittedOffsets(table.metadata, rules)?.seq ?? 0;
  if (seq > anchorSeq && rules.forgottenCommit === undefined)
    throw tablesApart(rules, { table, seq, anchorSeq });
  return seq;
}

/** Whether a table is the one for dead letters, which holds no offsets. */
export function isDeadLetters(
  { deadLetterKey }: Pick<StateRules, 'deadLetterKey'>,
  key: ContentKey,
): boolean {
  return deadLetterKey !== undefined && tableId(key) === tableId(deadLetterKey);
}

/** Throws when a table is no longer the one that files were written for. */
export function assertSameTables(rules: StateRules, before: PipelineState, now: PipelineState): void {
  for (const [id, table] of before.tables) {
    const found = now.tables.get(id);
    const isSame = found?.metadata.tableUuid === table.metadata.tableUuid;
    if (isSame && (table.contentId === undefined || table.contentId === found.contentId)) continue;
    // Files were encoded for the table that was; dead letters may be dropped by whoever has read them.
    if (table.contentId === undefined || isDeadLetters(rules, table.key))
      throw new PositionsMoved(`The table ${table.key.join('.')} was made or dropped by somebody else.`);
    throw tableReplaced(table.key);
  }
  const isLost = before.offsets !== undefined && now.offsets === undefined;
  if (isLost && before.offsets.commitId !== rules.forgottenCommit) throw offsetsVanished(rules);
}

/** A halt because what was written to is no more, with how far it had come. */
export function withLastCommit(error: unknown, { offsets }: Pick<PipelineState, 'offsets'>): unknown {
  if (!(error instanceof PipelineHalt) || offsets === undefined || !GONE.has(error.code)) return error;
  const places = [...offsets.next]
    .sort(([a], [b]) => compareTopicPartitions(a, b))
    .map(([name, next]) => `${name}: ${next}`);
  const more = places.length > SHOWN_PLACES ? `, and ${places.length - SHOWN_PLACES} more` : '';
  const reached = `${places.slice(0, SHOWN_PLACES).join(', ')}${more}`;
  const what = `${error.what} Commit ${offsets.seq} was the last and reached these offsets: ${reached}.`;
  return new PipelineHalt(error.code, what, error.resolution);
}

const GONE: ReadonlySet<HaltCode> = new Set(['table-dropped', 'table-replaced', 'branch-missing']);
const SHOWN_PLACES = 12;

function anchorMissing({ anchorKey, branch }: StateRules): PipelineHalt {
  return new PipelineHalt(
    'table-dropped',
    `The table ${anchorKey.join('.')} is no longer on branch ${branch}.`,
    'Start the pipeline again (`lakehouse etl run FILE`) to make it anew from the start of the topic.',
  );
}

function tableReplaced(key: ContentKey): PipelineHalt {
  return new PipelineHalt(
    'table-replaced',
    `The table ${key.join('.')} was dropped or made again while the pipeline wrote to it.`,
    'Start the pipeline again (`lakehouse etl run FILE`); a table that is new is filled from the start of the topic.',
  );
}

function offsetsVanished({ anchorKey, pipeline }: StateRules): PipelineHalt {
  return new PipelineHalt(
    'table-replaced',
    `The table ${anchorKey.join('.')} lost the offsets of pipeline ${pipeline} while it was written: it was replaced, or its ` +
      'properties were.',
    'Start the pipeline again (`lakehouse etl run FILE`) to fill it from the start of the topic, behind the rows that are there.',
  );
}

function tablesApart(
  { anchorKey, pipeline }: StateRules,
  found: { readonly table: LoadedTable; readonly seq: number; readonly anchorSeq: number },
): PipelineHalt {
  const name = found.table.key.join('.');
  return new PipelineHalt(
    'tables-apart',
    `The tables of pipeline ${pipeline} are not of the same commit: ${name} holds its commit ${found.seq}, ` +
      `${anchorKey.join('.')} only ${found.anchorSeq}. One of them was dropped, replaced or rolled back alone.`,
    `Bring both back to the same commit, or drop ${name} as well; to load everything again behind the rows that are there: ` +
      runWith('--reset-offsets'),
  );
}
