/** A procedure of the Iceberg connector or of Trino itself. No system table lists them, so they stand here. */
export interface Procedure {
  readonly name: string;
  /** `execute`: `ALTER TABLE t EXECUTE name(…)`; `call`: `CALL catalog.schema.name(…)`. */
  readonly form: 'execute' | 'call';
  /** For `call`: the schema, and the catalog when it is always the same one. */
  readonly schema?: string;
  readonly catalog?: string;
  readonly summary: string;
  readonly arguments: readonly ProcedureArgument[];
  /** Whether rows can be chosen with a WHERE clause on partition columns. */
  readonly takesWhere?: boolean;
}

export interface ProcedureArgument {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** As an SQL literal. */
  readonly defaultValue?: string;
  /** The values it takes, as SQL literals, where there are few. */
  readonly values?: readonly string[];
  readonly summary: string;
}

const FILE_FORMATS = ['ORC', 'PARQUET', 'AVRO'].map(format => `'${format}'`);

const retention: ProcedureArgument = {
  name: 'retention_threshold',
  type: 'varchar',
  isRequired: false,
  defaultValue: "'7d'",
  summary: 'how old something must be to be removed; the catalog sets a minimum',
};

const recursion: ProcedureArgument = {
  name: 'recursive_directory',
  type: 'varchar',
  isRequired: false,
  defaultValue: "'FAIL'",
  values: ["'TRUE'", "'FALSE'", "'FAIL'"],
  summary: 'whether folders inside the folder are read, skipped, or an error',
};

/** Arguments were checked against Trino 476. */
export const PROCEDURES: readonly Procedure[] = [
  {
    name: 'optimize',
    form: 'execute',
    summary: 'rewrites small files into larger ones',
    takesWhere: true,
    arguments: [
      {
        name: 'file_size_threshold',
        type: 'varchar',
        isRequired: false,
        defaultValue: "'100MB'",
        summary: 'files smaller than this are rewritten',
      },
    ],
  },
  {
    name: 'optimize_manifests',
    form: 'execute',
    summary: 'rewrites manifests so that they follow the partitioning',
    arguments: [],
  },
  {
    name: 'expire_snapshots',
    form: 'execute',
    summary: 'removes old snapshots and the files only they use',
    arguments: [retention],
  },
  {
    name: 'remove_orphan_files',
    form: 'execute',
    summary: "removes files in the table's location that no metadata names",
    arguments: [retention],
  },
  {
    name: 'drop_extended_stats',
    form: 'execute',
    summary: 'removes what ANALYZE collected',
    arguments: [],
  },
  {
    name: 'rollback_to_snapshot',
    form: 'execute',
    summary: 'makes an earlier snapshot the current one',
    arguments: [snapshotArgument()],
  },
  {
    name: 'add_files',
    form: 'execute',
    summary: 'adds the files of a location to the table without rewriting them',
    arguments: [
      required('location', 'varchar', 'URI of the folder'),
      { ...required('format', 'varchar', 'format of the files'), values: FILE_FORMATS },
      recursion,
    ],
  },
  {
    name: 'add_files_from_table',
    form: 'execute',
    summary: 'adds the files of a Hive table without rewriting them',
    arguments: [
      required('schema_name', 'varchar', "the Hive table's schema"),
      required('table_name', 'varchar', "the Hive table's name"),
      {
        name: 'partition_filter',
        type: 'map(varchar, varchar)',
        isRequired: false,
        summary: 'partition values by column: only these partitions are added',
      },
      recursion,
    ],
  },
  {
    name: 'register_table',
    form: 'call',
    schema: 'system',
    summary: 'makes a table of metadata that already lies in the object store',
    arguments: [
      ...tableArguments(),
      required('table_location', 'varchar', 'URI of the folder that holds the metadata folder'),
      {
        name: 'metadata_file_name',
        type: 'varchar',
        isRequired: false,
        summary: 'the metadata file to start from; the newest when not given',
      },
    ],
  },
  {
    name: 'unregister_table',
    form: 'call',
    schema: 'system',
    summary: 'takes a table out of the catalog and leaves its files',
    arguments: tableArguments(),
  },
  {
    name: 'migrate',
    form: 'call',
    schema: 'system',
    summary: 'turns a Hive table into an Iceberg table in place; Hive metastore catalogs only',
    arguments: [...tableArguments(), recursion],
  },
  {
    name: 'rollback_to_snapshot',
    form: 'call',
    schema: 'system',
    summary: 'makes an earlier snapshot the current one; the older form of ALTER TABLE … EXECUTE',
    arguments: [...tableArguments(), snapshotArgument()],
  },
  {
    name: 'kill_query',
    form: 'call',
    catalog: 'system',
    schema: 'runtime',
    summary: 'ends a running query',
    arguments: [
      required('query_id', 'varchar', 'as in system.runtime.queries'),
      { name: 'message', type: 'varchar', isRequired: false, summary: 'shown to the person who ran it' },
    ],
  },
];

function required(name: string, type: string, summary: string): ProcedureArgument {
  return { name, type, isRequired: true, summary };
}

function tableArguments(): ProcedureArgument[] {
  return [required('schema_name', 'varchar', 'the schema'), required('table_name', 'varchar', 'the table')];
}

function snapshotArgument(): ProcedureArgument {
  return required('snapshot_id', 'bigint', 'as in the $snapshots table');
}
