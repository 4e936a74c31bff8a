import type { Event } from 'vscode';
import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { createEmitter } from '../emitter.ts';
import { errorMessage } from '../errors.ts';

/** One pipeline of this window, by the path of its file. */
export type PipelineRun =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly metrics: PipelineMetrics | undefined; readonly isStopping: boolean }
  | { readonly kind: 'ended'; readonly metrics: PipelineMetrics | undefined }
  | { readonly kind: 'failed'; readonly reason: string; readonly metrics: PipelineMetrics | undefined };

/** A pipeline's process. */
export interface PipelineProcess {
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
  /** Starts a pipeline that is not running; resolves when its process is there. */
  start(file: string): Promise<void>;
  /** Resolves when its process is gone; at once when there is none. */
  stop(file: string): Promise<void>;
  /** Stops all of them, e.g. because the window closes. */
  stopAll(): Promise<void>;
}

const IDLE: PipelineRun = { kind: 'idle' };

/** No pipeline runs yet; `launch` starts the processes. */
export function createPipelineRuns(launch: PipelineLauncher): PipelineRuns {
  const changed = createEmitter<string>();
  const runs = new Map<string, PipelineRun>();
  const processes = new Map<string, PipelineProcess>();

  const metricsOf = (file: string): PipelineMetrics | undefined => {
    const run = runs.get(file) ?? IDLE;
    return run.kind === 'idle' ? undefined : run.metrics;
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
      set(file, { kind: 'ended', metrics: metricsOf(file) });
    } catch (error) {
      set(file, { kind: 'failed', reason: errorMessage(error), metrics: metricsOf(file) });
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
    start: async file => {
      if (runs.get(file)?.kind === 'running') return;
      set(file, { kind: 'running', metrics: undefined, isStopping: false });
      try {
        const process = await launch(file, metrics => onMetrics(file, metrics));
        processes.set(file, process);
        void watch(file, process);
      } catch (error) {
        set(file, { kind: 'failed', reason: errorMessage(error), metrics: undefined });
        throw error;
      }
    },
    stop,
    stopAll: async () => {
      await Promise.all([...processes.keys()].map(stop));
    },
  };
}
