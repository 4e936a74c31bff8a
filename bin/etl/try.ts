import { stringifyRecord } from '../../pipeline/try/print-record.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { runTrial } from '../../pipeline/try/run-trial.ts';
import type { TriedRecord, TrialResult } from '../../pipeline/try/try-records.ts';
import { readLimit } from '../catalog/subcommand.ts';
import type { CommandInput } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';
import { readOnlyFile } from './redrive.ts';

const DEFAULT_LIMIT = 20;

/** `lakehouse etl try`: what the first records of the topics would become. Nothing is written. Ends with 1 where one is bad. */
export async function tryPipeline(input: CommandInput, files: readonly string[]): Promise<number> {
  const config = await readOnlyFile(input, files);
  const result = await runTrial({
    config,
    endpoints: await findEndpoints(input),
    kafkaSecurity: kafkaSecurityFrom(input.env),
    limit: readLimit(input.values, DEFAULT_LIMIT),
    signal: input.signal,
  });
  input.stdout.write(input.values['json'] === true ? trialToJson(result) : trialToText(result));
  return result.records.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** One JSON object on one line. */
function trialToJson({ records, console }: TrialResult): string {
  const printed = records.map(
    ({ topic, partition, offset, input, rows, error }) =>
      `{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${offset},"input":${list(input)},"rows":${list(rows)}` +
      `${error === undefined ? '' : `,"error":${JSON.stringify(error)}`}}`,
  );
  return `{"records":[${printed.join(',')}],"console":${JSON.stringify(console)}}\n`;
}

function list(rows: TriedRecord['rows']): string {
  return `[${rows.map(stringifyRecord).join(',')}]`;
}

function trialToText({ records, console }: TrialResult): string {
  if (records.length === 0) return 'The topics hold no records.\n';
  return [
    ...records.map(recordToText),
    ...(console.length === 0 ? [] : ['The console:\n', ...console.map(line => `  ${line}\n`), '\n']),
    `${summaryOf(records)} Nothing was written.\n`,
  ].join('');
}

function recordToText({ topic, partition, offset, input, rows, error }: TriedRecord): string {
  const came = input.map(row => `  ${stringifyRecord(row)}\n`).join('');
  const become =
    error !== undefined
      ? `  dead letter: ${error}\n`
      : rows.length === 0
        ? '  no row\n'
        : rows.map(row => `  → ${stringifyRecord(row)}\n`).join('');
  return `${topic}/${partition} offset ${offset}\n${came}${become}\n`;
}

function summaryOf(records: readonly TriedRecord[]): string {
  const rows = records.reduce((sum, record) => sum + record.rows.length, 0);
  const bad = records.filter(({ error }) => error !== undefined).length;
  const none = records.filter(record => record.error === undefined && record.rows.length === 0).length;
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  return [
    `${count(records.length, 'record')}: ${count(rows, 'row')}`,
    ...(none === 0 ? [] : [`${none} filtered out`]),
    ...(bad === 0 ? [] : [count(bad, 'dead letter')]),
  ]
    .join(', ')
    .concat('.');
}
