/** Where a pipeline stands. `draining` finishes the open commit unit and then stops. */
export type PipelineState = 'starting' | 'running' | 'paused' | 'draining' | 'stopped' | 'halted';

/** The live figures of one pipeline, sent about once a second. Offsets and counts are exact: bigint in memory, decimal text on a wire. */
export interface PipelineMetrics {
  readonly state: PipelineState;
  readonly rowsRead: bigint;
  readonly rowsCommitted: bigint;
  readonly poisonRecords: bigint;
  /** Rows per second over the last few seconds. */
  readonly rowsPerSecond: number;
  readonly bytesRead: bigint;
  readonly lagPerPartition: readonly PartitionLag[];
  readonly commits: number;
  readonly lastCommitMs: number;
  readonly rssBytes: number;
}

/** How far one partition of a topic is behind its end, in records. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly committed: bigint;
  readonly end: bigint;
  /** Age of the last record in the table where there are later ones, else 0; undefined before the first commit. */
  readonly seconds: number | undefined;
}
