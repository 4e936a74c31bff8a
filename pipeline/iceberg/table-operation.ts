import type { Operation } from '../../catalog/nessie.ts';
import type { PreparedAppend } from './write-append.ts';

/** What a commit says to the catalog about a table whose new metadata lies in the store. */
export function toOperation({ table, metadataLocation }: PreparedAppend): Operation {
  const { metadata, contentId } = table;
  return {
    type: 'PUT',
    key: table.key,
    content: {
      type: 'ICEBERG_TABLE',
      ...(contentId === undefined ? {} : { id: contentId }),
      metadataLocation,
      snapshotId: metadata.currentSnapshotId ?? -1n,
      schemaId: metadata.currentSchemaId,
      specId: metadata.defaultSpecId,
      sortOrderId: metadata.defaultSortOrderId,
    },
  };
}
