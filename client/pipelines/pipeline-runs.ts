import type { Event } from 'vscode';
import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { createEmitter } from '../emitter.ts';
import { errorMessage } from '../errors.ts';

/** One pipeline of this window, by the path of its file. */
export type PipelineRun =
  | { readonly kind: 'idle' }
  | ({ readonly kind: 'running'; readonly isStopping: boolean } & KnownOfRun)
  | ({ readonly kind: 'ended' } & KnownOfRun)
  | ({ readonly kind: 'failed'; readonly reason: string } & KnownOfRun);

interface KnownOfRun {
  /** The last figures; absent before the first. */
  readonly metrics: PipelineMetrics | undefined;
  /** The table it writes; known once its file was read. */
  readonly target: PipelineTarget | undefined;
}

/** The table that a pipeline writes. */
export interface PipelineTarget {
  readonly branch: string;
  readonly table: readonly string[];
}

/** A pipeline's process. */
export interface PipelineProcess {
  readonly target: PipelineTarget;
  pause(): void;
  resume(): void;
  /** Reads on to where the topics end now, and ends then. */
  drain(): void;
  /** Finishes the open commit and ends; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Resolves when it ended as it should, rejects with the reason otherwise. */
  readonly ended: Promise<void>;
}

/** Starts the process of a pipeline file; `onMetrics` is called about once a second. */
export type PipelineLauncher = (
  file: string,
  onMetrics: (metrics: PipelineMetrics) => void,
) => Promise<PipelineProcess>;

/** The pipelines that this window runs. */
export interface PipelineRuns {
  readonly onDidChange: Event<string>;
  get(file: string): PipelineRun;
  /** The runs that go on now. */
  running(): readonly Extract<PipelineRun, { kind: 'running' }>[];
  /** Starts a pipeline that is not running; resolves when its process is there. */
  start(file: string): Promise<void>;
  /** Resolves when its process is gone; at once when there is none. */
  stop(file: string): Promise<void>;
  /** Tells a running pipeline something; it shows in its figures. Nothing happens when it does not run. */
  tell(file: string, what: 'pause' | 'resume' | 'drain'): void;
  /** Stops all of them, e.g. because the window closes. */
  stopAll(): Promise<void>;
}

const IDLE: PipelineRun = { kind: 'idle' };
const NOTHING_KNOWN: KnownOfRun = { metrics: undefined, target: undefined };

/** No pipeline runs yet; `launch` starts the processes. */
export function createPipelineRuns(launch: PipelineLauncher): PipelineRuns {
  const changed = createEmitter<string>();
  const runs = new Map<string, PipelineRun>();
  const processes = new Map<string, PipelineProcess>();

  const knownOf = (file: string): KnownOfRun => {
    const run = runs.get(file) ?? IDLE;
    return run.kind === 'idle' ? NOTHING_KNOWN : { metrics: run.metrics, target: run.target };
  };
  const set = (file: string, run: PipelineRun): void => {
    runs.set(file, run);
    changed.fire(file);
  };
  const onMetrics = (file: string, metrics: PipelineMetrics): void => {
    const run = runs.get(file);
    if (run?.kind === 'running') set(file, { ...run, metrics });
  };
  const watch = async (file: string, process: PipelineProcess): Promise<void> => {
    try {
      await process.ended;
      set(file, { kind: 'ended', ...knownOf(file) });
    } catch (error) {
      set(file, { kind: 'failed', reason: errorMessage(error), ...knownOf(file) });
    } finally {
      processes.delete(file);
    }
  };
  const stop = async (file: string): Promise<void> => {
    const process = processes.get(file);
    const run = runs.get(file);
    if (process === undefined || run?.kind !== 'running') return;
    set(file, { ...run, isStopping: true });
    await process.stop();
  };
  return {
    onDidChange: changed.event,
    get: file => runs.get(file) ?? IDLE,
    running: () => [...runs.values()].filter(run => run.kind === 'running'),
    start: async file => {
      if (runs.get(file)?.kind === 'running') return;
      set(file, { kind: 'running', isStopping: false, ...NOTHING_KNOWN });
      try {
        const process = await launch(file, metrics => onMetrics(file, metrics));
        processes.set(file, process);
        const run = runs.get(file);
        if (run?.kind === 'running') set(file, { ...run, target: process.target });
        void watch(file, process);
      } catch (error) {
        set(file, { kind: 'failed', reason: errorMessage(error), ...NOTHING_KNOWN });
        throw error;
      }
    },
    stop,
    tell: (file, what) => processes.get(file)?.[what](),
    stopAll: async () => {
      await Promise.all([...processes.keys()].map(stop));
    },
  };
}
