import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { Command } from '../command.ts';
import { HOME_HELP, HOME_OPTION, openFromInput } from '../lakehouse-options.ts';

export const command: Command = {
  usage: 'endpoints [--json | --env]',
  summary:
    'Prints where the running lakehouse answers. Only --json and --env contain the key of the object store.',
  words: 0,
  options: { ...HOME_OPTION, json: { type: 'boolean' }, env: { type: 'boolean' } },
  optionHelp: {
    ...HOME_HELP,
    json: 'as one JSON object',
    env: 'as lines for a shell: eval "$(lakehouse endpoints --env)"',
  },
  run: async input => {
    const endpoints = await (await openFromInput(input)).endpoints();
    const { values, stdout } = input;
    if (values['json'] === true) stdout.write(`${JSON.stringify(endpoints)}\n`);
    else if (values['env'] === true) stdout.write(environmentText(endpoints));
    else stdout.write(endpointsText(endpoints));
    return 0;
  },
};

/** The variables that Kafka clients, AWS SDKs, PyIceberg and Trino clients are usually given. */
export function environmentText(endpoints: LakehouseEndpoints): string {
  const { kafka, objectStore, nessie, icebergRest, trino } = endpoints;
  const variables = {
    KAFKA_BOOTSTRAP_SERVERS: kafka.brokers.join(','),
    AWS_ENDPOINT_URL_S3: objectStore.endpoint,
    AWS_REGION: objectStore.region,
    AWS_ACCESS_KEY_ID: objectStore.accessKeyId,
    AWS_SECRET_ACCESS_KEY: objectStore.secretAccessKey,
    LAKEHOUSE_WAREHOUSE: `s3://${objectStore.bucket}/`,
    NESSIE_URI: nessie.uri,
    ICEBERG_REST_URI: icebergRest.uri,
    TRINO_URI: trino.uri,
    TRINO_USER: trino.user,
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}

function endpointsText({ kafka, objectStore, nessie, icebergRest, trino }: LakehouseEndpoints): string {
  return [
    `Kafka         ${kafka.brokers.join(', ')}`,
    `Object store  ${objectStore.endpoint}  (bucket ${objectStore.bucket}, region ${objectStore.region})`,
    `Nessie        ${nessie.uri}`,
    `Iceberg REST  ${icebergRest.uri}`,
    `Trino         ${trino.uri}  (user ${trino.user}, catalog ${trino.catalog})`,
    '',
  ].join('\n');
}
