import type { Transform } from '../catalog/iceberg/partition.ts';
import type { NestedField } from '../catalog/iceberg/types.ts';
import type { ColumnRules } from './columns/column-rule.ts';
import type { Filter } from './columns/filter.ts';
import type { RoutePlan } from './rows/route.ts';
import type { TransformCode } from './transform/transform-code.ts';
import type { AvroSchemas } from './avro/avro-format.ts';
import { readConfig } from './config/read-config.ts';
import type { ReadNearby } from './config/read-source.ts';
import type { CsvDialect } from './rows/csv-format.ts';

/** A pipeline file (`*.pipeline.yaml`), checked. */
export interface PipelineConfig {
  readonly name: string;
  readonly source: SourceConfig;
  /** Namespace levels and the table's name, e.g. `['demo', 'flights']`. */
  readonly table: readonly string[];
  readonly branch: string;
  /**
   * Whether several processes may run the pipeline at once. `single`: each reads everything, and of two that run by mistake
   * one gives up. `shared`: they divide the partitions among them.
   */
  readonly members: 'single' | 'shared';
  /** Undefined: the table's own columns, or inferred from a sample where there is no table yet. Ids are 0. */
  readonly schema: readonly NestedField[] | undefined;
  /** How columns are made that are not members of the record as they are. */
  readonly columns: ColumnRules;
  /** Rows for which it is not true are left out. */
  readonly filter: Filter | undefined;
  readonly partitioning: readonly { readonly column: string; readonly transform: Transform }[];
  /** Undefined: every row goes into `table`. */
  readonly route: RouteConfig | undefined;
  readonly commit: CommitPolicy;
  readonly files: FilePolicy;
  readonly maintenance: MaintenancePolicy;
  readonly onError: ErrorPolicy;
  readonly drift: DriftPolicy;
  /** A function in TypeScript between the records and the rows. */
  readonly transform: TransformSetting | undefined;
}

export interface TransformSetting {
  /** The file with the function, relative to the folder of the pipeline file, with `/`. */
  readonly file: string;
  /** Undefined until `loadPipelineConfig` has read it. */
  readonly code: TransformCode | undefined;
}

/** Rows of one topic for several tables; `table` is one of them and holds the offsets. */
export interface RouteConfig extends Pick<RoutePlan, 'otherwise' | 'maxTables'> {
  readonly rule:
    | Extract<RoutePlan['rule'], { kind: 'template' }>
    | {
        readonly kind: 'field';
        readonly field: string;
        readonly tables: ReadonlyMap<string, RoutedTable>;
      };
}

/** A table to which rows are routed. Without a schema it is made like the pipeline's own. */
export type RoutedTable = Pick<PipelineConfig, 'table' | 'schema' | 'partitioning'>;

export type SourceConfig = SourceFormat & {
  /** At least one; records of all of them become rows of the same pipeline. */
  readonly topics: readonly string[];
  /** Where the first run begins; later runs go on where the table stands. */
  readonly start: 'earliest' | 'latest';
};

/** How the values of messages are written. */
export type SourceFormat =
  | { readonly format: 'json' }
  | { readonly format: 'avro'; readonly schemas: AvroSchemas }
  | { readonly format: 'csv'; readonly csv: CsvDialect };

/** A commit is made when the first of these limits is reached. */
export interface CommitPolicy {
  readonly intervalMs: number;
  readonly rows: number;
  /** Bytes of encoded files. */
  readonly bytes: number;
}

/** What data files are like. */
export interface FilePolicy {
  /** A file is closed when it is about this large, and at every commit. Compaction makes files of this size. */
  readonly targetBytes: number;
  /** The order of the rows inside each file. The table has it as its sort order. */
  readonly sortBy: readonly SortTerm[];
  /** Partitions that are written at once; rows of further ones wait on disk. */
  readonly openPartitions: number;
}

export interface SortTerm {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
  readonly nullOrder: 'nulls-first' | 'nulls-last';
}

/** What a running pipeline does to keep its table small. Undefined: nothing. */
export interface MaintenancePolicy {
  /** How often small files are put together. */
  readonly compactEveryMs: number | undefined;
  /** Snapshots older than this go, with the files that nothing else needs, */
  readonly expireAfterMs: number | undefined;
  /** but so many of the newest stay. */
  readonly retainLast: number;
}

/** What happens with records that are no rows, and when there are too many of them. */
export interface ErrorPolicy {
  readonly action: 'deadLetter' | 'fail' | 'skip';
  /** The pipeline halts when more than this share of the records of one commit are bad. */
  readonly maxRatio: number;
}

/**
 * What happens with fields of records that no column takes, and values that need a wider one. `ignore`: the fields are left
 * out, the values are bad records; `deadLetter`: such records are bad; `add`: the table is changed, where that is legal.
 */
export interface DriftPolicy {
  readonly action: 'add' | 'ignore' | 'deadLetter';
  /** A table with so many columns, nested ones included, takes no new one. */
  readonly maxColumns: number;
}

/** One thing that is wrong in a pipeline file; lines and columns count from 1. */
export interface ConfigFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The pipeline file cannot be used. The message lists every fault with its line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];
  constructor(file: string, faults: readonly ConfigFault[]) {
    super(faults.map(fault => `${file}:${fault.line}:${fault.column}: ${fault.message}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads a pipeline file. `file` is only named in messages; `readNearby` reads the files that it names, which lie beside it.
 * Throws ConfigError with every fault that was found.
 */
export function parsePipelineConfig(text: string, file: string, readNearby?: ReadNearby): PipelineConfig {
  const { config, faults } = readConfig(text, readNearby);
  if (config === undefined || faults.length > 0) throw new ConfigError(file, faults);
  return config;
}
