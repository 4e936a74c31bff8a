import { KEYWORDS } from '../../../server/sql/keywords.ts';
import { lex, type Tokens } from '../../../server/sql/lexer.ts';
import { parseExpression, parseStatement, runToCaret } from '../../../server/sql/parser.ts';
import { formatScript, formatText } from '../../../server/sql/printer.ts';
import type { Span } from '../../../server/sql/span.ts';
import type { Probe } from './fuzz.ts';
import type { Subject } from './subject.ts';
import { nonTriviaTokens } from './tokens.ts';

/** The parser, the oracle and the printer of this repository. */
export function ourSubject(): Subject {
  return {
    name: 'ours',
    accepts: (sql, kind) => {
      const { problems, tokens } = kind === 'expression' ? parseExpression(sql) : parseStatement(sql);
      return problems.length === 0 && tokens.problems.length === 0;
    },
    nextWords: prefix => {
      const { expectations } = runToCaret(lex(`${prefix} `));
      return {
        keywords: new Set([...expectations.keywords].map(id => KEYWORDS[id] ?? '')),
        isNameAllowed: expectations.names.size > 0,
      };
    },
    relations: sql => relationsOf(parseStatement(sql).statement, sql),
    format: formatted,
  };
}

function formatted(sql: string): string | undefined {
  const { edits, refused } = formatScript(sql);
  if (refused.length > 0) return undefined;
  let at = 0;
  let text = '';
  for (const edit of edits) {
    text += sql.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return text + sql.slice(at);
}

/** The names of all table references of a tree, as they are written. */
function relationsOf(node: object, sql: string): string[] {
  const found: string[] = [];
  const visit = (part: object): void => {
    const { kind, name } = part as { kind?: string; name?: { start: number; end: number } };
    if (kind === 'TableReference' && name !== undefined) found.push(sql.slice(name.start, name.end));
    for (const value of Object.values(part))
      if (typeof value === 'object' && value !== null) visit(value as object);
  };
  visit(node);
  return found;
}

/** Parses and formats a text: says what is wrong with the tree or the layout. */
export const probe: Probe = { parse: parseStatement, check };

function check(sql: string): string | undefined {
  const { statement, tokens, problems } = parseStatement(sql);
  const wrongSpan = outOfPlace(statement, { start: 0, end: sql.length });
  if (wrongSpan !== undefined) return wrongSpan;
  if (problems.length > 0 || tokens.problems.length > 0) return undefined;
  return misformatted(sql) ?? uncovered(statement, tokens, sql);
}

/** What the printer does wrong with a statement that has no error. */
function misformatted(sql: string): string | undefined {
  const once = formatText(sql);
  if (nonTriviaTokens(once) !== nonTriviaTokens(sql)) return 'formatting changes its tokens';
  return formatText(once) === once ? undefined : 'formatting it again changes it';
}

function uncovered(statement: Span, tokens: Tokens, sql: string): string | undefined {
  const first = tokens.start[0] ?? 0;
  const last = tokens.count > 0 ? (tokens.end[tokens.count - 1] ?? 0) : first;
  const isCovered = tokens.count === 0 || (statement.start <= first && coversEnd(statement.end, last, sql));
  return isCovered
    ? undefined
    : `the tree covers ${statement.start} to ${statement.end} of ${first} to ${last}`;
}

/** The semicolon is no part of the tree. */
function coversEnd(end: number, last: number, sql: string): boolean {
  return end >= last || sql.slice(end, last).trim().endsWith(';');
}

interface Node {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

function outOfPlace(
  part: object,
  around: { readonly start: number; readonly end: number },
): string | undefined {
  const node = part as Partial<Node>;
  const { kind, start, end } = node;
  const isNode = kind !== undefined && start !== undefined && end !== undefined;
  if (isNode && (start > end || start < around.start || end > around.end)) {
    return `${kind} ${start}–${end} stands outside ${around.start}–${around.end}`;
  }
  const inner = isNode ? { start, end } : around;
  for (const value of Object.values(part)) {
    if (typeof value !== 'object' || value === null) continue;
    const wrong = outOfPlace(value as object, inner);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
