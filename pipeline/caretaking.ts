import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { PipelineConfig } from './config.ts';
import { deadLetterKey } from './dead-letters.ts';
import { tableId } from './iceberg/commit-unit.ts';
import { offsetsProperty, parseOffsets } from './iceberg/offsets.ts';
import { processName } from './process-name.ts';

/** Decides whether this process looks after a table. */
export type Caretaking = (key: ContentKey, metadata: TableMetadata) => boolean;

/**
 * Of the processes that share a pipeline one looks after each table: after the pipeline's own and its dead letters the one that
 * has the first partition, after a table that rows are routed to the one that wrote to it last. Two that believe so for a
 * moment spoil nothing, the slower one's work is dropped. Undefined: this process looks after all.
 */
export function caretaking(
  { members, name, table }: Pick<PipelineConfig, 'members' | 'name' | 'table'>,
  caretaker: { readonly isSelf: boolean },
): Caretaking | undefined {
  if (members === 'single') return undefined;
  const own = new Set([tableId(table), tableId(deadLetterKey(table))]);
  return (key, { properties }) => {
    if (own.has(tableId(key))) return caretaker.isSelf;
    const offsets = properties[offsetsProperty(name)];
    return offsets !== undefined && parseOffsets(offsets).writer === processName();
  };
}
