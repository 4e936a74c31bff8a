/** Every id that the manifest and the code share, once. test/manifest.test.ts holds package.json to this file. */

/** Commands, as `lakehouse.<noun>.<verb>`. */
export const COMMAND_IDS = {
  startLakehouse: 'lakehouse.stack.start',
  stopLakehouse: 'lakehouse.stack.stop',
  showStatus: 'lakehouse.stack.status',
  showLogs: 'lakehouse.service.showLogs',
  refreshCatalog: 'lakehouse.catalog.refresh',
} as const;
export type CommandId = (typeof COMMAND_IDS)[keyof typeof COMMAND_IDS];

/** Views and the containers that hold them. */
export const VIEW_IDS = {
  services: 'lakehouse.services',
  catalog: 'lakehouse.catalog',
} as const;
export const CONTAINER_IDS = { sidebar: 'lakehouse' } as const;

/** Context keys that `when` clauses of the manifest read; client/context-keys.ts sets them. */
export const CONTEXT_KEYS = {
  /** `stopped`, `busy`, `partial` or `ready`. */
  lakehouseState: 'lakehouse.state',
} as const;

/** `contextValue`s of tree items, which `viewItem` clauses match. */
export const ITEM_KINDS = {
  service: 'service',
  failedService: 'service.failed',
  failedNode: 'node.failed',
  table: 'table',
} as const;

/** The language id of Trino SQL documents. */
export const SQL_LANGUAGE = 'sql';
