import { type JsonObject, type JsonValue, optional, readArray, readObject, readString } from '../json.ts';

/** How far a statement is, as Trino last said. Counts are exact below 2^53. */
export interface QueryStatistics {
  /** `QUEUED`, `PLANNING`, `RUNNING`, `FINISHED`, `FAILED` … */
  readonly state: string;
  readonly nodes: number;
  readonly totalSplits: number;
  readonly queuedSplits: number;
  readonly runningSplits: number;
  readonly completedSplits: number;
  readonly cpuTimeMs: number;
  readonly elapsedTimeMs: number;
  readonly queuedTimeMs: number;
  readonly processedRows: number;
  readonly processedBytes: number;
  readonly physicalInputBytes: number;
  readonly peakMemoryBytes: number;
  readonly spilledBytes: number;
  /** 0 to 100; absent while Trino cannot tell. */
  readonly progressPercentage?: number;
  readonly rootStage?: StageStatistics;
}

/** One stage of the running plan and the stages that feed it. */
export interface StageStatistics {
  readonly stageId: string;
  readonly state: string;
  readonly totalSplits: number;
  readonly completedSplits: number;
  readonly processedRows: number;
  readonly processedBytes: number;
  readonly subStages: readonly StageStatistics[];
}

export function parseStatistics(raw: JsonObject): QueryStatistics {
  const count = counter(raw);
  const progress = raw['progressPercentage'];
  const rootStage = optional(raw['rootStage'], 'rootStage', parseStage);
  return {
    state: optional(raw['state'], 'stats.state', readString) ?? 'UNKNOWN',
    nodes: count('nodes'),
    totalSplits: count('totalSplits'),
    queuedSplits: count('queuedSplits'),
    runningSplits: count('runningSplits'),
    completedSplits: count('completedSplits'),
    cpuTimeMs: count('cpuTimeMillis'),
    elapsedTimeMs: count('elapsedTimeMillis'),
    queuedTimeMs: count('queuedTimeMillis'),
    processedRows: count('processedRows'),
    processedBytes: count('processedBytes'),
    physicalInputBytes: count('physicalInputBytes'),
    peakMemoryBytes: count('peakMemoryBytes'),
    spilledBytes: count('spilledBytes'),
    ...(typeof progress === 'number' ? { progressPercentage: progress } : {}),
    ...(rootStage === undefined ? {} : { rootStage }),
  };
}

function parseStage(value: JsonValue): StageStatistics {
  const raw = readObject(value, 'stage');
  const count = counter(raw);
  return {
    stageId: optional(raw['stageId'], 'stageId', readString) ?? '',
    state: optional(raw['state'], 'stage.state', readString) ?? 'UNKNOWN',
    totalSplits: count('totalSplits'),
    completedSplits: count('completedSplits'),
    processedRows: count('processedRows'),
    processedBytes: count('processedBytes'),
    subStages: (optional(raw['subStages'], 'subStages', readArray) ?? []).map(parseStage),
  };
}

/** Statistics are for looking at: one that is missing or strange is 0 and no reason to lose a result. */
function counter(raw: JsonObject): (name: string) => number {
  return name => {
    const value = Number(raw[name] ?? 0);
    return Number.isFinite(value) ? value : 0;
  };
}
