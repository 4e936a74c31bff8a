import { stringifyRecord } from '../../pipeline/try/print-record.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { runTrial } from '../../pipeline/try/run-trial.ts';
import { trialToText } from '../../pipeline/try/print-trial.ts';
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
    ({ topic, partition, offset, input, rows, tables, error }) =>
      `{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":${offset},"input":${list(input)},"rows":${list(rows)}` +
      `${tables.length === 0 ? '' : `,"tables":${JSON.stringify(tables)}`}${error === undefined ? '' : `,"error":${JSON.stringify(error)}`}}`,
  );
  return `{"records":[${printed.join(',')}],"console":${JSON.stringify(console)}}\n`;
}

function list(rows: TriedRecord['rows']): string {
  return `[${rows.map(stringifyRecord).join(',')}]`;
}
