import { type ChildProcess, fork } from 'node:child_process';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import {
  PIPELINE_ENVIRONMENT,
  PIPELINE_EXEC_ARGV,
  type PipelineCommand,
  type PipelineEvent,
} from '../../pipeline/child-protocol.ts';
import type { RegistryLogin } from '../../pipeline/avro/registry-login.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';
import type { KafkaSecurity } from '../../pipeline/kafka/security.ts';
import type { PipelineLauncher, PipelineProcess } from './pipeline-runs.ts';

/** Time to finish the open commit before the process is ended by force; nothing is lost then, only done again. */
const STOP_DEADLINE_MS = 60_000;

export interface PipelineLaunchInput {
  /** Asked at every start: where the lakehouse answers. Throws when it does not. */
  readonly endpoints: () => LakehouseEndpoints;
  /** TLS and login of the brokers, asked at every start; they travel to the process over its channel only. */
  readonly kafkaSecurity: () => Promise<KafkaSecurity>;
  /** The login of a schema registry; likewise. */
  readonly registryLogin: () => Promise<RegistryLogin | undefined>;
  /** The program of a pipeline's process. */
  readonly program: string;
  readonly log: (level: 'info' | 'warn', file: string, text: string) => void;
}

/** A launcher that runs every pipeline in a Node process of its own. */
export function createPipelineLauncher(input: PipelineLaunchInput): PipelineLauncher {
  return async (file, onMetrics) => {
    const endpoints = input.endpoints();
    const { branch, table } = await readConfig(file);
    const child = fork(input.program, [], {
      serialization: 'advanced',
      execArgv: [...PIPELINE_EXEC_ARGV],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The editor's own binary is Electron, which is Node when it is told so.
      env: { ...process.env, ...PIPELINE_ENVIRONMENT, ELECTRON_RUN_AS_NODE: '1' },
    });
    const ended = Promise.withResolvers<void>();
    // Nobody may be waiting for the end when it comes: that is no unhandled failure.
    ended.promise.catch(() => undefined);
    let halted: string | undefined;
    const say = (level: 'info' | 'warn', text: string): void => input.log(level, file, text);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => say('info', text.trimEnd()));
    }
    child.on('message', message => {
      const event = message as PipelineEvent;
      if (event.kind === 'metrics') onMetrics(event.metrics);
      else if (event.kind === 'notice') say(event.level, event.text);
      else if (event.kind === 'commit') say('info', describeCommit(event.commit));
      else if (event.kind === 'halted') halted = event.message;
    });
    child.once('error', ended.reject);
    child.once('exit', (code, signal) => {
      if (code === 0 && halted === undefined) ended.resolve();
      else
        ended.reject(new Error(halted ?? `The pipeline's process ended with ${signal ?? `code ${code}`}.`));
    });
    const [kafkaSecurity, registryLogin] = await Promise.all([input.kafkaSecurity(), input.registryLogin()]);
    await send(child, { kind: 'start', pipelineFile: file, endpoints, kafkaSecurity, registryLogin });
    const tell = (kind: 'pause' | 'resume' | 'drain') => (): void => {
      // Whether the process still hears it shows in its figures.
      if (child.connected) child.send({ kind } satisfies PipelineCommand);
    };
    return {
      target: { branch, table },
      ended: ended.promise,
      pause: tell('pause'),
      resume: tell('resume'),
      drain: tell('drain'),
      stop: () => stop(child, ended.promise),
    };
  };
}

/** Reads the file before a process is started for it: what is wrong with it is said at once, line by line. */
async function readConfig(file: string): Promise<PipelineConfig> {
  const { loadPipelineConfig } = await import('../../pipeline/config/load-config.ts');
  return loadPipelineConfig(file);
}

async function stop(child: ChildProcess, ended: PipelineProcess['ended']): Promise<void> {
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  try {
    if (child.connected) await send(child, { kind: 'stop' });
    await ended.catch(() => undefined);
  } finally {
    clearTimeout(force);
  }
}

function send(child: ChildProcess, command: PipelineCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(command, error => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function describeCommit(commit: Extract<PipelineEvent, { kind: 'commit' }>['commit']): string {
  return `committed ${commit.rows} rows to ${commit.table} @ ${commit.branch} as snapshot ${commit.snapshotId} in ${Math.round(commit.milliseconds)} ms`;
}
