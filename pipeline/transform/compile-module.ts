import path from 'node:path';
import { Script } from 'node:vm';
import { ConfigError } from '../config.ts';
import { locateSyntaxError } from './locate-syntax-error.ts';
import { asFunction, type TransformModule } from './transform-code.ts';

/** A module in JavaScript, and what it imports as it is written there. */
export interface CompiledModule extends Pick<TransformModule, 'kind' | 'text'> {
  readonly imports: readonly string[];
}

/** The suffixes of files that a transform may be made of. */
export const MODULE_SUFFIXES: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.json'];

/** Turns the text of a file into what the worker runs. `file` is named in faults. Throws ConfigError with line and column. */
export async function compileModule(file: string, source: string): Promise<CompiledModule> {
  if (path.posix.extname(file) === '.json') return compileJson(file, source);
  const text = await stripTypes(file, source);
  checkSyntax(file, text);
  return { kind: 'script', text, imports: findImports(text) };
}

function compileJson(file: string, source: string): CompiledModule {
  try {
    JSON.parse(source);
  } catch (error) {
    throw new ConfigError(file, [{ line: 1, column: 1, message: (error as Error).message }]);
  }
  return { kind: 'json', text: source, imports: [] };
}

/** Types become nothing and imports calls of `require`, every statement on the line on which it stands. */
async function stripTypes(file: string, source: string): Promise<string> {
  // Few pipelines have a transform; the others do not load the compiler.
  // In the bundle only the default export of a CommonJS module is there.
  const { transform } = (await import('sucrase')).default;
  const isTypeScript = /\.m?ts$/.test(file);
  try {
    return transform(source.replace(/^\uFEFF/, ''), {
      transforms: isTypeScript ? ['typescript', 'imports'] : ['imports'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      filePath: file,
    }).code;
  } catch (error) {
    const located = await locateSyntaxError(source);
    if (located !== undefined) throw new ConfigError(file, [located]);
    const { message, loc } = error as Error & { readonly loc?: { readonly line: number; column: number } };
    // The compiler puts the file before the message and the place behind it.
    const text = message.replace(/^Error transforming .*?: /s, '').replace(/ \(\d+:\d+\)$/, '');
    throw new ConfigError(file, [{ line: loc?.line ?? 1, column: loc?.column ?? 1, message: text }]);
  }
}

/** What the compiler passes on unseen, e.g. a name that is declared twice. */
function checkSyntax(file: string, text: string): void {
  try {
    new Script(asFunction({ text }), { filename: file });
  } catch (error) {
    const { message, stack = '' } = error as Error;
    const line = Number(/:(\d+)$/.exec(stack.split('\n')[0] ?? '')?.[1] ?? 1);
    throw new ConfigError(file, [{ line, column: 1, message }]);
  }
}

/**
 * What the module may import. The compiler writes a call of `require` for every import of a value; a comment that looks like
 * one is found, too, which costs nothing.
 */
function findImports(text: string): readonly string[] {
  const found = [...text.matchAll(/\brequire\('((?:[^'\\\n]|\\.)*)'\)/g)].map(match => match[1] ?? '');
  return [...new Set(found)];
}
