import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { registryLoginFrom } from '../../pipeline/avro/registry-login.ts';
import { ConfigError, type PipelineConfig } from '../../pipeline/config.ts';
import { loadPipelineConfig } from '../../pipeline/config/load-config.ts';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { proposeSchema } from '../../pipeline/schema/propose.ts';
import { schemaToYaml } from '../../pipeline/schema/schema-yaml.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { describeError } from '../describe-error.ts';

/** Reads a pipeline file; `--branch` replaces the branch that it names. `withoutCode`: a transform may be wrong or missing. */
export async function readPipelineFile(
  input: CommandInput,
  file: string,
  { withoutCode = false }: { readonly withoutCode?: boolean } = {},
): Promise<PipelineConfig> {
  const location = path.resolve(input.cwd, file);
  const options = { shownAs: file, registryLogin: registryLoginFrom(input.env), withoutCode };
  const config = await loadPipelineConfig(location, options).catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw new UsageError(`The pipeline cannot be read. ${describeError(error)}`);
  });
  const { branch } = input.values;
  return typeof branch === 'string' ? { ...config, branch } : config;
}

interface FoundConfig {
  readonly file: string;
  readonly config: PipelineConfig;
  readonly endpoints: LakehouseEndpoints;
}

/** Where neither the file nor a table says what the columns are: proposes them, asks, and writes them into the file. */
export async function withSchema(
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
    const [remark] = proposal.remarks;
    throw new Error(
      remark ??
        `The topic ${config.source.topics.join(', ')} has no record to propose a schema from, and ${file} has none. Produce records first, or write the schema.`,
    );
  }
  const yaml = schemaToYaml(proposal.fields);
  const table = config.table.join('.');
  stderr.write(`The table ${table} does not exist yet. From ${proposal.origin}:\n\n${yaml}\n`);
  for (const remark of proposal.remarks) stderr.write(`Note: ${remark}\n`);
  if (
    input.values['yes'] !== true &&
    !(await confirm(input, `Make the table so, and write this into ${file}?`))
  ) {
    stderr.write('Nothing was made. Write a schema into the file, or run this again with --yes.\n');
    return undefined;
  }
  await appendFile(path.resolve(input.cwd, file), `\n${yaml}`);
  return readPipelineFile(input, file);
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
