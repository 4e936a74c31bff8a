import { quoteIdentifier } from '../../catalog/trino/quote.ts';
import { K, lex, TokenKind, type Tokens } from '../../server/sql/words.ts';
import { statementsOf } from './statements.ts';
import type { TextEdit } from './text-edits.ts';

/** A cell that later ones may use by its name. */
export interface NamedCell {
  readonly name: string;
  readonly text: string;
}

/**
 * The edit that puts the named cells a statement uses in front of it, as common table expressions, with the cells those
 * use in turn. Undefined when it uses none. A name counts where a table can stand: behind FROM, JOIN, TABLE or a comma.
 */
export function referenceEdit(statement: string, earlier: readonly NamedCell[]): TextEdit | undefined {
  const cells = usedCells(statement, earlier);
  if (cells.length === 0) return undefined;
  const expressions = cells.map(
    ({ name, text }) => `${quoteIdentifier(name.toLowerCase())} AS (${onlyStatement(name, text)}\n)`,
  );
  const tokens = lex(statement);
  const at = queryStart(tokens);
  const start = tokens.start[at] ?? 0;
  if (tokens.keyword[at] !== K.WITH) return { start, end: start, text: `WITH ${expressions.join(', ')} ` };
  const isRecursive = tokens.keyword[at + 1] === K.RECURSIVE;
  const end = tokens.end[isRecursive ? at + 1 : at] ?? start;
  return { start: end, end, text: ` ${expressions.join(', ')},` };
}

/** The cells that a statement uses, each after those it uses itself. */
function usedCells(statement: string, earlier: readonly NamedCell[]): NamedCell[] {
  const used: NamedCell[] = [];
  const visit = (text: string, before: readonly NamedCell[]): void => {
    for (const name of tableNames(text)) {
      const at = before.findLastIndex(cell => cell.name.toLowerCase() === name);
      const cell = before[at];
      if (cell === undefined || used.includes(cell)) continue;
      visit(cell.text, before.slice(0, at));
      used.push(cell);
    }
  };
  visit(statement, earlier);
  return used;
}

function onlyStatement(name: string, text: string): string {
  const statements = statementsOf(text);
  const [statement] = statements;
  if (statement === undefined || statements.length > 1) {
    throw new Error(
      `The cell "${name}" holds ${statements.length} statements: a cell that others use holds exactly one query.`,
    );
  }
  return `\n${statement.text}`;
}

/** Unqualified names that stand where a table can and are no common table expression of the statement itself. */
function tableNames(statement: string): Set<string> {
  const tokens = lex(statement);
  const names = new Set<string>();
  const own = new Set<string>();
  for (let i = 0; i < tokens.count; i++) {
    const name = nameAt(tokens, i);
    if (name === undefined || tokens.kind[i + 1] === TokenKind.Dot || tokens.kind[i - 1] === TokenKind.Dot)
      continue;
    if (tokens.keyword[i + 1] === K.AS && tokens.kind[i + 2] === TokenKind.LeftParen) own.add(name);
    const before = tokens.keyword[i - 1];
    const isTable =
      before === K.FROM || before === K.JOIN || before === K.TABLE || tokens.kind[i - 1] === TokenKind.Comma;
    if (isTable && tokens.kind[i + 1] !== TokenKind.LeftParen) names.add(name);
  }
  for (const name of own) names.delete(name);
  return names;
}

function nameAt(tokens: Tokens, i: number): string | undefined {
  const text = tokens.text.slice(tokens.start[i], tokens.end[i]);
  if (tokens.kind[i] === TokenKind.Word) return text.toLowerCase();
  return tokens.kind[i] === TokenKind.QuotedName
    ? text.slice(1, -1).replaceAll('""', '"').toLowerCase()
    : undefined;
}

/** Where the query of a statement begins: at once, or behind EXPLAIN, INSERT INTO … or CREATE … AS. */
function queryStart(tokens: Tokens): number {
  for (let i = 0; i < tokens.count; i++) {
    const keyword = tokens.keyword[i];
    const isProperties = keyword === K.WITH && tokens.kind[i + 1] === TokenKind.LeftParen;
    if (isProperties) continue;
    if (keyword === K.SELECT || keyword === K.WITH || keyword === K.VALUES) return i;
    if (keyword === K.TABLE && i === 0) return i;
  }
  return 0;
}
