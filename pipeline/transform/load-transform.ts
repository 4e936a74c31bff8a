import { createHash } from 'node:crypto';
import path from 'node:path';
import { ConfigError } from '../config.ts';
import { compileModule, MODULE_SUFFIXES } from './compile-module.ts';
import type { SourceFolder } from './source-folder.ts';
import type { TransformCode, TransformModule } from './transform-code.ts';

const MAX_MODULES = 100;

/**
 * Reads a transform and everything that it imports. `file` is relative to the folder, with `/`. Throws ConfigError, which
 * names the file, the line and the column.
 */
export async function loadTransform(folder: SourceFolder, file: string): Promise<TransformCode> {
  const main = path.posix.normalize(file);
  const modules = new Map<string, TransformModule>();
  const sums: string[] = [];
  const waiting = [main];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (modules.has(next)) continue;
    if (modules.size === MAX_MODULES) throw fault(main, `It imports more than ${MAX_MODULES} files.`);
    const read = await folder.read(next);
    if ('fault' in read) throw fault(next, read.fault);
    sums.push(`${createHash('sha256').update(read.text).digest('hex')}  ${next}\n`);
    const { imports, ...compiled } = await compileModule(next, read.text);
    const resolved = new Map<string, { readonly file: string } | { readonly fault: string }>();
    for (const specifier of imports) {
      const found = await resolveImport(folder, next, specifier);
      resolved.set(specifier, found);
      if ('file' in found) waiting.push(found.file);
    }
    modules.set(next, { file: next, ...compiled, imports: resolved });
  }
  return { file: main, sha256: totalOf(sums), modules: [...modules.values()] };
}

/** The sum of a single file is what `sha256sum` says of it. */
function totalOf(sums: readonly string[]): string {
  const [only = '', ...others] = sums;
  if (others.length === 0) return only.slice(0, 64);
  return createHash('sha256').update(sums.toSorted().join('')).digest('hex');
}

async function resolveImport(
  folder: SourceFolder,
  from: string,
  specifier: string,
): Promise<{ readonly file: string } | { readonly fault: string }> {
  if (!/^\.\.?\//.test(specifier)) {
    return {
      fault: `A transform can import files beside it, e.g. ./zones.ts; neither packages nor parts of Node, so not ${JSON.stringify(specifier)}.`,
    };
  }
  const wanted = path.posix.join(path.posix.dirname(from), specifier);
  for (const file of candidates(wanted)) {
    if (MODULE_SUFFIXES.includes(path.posix.extname(file)) && (await folder.has(file))) return { file };
  }
  return {
    fault: `There is no file ${JSON.stringify(specifier)} with one of ${MODULE_SUFFIXES.join(', ')} in the folder of the pipeline file.`,
  };
}

/** As TypeScript looks for files: the suffix may be missing, or be the one that the file would have as JavaScript. */
function candidates(wanted: string): string[] {
  return [wanted, `${wanted}.ts`, wanted.replace(/\.js$/, '.ts'), wanted.replace(/\.mjs$/, '.mts')];
}

function fault(file: string, message: string): ConfigError {
  return new ConfigError(file, [{ line: 1, column: 1, message }]);
}
