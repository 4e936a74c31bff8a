import { RECORDED_PROPERTIES } from './properties-recorded.ts';
import { PROPERTY_DESCRIPTIONS } from './property-descriptions.ts';

export type PropertyKind = 'table' | 'schema' | 'column' | 'analyze' | 'materialized_view' | 'session';

/** A property of the Iceberg connector (in `WITH (…)`), or a session property (`SET SESSION name = …`). */
export interface SqlProperty {
  readonly kind: PropertyKind;
  /** Session properties of the connector begin with `iceberg.`, to be replaced by the catalog's name. */
  readonly name: string;
  readonly type: string;
  /** As Trino shows it, not as an SQL literal; the server's configuration may set another one. */
  readonly defaultValue: string;
  readonly summary: string;
  /** The values it takes, as SQL literals, where there are few. */
  readonly values?: readonly string[];
  /** Set for properties that the recorded version does not have but a later one does. */
  readonly isNewerThanRecorded?: boolean;
}

/** A way of making partition values from a column, written inside the strings of `partitioning`. */
export interface PartitionTransform {
  /** With `$1` for the column, as it stands in the string. */
  readonly pattern: string;
  readonly summary: string;
  /** The types it takes; empty for all. */
  readonly types: readonly string[];
}

const TEMPORAL = ['date', 'timestamp', 'timestamp with time zone'];

export const PARTITION_TRANSFORMS: readonly PartitionTransform[] = [
  { pattern: '$1', summary: 'one partition per value', types: [] },
  { pattern: 'year($1)', summary: 'one partition per year', types: TEMPORAL },
  { pattern: 'month($1)', summary: 'one partition per month', types: TEMPORAL },
  { pattern: 'day($1)', summary: 'one partition per day', types: TEMPORAL },
  { pattern: 'hour($1)', summary: 'one partition per hour', types: TEMPORAL.slice(1) },
  { pattern: 'bucket($1, 16)', summary: 'a fixed number of partitions by hash', types: [] },
  {
    pattern: 'truncate($1, 10)',
    summary: 'one partition per prefix of a text or range of a number',
    types: ['varchar', 'integer', 'bigint', 'decimal'],
  },
  { pattern: 'void($1)', summary: 'no partitioning by this column any more', types: [] },
];

const literals = (...words: readonly string[]): readonly string[] => words.map(word => `'${word}'`);

/** `kind name` → the few values it takes. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'table format': literals('PARQUET', 'ORC', 'AVRO'),
  'materialized_view format': literals('PARQUET', 'ORC', 'AVRO'),
  'table format_version': ['1', '2', '3'],
  'table compression_codec': literals('ZSTD', 'SNAPPY', 'LZ4', 'GZIP', 'NONE'),
  'session iceberg.compression_codec': literals('ZSTD', 'SNAPPY', 'LZ4', 'GZIP', 'NONE'),
  'session join_distribution_type': literals('AUTOMATIC', 'BROADCAST', 'PARTITIONED'),
  'session join_reordering_strategy': literals('AUTOMATIC', 'ELIMINATE_CROSS_JOINS', 'NONE'),
};

/** Table properties of release 483 that 476 does not have. */
const NEWER: readonly (readonly [name: string, type: string, summary: string])[] = [
  ['compression_codec', 'varchar', 'compression of new data files'],
  ['delete_after_commit_enabled', 'boolean', 'whether old metadata files are deleted after each commit'],
  ['max_previous_versions', 'integer', 'how many old metadata files are kept'],
  ['parquet_writer_row_group_size', 'varchar', 'size of the row groups of new Parquet files'],
  ['target_max_file_size', 'varchar', 'size at which a new file is begun'],
];

let properties: readonly SqlProperty[] | undefined;

/** Every known property of a kind, in the order of their names. Made on the first call. */
export function propertiesOf(kind: PropertyKind): readonly SqlProperty[] {
  properties ??= readProperties();
  return properties.filter(property => property.kind === kind);
}

function readProperties(): SqlProperty[] {
  const summaries = new Map(
    PROPERTY_DESCRIPTIONS.trim()
      .split('\n')
      .map(line => {
        const [kind = '', name = '', summary = ''] = line.split('\t');
        return [`${kind} ${name}`, summary];
      }),
  );
  const recorded = RECORDED_PROPERTIES.trim()
    .split('\n')
    .map((line): SqlProperty => {
      const [kind = '', name = '', type = '', defaultValue = ''] = line.split('\t');
      const summary = summaries.get(`${kind} ${name}`) ?? '';
      return withValues({ kind: kind as PropertyKind, name, type, defaultValue, summary });
    });
  const newer = NEWER.map(([name, type, summary]): SqlProperty =>
    withValues({ kind: 'table', name, type, defaultValue: '', summary, isNewerThanRecorded: true }),
  );
  return [...recorded, ...newer].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function withValues(property: SqlProperty): SqlProperty {
  const values =
    VALUES[`${property.kind} ${property.name}`] ??
    (property.type === 'boolean' ? ['true', 'false'] : undefined);
  return values === undefined ? property : { ...property, values };
}
