import type { DataFile } from '../catalog/iceberg/manifest.ts';
import { checkBadRecords, failOnBadRecord } from './bad-records.ts';
import type { BatchReport, EncodedFile } from './batch-encoder.ts';
import type { PipelineConfig } from './config.ts';
import { type EncoderThread, startEncoderThread } from './encoder-thread.ts';
import { PositionsMoved } from './errors.ts';
import { createGate } from './gate.ts';
import { type Committer, newUnitId, retryingReads } from './iceberg/committer.ts';
import type { LoadedTable } from './iceberg/table-state.ts';
import type { RecordBatch, RecordSource } from './kafka/record-source.ts';
import { addReport, closeUnit, extendSpan, type OpenUnit, openUnit } from './open-unit.ts';
import type { PipelineOptions, PipelineRun } from './pipeline.ts';
import { loadTables, openCommitter, planDeadLetters } from './session-tables.ts';
import { startPositions } from './start-positions.ts';
import { planEncoding } from './table-plan.ts';
import { uploadFile } from './upload-file.ts';
import { watchLag } from './watch-lag.ts';

/** Raw bytes that may wait for the worker, and encoded bytes that may wait for the store. Beyond them reading pauses. */
const MAX_WAITING_RAW_BYTES = 8 * 1024 * 1024;
const MAX_WAITING_FILE_BYTES = 64 * 1024 * 1024;
/** Units that are closed but not yet committed. */
const MAX_WAITING_UNITS = 2;

/** Reads from the table's offsets until the end, a stop or a failure; everything read is committed or dropped when it returns. */
export async function runSession(options: PipelineOptions, run: PipelineRun): Promise<void> {
  const { config, recovery = {} } = options;
  const notice = (text: string): void => run.report({ kind: 'notice', level: 'warn', text });
  const source = options.openSource();
  let session: Session | undefined;
  try {
    const cluster = await source.clusterId();
    const ranges = await source.ranges();
    const loaded = await retryingReads({ onNotice: notice, signal: run.stopping }, () => loadTables(options));
    const newDeadLetters = planDeadLetters(options);
    const committer = openCommitter(options, loaded, { cluster, notice, newDeadLetters, recovery });
    const { table, offsets } = committer.state();
    const positions = startPositions({ config, cluster, ranges, committed: offsets, recovery });
    const ends = new Map([...ranges].map(([partition, { high }]) => [partition, high]));
    const thread = startEncoderThread(planEncoding(config, table.metadata), options.workerEntry);
    session = createSession({
      options,
      run,
      source,
      committer,
      newDeadLetters,
      thread,
      positions,
      ends,
      notice,
    });
    await session.run();
  } finally {
    await session?.close();
    await source.stop();
  }
}

interface Session {
  run(): Promise<void>;
  /** Ends the worker and deletes files that were uploaded for nothing. */
  close(): Promise<void>;
}

interface SessionParts {
  readonly options: PipelineOptions;
  readonly run: PipelineRun;
  readonly source: RecordSource;
  readonly committer: Committer;
  /** Where dead letters go as long as their table does not exist. */
  readonly newDeadLetters: LoadedTable;
  readonly thread: EncoderThread;
  readonly positions: ReadonlyMap<number, bigint>;
  /** Where the topic ended when the session began. */
  readonly ends: ReadonlyMap<number, bigint>;
  readonly notice: (text: string) => void;
}

function createSession(parts: SessionParts): Session {
  const { options, run, source, committer, thread, notice } = parts;
  const { config } = options;
  const { meter } = run;
  const { metadata } = committer.state().table;
  const written = { schemaId: metadata.currentSchemaId, specId: metadata.defaultSpecId };
  // Where the next unit begins for the table. Only records that are given up lie between this and where reading begins.
  const positions = new Map([...parts.positions, ...(committer.state().offsets?.next ?? [])]);
  const goal = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // Whoever waits for the session hears of the failure; the promise itself may fail before anybody waits.
  failed.promise.catch(() => {});
  const raw = createGate(MAX_WAITING_RAW_BYTES);
  const files = createGate(MAX_WAITING_FILE_BYTES);
  const units = createGate(MAX_WAITING_UNITS);
  /** Uploaded, and named by no commit that was tried. */
  const unused = new Set<string>();
  const adding = new Set<Promise<void>>();
  let unit = openUnit(newUnitId());
  let commits = Promise.resolve();

  const committedAt = (partition: number): bigint =>
    committer.state().offsets?.next.get(partition) ?? parts.positions.get(partition) ?? 0n;
  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const gate of [raw, files, units]) gate.abort(reason);
    failed.reject(reason);
  };
  const upload = async (file: EncodedFile): Promise<DataFile> => {
    files.add(file.bytes.byteLength);
    const { table, deadLetters } = committer.state();
    const into = file.target === 'table' ? table : (deadLetters ?? parts.newDeadLetters);
    try {
      const dataFile = await uploadFile({ store: options.catalog.store, notice }, into.metadata, file);
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
      addReport(closing, { rows: 0, poison: 0, examples: [], files: await flushed }, upload);
      await Promise.all(closing.uploads);
      await commitUnit(closing);
      units.leave(1);
    });
    commits.catch(fail);
  };
  const commitUnit = async (open: OpenUnit): Promise<void> => {
    checkBadRecords(config, open);
    const closed = closeUnit(open, written);
    await options.hooks?.beforeCommit?.(closed);
    const paths = [...closed.tableFiles, ...closed.deadLetterFiles].map(file => file.filePath);
    for (const path of paths) unused.delete(path);
    const result = await committer.commit(closed).catch((error: unknown) => {
      // Another writer went on from this unit's start: no commit names its files, now or later.
      if (error instanceof PositionsMoved) for (const path of paths) unused.add(path);
      throw error;
    });
    await options.hooks?.afterCommit?.(closed);
    meter.rowsCommitted += closed.rows;
    meter.commits += 1;
    meter.lastCommitMs = result.milliseconds;
    run.report({
      kind: 'commit',
      commit: {
        table: config.table.join('.'),
        branch: config.branch,
        snapshotId: result.snapshotId ?? -1n,
        rows: closed.rows,
        files: paths.length,
        bytes: BigInt(open.fileBytes),
        milliseconds: result.milliseconds,
      },
    });
    const next = committer.state().offsets?.next;
    // Only lag tools read the group's offsets, so a failure to report them costs nothing.
    if (next !== undefined) source.reportCommitted(next).catch(() => {});
    const { currentSchemaId, defaultSpecId } = committer.state().table.metadata;
    if (currentSchemaId !== written.schemaId || defaultSpecId !== written.specId) {
      throw new PositionsMoved(`The schema or partitioning of ${config.table.join('.')} was changed.`);
    }
  };

  const isPast = (partition: number): boolean => {
    const end = parts.ends.get(partition);
    return options.once === true && end !== undefined && (positions.get(partition) ?? 0n) >= end;
  };
  const moveTo = (partition: number, next: bigint): void => {
    extendSpan(unit, partition, positions.get(partition) ?? 0n, next);
    positions.set(partition, next);
    if (options.once === true && [...parts.ends.keys()].every(isPast)) goal.resolve();
  };
  const onBatch = async (batch: RecordBatch): Promise<void> => {
    if (isPast(batch.partition)) return;
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
    if (batch.baseOffset < (positions.get(batch.partition) ?? 0n)) {
      fail(new PositionsMoved(`Records of partition ${batch.partition} came a second time.`));
      return;
    }
    const target = unit;
    target.records += batch.count;
    moveTo(batch.partition, batch.nextOffset);
    const added = thread
      .add(batch)
      .then(report => {
        countReport(meter, report, size);
        if (report.unknownNames.length > 0) notice(unknownFields(report.unknownNames));
        addReport(target, report, upload);
        failOnBadRecord(config, target);
      })
      .finally(() => {
        raw.leave(size);
        adding.delete(added);
      });
    adding.add(added);
    added.catch(fail);
  };
  const onTick = (): void => {
    const isDue =
      unit.startedAt !== undefined && performance.now() - unit.startedAt >= config.commit.intervalMs;
    if (!isDue || units.held() >= MAX_WAITING_UNITS) return;
    units.enter(1).then(cut, fail);
  };

  /** The end of the topic moves on: where a pipeline with `start: latest` began is committed even before it reads a record. */
  const pinStart = (): void => {
    if (config.source.start !== 'latest' || committer.state().offsets !== undefined) return;
    for (const [partition, position] of positions) extendSpan(unit, partition, position, position);
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
      const stopRefreshing = watchLag({ source, meter, committed: partition => committedAt(partition) });
      const ticker = setInterval(onTick, Math.min(250, config.commit.intervalMs));
      const applyPause = (): void => raw.setClosed(meter.state === 'paused');
      run.pauses.addEventListener('change', applyPause);
      try {
        pinStart();
        const isDone = options.once === true && [...parts.ends.keys()].every(isPast);
        if (!isDone && !run.stopping.aborted) {
          await source.start(parts.positions, {
            onBatch,
            onSkipped: moveTo,
            onReassigned: () => fail(new PositionsMoved('The partitions were distributed anew.')),
            onFailure: fail,
          });
          meter.state = 'running';
          await Promise.race([goal.promise, aborted(run.stopping), failed.promise]);
        }
        meter.state = 'draining';
        source.pause();
        raw.setClosed(true);
        await Promise.race([drain(), failed.promise]);
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
      await Promise.allSettled([...unused].map(path => options.catalog.store.delete(path)));
    },
  };
}

function isUnitFull({ commit }: PipelineConfig, unit: OpenUnit): boolean {
  return unit.records >= commit.rows || unit.fileBytes >= commit.bytes;
}

function unknownFields(names: readonly string[]): string {
  const list = names.map(name => JSON.stringify(name)).join(', ');
  return `Records have fields that no column takes: ${list}. They are left out; add them to the schema to keep them.`;
}

function countReport(meter: PipelineRun['meter'], report: BatchReport, size: number): void {
  meter.rowsRead += BigInt(report.rows + report.poison);
  meter.poisonRecords += BigInt(report.poison);
  meter.bytesRead += BigInt(size);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
