import { Kafka, logLevel } from 'kafkajs';
import { connectNessie, deleteReference, listReferences } from '../../../catalog/nessie.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { lakehouseFixture } from './fixture.ts';

const { schema, table, pipelineTable, topic, records } = lakehouseFixture;

/** Makes the schema, the table and the topic that the tests look for; disposing of it removes them. */
export async function createLakehouseFixture(): Promise<AsyncDisposable> {
  const { trino, kafka } = testEndpoints();
  const connection = connectTrino({ uri: trino.uri, user: trino.user });
  const run = (sql: string): Promise<unknown> => queryAll(connection, sql);
  const name = `${trino.catalog}.${schema}`;
  const dropTables = async (): Promise<void> => {
    for (const each of [table, pipelineTable, `${pipelineTable}__dead_letters`, 'on_branch', 'appears'])
      await run(`DROP TABLE IF EXISTS ${name}.${each}`);
  };
  await dropReferences();
  await run(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  await dropTables();
  await run(
    `CREATE TABLE ${name}.${table} AS SELECT n AS id, n * 2.5 AS fare FROM UNNEST(sequence(1, 100)) AS t(n)`,
  );
  const client = new Kafka({
    clientId: 'vscode-tests',
    brokers: [...kafka.brokers],
    logLevel: logLevel.ERROR,
  });
  await fillTopic(client);
  return {
    [Symbol.asyncDispose]: async () => {
      await dropReferences();
      await dropTables();
      await run(`DROP SCHEMA IF EXISTS ${name}`);
      await withAdmin(client, admin => admin.deleteTopics({ topics: [topic] }));
    },
  };
}

/** Branches and tags of an earlier run that was cut, or of this one. */
async function dropReferences(): Promise<void> {
  const nessie = connectNessie({ uri: testEndpoints().nessie.uri });
  for await (const reference of listReferences(nessie)) {
    if (/(^|\/)vscode-tests\//.test(reference.name)) await deleteReference(nessie, { reference });
  }
}

async function fillTopic(client: Kafka): Promise<void> {
  await withAdmin(client, async admin => {
    if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] });
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
  });
  const producer = client.producer();
  await producer.connect();
  const messages = Array.from({ length: records }, (_, index) => ({
    value: JSON.stringify({ id: index, fare: index / 4, city: `city ${index % 7}` }),
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

async function withAdmin(
  client: Kafka,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>,
): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}
