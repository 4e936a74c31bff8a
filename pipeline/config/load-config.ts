import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RegistryLogin } from '../avro/registry-login.ts';
import { parsePipelineConfig, type PipelineConfig, type SourceConfig } from '../config.ts';
import { loadTransform } from '../transform/load-transform.ts';
import { openSourceFolder } from '../transform/source-folder.ts';

/** How a pipeline file is read. */
export interface LoadOptions {
  /** How messages name the file; its last part by default. */
  readonly shownAs?: string;
  /** The login of the schema registry, if the file names one. */
  readonly registryLogin?: RegistryLogin | undefined;
  /** Do without the transform: the pipeline is not to run. */
  readonly withoutCode?: boolean;
}

/**
 * Reads a pipeline file and the files that it names. What comes of it runs as it is, whatever becomes of the files. Throws
 * ConfigError, and what reading the file itself throws.
 */
export async function loadPipelineConfig(
  file: string,
  { shownAs = path.basename(file), registryLogin, withoutCode = false }: LoadOptions = {},
): Promise<PipelineConfig> {
  const text = await readFile(file, 'utf8');
  const config = parsePipelineConfig(text, shownAs, near =>
    readFileSync(path.resolve(path.dirname(file), near), 'utf8'),
  );
  return {
    ...config,
    source: withLogin(config.source, registryLogin),
    transform: withoutCode ? config.transform : await withCode(config, file),
  };
}

function withLogin(source: SourceConfig, registryLogin: RegistryLogin | undefined): SourceConfig {
  if (registryLogin === undefined || source.format !== 'avro' || source.schemas.kind !== 'registry')
    return source;
  return { ...source, schemas: { ...source.schemas, login: registryLogin } };
}

async function withCode({ transform }: PipelineConfig, file: string): Promise<PipelineConfig['transform']> {
  if (transform === undefined) return undefined;
  return { ...transform, code: await loadTransform(openSourceFolder(path.dirname(file)), transform.file) };
}
