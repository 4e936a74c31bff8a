import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { parsePipelineConfig, type PipelineConfig } from '../../pipeline/config.ts';
import { PipelineHalt } from '../../pipeline/errors.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { startLakehousePipeline } from '../../pipeline/open-pipeline.ts';
import type { PipelineReport, PipelineSummary } from '../../pipeline/pipeline.ts';
import { proposeSchema } from '../../pipeline/schema/propose.ts';
import { schemaToYaml } from '../../pipeline/schema/schema-yaml.ts';
import { type Command, type CommandInput, UsageError } from '../command.ts';
import { ENDPOINTS_HELP, ENDPOINTS_OPTION, findEndpoints } from '../endpoints-source.ts';
import { createStatusLine } from '../status-line.ts';

export const command: Command = {
  usage: 'etl <file.pipeline.yaml>',
  summary: 'Streams a Kafka topic into an Iceberg table. Ctrl+C commits what was read and ends.',
  options: {
    once: { type: 'boolean' },
    branch: { type: 'string' },
    json: { type: 'boolean' },
    yes: { type: 'boolean', short: 'y' },
    'skip-lost': { type: 'boolean' },
    'reset-offsets': { type: 'boolean' },
    'from-snapshot': { type: 'boolean' },
    ...ENDPOINTS_OPTION,
  },
  optionHelp: {
    once: 'stop at the end that the topic has now',
    branch: 'write to this branch instead of the one in the file',
    json: 'print every event as one JSON object per line',
    yes: 'take the schema that is proposed from a sample of the topic',
    'skip-lost': 'go on behind records that Kafka deleted before they were read',
    'reset-offsets': 'forget how far the table is: the topic was made anew or belongs to another cluster',
    'from-snapshot': 'after a rollback of the table, go on from the snapshot that it shows now',
    ...ENDPOINTS_HELP,
  },
  run: async input => {
    const [file, ...others] = input.positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Name one pipeline file.');
    const found = await readConfigFile(input, file);
    const endpoints = await findEndpoints(input);
    const config = await withSchema(input, { file, config: found, endpoints });
    if (config === undefined) return 1;
    const isJson = input.values['json'] === true;
    const view = isJson ? jsonView(input) : textView(input, config);
    const pipeline = startLakehousePipeline({
      config,
      endpoints,
      kafkaSecurity: kafkaSecurityFrom(input.env),
      once: input.values['once'] === true,
      recovery: {
        skipLost: input.values['skip-lost'] === true,
        resetOffsets: input.values['reset-offsets'] === true,
        fromSnapshot: input.values['from-snapshot'] === true,
      },
      onReport: view.report,
    });
    const stop = (): void => {
      view.stopping();
      pipeline.stop();
    };
    input.signal.addEventListener('abort', stop, { once: true });
    if (input.signal.aborted) stop();
    try {
      view.ended(await pipeline.finished);
      return 0;
    } catch (error) {
      if (error instanceof PipelineHalt) view.halted(error);
      throw error;
    }
  },
};

async function readConfigFile(input: CommandInput, file: string): Promise<PipelineConfig> {
  const location = path.resolve(input.cwd, file);
  const text = await readFile(location, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The pipeline file ${location} cannot be read: ${(error as Error).message}`);
  });
  const config = parsePipelineConfig(text, file);
  const { branch } = input.values;
  return typeof branch === 'string' ? { ...config, branch } : config;
}

interface FoundConfig {
  readonly file: string;
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
}

/** Where neither the file nor a table says what the columns are: proposes them, asks, and writes them into the file. */
async function withSchema(
  input: CommandInput,
  { file, config, endpoints }: FoundConfig,
): Promise<PipelineConfig | undefined> {
  const proposal = await proposeSchema({
    config,
    endpoints,
    kafkaSecurity: kafkaSecurityFrom(input.env),
    signal: input.signal,
  });
  if (proposal === undefined) return config;
  const { stderr } = input;
  if (proposal.fields.length === 0) {
    throw new Error(
      `The topic ${config.source.topics.join(', ')} has no record to propose a schema from, and ${file} has none. Produce records first, or write the schema.`,
    );
  }
  const yaml = schemaToYaml(proposal.fields);
  const table = config.table.join('.');
  stderr.write(
    `The table ${table} does not exist yet. From ${proposal.records} records of the topic:\n\n${yaml}\n`,
  );
  for (const remark of proposal.remarks) stderr.write(`Note: ${remark}\n`);
  if (proposal.badRecords > 0) stderr.write(`Note: ${proposal.badRecords} records are no JSON objects.\n`);
  if (
    input.values['yes'] !== true &&
    !(await confirm(input, `Make the table so, and write this into ${file}?`))
  ) {
    stderr.write('Nothing was made. Write a schema into the file, or run this again with --yes.\n');
    return undefined;
  }
  await appendFile(path.resolve(input.cwd, file), `\n${yaml}`);
  return readConfigFile(input, file);
}

/** A question on the terminal; without a terminal the answer is no. */
async function confirm({ stdin, stderr, signal }: CommandInput, question: string): Promise<boolean> {
  if (stderr.isTTY !== true || (stdin as Partial<NodeJS.ReadStream>).isTTY !== true) return false;
  const prompt = createInterface({ input: stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    prompt.close();
  }
}

interface View {
  readonly report: (report: PipelineReport) => void;
  stopping(): void;
  ended(summary: PipelineSummary): void;
  halted(error: PipelineHalt): void;
}

function jsonView({ stdout }: CommandInput): View {
  const print = (event: object): void => {
    stdout.write(
      `${JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    );
  };
  return {
    report: print,
    stopping: () => {},
    ended: summary => print({ kind: 'stopped', summary }),
    halted: error => print({ kind: 'halted', code: error.code, message: error.message }),
  };
}

function textView({ stdout, stderr }: CommandInput, config: PipelineConfig): View {
  const status = createStatusLine(stderr);
  const table = `${config.table.join('.')} on ${config.branch}`;
  return {
    report: report => {
      if (report.kind === 'metrics') status.show(metricsText(report.metrics));
      else if (report.kind === 'notice') status.note(report.text);
      else {
        const { rows, files, milliseconds } = report.commit;
        status.note(
          `Committed ${rows.toLocaleString('en')} rows in ${plural(files, 'file')} to ${table} (${Math.round(milliseconds)} ms).`,
        );
      }
    },
    stopping: () =>
      status.note('Stopping: committing what was read. Ctrl+C again ends at once, which is safe, too.'),
    ended: summary => {
      status.clear();
      stdout.write(summaryText(summary, table));
    },
    halted: () => status.clear(),
  };
}

function summaryText({ rows, poisonRecords, commits, milliseconds }: PipelineSummary, table: string): string {
  const bad = poisonRecords === 0n ? '' : ` ${poisonRecords.toLocaleString('en')} records were no rows.`;
  return (
    `${rows.toLocaleString('en')} rows in ${plural(commits, 'commit')} to ${table} ` +
    `in ${(milliseconds / 1000).toFixed(1)} s.${bad}\n`
  );
}

/** The line that a terminal shows while a pipeline runs. */
export function metricsText(metrics: PipelineMetrics): string {
  const lag = metrics.lagPerPartition.reduce((sum, { committed, end }) => sum + (end - committed), 0n);
  const bad =
    metrics.poisonRecords === 0n ? '' : `, ${metrics.poisonRecords.toLocaleString('en')} bad records`;
  return (
    `${metrics.state}: ${metrics.rowsCommitted.toLocaleString('en')} rows committed, ` +
    `${Math.round(metrics.rowsPerSecond).toLocaleString('en')} rows/s, ${lag.toLocaleString('en')} behind${bad}`
  );
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
