/** Every id that the manifest and the code share, once. test/manifest.test.ts holds package.json to this file. */

/** Commands, as `lakehouse.<noun>.<verb>`. */
export const COMMAND_IDS = {
  startLakehouse: 'lakehouse.stack.start',
  stopLakehouse: 'lakehouse.stack.stop',
  resetLakehouse: 'lakehouse.stack.reset',
  showStatus: 'lakehouse.stack.status',
  copyDiagnostics: 'lakehouse.stack.copyDiagnostics',
  exportLakehouse: 'lakehouse.stack.export',
  importLakehouse: 'lakehouse.stack.import',
  removeOrphanedStacks: 'lakehouse.stack.removeOrphans',
  showLogs: 'lakehouse.service.showLogs',
  startPipeline: 'lakehouse.pipeline.start',
  stopPipeline: 'lakehouse.pipeline.stop',
  pausePipeline: 'lakehouse.pipeline.pause',
  resumePipeline: 'lakehouse.pipeline.resume',
  drainPipeline: 'lakehouse.pipeline.drain',
  redriveDeadLetters: 'lakehouse.pipeline.redrive',
  tryPipeline: 'lakehouse.pipeline.try',
  newTransform: 'lakehouse.pipeline.newTransform',
  writeTransformTypes: 'lakehouse.pipeline.writeTypes',
  setKafkaLogin: 'lakehouse.kafka.setLogin',
  setRegistryLogin: 'lakehouse.registry.setLogin',
  setNessieLogin: 'lakehouse.nessie.setLogin',
  showPipelineLog: 'lakehouse.pipeline.showLog',
  refreshCatalog: 'lakehouse.catalog.refresh',
  filterCatalog: 'lakehouse.catalog.filter',
  showMore: 'lakehouse.catalog.showMore',
  sortCatalog: 'lakehouse.catalog.sort',
  uploadFile: 'lakehouse.catalog.upload',
  createBranch: 'lakehouse.branch.create',
  createTag: 'lakehouse.tag.create',
  deleteReference: 'lakehouse.reference.delete',
  resetBranch: 'lakehouse.branch.reset',
  mergeBranch: 'lakehouse.branch.merge',
  compareReferences: 'lakehouse.reference.compare',
  showHistory: 'lakehouse.reference.history',
  openTable: 'lakehouse.table.open',
  previewTable: 'lakehouse.table.preview',
  copyTableName: 'lakehouse.table.copyName',
  newQuery: 'lakehouse.table.query',
  dropTable: 'lakehouse.table.drop',
  copyTableDdl: 'lakehouse.table.copyDdl',
  copyTableSelect: 'lakehouse.table.copySelect',
  newTableNotebook: 'lakehouse.table.notebook',
  renameTable: 'lakehouse.table.rename',
  commentTable: 'lakehouse.table.comment',
  rollBackTable: 'lakehouse.table.rollBack',
  optimizeTable: 'lakehouse.table.optimize',
  expireSnapshots: 'lakehouse.table.expireSnapshots',
  removeOrphans: 'lakehouse.table.removeOrphans',
  transplantCommit: 'lakehouse.commit.transplant',
  runQuery: 'lakehouse.query.run',
  cancelQuery: 'lakehouse.query.cancel',
  openNotebook: 'lakehouse.notebook.open',
  chooseNotebookConnection: 'lakehouse.notebook.chooseConnection',
  runCellOn: 'lakehouse.notebook.runCellOn',
  setNotebookParameters: 'lakehouse.notebook.setParameters',
  nameCell: 'lakehouse.notebook.nameCell',
  exportNotebook: 'lakehouse.notebook.export',
  compareResults: 'lakehouse.notebook.compareResults',
  showQueryHistory: 'lakehouse.history.show',
  clearQueryHistory: 'lakehouse.history.clear',
  runStatementAt: 'lakehouse.query.runAt',
} as const;
export type CommandId = (typeof COMMAND_IDS)[keyof typeof COMMAND_IDS];

/** Views and the containers that hold them. */
export const VIEW_IDS = {
  services: 'lakehouse.services',
  catalog: 'lakehouse.catalog',
  pipelines: 'lakehouse.pipelines',
  results: 'lakehouse.results',
} as const;
export const CONTAINER_IDS = { sidebar: 'lakehouse', panel: 'lakehouse-results' } as const;

/** Context keys that `when` clauses of the manifest read; client/context-keys.ts sets them. */
export const CONTEXT_KEYS = {
  /** `stopped`, `busy`, `partial` or `ready`. */
  lakehouseState: 'lakehouse.state',
  queryIsRunning: 'lakehouse.queryIsRunning',
  pipelineIsRunning: 'lakehouse.pipelineIsRunning',
} as const;

/** `contextValue`s of tree items, which `viewItem` clauses match. */
export const ITEM_KINDS = {
  service: 'service',
  failedService: 'service.failed',
  idlePipeline: 'pipeline.idle',
  runningPipeline: 'pipeline.running',
  pausedPipeline: 'pipeline.paused',
  failedNode: 'node.failed',
  defaultBranch: 'branch.default',
  branch: 'branch',
  tag: 'tag',
  namespace: 'namespace',
  table: 'table',
  deadLetters: 'table.deadLetters',
  view: 'view',
  unknown: 'unknown',
  snapshot: 'snapshot',
  column: 'column',
  foreignTable: 'foreign.table',
} as const;

/** The language id of Trino SQL documents and the files that describe a pipeline. */
export const SQL_LANGUAGE = 'sql';
export const PIPELINE_GLOB = '**/*.pipeline.{yaml,yml}';
/** The scheme of log documents. */
export const LOG_SCHEME = 'lakehouse-log';
