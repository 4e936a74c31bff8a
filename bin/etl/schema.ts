import { connectNessie } from '../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../catalog/storage.ts';
import type { PipelineConfig } from '../../pipeline/config.ts';
import { readSchemaLog, type SchemaLog, schemaChangeToText } from '../../pipeline/schema/schema-log.ts';
import { keyToText, printJson } from '../catalog/subcommand.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { findEndpoints } from '../endpoints-source.ts';
import { plural } from './views.ts';
import { readPipelineFile } from './pipeline-file.ts';

/** Tells when, by whom and how the columns of pipelines' tables were changed. */
export async function showSchema(input: CommandInput, files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new UsageError('Name the pipeline files.');
  const { nessie, objectStore } = await findEndpoints(input);
  const client = createS3Client(objectStore);
  try {
    const catalog = {
      nessie: connectNessie({ uri: nessie.uri }),
      store: createObjectStore(client),
      warehouse: `s3://${objectStore.bucket}`,
    };
    const found: SchemaLog[] = [];
    for (const file of files) {
      const config = await readPipelineFile(input, file);
      for (const table of tablesOf(config))
        found.push(await readSchemaLog(catalog, { branch: config.branch, table, signal: input.signal }));
    }
    input.stdout.write(input.values['json'] === true ? printJson(found) : found.map(logToText).join('\n'));
    return 0;
  } finally {
    client.destroy();
  }
}

/** The pipeline's own table and those that its file names. */
function tablesOf({ table, route }: PipelineConfig): PipelineConfig['table'][] {
  const named = route?.rule.kind === 'field' ? [...route.rule.tables.values()].map(to => to.table) : [];
  const own = table.join('\0');
  return [table, ...named.filter(key => key.join('\0') !== own)];
}

const LISTED_CHANGES = 50;

function logToText({ table, branch, versions }: SchemaLog): string {
  const name = `${keyToText(table)} on ${branch}`;
  if (versions.length === 0) return `${name} does not exist yet.\n`;
  const parts = versions.map(({ schemaId, isCurrent, commit, at, author, message, changes }, index) => {
    const [first = ''] = message.split('\n');
    const texts = changes.map(schemaChangeToText);
    const more = texts.length - LISTED_CHANGES;
    const lines = [
      `schema ${schemaId}${isCurrent ? ' (current)' : ''}  ${at}  ${author}  ${commit.slice(0, 12)}`,
      `  ${first}`,
      ...(index === 0 ? [`  made with ${plural(texts.length, 'column')}:`] : []),
      ...texts.slice(0, LISTED_CHANGES).map(text => `    ${text}`),
      ...(more > 0 ? [`    and ${more} more (--json lists all)`] : []),
    ];
    return `${lines.join('\n')}\n`;
  });
  return `${name}\n${parts.join('')}`;
}
