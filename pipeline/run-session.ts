import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import { deadLetterColumns, deadLetterKey } from './dead-letters.ts';
import { type EncoderThread, startEncoderThread } from './encoder-thread.ts';
import { PipelineHalt, PositionsMoved } from './errors.ts';
import { tableId } from './iceberg/commit-unit.ts';
import type { Committer } from './iceberg/committer.ts';
import { messageOf, retryingReads } from './iceberg/retrying.ts';
import type { Assignment } from './kafka/membership.ts';
import type { OffsetRange, RecordSource } from './kafka/record-source.ts';
import { refuseOverlap, resolveStretch, startBehindBackfills, type Stretch } from './offset-range.ts';
import { serverOf } from './outages.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import { createSession, type SessionAssignment, type SessionEnd, type SessionParts } from './session.ts';
import { loadTables, openCommitter, tableOf, versionsOf } from './session-tables.ts';
import { startPositions } from './start-positions.ts';
import { createTableOpener } from './table-opener.ts';
import { planEncoding } from './table-plan.ts';
import type { TopicPartition } from './topic-partition.ts';

/** What a session reads where its partitions are shared with others. */
export type SessionShare = SessionAssignment & Pick<Assignment, 'partitions'>;

/** Reads from the table's offsets until the end, a stop or a failure; everything read is committed or dropped when it returns. */
export async function runSession(
  options: PipelineOptions,
  run: PipelineRun,
  share: SessionShare | undefined,
): Promise<SessionEnd> {
  const notice = (text: string): void => run.report({ kind: 'notice', level: 'warn', text });
  const onTrouble = (error: unknown): void => run.outages.failed(serverOf(error), messageOf(error));
  const source = options.openSource();
  const ending = new AbortController();
  const starting = share === undefined ? run.stopping : AbortSignal.any([run.stopping, share.expired]);
  let session: ReturnType<typeof createSession> | undefined;
  try {
    const waiting = { onTrouble, signal: starting };
    const [cluster, ranges] = await retryingReads(waiting, async () => [
      await source.clusterId(),
      await source.ranges(),
    ]);
    run.outages.answered('Kafka');
    const loaded = await retryingReads(waiting, () => loadTables(options));
    for (const server of ['Nessie', 'The object store'] as const) run.outages.answered(server);
    const servers = { onTrouble, signal: ending.signal };
    const { recovery = {} } = options;
    const committer = openCommitter(options, loaded, { cluster, notice, recovery, ...servers });
    const isToEnd = share !== undefined && options.once === true;
    const until = isToEnd ? (run.goal.ranges ??= ranges) : ranges;
    const places = await findPlaces(options, { cluster, source, ranges, until, committer, share });
    if (share !== undefined) run.meter.share = { partitions: share.partitions.length, of: ranges.size };
    const encoding = await openEncoding(options, run, committer);
    const parts = { options, run, source, committer, notice, assignment: share, ranges };
    session = createSession({ ...parts, ...places, ...encoding, ...servers });
    return await session.run();
  } finally {
    ending.abort();
    await session?.close();
    await source.stop();
  }
}

type Places = Pick<SessionParts, 'positions' | 'pins' | 'ends'>;

/** Where reading begins and ends. */
async function findPlaces(
  options: PipelineOptions,
  found: {
    readonly cluster: string;
    readonly source: RecordSource;
    readonly ranges: ReadonlyMap<TopicPartition, OffsetRange>;
    /** Reading ends where these end, if it does. */
    readonly until: ReadonlyMap<TopicPartition, OffsetRange>;
    readonly committer: Committer;
    readonly share: SessionShare | undefined;
  },
): Promise<Places> {
  const { config, recovery = {} } = options;
  const { cluster, ranges, share } = found;
  const { anchor, offsets } = found.committer.state();
  const stretch = await findStretch(options, found.source, ranges, anchor.metadata);
  const first = startPositions({
    config,
    cluster,
    ranges: stretch === undefined ? ranges : new Map([...ranges].filter(([name]) => stretch.to.has(name))),
    committed: offsets,
    recovery,
    first: stretch?.from,
  });
  const isFirstRun = offsets === undefined && stretch === undefined && recovery.resetOffsets !== true;
  const pins = isFirstRun ? startBehindBackfills(anchor.metadata, config.name, first) : first;
  const ends = stretch?.to ?? new Map([...found.until].map(([name, { high }]) => [name, high]));
  if (share === undefined) return { positions: pins, pins, ends };
  const unknown = share.partitions.find(name => !pins.has(name));
  if (unknown !== undefined)
    throw new PositionsMoved(`The broker that was asked does not know ${unknown} yet.`);
  const own = new Set(share.partitions);
  if (own.size < pins.size && (recovery.resetOffsets === true || recovery.fromSnapshot === true))
    throw recoveryNotAlone(config.name);
  return { positions: only(pins, own), pins, ends: only(ends, own) };
}

function only<T>(
  all: ReadonlyMap<TopicPartition, T>,
  names: ReadonlySet<TopicPartition>,
): ReadonlyMap<TopicPartition, T> {
  return new Map([...all].filter(([name]) => names.has(name)));
}

/** What a person decides about all offsets cannot be carried out by a process that has some of the partitions. */
function recoveryNotAlone(pipeline: string): PipelineHalt {
  return new PipelineHalt(
    'another-writer',
    `Other members of pipeline ${pipeline} are running, and --reset-offsets and --from-snapshot are about the partitions of all.`,
    '`lakehouse etl status` names them. Stop them, run this once alone, then start them again.',
  );
}

/** The stretch that is to be loaded, where it is not everything. */
async function findStretch(
  { range, config }: PipelineOptions,
  source: RecordSource,
  ranges: ReadonlyMap<TopicPartition, OffsetRange>,
  metadata: TableMetadata,
): Promise<Stretch | undefined> {
  if (range === undefined) return undefined;
  const stretch = await resolveStretch(source, ranges, range);
  if (range.again !== true) refuseOverlap(metadata, config.name, stretch);
  return stretch;
}

/** The worker, ready for the tables as they are. */
async function openEncoding(
  options: PipelineOptions,
  run: PipelineRun,
  committer: Committer,
): Promise<Pick<SessionParts, 'written' | 'stuck'> & { readonly thread: EncoderThread }> {
  const { config } = options;
  /** What the files of each table are encoded for. */
  const written = new Map(
    [...committer.state().tables].map(([id, { metadata }]) => [id, versionsOf(metadata)]),
  );
  const opener = createTableOpener({
    ...options,
    committer,
    drift: run.drift,
    onOpened: ({ key, metadata }) => written.set(tableId(key), versionsOf(metadata)),
  });
  await opener.openNamed();
  const { anchor } = committer.state();
  const rejected = tableOf(committer, deadLetterKey(config.table));
  const plan = {
    ...planEncoding(config, anchor.metadata, run.drift.plan(config, anchor.metadata)),
    deadLetterColumns: deadLetterColumns(rejected.metadata),
  };
  const stuck = Promise.withResolvers<void>();
  const thread = startEncoderThread(plan, {
    entry: options.workerEntry,
    openTable: key => opener.open(key),
    onRegistry: failure => {
      if (failure === undefined) run.outages.answered('The schema registry');
      else run.outages.failed('The schema registry', failure);
      if (failure !== undefined && run.stopping.aborted) stuck.resolve();
    },
  });
  return { written, thread, stuck: stuck.promise };
}
