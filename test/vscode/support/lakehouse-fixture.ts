import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { lakehouseFixture } from './fixture.ts';

/** Makes the schema and the table that the tests look for; disposing of it removes them. */
export async function createLakehouseFixture(): Promise<AsyncDisposable> {
  const { trino } = testEndpoints();
  const connection = connectTrino({ uri: trino.uri, user: trino.user });
  const schema = `${trino.catalog}.${lakehouseFixture.schema}`;
  const table = `${schema}.${lakehouseFixture.table}`;
  const run = (sql: string): Promise<unknown> => queryAll(connection, sql);
  await run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await run(`DROP TABLE IF EXISTS ${table}`);
  await run(`CREATE TABLE ${table} AS SELECT n AS id, n * 2.5 AS fare FROM UNNEST(sequence(1, 100)) AS t(n)`);
  return {
    [Symbol.asyncDispose]: async () => {
      await run(`DROP TABLE IF EXISTS ${table}`);
      await run(`DROP SCHEMA IF EXISTS ${schema}`);
    },
  };
}
