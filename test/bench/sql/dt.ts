import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Subject } from './subject.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const BUNDLE = path.join(ROOT, 'out/bench/dt-sql-parser.cjs');

interface TrinoSql {
  validate: (sql: string) => readonly unknown[];
  getSuggestionAtCaretPosition: (
    sql: string,
    caret: { lineNumber: number; column: number },
  ) => { keywords: readonly string[]; syntax: readonly unknown[] } | null;
  getAllEntities: (sql: string) => readonly { entityContextType: string; text: string }[] | null;
}

/** dt-sql-parser, bundled first because its modules do not load in Node; what it writes to the console is dropped. */
export async function dtSubject(): Promise<Subject> {
  mkdirSync(path.dirname(BUNDLE), { recursive: true });
  await build({
    stdin: { contents: "export { TrinoSQL } from 'dt-sql-parser';", resolveDir: ROOT },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: BUNDLE,
    logLevel: 'error',
  });
  const { TrinoSQL } = createRequire(import.meta.url)(BUNDLE) as { TrinoSQL: new () => TrinoSql };
  const parser = new TrinoSQL();
  return {
    name: 'dt-sql-parser 4.5.1',
    accepts: (sql, kind) =>
      quietly(() => parser.validate(kind === 'expression' ? `SELECT ${sql}` : sql).length === 0),
    nextWords: prefix => {
      const text = `${prefix} `;
      const lines = text.split('\n');
      const caret = { lineNumber: lines.length, column: (lines.at(-1) ?? '').length + 1 };
      const found = quietly(() => parser.getSuggestionAtCaretPosition(text, caret));
      return {
        keywords: new Set(found?.keywords.map(word => word.toUpperCase())),
        isNameAllowed: (found?.syntax.length ?? 0) > 0,
      };
    },
    relations: sql =>
      (quietly(() => parser.getAllEntities(sql)) ?? [])
        .filter(entity => entity.entityContextType === 'table')
        .map(entity => entity.text),
  };
}

function quietly<Result>(work: () => Result): Result {
  const { error } = console;
  console.error = () => undefined;
  try {
    return work();
  } finally {
    console.error = error;
  }
}
