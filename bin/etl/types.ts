import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kafkaSecurityFrom } from '../../pipeline/kafka/security.ts';
import { declarationsFile, describeTypes } from '../../pipeline/try/write-types.ts';
import { readLimit } from '../catalog/subcommand.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';
import { readPipelineFile } from './pipeline-file.ts';

const SAMPLE_RECORDS = 1_000;

/** `lakehouse etl types`: writes the declarations for a pipeline's transform beside its file. */
export async function writeTypes(input: CommandInput, files: readonly string[]): Promise<number> {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError('Name one pipeline file.');
  const config = await readPipelineFile(input, file, { withoutCode: true });
  const text = await describeTypes(
    {
      config,
      endpoints: await findEndpoints(input),
      kafkaSecurity: kafkaSecurityFrom(input.env),
      limit: readLimit(input.values, SAMPLE_RECORDS),
      signal: input.signal,
    },
    path.basename(file),
  );
  const target = declarationsFile(path.resolve(input.cwd, file));
  await writeFile(target, text);
  input.stdout.write(
    `Wrote ${path.relative(input.cwd, target) || target}. In the transform: import type { Transform } from './${path.basename(target)}';\n`,
  );
  return 0;
}
