import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A statement or expression with the verdict of Trino's own parser. */
export interface CorpusRow {
  readonly sql: string;
  readonly valid: boolean;
  readonly kind?: 'expression';
}

/** A beginning of a statement with the keywords that may follow it. */
export interface NextKeywordsRow {
  readonly prefix: string;
  readonly keywords: readonly string[];
  readonly nameAllowed: boolean;
  readonly actualNext: string;
}

const BESIDE_THE_REPOSITORY = path.resolve(import.meta.dirname, '../../../shared/trino-sql-corpus');

/** The corpus folder: what the environment names, or the one beside the repository; undefined where there is none. */
export function corpusFolder(): string | undefined {
  const folder = process.env['LAKEHOUSE_SQL_CORPUS'] ?? BESIDE_THE_REPOSITORY;
  return existsSync(folder) ? folder : undefined;
}

/** Why corpus tests are skipped, or false when they run. */
export function corpusSkip(): string | false {
  return corpusFolder() === undefined ? `no Trino SQL corpus at ${BESIDE_THE_REPOSITORY}` : false;
}

export const VALID_CORPORA = [
  ...['tpch', 'tpcds', 'product', 'docs', 'engine-tests', 'iceberg-tests', 'parser-stmt', 'parser-expr'],
] as const;

/** The rows of one file of the corpus. */
export function readCorpus<Row = CorpusRow>(name: string): Row[] {
  const folder = corpusFolder();
  if (folder === undefined) throw new Error(`There is no corpus to read ${name} from.`);
  const lines = readFileSync(path.join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map(line => JSON.parse(line) as Row);
}
