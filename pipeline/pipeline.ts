import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentKey } from '../catalog/nessie.ts';
import type { CommitReport } from './child-protocol.ts';
import { startMaintenance } from './compact/maintain-table.ts';
import { caretaking } from './caretaking.ts';
import type { PipelineConfig } from './config.ts';
import { deadLetterKey } from './dead-letters.ts';
import { WORKER_ENTRY } from './encoder-thread.ts';
import { anotherWriter, PipelineHalt, PositionsMoved } from './errors.ts';
import { type CommitUnit, tableId } from './iceberg/commit-unit.ts';
import type { TableCatalog } from './iceberg/table-state.ts';
import type { Membership } from './kafka/membership.ts';
import type { OffsetRange, RecordSource } from './kafka/record-source.ts';
import { messageOf } from './iceberg/retrying.ts';
import { createMeter, type Meter } from './meter.ts';
import type { PipelineMetrics } from './metrics.ts';
import type { OffsetRangeRequest } from './offset-range.ts';
import { createOutages, type Outages, serverOf } from './outages.ts';
import { createDriftMemory, type DriftMemory } from './schema/follow-drift.ts';
import { SchemaDrift } from './schema/schema-drift.ts';
import { runMember } from './run-member.ts';
import { runSession } from './run-session.ts';
import type { SessionEnd } from './session.ts';
import type { Recovery } from './start-positions.ts';
import type { TopicPartition } from './topic-partition.ts';

/** What a running pipeline tells about itself. */
export type PipelineReport =
  | { readonly kind: 'metrics'; readonly metrics: PipelineMetrics }
  | { readonly kind: 'commit'; readonly commit: CommitReport }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly text: string };

/** Moments at which a test may stop the process. */
export interface PipelineHooks {
  /** All files of a unit are in the store, nothing is committed. */
  readonly beforeCommit?: (unit: CommitUnit) => void | Promise<void>;
  /** The commit was made, nobody was told. */
  readonly afterCommit?: (unit: CommitUnit) => void | Promise<void>;
  /** Records have drifted and are waiting for a table that takes them; then the table has been changed. */
  readonly beforeEvolution?: () => void | Promise<void>;
  readonly afterEvolution?: () => void | Promise<void>;
}

export interface PipelineOptions {
  readonly config: PipelineConfig;
  readonly catalog: TableCatalog;
  /** Opens a new reader of the pipeline's topic. */
  readonly openSource: () => RecordSource;
  /** Joins the group that divides the partitions among the processes that run the pipeline; undefined: all are this one's. */
  readonly joinGroup?: (() => Membership) | undefined;
  /** Stop at the end that the topic has now. */
  readonly once?: boolean;
  /** Load this stretch only, and stop; `config.name` must be one of its own, see `backfillName`. */
  readonly range?: OffsetRangeRequest;
  /** What a person decided after a halt; holds until the pipeline begins again by itself. */
  readonly recovery?: Recovery;
  readonly onReport?: (report: PipelineReport) => void;
  readonly hooks?: PipelineHooks;
  /** Where the worker's code is, when it is not beside this file. */
  readonly workerEntry?: URL;
  readonly metricsIntervalMs?: number;
}

/** What a pipeline did from its start to its end. */
export interface PipelineSummary {
  readonly rows: bigint;
  /** Rows that the pipeline's condition left out. */
  readonly rowsFiltered: bigint;
  readonly poisonRecords: bigint;
  readonly commits: number;
  readonly milliseconds: number;
}

/** A pipeline that runs until it has ended by itself, was stopped or has halted. */
export interface RunningPipeline {
  pause(): void;
  resume(): void;
  /** Commits what was read, then ends. */
  stop(): void;
  /** Reads on to where the topics end now, commits that, then ends. */
  drain(): void;
  /** Settles when the pipeline has ended. Rejects with PipelineHalt when it stopped itself. */
  readonly finished: Promise<PipelineSummary>;
  metrics(): PipelineMetrics;
}

const METRICS_INTERVAL_MS = 1_000;
const RESTART_DELAY_MS = 200;
/** So often within this time another run may be faster before this one gives up. */
const MAX_LOSSES = 8;
const RIVALRY_MS = 60_000;

/**
 * Runs a pipeline: reads the offsets from the table, reads the topic from there, decodes and encodes in a worker thread, puts
 * the files into the store, and commits files and offsets together. When another writer moves the offsets, everything that
 * is not committed is dropped and the run begins again from the table.
 */
export function startPipeline(options: PipelineOptions): RunningPipeline {
  const meter = createMeter();
  const stopping = new AbortController();
  const draining = new AbortController();
  const pauses = new EventTarget();
  const report = options.onReport ?? (() => {});
  const timer = setInterval(
    () => report({ kind: 'metrics', metrics: meter.metrics(performance.now()) }),
    options.metricsIntervalMs ?? METRICS_INTERVAL_MS,
  );
  const setPaused = (paused: boolean): void => {
    if (meter.state !== (paused ? 'running' : 'paused')) return;
    meter.state = paused ? 'paused' : 'running';
    pauses.dispatchEvent(new Event('change'));
  };
  const outages = createOutages((level, text) => report({ kind: 'notice', level, text }));
  meter.outages = outages;
  const { config } = options;
  const tables = new Map([[tableId(config.table), config.table]]);
  // Whoever looks after the dead letters may not be the one that writes them.
  if (config.members === 'shared')
    tables.set(tableId(deadLetterKey(config.table)), deadLetterKey(config.table));
  const caretaker = { isSelf: false };
  const maintenance = startMaintenance({
    ...config,
    mayMaintain: caretaking(config, caretaker),
    catalog: options.catalog,
    tables: () => [...tables.values()],
    workerEntry: options.workerEntry ?? WORKER_ENTRY,
    onNotice: text => report({ kind: 'notice', level: 'info', text }),
  });
  const started = performance.now();
  const finished = runSessions(options, {
    meter,
    stopping: stopping.signal,
    draining: draining.signal,
    pauses,
    report,
    outages,
    tables,
    caretaker,
    goal: {},
    drift: createDriftMemory(),
  })
    .then(
      () => {
        meter.state = 'stopped';
        return {
          rows: meter.rowsCommitted,
          rowsFiltered: meter.rowsFiltered,
          poisonRecords: meter.poisonRecords,
          commits: meter.commits,
          milliseconds: performance.now() - started,
        };
      },
      (error: unknown) => {
        meter.state = 'halted';
        throw error;
      },
    )
    .finally(async () => {
      await maintenance.stop();
      clearInterval(timer);
      report({ kind: 'metrics', metrics: meter.metrics(performance.now()) });
    });
  return {
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    drain: () => {
      setPaused(false);
      draining.abort();
    },
    stop: () => {
      setPaused(false);
      stopping.abort();
    },
    finished,
    metrics: () => meter.metrics(performance.now()),
  };
}

/** What the sessions of one run share. */
export interface PipelineRun {
  readonly meter: Meter;
  readonly stopping: AbortSignal;
  /** Aborted when the pipeline is to end where the topics end now. */
  readonly draining: AbortSignal;
  /** Fires `change` when the meter's state went to or from `paused`. */
  readonly pauses: EventTarget;
  readonly report: (report: PipelineReport) => void;
  readonly outages: Outages;
  /** The tables that the run writes to, by {@link tableId}. */
  readonly tables: Map<string, ContentKey>;
  readonly drift: DriftMemory;
  /** Whether this process is the one of those that share the pipeline that looks after its own table. */
  readonly caretaker: { isSelf: boolean };
  /** What the topics held when a member that is to read to their ends looked first. */
  readonly goal: { ranges?: ReadonlyMap<TopicPartition, OffsetRange> };
}

async function runSessions(options: PipelineOptions, run: PipelineRun): Promise<void> {
  let membership: Membership | undefined;
  const leave = async (): Promise<void> => {
    await membership?.leave();
    membership = undefined;
  };
  const work = (current: PipelineOptions): Promise<SessionEnd> => {
    membership ??= options.joinGroup?.();
    if (membership === undefined) return runSession(current, run, undefined);
    return runMember(membership, { options: current, run }, share => runSession(current, run, share));
  };
  try {
    await repeatSessions(options, run, work);
  } finally {
    await leave();
  }
}

async function repeatSessions(
  options: PipelineOptions,
  run: PipelineRun,
  work: (current: PipelineOptions) => Promise<SessionEnd>,
): Promise<void> {
  let current = options;
  let losses: readonly number[] = [];
  for (;;) {
    try {
      if ((await work(current)) === 'finished') return;
      // Whoever has the partitions now decides anew, and what was lost to another member until here was lost to the group.
      if (run.meter.commits > 0) current = { ...options, recovery: {} };
      losses = [];
    } catch (error) {
      if (run.stopping.aborted && isWaiting(error)) return;
      if (!(error instanceof PipelineHalt)) run.meter.readAgain();
      if (error instanceof SchemaDrift) {
        if (run.meter.commits > 0) current = { ...options, recovery: {} };
        await followDrift(options, run, error);
        continue;
      }
      if (error instanceof PositionsMoved) {
        // What a person decided was about the offsets that somebody else has moved now.
        current = { ...options, recovery: {} };
        losses = [...losses.filter(at => performance.now() - at < RIVALRY_MS), performance.now()];
        if (losses.length >= MAX_LOSSES) throw anotherWriter(options.config.name, error);
        run.report({
          kind: 'notice',
          level: 'warn',
          text: `${error.message} Starting again from the table.`,
        });
      } else if ((error as { readonly retriable?: unknown }).retriable === true) {
        if (run.meter.commits > 0) current = { ...options, recovery: {} };
        run.outages.failed(serverOf(error), messageOf(error));
      } else throw error;
      // Two runs that collide must not come back together.
      await sleep(RESTART_DELAY_MS * (1 + Math.random() * 4));
      if (run.stopping.aborted) return;
    }
  }
}

/** Changes the tables as records ask for. A stop meanwhile ends the waiting for servers. */
async function followDrift(options: PipelineOptions, run: PipelineRun, drift: SchemaDrift): Promise<void> {
  await options.hooks?.beforeEvolution?.();
  const { config, catalog } = options;
  await run.drift
    .follow(drift, {
      config,
      catalog,
      onTrouble: error => run.outages.failed(serverOf(error), messageOf(error)),
      signal: run.stopping,
      report: (level, text) => run.report({ kind: 'notice', level, text }),
    })
    .catch((error: unknown) => {
      if (!run.stopping.aborted || !isWaiting(error)) throw error;
    });
  await options.hooks?.afterEvolution?.();
}

/** A stop that comes while the pipeline waits for a server ends it: there is nothing to be committed. */
function isWaiting(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The text of an error for people: a halt explains itself, anything else keeps its message. */
export function explainFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof PipelineHalt) return { code: error.code, message: error.message };
  return { code: 'failed', message: error instanceof Error ? error.message : String(error) };
}
