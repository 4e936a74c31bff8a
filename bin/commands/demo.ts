import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectTrino, queryAll, type TrinoConnection } from '../../catalog/trino/client.ts';
import { quoteName } from '../../catalog/trino/quote.ts';
import { type Lakehouse, LakehouseStartError } from '../../docker/lakehouse.ts';
import { formatBytes } from '../../docker/preflight.ts';
import { parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';
import { connectKafka } from '../../pipeline/kafka/client.ts';
import { deleteTopic } from '../../pipeline/kafka/replay-topic.ts';
import { openTopicProducer } from '../../pipeline/kafka/topic-producer.ts';
import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { PipelineSummary } from '../../pipeline/pipeline.ts';
import { produceRows } from '../../pipeline/produce/produce.ts';
import { takeRows } from '../../pipeline/produce/rows.ts';
import { compareChecksums, type DataChecksum } from '../checksum/checksum.ts';
import { checksumTable } from '../checksum/table-checksum.ts';
import { checksumTopic } from '../checksum/topic-checksum.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { DATASETS } from '../datasets.ts';
import { QUESTIONS } from '../demo/questions.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION, findEndpoints } from '../endpoints-source.ts';
import { openFromInput } from '../lakehouse-options.ts';
import { kafkaLogTo } from '../kafka-log.ts';
import { readPorts } from './up.ts';
import { createServiceProgress } from '../service-progress.ts';
import { createResultWriter } from '../sql/result-writer.ts';
import { createStatusLine } from '../status-line.ts';
import { metricsText } from '../etl/views.ts';
import { readNumber } from './produce.ts';

const DEFAULT_ROWS = 1_000_000;
const PARTITIONS = 3;

export const command: Command = {
  usage: 'demo [--rows N]',
  summary:
    'The whole way once: starts the lakehouse, produces rows, streams them into a table, asks Trino, checks.',
  words: 0,
  options: {
    rows: { type: 'string' },
    dataset: { type: 'string' },
    fresh: { type: 'boolean' },
    down: { type: 'boolean' },
    json: { type: 'boolean' },
    ports: { type: 'string' },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    rows: `rows to produce (default ${DEFAULT_ROWS.toLocaleString('en')}); a second run adds as many again`,
    dataset: 'flights (default) or taxi',
    fresh: "delete the demo's topic and table first",
    down: 'stop the lakehouse at the end; its data stays',
    json: 'print a summary as one JSON object in the last line',
    ports: 'other ports than the usual ones, as for `up`; `auto` takes free ones',
    ...ENDPOINTS_HELP,
    endpoints: 'use the running lakehouse that this file describes instead of starting one',
  },
  run: demo,
};

/** What a demo is about, and what its steps need. */
interface Demo {
  readonly input: CommandInput;
  readonly name: 'flights' | 'taxi';
  readonly rows: number;
  readonly config: PipelineConfig;
  readonly say: (text: string) => void;
}

async function demo(input: CommandInput): Promise<number> {
  const started = performance.now();
  const plan = planDemo(input);
  const lakehouse = typeof input.values['endpoints'] === 'string' ? undefined : await openFromInput(input);
  const up =
    lakehouse === undefined
      ? { endpoints: await findEndpoints(input), seconds: 0 }
      : await startLakehouse(plan, lakehouse);
  if (up === undefined) return 1;
  const { endpoints } = up;
  const kafka = connectKafka(
    endpoints.kafka,
    'lakehouse-demo',
    kafkaLogTo(line => plan.say(`   ${line}`)),
  );
  const trino = connectTrino({
    uri: endpoints.trino.uri,
    user: endpoints.trino.user,
    source: 'lakehouse demo',
  });
  const session: DemoSession = { ...plan, endpoints, kafka, trino };
  if (input.values['fresh'] === true) await forget(session);
  await produce(session);
  const etl = await stream(session);
  await ask(session);
  const check = await verify(session);
  const rssBytes = (await lakehouse?.status())?.rssBytes;
  const isDown = lakehouse !== undefined && input.values['down'] === true;
  if (isDown) await lakehouse.down();
  plan.say(whereToLook(session, isDown));
  const summary = {
    rowsInKafka: Number(check.topic.rows),
    rowsInTable: Number(check.table.rows),
    checksumsEqual: check.differences.length === 0,
    upSeconds: round(up.seconds),
    etlRowsPerSecond: Math.round(Number(etl.rows) / (etl.milliseconds / 1000)),
    totalSeconds: round((performance.now() - started) / 1000),
    stackRssMb: rssBytes === undefined ? null : Math.round(rssBytes / 1024 ** 2),
  };
  plan.say(closingText(session, check, summary));
  if (input.values['json'] === true) input.stdout.write(`${JSON.stringify(summary)}\n`);
  return summary.checksumsEqual ? 0 : 1;
}

function planDemo(input: CommandInput): Demo {
  const { values, stdout, stderr } = input;
  const dataset = values['dataset'] ?? 'flights';
  if (dataset !== 'flights' && dataset !== 'taxi') throw new UsageError('--dataset is flights or taxi.');
  const file = fileURLToPath(new URL(`../../examples/${dataset}.pipeline.yaml`, import.meta.url));
  return {
    input,
    name: dataset,
    rows: readNumber(input, 'rows') ?? DEFAULT_ROWS,
    config: parsePipelineConfig(readFileSync(file, 'utf8'), `examples/${dataset}.pipeline.yaml`),
    // With --json the output is for a program, so the story goes to the other stream.
    say: text => (values['json'] === true ? stderr : stdout).write(`${text}\n`),
  };
}

async function startLakehouse(
  { input, say }: Demo,
  lakehouse: Lakehouse,
): Promise<{ readonly endpoints: LakehouseEndpoints; readonly seconds: number } | undefined> {
  const started = performance.now();
  say('1. Starting the lakehouse: Kafka, an S3 object store, Nessie and Trino.');
  const progress = createServiceProgress(input.stderr);
  try {
    const { ports } = input.values;
    await lakehouse.up({
      ...(typeof ports === 'string' ? { settings: readPorts(ports) } : {}),
      signal: input.signal,
      onEvent: event => progress.show(event),
    });
    const seconds = (performance.now() - started) / 1000;
    const { rssBytes } = await lakehouse.status();
    say(`   Ready after ${seconds.toFixed(1)} s, with ${formatBytes(rssBytes)} of memory.`);
    return { endpoints: await lakehouse.endpoints(), seconds };
  } catch (error) {
    if (!(error instanceof LakehouseStartError)) throw error;
    input.stderr.write(
      `${error.message}\n'lakehouse status' shows more, 'lakehouse logs <service>' the logs; '--ports auto' takes free ports.\n`,
    );
    return undefined;
  }
}

interface DemoSession extends Demo {
  readonly endpoints: LakehouseEndpoints;
  readonly kafka: ReturnType<typeof connectKafka>;
  readonly trino: TrinoConnection;
}

async function forget({ config, endpoints, kafka, trino }: DemoSession): Promise<void> {
  const table = quoteName([endpoints.trino.catalog, ...config.table]);
  await queryAll(trino, `DROP TABLE IF EXISTS ${table}`);
  for (const topic of config.source.topics) await deleteTopic(kafka, topic);
}

async function produce({ input, kafka, config, name, rows, say }: DemoSession): Promise<void> {
  const [topic = ''] = config.source.topics;
  const dataset = DATASETS[name];
  say(`2. Producing ${rows.toLocaleString('en')} rows to the topic ${topic}: ${dataset.title}.`);
  // The check at the end reads the topic from its beginning, so Kafka must not delete old records.
  const producer = await openTopicProducer(kafka, {
    topic,
    partitions: PARTITIONS,
    config: { 'retention.ms': '-1' },
  });
  const status = createStatusLine(input.stderr);
  try {
    const summary = await produceRows({
      rows: takeRows(() => dataset.open(1), { limit: rows, repeat: true }),
      producer,
      keyTemplate: dataset.keyTemplate,
      signal: input.signal,
      onProgress: sent => status.show(`   ${sent.toLocaleString('en')} rows`),
    });
    status.clear();
    input.signal.throwIfAborted();
    const seconds = summary.milliseconds / 1000;
    say(
      `   Done in ${seconds.toFixed(1)} s: ${perSecond(rows, seconds)} rows/s, ${formatBytes(summary.bytes)} of JSON.`,
    );
  } finally {
    await producer.close();
  }
}

async function stream({ input, config, endpoints, say }: DemoSession): Promise<PipelineSummary> {
  say(
    `3. Streaming it into the Iceberg table ${config.table.join('.')} (examples/${config.name}.pipeline.yaml).`,
  );
  const status = createStatusLine(input.stderr);
  const pipeline = startLakehousePipeline({
    config,
    endpoints,
    once: true,
    onReport: report => {
      if (report.kind === 'metrics') status.show(`   ${metricsText(report.metrics)}`);
      else if (report.kind === 'notice') status.note(`   ${report.text}`);
    },
  });
  const stop = (): void => pipeline.stop();
  input.signal.addEventListener('abort', stop, { once: true });
  try {
    const summary = await pipeline.finished;
    status.clear();
    input.signal.throwIfAborted();
    const seconds = summary.milliseconds / 1000;
    const rows = Number(summary.rows);
    say(
      `   ${rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s: ${perSecond(rows, seconds)} rows/s, start-up included.`,
    );
    return summary;
  } finally {
    input.signal.removeEventListener('abort', stop);
  }
}

async function ask({ input, name, config, endpoints, trino, say }: DemoSession): Promise<void> {
  const question = QUESTIONS[name];
  const started = performance.now();
  const sql = question.sql(quoteName([endpoints.trino.catalog, ...config.table]));
  const { columns, rows } = await queryAll(trino, sql, { signal: input.signal });
  const writer = createResultWriter('table', columns);
  say(
    `4. Asking Trino: ${question.title} (answered in ${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  say((writer.rows(rows) + writer.end()).trimEnd().replace(/^/gm, '   '));
}

interface Check {
  readonly topic: DataChecksum;
  readonly table: DataChecksum;
  readonly differences: readonly string[];
}

async function verify({ input, name, config, endpoints, kafka, trino, say }: DemoSession): Promise<Check> {
  say(
    '5. Checking: the topic is read again and summed up column by column, the table is summed up by Trino.',
  );
  const { signal } = input;
  const { schema } = DATASETS[name];
  const [source = ''] = config.source.topics;
  const topic = await checksumTopic({ kafka, topic: source, schema, signal });
  const { catalog } = endpoints.trino;
  const table = await checksumTable({ trino, catalog, table: config.table, schema, signal });
  return { topic, table, differences: compareChecksums(topic, table) };
}

function whereToLook({ endpoints, config }: DemoSession, isDown: boolean): string {
  const table = config.table.join('.');
  if (isDown) return "\nThe lakehouse is stopped; 'lakehouse up' brings it and its data back.";
  return [
    '',
    'Look around:',
    `  npm run lakehouse -- sql 'SELECT * FROM ${table} LIMIT 10'`,
    `  npm run lakehouse -- sql 'SELECT committed_at, operation, summary FROM ${config.table[0] ?? ''}."${config.table.at(-1) ?? ''}$snapshots"'`,
    '  npm start                      opens VS Code in the browser with the extension',
    `  ${endpoints.trino.uri}         Trino's own page (user ${endpoints.trino.user})`,
    '  npm run lakehouse -- status    shows the services; -- down stops them, -- reset deletes the data',
    '',
  ].join('\n');
}

function closingText(
  { config }: DemoSession,
  { topic, table, differences }: Check,
  { totalSeconds }: { readonly totalSeconds: number },
): string {
  const name = config.table.join('.');
  const equal = topic.rows === table.rows ? '=' : '≠';
  const counts = `Rows in Kafka ${topic.rows.toLocaleString('en')} ${equal} rows in Trino ${table.rows.toLocaleString('en')}.`;
  const checks =
    differences.length === 0
      ? `Checksums of ${topic.columns.length} columns are equal: ${name} is the topic, exactly. (${totalSeconds} s in all)`
      : `${name} differs from the topic: ${differences.join('; ')}. Was the table changed by hand? --fresh begins anew.`;
  return `${counts}\n${checks}`;
}

function perSecond(rows: number, seconds: number): string {
  return Math.round(rows / Math.max(seconds, 0.001)).toLocaleString('en');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
