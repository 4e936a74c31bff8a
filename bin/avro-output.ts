import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAvroSchema } from '../pipeline/avro/avro-type.ts';
import { registryLoginFrom } from '../pipeline/avro/registry-login.ts';
import { registerSchema } from '../pipeline/avro/schema-registry.ts';
import { compileAvroWriter } from '../pipeline/produce/avro-writer.ts';
import type { ProduceRow } from '../pipeline/produce/rows.ts';
import { type CommandInput, UsageError } from './command.ts';

/**
 * How `lakehouse produce` writes rows where `--avro-schema` names the file of a schema: as Avro, behind the id under which
 * `--registry` holds the schema, if there is one. Undefined: as JSON.
 */
export async function avroOutput(
  { values, cwd, env, signal }: CommandInput,
  topic: string,
): Promise<((row: ProduceRow) => Buffer) | undefined> {
  const { 'avro-schema': file, registry } = values;
  if (typeof file !== 'string') {
    if (registry !== undefined)
      throw new UsageError('--registry needs --avro-schema: the schema of the rows.');
    return undefined;
  }
  const schema = readFileSync(path.resolve(cwd, file), 'utf8');
  const write = compileAvroWriter(parseAvroSchema(schema));
  if (typeof registry !== 'string') return write;
  const connection = { url: registry, login: registryLoginFrom(env) };
  const id = await registerSchema(connection, { subject: `${topic}-value`, schema, signal });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return row => Buffer.concat([head, write(row)]);
}
