import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RegistryLogin } from '../avro/registry-login.ts';
import { parsePipelineConfig, type PipelineConfig } from '../config.ts';

export interface LoadOptions {
  /** How messages name the file; its last part by default. */
  readonly shownAs?: string;
  /** The login of the schema registry, if the file names one. */
  readonly registryLogin?: RegistryLogin | undefined;
}

/** Reads a pipeline file and the files that it names. Throws ConfigError, and what reading the file itself throws. */
export async function loadPipelineConfig(
  file: string,
  { shownAs = path.basename(file), registryLogin }: LoadOptions = {},
): Promise<PipelineConfig> {
  const text = await readFile(file, 'utf8');
  const config = parsePipelineConfig(text, shownAs, near =>
    readFileSync(path.resolve(path.dirname(file), near), 'utf8'),
  );
  const { source } = config;
  if (registryLogin === undefined || source.format !== 'avro' || source.schemas.kind !== 'registry')
    return config;
  return { ...config, source: { ...source, schemas: { ...source.schemas, login: registryLogin } } };
}
