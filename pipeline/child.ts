import type { PipelineCommand, PipelineEvent } from './child-protocol.ts';
import { loadPipelineConfig } from './config/load-config.ts';
import { startLakehousePipeline } from './open-pipeline.ts';
import { explainFailure, type RunningPipeline } from './pipeline.ts';

/** The process that runs one pipeline for the editor: commands come and events go over the IPC channel of `fork`. */
let running: Promise<RunningPipeline> | undefined;
// A stop that comes before the pipeline is running must not be lost.
let stopRequested = false;

process.on('message', (command: PipelineCommand) => {
  switch (command.kind) {
    case 'start':
      running ??= start(command);
      break;
    case 'stop':
      stop();
      break;
    // The three below ask for nothing when the start has failed, which is told there.
    case 'pause':
      running?.then(pipeline => pipeline.pause()).catch(() => {});
      break;
    case 'drain':
      running?.then(pipeline => pipeline.drain()).catch(() => {});
      break;
    case 'resume':
      running?.then(pipeline => pipeline.resume()).catch(() => {});
      break;
  }
});
// The editor is gone: commit what was read and end, as after a stop.
process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

function stop(): void {
  stopRequested = true;
  // A failure is told where the pipeline was started.
  running?.then(pipeline => pipeline.stop()).catch(() => {});
  if (running === undefined) process.exit(0);
}

async function start(command: Extract<PipelineCommand, { kind: 'start' }>): Promise<RunningPipeline> {
  try {
    const { pipelineFile, registryLogin } = command;
    const config = await loadPipelineConfig(pipelineFile, { registryLogin });
    const pipeline = startLakehousePipeline({
      config: command.branch === undefined ? config : { ...config, branch: command.branch },
      endpoints: command.endpoints,
      kafkaSecurity: command.kafkaSecurity,
      once: command.once ?? false,
      onReport: tell,
    });
    if (stopRequested) pipeline.stop();
    pipeline.finished.then(() => end({ kind: 'stopped' }, 0), fail);
    return pipeline;
  } catch (error) {
    fail(error);
    throw error;
  }
}

function fail(error: unknown): void {
  end({ kind: 'halted', ...explainFailure(error) }, 1);
}

function tell(event: PipelineEvent): void {
  // Without a parent there is nobody to tell; the pipeline is ending already.
  if (process.connected) process.send?.(event);
}

function end(event: PipelineEvent, code: number): void {
  process.exitCode = code;
  if (!process.connected) process.exit();
  process.send?.(event, () => process.exit());
}
