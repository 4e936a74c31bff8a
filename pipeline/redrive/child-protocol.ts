import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { RegistryLogin } from '../avro/registry-login.ts';
import type { RedriveProgress, RedriveResult } from './redrive-table.ts';

/**
 * What the process that redrives dead letters for the editor is told (`pipeline/redrive/child.ts`), forked with
 * `serialization: 'advanced'`. One redrive, perhaps a cancel, one answer; then it exits.
 */
export type RedriveCommand =
  | {
      readonly kind: 'redrive';
      /** Absolute path of the `*.pipeline.yaml`. */
      readonly pipelineFile: string;
      readonly endpoints: LakehouseEndpoints;
      /** Where the pipeline file names a schema registry that asks for a login. */
      readonly registryLogin?: RegistryLogin | undefined;
      /** Instead of the file's branch. */
      readonly branch?: string | undefined;
      readonly dryRun: boolean;
    }
  /** What is committed stays, nothing else is left. */
  | { readonly kind: 'cancel' };

/** What the process of a redrive tells its parent. */
export type RedriveEvent =
  | { readonly kind: 'progress'; readonly progress: RedriveProgress }
  /** Worth a line in the pipeline's log. */
  | { readonly kind: 'notice'; readonly text: string }
  | RedriveAnswer;

/** The last that is heard. */
export type RedriveAnswer =
  | { readonly kind: 'done'; readonly result: RedriveResult }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };
