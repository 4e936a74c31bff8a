import { connectKafka } from '../../pipeline/kafka/client.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { openTopicProducer } from '../../pipeline/kafka/topic-producer.ts';
import { findDataFiles, readDataFiles } from '../../pipeline/produce/files.ts';
import { produceRows } from '../../pipeline/produce/produce.ts';
import { type RowStream, takeRows } from '../../pipeline/produce/rows.ts';
import { avroOutput } from '../avro-output.ts';
import { kafkaLogTo } from '../kafka-log.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { DATASETS } from '../datasets.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION, findEndpoints } from '../endpoints-source.ts';
import { createStatusLine } from '../status-line.ts';

const DEFAULT_PARTITIONS = 3;

export const command: Command = {
  usage: 'produce --topic <topic> [file or folder …]',
  summary: 'Sends rows of Parquet, CSV or NDJSON files, or of a data set, to a Kafka topic as JSON or Avro.',
  options: {
    topic: { type: 'string', short: 't' },
    dataset: { type: 'string' },
    rows: { type: 'string' },
    key: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    partitions: { type: 'string' },
    'avro-schema': { type: 'string' },
    registry: { type: 'string' },
    json: { type: 'boolean' },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    topic: 'the topic; it is made if it does not exist',
    dataset: `instead of files: ${Object.entries(DATASETS)
      .map(([name, { title }]) => `${name} (${title})`)
      .join(' or ')}`,
    rows: 'at most this many rows; a data set is repeated until there are as many',
    key: "the key of a record, with {column} for a column's value, e.g. '{origin}-{destination}'",
    rate: 'rows per second (default: as fast as it goes)',
    seed: 'for generated data: the same seed gives the same rows (default 1)',
    partitions: `partitions of a new topic (default ${DEFAULT_PARTITIONS})`,
    'avro-schema': 'write Avro by the schema in this file instead of JSON',
    registry: 'register that schema at this address and put its id before every message',
    json: 'print a summary as one JSON object at the end',
    ...ENDPOINTS_HELP,
  },
  run: produce,
};

async function produce(input: CommandInput): Promise<number> {
  const { values } = input;
  const { topic } = values;
  if (typeof topic !== 'string') throw new UsageError('--topic is missing: which topic shall get the rows?');
  const rowsPerSecond = readNumber(input, 'rate');
  const { rows, keyTemplate } = await openRows(input);
  const write = await avroOutput(input, topic);
  const endpoints = await findEndpoints(input);
  const kafka = connectKafka(
    { ...endpoints.kafka, ...kafkaSecurityFrom(input.env) },
    'lakehouse-produce',
    kafkaLogTo(line => void input.stderr.write(`${line}\n`)),
  );
  const partitions = readNumber(input, 'partitions') ?? DEFAULT_PARTITIONS;
  const producer = await openTopicProducer(kafka, { topic, partitions });
  const status = createStatusLine(input.stderr);
  try {
    const started = performance.now();
    const summary = await produceRows({
      rows,
      write,
      producer,
      keyTemplate,
      rowsPerSecond,
      signal: input.signal,
      onProgress: sent =>
        status.show(`${sent.toLocaleString('en')} rows, ${perSecond(sent, started)} rows/s`),
    });
    status.clear();
    const seconds = summary.milliseconds / 1000;
    if (values['json'] === true) {
      input.stdout.write(`${JSON.stringify({ topic, rows: summary.rows, bytes: summary.bytes, seconds })}\n`);
    } else {
      const megabytes = (summary.bytes / 1e6).toFixed(1);
      const count = summary.rows.toLocaleString('en');
      input.stdout.write(`Sent ${count} rows (${megabytes} MB) to ${topic} in ${seconds.toFixed(1)} s.\n`);
    }
    return input.signal.aborted ? 130 : 0;
  } finally {
    await producer.close();
  }
}

async function openRows({
  values,
  positionals,
}: CommandInput): Promise<{ readonly rows: RowStream; readonly keyTemplate: string | undefined }> {
  const { dataset, key } = values;
  const limit = readNumber({ values }, 'rows');
  const template = typeof key === 'string' ? key : undefined;
  if (dataset === undefined) {
    if (positionals.length === 0) throw new UsageError('Name a file or folder, or a --dataset.');
    const files = await findDataFiles(positionals);
    return { rows: takeRows(() => readDataFiles(files), { limit }), keyTemplate: template };
  }
  if (positionals.length > 0) throw new UsageError('Give either files or --dataset, not both.');
  const chosen = Object.entries(DATASETS).find(([name]) => name === dataset)?.[1];
  if (chosen === undefined) throw new UsageError(`--dataset is one of ${Object.keys(DATASETS).join(', ')}.`);
  const seed = readNumber({ values }, 'seed') ?? 1;
  if (dataset === 'taxi' && limit === undefined)
    throw new UsageError('The data set taxi never ends: give --rows.');
  return {
    rows: takeRows(() => chosen.open(seed), { limit, repeat: true }),
    keyTemplate: template ?? chosen.keyTemplate,
  };
}

/** A whole number above 0, or undefined where the option is not given. `1_000_000` and `1e6` are fine. */
export function readNumber({ values }: Pick<CommandInput, 'values'>, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' ? Number(value.replaceAll('_', '')) : NaN;
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new UsageError(`--${name} must be a whole number above 0.`);
}

function perSecond(rows: number, started: number): string {
  const seconds = Math.max(0.001, (performance.now() - started) / 1000);
  return Math.round(rows / seconds).toLocaleString('en');
}
