import { findHolders } from '../../catalog/holders.ts';
import { currentSchema } from '../../catalog/iceberg/metadata.ts';
import { schemaToJson } from '../../catalog/iceberg/schema.ts';
import { getContents, type TableContent } from '../../catalog/nessie.ts';
import { loadTablePage, type TablePage } from '../../catalog/table-page.ts';
import { UsageError } from '../command.ts';
import { parseRef } from './access.ts';
import { schemaChangeToText } from './diff.ts';
import {
  bytesToText,
  type CatalogSubcommand,
  keyToText,
  parseKeyText,
  printColumns,
  printJson,
  readLimit,
} from './subcommand.ts';

const DEFAULT_LIMIT = 20;

/** Everything that metadata tells about one table. */
export const showCommand: CatalogSubcommand = {
  usage: 'show <table>',
  summary: 'Shows schema, history, snapshots, files, partitions, column statistics and pipelines of a table.',
  options: ['ref', 'limit'],
  run: async ({ access, values, positionals, signal }) => {
    if (positionals[0] === undefined) throw new UsageError('show needs the name of a table.');
    const key = parseKeyText(positionals[0]);
    const { reference, items } = await getContents(access.nessie, parseRef(access, values['ref']), {
      keys: [key],
      signal,
    });
    const content = items[0]?.content;
    if (content === undefined)
      throw new Error(`There is no ${keyToText(key)} on ${reference.name || reference.hash}.`);
    if (content.type !== 'ICEBERG_TABLE') throw new Error(`${keyToText(key)} is no table: ${content.type}.`);
    const page = await loadTablePage(access.store, content, { signal });
    const holders = await findHolders(access.nessie, { reference, key, content }, signal);
    const held = holders.map(holder => ({ reference: holder.reference.name, key: holder.key }));
    const limit = readLimit(values, DEFAULT_LIMIT);
    return {
      json: () => printJson({ key, content, ...pageToJson(page, limit), holders: held }),
      text: () =>
        pageToText(page, { name: keyToText(key), content, held: held.map(item => item.reference), limit }),
    };
  },
};

function pageToJson(page: TablePage, limit: number): object {
  const { metadata, files, ...rest } = page;
  return {
    ...rest,
    tableUuid: metadata.tableUuid,
    formatVersion: metadata.formatVersion,
    tableLocation: metadata.location,
    properties: metadata.properties,
    schema: schemaToJson(currentSchema(metadata)),
    snapshots: rest.snapshots.slice(0, limit),
    files: { ...files, list: files.list.slice(0, limit), partitions: files.partitions.slice(0, limit) },
  };
}

interface Shown {
  readonly name: string;
  readonly content: TableContent;
  readonly held: readonly string[];
  readonly limit: number;
}

function pageToText(page: TablePage, shown: Shown): string {
  return [
    printColumns(headRows(page, shown)),
    section('Columns', columnRows(page)),
    section('Snapshots', snapshotRows(page).slice(0, shown.limit)),
    section('Schema changes', schemaRows(page)),
    section('Pipelines', pipelineRows(page)),
  ].join('');
}

function headRows({ files, totals, ...page }: TablePage, { name, content, held }: Shown): string[][] {
  const spec = page.partitioning.find(item => item.isCurrent)?.text ?? '';
  const { summary, skew } = files;
  const size = `${bytesToText(summary.dataBytes)} in ${summary.dataFiles} files, ${summary.deleteFiles} delete files`;
  return [
    ['table', name],
    ['id', content.id ?? ''],
    ['metadata', content.metadataLocation],
    ['rows', `${totals.rows ?? summary.rows}`],
    ['size', size],
    [
      'partitioned by',
      spec === ''
        ? 'nothing'
        : skew.partitions === 0
          ? `${spec}, no partition yet`
          : `${spec}: ${skew.partitions} partitions, largest ${skew.ratio.toFixed(1)}× the average`,
    ],
    ['sorted by', page.sorting.find(item => item.isCurrent)?.text || 'nothing'],
    ['also on', held.join(', ') || 'no other reference'],
  ];
}

function columnRows({ files }: TablePage): string[][] {
  return files.columns.map(({ path, type, nullShare, min, max }) => [
    path,
    type,
    shareText(nullShare),
    min ?? '',
    max ?? '',
  ]);
}

function snapshotRows({ snapshots }: TablePage): string[][] {
  return snapshots.map(row => [
    row.isCurrent ? '*' : row.isInHistory ? '' : '(aside)',
    `${row.snapshotId}`,
    new Date(row.timestampMs).toISOString(),
    row.operation,
    `+${row.addedRows ?? 0} −${row.deletedRows ?? 0} rows`,
  ]);
}

function schemaRows({ schemas }: TablePage): string[][] {
  return schemas.flatMap(({ schemaId, changes }) =>
    changes.map(change => [`v${schemaId}`, schemaChangeToText(change)]),
  );
}

function pipelineRows({ pipelines }: TablePage): string[][] {
  return pipelines.flatMap(({ pipeline, topics }) =>
    topics.map(({ topic, next }) => [
      pipeline,
      topic,
      Array.from(next, ([partition, offset]) => `${partition}:${offset}`).join(' '),
    ]),
  );
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${printColumns(rows.map(row => ['', ...row]))}`;
}

function shareText(share: number | undefined): string {
  return share === undefined ? '' : `${(share * 100).toFixed(1)} % null`;
}
