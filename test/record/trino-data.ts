/**
 * Records what a running Trino says about itself as data files of server/sql. Names, types and defaults are recorded;
 * every description is our own and stands in the file beside the recorded one.
 * Its Trino must load the plugins of the lakehouse: iceberg, tpch and geospatial.
 *   LAKEHOUSE_TEST_ENDPOINTS=… node test/record/trino-data.ts
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { testEndpoints } from '../support/lakehouse.ts';
import { type Row, statementRunner, trinoVersion } from './statement.ts';

const TARGET = path.resolve(import.meta.dirname, '../../server/sql');
const PROBE = 'iceberg.lakehouse_recorder.probe';
const METADATA_TABLES =
  'properties history metadata_log_entries snapshots manifests all_manifests partitions files entries all_entries refs';

const { uri } = testEndpoints().trino;
const run = statementRunner(uri);
const version = await trinoVersion(uri);

write('functions-recorded.ts', 'RECORDED_FUNCTIONS', {
  says: 'one name and kind a line, `~` when not deterministic; then `returned type(argument types)` separated by `;`',
  lines: functionLines(await run('SHOW FUNCTIONS')),
});
write('properties-recorded.ts', 'RECORDED_PROPERTIES', {
  says: 'kind, name, type and default, separated by tabs',
  lines: [...(await propertyLines()), ...(await sessionLines())],
});
write('metadata-tables-recorded.ts', 'RECORDED_METADATA_TABLES', {
  says: 'table, column and type, separated by tabs; types that follow the table are cut to `row`',
  lines: await metadataTableLines(),
});

function functionLines(rows: readonly Row[]): string[] {
  const byName = new Map<string, { signatures: Set<string>; isDeterministic: boolean }>();
  for (const [name, returned, parameters, kind, isDeterministic] of rows as [
    string,
    string,
    string,
    string,
    boolean,
  ][]) {
    const key = `${name.toLowerCase()} ${kind}`;
    const entry = byName.get(key) ?? { signatures: new Set(), isDeterministic };
    entry.signatures.add(`${returned}(${parameters.replaceAll(', ', ',')})`);
    byName.set(key, entry);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, entry]) => `${key}${entry.isDeterministic ? '' : '~'} ${[...entry.signatures].sort().join(';')}`,
    );
}

async function propertyLines(): Promise<string[]> {
  const lines: string[] = [];
  for (const kind of ['table', 'schema', 'column', 'analyze', 'materialized_view']) {
    const rows = await run(
      `SELECT property_name, type, default_value FROM system.metadata.${kind}_properties
       WHERE catalog_name = 'iceberg' ORDER BY property_name`,
    );
    lines.push(...rows.map(row => [kind, ...row].join('\t')));
  }
  return lines;
}

async function sessionLines(): Promise<string[]> {
  const rows = (await run('SHOW SESSION')) as [string, string, string, string][];
  return rows
    .filter(([name]) => !name.includes('.') || name.startsWith('iceberg.'))
    .map(([name, , byDefault, type]) => ['session', name, type, byDefault].join('\t'));
}

async function metadataTableLines(): Promise<string[]> {
  const [catalog, schema, table] = PROBE.split('.');
  await run(`CREATE SCHEMA IF NOT EXISTS ${catalog}.${schema}`);
  await run(`CREATE TABLE IF NOT EXISTS ${PROBE} (id bigint, day date) WITH (partitioning = ARRAY['day'])`);
  const lines: string[] = [];
  for (const name of METADATA_TABLES.split(' ')) {
    const columns = (await run(`SHOW COLUMNS FROM ${catalog}.${schema}."${table}$${name}"`)) as [
      string,
      string,
    ][];
    lines.push(...columns.map(([column, type]) => [name, column, ofEveryTable(column, type)].join('\t')));
  }
  await run(`DROP TABLE ${PROBE}`);
  await run(`DROP SCHEMA ${catalog}.${schema}`);
  return lines;
}

/** The types of these three columns are made from the table's own partitioning and columns. */
function ofEveryTable(column: string, type: string): string {
  return ['partition', 'data', 'data_file'].includes(column) ? 'row' : type;
}

function write(
  file: string,
  name: string,
  { says, lines }: { says: string; lines: readonly string[] },
): void {
  const text = `/** Recorded from Trino ${version} by test/record/trino-data.ts: ${says}. */
export const ${name} = String.raw\`
${lines.join('\n')}
\`;
`;
  writeFileSync(path.join(TARGET, file), text);
}
