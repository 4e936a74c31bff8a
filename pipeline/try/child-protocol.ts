import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { RegistryLogin } from '../avro/registry-login.ts';
import type { KafkaConnection } from '../kafka/client.ts';

/**
 * What the process that tries pipelines for the editor is told (`pipeline/try/child.ts`), forked with
 * `serialization: 'advanced'`. One task, perhaps a cancel, one answer; then it exits. Nothing is ever written to a table.
 */
export type TrialCommand =
  | {
      /** What the first records would become, or the declarations for the transform; `types` runs no code of the user. */
      readonly kind: 'try' | 'types';
      /** Absolute path of the `*.pipeline.yaml`. */
      readonly pipelineFile: string;
      readonly endpoints: LakehouseEndpoints;
      /** TLS and SASL, where the brokers ask for it. */
      readonly kafkaSecurity?: Pick<KafkaConnection, 'tls' | 'sasl'> | undefined;
      /** Where the pipeline file names a schema registry that asks for a login. */
      readonly registryLogin?: RegistryLogin | undefined;
      readonly records: number;
    }
  | { readonly kind: 'cancel' };

/** What the process of a trial tells its parent. */
export type TrialAnswer =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };
