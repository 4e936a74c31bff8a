/** Where a pipeline stands. `draining` finishes the open commit unit and then stops. */
export type PipelineState = 'starting' | 'running' | 'paused' | 'draining' | 'stopped' | 'halted';

/** The live figures of one pipeline, sent about once a second. Offsets and counts are exact: bigint in memory, decimal text on a wire. */
export interface PipelineMetrics {
  readonly state: PipelineState;
  /** Servers that do not answer now; the pipeline waits for them and goes on by itself. */
  readonly waitingFor: readonly string[];
  readonly rowsRead: bigint;
  readonly rowsCommitted: bigint;
  readonly poisonRecords: bigint;
  /** Rows that the pipeline's condition left out. */
  readonly rowsFiltered: bigint;
  /** Rows per second that were read over the last few seconds. */
  readonly rowsPerSecond: number;
  /** Rows per second that became visible. */
  readonly rowsCommittedPerSecond: number;
  /** Bytes of keys and values. */
  readonly bytesRead: bigint;
  /** Bytes of data files in commits. */
  readonly bytesWritten: bigint;
  readonly filesWritten: number;
  /** Of the partitions that this process reads. */
  readonly lagPerPartition: readonly PartitionLag[];
  /** Where the partitions are shared among several processes: how many of all are this one's. */
  readonly share?: { readonly partitions: number; readonly of: number } | undefined;
  readonly commits: number;
  readonly lastCommitMs: number;
  /** How long commits took: their sum in seconds, and for each bound of `COMMIT_SECONDS` how many took no longer. */
  readonly commitSeconds: { readonly sum: number; readonly counts: readonly number[] };
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
