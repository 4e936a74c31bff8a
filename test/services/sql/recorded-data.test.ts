import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { builtInFunctions, FUNCTIONS_RECORDED_FROM } from '../../../server/sql/functions.ts';
import { HIDDEN_COLUMNS, METADATA_TABLES } from '../../../server/sql/metadata-tables.ts';
import { PROCEDURES } from '../../../server/sql/procedures.ts';
import { propertiesOf } from '../../../server/sql/properties.ts';
import { TYPES } from '../../../server/sql/types.ts';
import { statementRunner, trinoVersion } from '../../record/statement.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const { uri } = testEndpoints().trino;
const run = statementRunner(uri);
const SCHEMA = 'iceberg.sqltools_recorded';

/** The functions of a plugin that our lakehouse loads and another Trino may not have. */
const GEOSPATIAL = /^(st_|bing_tile|great_circle_distance)|geometry|sphericalgeography|bingtile|kdbtree/;

describe('what server/sql says about Trino, against a real Trino', () => {
  before(async () => {
    await run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await run(
      `CREATE TABLE IF NOT EXISTS ${SCHEMA}.probe (id bigint, day date) WITH (partitioning = ARRAY['day'])`,
    );
  });
  after(async () => {
    await run(`DROP TABLE IF EXISTS ${SCHEMA}.probe`);
    await run(`DROP SCHEMA IF EXISTS ${SCHEMA}`);
  });

  test('the functions are those of the recorded version', async () => {
    assert.equal(await trinoVersion(uri), String(FUNCTIONS_RECORDED_FROM));
    const rows = (await run('SHOW FUNCTIONS')) as [string, string, string, string][];
    const live = rows.map(
      ([name, returns, types]) => `${name.toLowerCase()}(${types.replaceAll(', ', ',')}) ${returns}`,
    );
    const isGeospatial = live.some(signature => GEOSPATIAL.test(signature));
    const ours = [...builtInFunctions().values()].flatMap(item =>
      item.signatures.map(
        ({ parameters, returns }) =>
          `${item.name}(${parameters.map(parameter => parameter.type).join(',')}) ${returns}`,
      ),
    );
    const expected = ours.filter(signature => isGeospatial || !GEOSPATIAL.test(signature));
    assert.deepEqual([...new Set(expected)].sort(), [...new Set(live)].sort());
  });

  test('the properties of tables are those of the catalog, apart from the ones marked as newer', async () => {
    const rows = await run(
      `SELECT property_name, type FROM system.metadata.table_properties WHERE catalog_name = 'iceberg'`,
    );
    const ours = propertiesOf('table').filter(property => property.isNewerThanRecorded !== true);
    assert.deepEqual(
      ours.map(({ name, type }) => `${name} ${type}`).sort(),
      rows.map(([name, type]) => `${String(name)} ${String(type)}`).sort(),
    );
  });

  test('every procedure of tables is registered and has the arguments we name', async () => {
    for (const { name, arguments: args } of PROCEDURES.filter(item => item.form === 'execute')) {
      const refusal = (argument: string): Promise<string> =>
        messageOf(run(`ALTER TABLE ${SCHEMA}.probe EXECUTE ${name}(${argument} => ARRAY[ROW(1)])`));
      assert.match(await refusal('no_such_argument'), /'no_such_argument' does not exist/, name);
      for (const argument of args)
        assert.match(await refusal(argument.name), /Invalid value/, `${name} ${argument.name}`);
    }
  });

  test('every metadata table and hidden column can be read', async () => {
    for (const table of METADATA_TABLES) {
      const columns = table.columns.map(column => column.name).join(', ');
      await run(`SELECT ${columns} FROM ${SCHEMA}."probe$${table.name}" LIMIT 1`);
    }
    await run(`SELECT ${HIDDEN_COLUMNS.map(column => `"${column.name}"`).join(', ')} FROM ${SCHEMA}.probe`);
  });

  test('every type that Iceberg is said to store can be stored', async () => {
    const columns: Record<string, string> = {
      array: 'array(bigint)',
      map: 'map(varchar, bigint)',
      row: 'row(a bigint)',
    };
    const stored = TYPES.filter(type => type.isInIceberg).map(type => columns[type.name] ?? type.name);
    const list = stored.map((type, i) => `c${i} ${type}`).join(', ');
    await run(`CREATE TABLE ${SCHEMA}.types (${list})`);
    await run(`DROP TABLE ${SCHEMA}.types`);
  });
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}
