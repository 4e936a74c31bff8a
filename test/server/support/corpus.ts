import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/trino-sql-corpus');

export interface CorpusStatement {
  readonly sql: string;
  readonly valid: boolean;
}

/** The statements of one file of the Trino corpus beside the project; undefined where there is none. */
export function corpusStatements(name: string, folder = corpusFolder()): CorpusStatement[] | undefined {
  if (folder === undefined) return undefined;
  const lines = readFileSync(path.join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map(line => JSON.parse(line) as CorpusStatement);
}

/** Where the corpus is: beside the checkout, or beside the checkout's worktrees. */
export function corpusFolder(): string | undefined {
  return [FOLDER, path.resolve(FOLDER, '../../../shared/trino-sql-corpus')].find(folder =>
    existsSync(folder),
  );
}
