import { readFile } from 'node:fs/promises';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';

/** Reads an endpoints file. Throws an error that names the file and what is wrong with it. */
export async function readEndpointsFile(file: string): Promise<LakehouseEndpoints> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`The endpoints file ${file} cannot be read. Check the setting lakehouse.endpointsFile.`, {
      cause: error,
    });
  }
  return parseEndpoints(text, file);
}

/** The endpoints in `text`, checked field by field; `file` is only named in errors. */
export function parseEndpoints(text: string, file: string): LakehouseEndpoints {
  const complain = (what: string): Error =>
    new Error(`The endpoints file ${file} ${what}. \`lakehouse endpoints\` prints a right one.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw complain(`is not JSON (${String(error)})`);
  }
  const missing = REQUIRED_TEXTS.find(path => typeof at(value, path) !== 'string');
  if (missing !== undefined) throw complain(`has no text at ${missing.join('.')}`);
  const brokers = at(value, ['kafka', 'brokers']);
  if (!Array.isArray(brokers) || !brokers.every(broker => typeof broker === 'string')) {
    throw complain('has no list of texts at kafka.brokers');
  }
  return value as LakehouseEndpoints;
}

const REQUIRED_TEXTS = [
  ['objectStore', 'endpoint'],
  ['objectStore', 'region'],
  ['objectStore', 'bucket'],
  ['objectStore', 'accessKeyId'],
  ['objectStore', 'secretAccessKey'],
  ['nessie', 'uri'],
  ['icebergRest', 'uri'],
  ['trino', 'uri'],
  ['trino', 'user'],
  ['trino', 'catalog'],
] as const;

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}
