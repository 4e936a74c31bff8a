import type { DataFile } from '../catalog/iceberg/manifest.ts';
import { checkBadRecords, failOnBadRecord } from './bad-records.ts';
import type { BatchReport, EncodedFile } from './batch-encoder.ts';
import type { PipelineConfig } from './config.ts';
import type { EncoderThread } from './encoder-thread.ts';
import { PositionsMoved } from './errors.ts';
import { createGate } from './gate.ts';
import { type Committer, newUnitId } from './iceberg/committer.ts';
import { tableId, type TableWrite } from './iceberg/commit-unit.ts';
import { openUnitJournal } from './compact/unit-journal.ts';
import type { Assignment } from './kafka/membership.ts';
import { batchBefore } from './kafka/pack.ts';
import type { OffsetRange, RecordBatch, RecordSource, StartPosition } from './kafka/record-source.ts';
import { addReport, closeUnit, extendSpan, type OpenUnit, openUnit } from './open-unit.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import { tableOf, versionsOf } from './session-tables.ts';
import { gatherDrift } from './schema/schema-drift.ts';
import { describeLostRecords, findLostRecords, placeOfLostRecords } from './lost-records.ts';
import { createReadingEnds } from './reading-ends.ts';
import { createTidying } from './tidy-journal.ts';
import { uploadFile } from './upload-file.ts';
import { type TopicPartition, topicPartition } from './topic-partition.ts';
import { watchLag } from './watch-lag.ts';

/** Raw bytes that may wait for the worker, and encoded bytes that may wait for the store. Beyond them reading pauses. */
const MAX_WAITING_RAW_BYTES = 8 * 1024 * 1024;
const MAX_WAITING_FILE_BYTES = 32 * 1024 * 1024;
/** Whoever starts a pipeline wants to see rows: its first commit does not wait for a long interval to end. */
const FIRST_COMMIT_MS = 5_000;
/** Units that are closed but not yet committed. */
const MAX_WAITING_UNITS = 2;

/** How a session ended by itself: there is no more to do, or its partitions are to be given to others. */
export type SessionEnd = 'finished' | 'revoked';

export interface Session {
  run(): Promise<SessionEnd>;
  /** Ends the worker and deletes files that were uploaded for nothing. */
  close(): Promise<void>;
}

/** The part of the topics that is this process's own for now. */
export interface SessionAssignment extends Pick<Assignment, 'revoked' | 'expired'> {
  /** Tells lag tools of the group. */
  reportCommitted(positions: ReadonlyMap<TopicPartition, bigint>): Promise<void>;
}

export interface SessionParts {
  readonly options: PipelineOptions;
  readonly run: PipelineRun;
  readonly source: RecordSource;
  readonly committer: Committer;
  readonly thread: EncoderThread;
  readonly written: ReadonlyMap<string, Pick<TableWrite, 'schemaId' | 'specId'>>;
  readonly positions: ReadonlyMap<TopicPartition, bigint>;
  readonly ranges: ReadonlyMap<TopicPartition, OffsetRange>;
  /** Where reading ends with `once`. */
  readonly ends: ReadonlyMap<TopicPartition, bigint>;
  /** Where the pipeline begins that has committed nothing yet, in partitions of other members, too. */
  readonly pins: ReadonlyMap<TopicPartition, bigint>;
  /** Undefined where this run has all partitions for itself. */
  readonly assignment: SessionAssignment | undefined;
  /** Resolves when the pipeline is to stop and only the schema registry keeps it from that. */
  readonly stuck: Promise<void>;
  readonly notice: (text: string) => void;
  readonly onTrouble: (error: unknown) => void;
  /** Ends all waiting for servers. */
  readonly signal: AbortSignal;
}

/** Everything that was read is committed or dropped when it has run and is closed. */
export function createSession(parts: SessionParts): Session {
  const { options, run, source, committer, thread, written, notice } = parts;
  const { config } = options;
  const { meter } = run;
  // Where the next unit begins for the table.
  const positions = new Map(
    [...parts.positions].map(([name, position]) => [
      name,
      committer.state().offsets?.next.get(name) ?? position,
    ]),
  );
  const goal = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // Whoever waits for the session hears of the failure; the promise itself may fail before anybody waits.
  failed.promise.catch(() => {});
  const raw = createGate(MAX_WAITING_RAW_BYTES);
  const files = createGate(MAX_WAITING_FILE_BYTES);
  const units = createGate(MAX_WAITING_UNITS);
  /** Uploaded, and named by no commit that was tried. */
  const unused = new Set<string>();
  const journal = openUnitJournal(options.catalog, config.branch, config.name);
  const tidying = createTidying(journal, committer, notice);
  const adding = new Set<Promise<void>>();
  const gather = gatherDrift(
    () => adding.size,
    () => committer.state().tables,
  );
  let hasCommitted = false;
  let unit = openUnit(newUnitId());
  let commits = Promise.resolve();

  const committedAt = (name: TopicPartition): { next: bigint; time: number | undefined } => {
    const { offsets } = committer.state();
    return {
      next: offsets?.next.get(name) ?? parts.positions.get(name) ?? 0n,
      time: offsets?.times.get(name),
    };
  };
  const target = { store: options.catalog.store, onTrouble: parts.onTrouble, signal: parts.signal };
  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const gate of [raw, files, units]) gate.abort(reason);
    failed.reject(reason);
  };
  const uploadTo =
    (open: OpenUnit) =>
    async (file: EncodedFile): Promise<DataFile> => {
      files.add(file.bytes.byteLength);
      try {
        const into = tableOf(committer, file.table);
        const dataFile = await uploadFile(target, into.metadata, file, {
          beforePut: path => journal.add(open, into.metadata.location, path),
        });
        run.outages.answered('The object store');
        unused.add(dataFile.filePath);
        return dataFile;
      } catch (error) {
        // The unit that waits for the file may be closed much later.
        fail(error);
        throw error;
      } finally {
        files.leave(file.bytes.byteLength);
      }
    };

  parts.thread.opened.catch(fail);

  const cut = (): void => {
    // Between the wish to cut and its turn somebody else may have cut.
    if (unit.spans.size === 0) {
      units.leave(1);
      return;
    }
    const closing = unit;
    unit = openUnit(newUnitId());
    const added = [...adding];
    const flushed = thread.flush();
    // The failure is heard below, where the unit's turn comes.
    flushed.catch(() => {});
    commits = commits.then(async () => {
      await Promise.all(added);
      addReport(closing, { rows: 0, poison: 0, examples: [], files: await flushed }, uploadTo(closing));
      await Promise.all(closing.uploads);
      await commitUnit(closing);
      units.leave(1);
    });
    commits.catch(fail);
  };
  const commitUnit = async (open: OpenUnit): Promise<void> => {
    checkBadRecords(config, open);
    const closed = closeUnit(
      open,
      key => written.get(tableId(key)) ?? versionsOf(tableOf(committer, key).metadata),
    );
    await options.hooks?.beforeCommit?.(closed);
    const paths = closed.writes.flatMap(write => write.files).map(file => file.filePath);
    for (const path of paths) unused.delete(path);
    const result = await committer.commit(closed).catch((error: unknown) => {
      if (error instanceof PositionsMoved && error.files === 'unused')
        for (const path of paths) unused.add(path);
      throw error;
    });
    for (const server of ['Nessie', 'The object store'] as const) run.outages.answered(server);
    await options.hooks?.afterCommit?.(closed);
    hasCommitted = true;
    tidying.committed(closed.id);
    for (const { key } of closed.writes) run.tables.set(tableId(key), key);
    const { rows } = closed;
    const { milliseconds } = result;
    meter.countCommit({
      rows,
      files: paths.length,
      bytes: open.fileBytes,
      milliseconds,
      poison: open.poison,
    });
    run.report({
      kind: 'commit',
      commit: {
        table: config.table.join('.'),
        branch: config.branch,
        snapshotId: result.snapshotId ?? -1n,
        rows,
        files: paths.length,
        bytes: BigInt(open.fileBytes),
        milliseconds,
      },
    });
    const next = committer.state().offsets?.next;
    // Only lag tools read the group's offsets, so a failure to report them costs nothing.
    if (next !== undefined) (parts.assignment ?? source).reportCommitted(next).catch(() => {});
    for (const [id, { key, metadata }] of committer.state().tables) {
      const { schemaId, specId } = versionsOf(metadata);
      const known = written.get(id);
      if (known === undefined || (known.schemaId === schemaId && known.specId === specId)) continue;
      throw new PositionsMoved(`The schema or partitioning of ${key.join('.')} was changed.`);
    }
  };

  const ends = createReadingEnds(parts, positions);
  /** Ends the session where the topics end now. */
  const endHere = async (): Promise<void> => {
    await ends.endHere();
    if (ends.isReached()) goal.resolve();
  };
  const moveTo = (name: TopicPartition, next: bigint, lastTime?: number): void => {
    const start = positions.get(name) ?? 0n;
    extendSpan(unit, name, { start, next, ...(lastTime === undefined ? {} : { lastTime }) });
    positions.set(name, next);
    if (ends.isReached()) goal.resolve();
  };
  const onBatch = async (fetched: RecordBatch): Promise<void> => {
    const name = topicPartition(fetched.topic, fetched.partition);
    if (ends.isPast(name)) return;
    const batch = batchBefore(fetched, ends.of(name));
    const size = batch.bytes.byteLength;
    try {
      await raw.enter(size);
      await files.enter(0);
      if (isUnitFull(config, unit) && unit.spans.size > 0) {
        await units.enter(1);
        cut();
      }
    } catch {
      // The session has failed and says so elsewhere; nothing more is taken in.
      return;
    }
    if (batch.baseOffset < (positions.get(name) ?? 0n)) {
      fail(new PositionsMoved(`Records of ${name} came a second time.`));
      return;
    }
    const target = unit;
    target.records += batch.count;
    moveTo(name, batch.nextOffset, batch.timestamps[batch.count - 1]);
    const added = thread
      .add(batch)
      .then(async report => {
        if (report.drift.length > 0) await gather(report.drift);
        countReport(meter, report, size);
        if (report.unknownNames.length > 0) notice(unknownFields(report.unknownNames));
        addReport(target, report, uploadTo(target));
        failOnBadRecord(config, target);
      })
      .finally(() => {
        raw.leave(size);
        adding.delete(added);
      });
    adding.add(added);
    added.catch(fail);
  };
  const { intervalMs } = config.commit;
  const onTick = (): void => {
    const isDue =
      unit.startedAt !== undefined &&
      performance.now() - unit.startedAt >=
        (hasCommitted ? intervalMs : Math.min(intervalMs, FIRST_COMMIT_MS));
    if (!isDue || units.held() >= MAX_WAITING_UNITS) return;
    units.enter(1).then(cut, fail);
  };

  /** The end of the topic moves on: where a pipeline with `start: latest` began is committed even before it reads a record. */
  const pinStart = (): void => {
    if (config.source.start !== 'latest' || options.range !== undefined) return;
    const known = committer.state().offsets?.next;
    for (const [name, position] of parts.pins)
      if (known?.has(name) !== true) extendSpan(unit, name, { start: position, next: position });
  };
  /** What was given up stands among the dead letters, in the commit that goes on behind it. */
  const noteLost = (): void => {
    for (const lost of findLostRecords(committer.state().offsets?.next, parts.positions)) {
      const reason = describeLostRecords(lost);
      const name = topicPartition(lost.topic, lost.partition);
      notice(`${name}: ${reason}.`);
      moveTo(name, lost.to);
      thread.reject(placeOfLostRecords(lost, Date.now()), reason).catch(fail);
    }
  };
  const drain = async (): Promise<void> => {
    if (unit.spans.size > 0) {
      await units.enter(1);
      cut();
    }
    await commits;
  };

  return {
    run: async () => {
      const stopRefreshing = watchLag({
        source,
        meter,
        outages: run.outages,
        committed: committedAt,
        ends: options.range === undefined ? undefined : parts.ends,
        own: parts.assignment === undefined ? undefined : parts.positions,
      });
      const ticker = setInterval(onTick, Math.min(250, config.commit.intervalMs));
      const applyPause = (): void => raw.setClosed(meter.state === 'paused');
      run.pauses.addEventListener('change', applyPause);
      try {
        pinStart();
        noteLost();
        const { revoked = NEVER, expired = NEVER } = parts.assignment ?? {};
        if (!ends.isReached() && !run.stopping.aborted && !revoked.aborted) {
          await source.start(readFrom(parts), {
            onBatch,
            onSkipped: (name, next) => {
              const end = ends.of(name);
              if (!ends.isPast(name)) moveTo(name, end !== undefined && end < next ? end : next);
            },
            onReassigned: () => fail(new PositionsMoved('The partitions were distributed anew.')),
            onFailure: fail,
          });
          if (meter.state !== 'paused') meter.state = 'running';
          applyPause();
          aborted(run.draining).then(endHere).catch(fail);
          await Promise.race([goal.promise, aborted(run.stopping), aborted(revoked), failed.promise]);
        }
        const isOver = ends.isReached() || run.stopping.aborted;
        if (isOver || meter.state !== 'paused') meter.state = 'draining';
        source.pause();
        raw.setClosed(true);
        // Without their schemas the records that were read can become no rows; the next run reads them again.
        await Promise.race([drain(), failed.promise, parts.stuck, aborted(expired)]);
        return isOver ? 'finished' : 'revoked';
      } finally {
        clearInterval(ticker);
        stopRefreshing();
        run.pauses.removeEventListener('change', applyPause);
      }
    },
    close: async () => {
      fail(new Error('The session has ended.'));
      await thread.stop();
      await Promise.allSettled([...adding, ...unit.uploads, commits]);
      await tidying.done();
      await Promise.allSettled([...unused].map(path => options.catalog.store.delete(path)));
    },
  };
}

/** Where reading begins, with the time of the record before it where the topic should still hold that record. */
function readFrom({ positions, ranges, committer }: SessionParts): Map<TopicPartition, StartPosition> {
  const { offsets } = committer.state();
  return new Map(
    [...positions].map(([name, offset]) => {
      const isHeld = offset === offsets?.next.get(name) && (ranges.get(name)?.low ?? offset) < offset;
      return [name, { offset, previousTime: isHeld ? offsets.times.get(name) : undefined }];
    }),
  );
}

function isUnitFull({ commit }: PipelineConfig, unit: OpenUnit): boolean {
  return unit.records >= commit.rows || unit.fileBytes >= commit.bytes;
}

function unknownFields(names: readonly string[]): string {
  const list = names.map(name => JSON.stringify(name)).join(', ');
  return `Records have fields that no column takes: ${list}. They are left out; to keep them, add them to the schema, or set drift: add.`;
}

function countReport(meter: PipelineRun['meter'], report: BatchReport, size: number): void {
  meter.rowsRead += BigInt(report.rows + report.filtered + report.poison);
  meter.rowsFiltered += BigInt(report.filtered);
  meter.poisonRecords += BigInt(report.poison);
  meter.bytesRead += BigInt(size);
}

/** For what cannot happen to a run that has all partitions for itself. */
const NEVER = new AbortController().signal;

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
