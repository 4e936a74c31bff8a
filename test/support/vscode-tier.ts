import { existsSync } from 'node:fs';
import path from 'node:path';
import { runCountedProcess } from './counted-process.ts';
import type { Counts } from './counts.ts';

const ENTRY = path.resolve(import.meta.dirname, '../vscode/run.ts');

/** Builds the extension and tests it in a real VS Code. `env` names the running lakehouse. */
export async function vscodeTier({ env }: { readonly env: NodeJS.ProcessEnv }): Promise<Counts> {
  if (!existsSync(ENTRY)) throw new Error('test/vscode/run.ts is missing.');
  return runCountedProcess(ENTRY, { ...process.env, ...env });
}
