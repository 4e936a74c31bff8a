import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { connectNessie, getConfig, getContents } from '../../../catalog/nessie.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';

const INSERTS = 12;

/** A table as a month of use leaves it: about eighty partitions, a dozen snapshots. Dropped at the end. */
export async function openFlightsTable(endpoints: LakehouseEndpoints) {
  const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
  const nessie = connectNessie({ uri: endpoints.nessie.uri });
  const { defaultBranch } = await getConfig(nessie);
  const schema = `catalog_bench_${Date.now()}`;
  const table = quoteName([endpoints.trino.catalog, schema, 'orders']);
  await queryAll(trino, `CREATE SCHEMA ${quoteName([endpoints.trino.catalog, schema])}`);
  await queryAll(
    trino,
    `CREATE TABLE ${table} WITH (partitioning = ARRAY['month(orderdate)']) AS SELECT * FROM tpch.tiny.orders`,
  );
  for (let insert = 0; insert < INSERTS; insert += 1)
    await queryAll(
      trino,
      `INSERT INTO ${table} SELECT * FROM tpch.tiny.orders WHERE orderkey % 500 = ${insert}`,
    );
  const content = (await getContents(nessie, { name: defaultBranch }, { keys: [[schema, 'orders']] }))
    .items[0]?.content;
  if (content?.type !== 'ICEBERG_TABLE') throw new Error('the table is not there');
  return {
    nessie,
    content,
    branch: defaultBranch,
    [Symbol.asyncDispose]: async () => {
      await queryAll(trino, `DROP TABLE ${table}`);
      await queryAll(trino, `DROP SCHEMA ${quoteName([endpoints.trino.catalog, schema])}`);
    },
  };
}
