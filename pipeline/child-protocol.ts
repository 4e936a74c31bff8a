import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import type { RegistryLogin } from './avro/registry-login.ts';
import type { KafkaConnection } from './kafka/client.ts';
import type { PipelineMetrics } from './metrics.ts';

/**
 * How a pipeline's process is started. Records live shortly, so a small young generation costs nothing and saves about
 * 100 MB;
 * so do few memory arenas, between which buffers would wander from thread to thread.
 */
export const PIPELINE_EXEC_ARGV: readonly string[] = ['--max-semi-space-size=4'];
/** The environment of such a process, beside its parent's. */
export const PIPELINE_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
};

/**
 * What the parent says to a pipeline process (`pipeline/child.ts`). The process is forked with `serialization: 'advanced'`,
 * so that bigints pass as they are. Everything secret travels in `start`: nothing on the command line, nothing in a file.
 */
export type PipelineCommand =
  | {
      readonly kind: 'start';
      /** Absolute path of the `*.pipeline.yaml`. */
      readonly pipelineFile: string;
      readonly endpoints: LakehouseEndpoints;
      /** TLS and SASL, where the brokers ask for it. */
      readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'>;
      /** Where the pipeline file names a schema registry that asks for a login. */
      readonly registryLogin?: RegistryLogin | undefined;
      /** Writes to this branch instead of the file's. */
      readonly branch?: string;
      /** Stop when the end that the topic had at the start is reached. */
      readonly once?: boolean;
    }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Read on to where the topics end now, commit that, then exit with code 0. */
  | { readonly kind: 'drain' }
  /** Commit what was read, then exit with code 0. */
  | { readonly kind: 'stop' };

/** What a pipeline process says to its parent. After `stopped` or `halted` it exits, with code 0 or 1. */
export type PipelineEvent =
  | { readonly kind: 'metrics'; readonly metrics: PipelineMetrics }
  | { readonly kind: 'commit'; readonly commit: CommitReport }
  /** Worth a line in a log: a conflict that was retried, a server that does not answer, a bad record. */
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly text: string }
  | { readonly kind: 'halted'; readonly code: string; readonly message: string }
  | { readonly kind: 'stopped' };

/** One commit that became visible in the table. */
export interface CommitReport {
  /** Dotted name of the table, and the branch it stands on. */
  readonly table: string;
  readonly branch: string;
  readonly snapshotId: bigint;
  readonly rows: bigint;
  readonly files: number;
  readonly bytes: bigint;
  readonly milliseconds: number;
}
