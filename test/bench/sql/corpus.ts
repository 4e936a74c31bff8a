import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A statement or expression with the verdict of Trino's own parser. */
export interface LabelledSql {
  readonly sql: string;
  readonly valid: boolean;
  readonly kind?: 'expression';
}

/** The words that Trino's grammar allows behind a prefix of a statement. */
export interface NextKeywords {
  readonly prefix: string;
  readonly keywords: readonly string[];
  readonly nameAllowed: boolean;
  /** The token that stood there. */
  readonly actualNext: string;
}

export interface Corpus {
  readonly folder: string;
  /** By file, without the mutants. */
  readonly labelled: ReadonlyMap<string, readonly LabelledSql[]>;
  readonly mutants: readonly LabelledSql[];
  readonly nextKeywords: readonly NextKeywords[];
  /** TPC-H and TPC-DS. */
  readonly queries: readonly string[];
}

const DEFAULT_FOLDER = path.resolve(import.meta.dirname, '../../../../shared/trino-sql-corpus');

/** Where the corpus stands beside the repository, when it does. */
export function corpusFolder(): string | undefined {
  return existsSync(path.join(DEFAULT_FOLDER, 'mutants.jsonl')) ? DEFAULT_FOLDER : undefined;
}

/** Reads a folder of JSON lines of the corpus's form; files that are not there count as empty. */
export function readCorpus(folder: string): Corpus {
  const labelled = new Map<string, LabelledSql[]>();
  for (const file of readdirSync(folder).sort()) {
    const name = path.basename(file, '.jsonl');
    if (!file.endsWith('.jsonl') || name === 'mutants' || name === 'next-keywords') continue;
    labelled.set(name, readLines<LabelledSql>(path.join(folder, file)));
  }
  const queries = ['tpch', 'tpcds'].flatMap(name => (labelled.get(name) ?? []).map(row => row.sql));
  return {
    folder,
    labelled,
    mutants: readLines(path.join(folder, 'mutants.jsonl')),
    nextKeywords: readLines(path.join(folder, 'next-keywords.jsonl')),
    queries,
  };
}

/** Every valid statement; expressions as the one item of a SELECT. */
export function validStatements(corpus: Corpus): string[] {
  return [...corpus.labelled.values()]
    .flat()
    .filter(row => row.valid)
    .map(row => (row.kind === 'expression' ? `SELECT ${row.sql}` : row.sql));
}

function readLines<Row>(file: string): Row[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Row);
}
