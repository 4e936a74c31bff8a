import type { Expression, Statement } from './ast.ts';
import { type Expectations, noExpectations } from './expectations.ts';
import { isNameKeyword } from './keywords.ts';
import { lex, type Tokens } from './lexer.ts';
import { failUnexpected } from './parser/cursor.ts';
import { parseExpression as expressionRule, parseValue, parseValueExpression } from './parser/expressions.ts';
import { parsePredicate } from './parser/predicates.ts';
import { parseQuery, parseQueryAfter } from './parser/queries.ts';
import { parseRelation } from './parser/relations.ts';
import { createParser, type Parser, type Rules } from './parser/state.ts';
import { parseStatement as statementRule } from './parser/statements.ts';
import { parseType } from './parser/types.ts';
import { surplusParentheses, withoutToken } from './parenthesis-repair.ts';
import type { Problem } from './problems.ts';

const RULES: Rules = {
  expression: expressionRule,
  valueExpression: parseValueExpression,
  operators: parseValue,
  predicate: parsePredicate,
  query: parseQuery,
  queryAfter: parseQueryAfter,
  relation: parseRelation,
  type: parseType,
};

/** One statement's text, its tokens, its tree and what is wrong with it. A pure function of the text. */
export interface ParsedStatement {
  readonly text: string;
  readonly tokens: Tokens;
  readonly statement: Statement;
  readonly problems: readonly Problem[];
}

/**
 * Parses one statement, without its semicolon. Never throws and always ends: what is missing is a node of its
 * own, and `problems` says where. The text is valid Trino SQL when there are neither problems nor lexical problems.
 */
export function parseStatement(text: string, tokens: Tokens = lex(text)): ParsedStatement {
  let best = parseTokens(tokens);
  for (const surplus of surplusParentheses(tokens, best.problems)) {
    const repaired = parseTokens(withoutToken(tokens, surplus));
    const problems = [strayParenthesis(tokens, surplus), ...repaired.problems];
    const candidate = { ...repaired, problems: problems.sort((a, b) => a.start - b.start) };
    if (badness(candidate) < badness(best)) best = candidate;
  }
  return { text, tokens, statement: best.statement, problems: best.problems };
}

interface Reading {
  readonly statement: Statement;
  readonly problems: readonly Problem[];
  /** How many tokens at the end the statement has no place for. */
  readonly leftOver: number;
}

/** What is left over counts most: nothing in it is understood. */
function badness(reading: Reading): number {
  return reading.leftOver * 1000 + reading.problems.length;
}

function parseTokens(tokens: Tokens): Reading {
  const p = createParser(tokens, RULES, { caret: -1, expectations: noExpectations() });
  const statement = statementRule(p);
  const leftOver = finish(p);
  return { statement, problems: p.problems, leftOver };
}

function strayParenthesis(tokens: Tokens, token: number): Problem {
  const [start, end] = [tokens.start[token] ?? 0, tokens.end[token] ?? 0];
  return { code: 'unexpected', token, detail: "a ')' that no '(' belongs to", start, end };
}

/** Parses an expression that stands alone. */
export function parseExpression(
  text: string,
): Omit<ParsedStatement, 'statement'> & { readonly expression: Expression } {
  const tokens = lex(text);
  const p = createParser(tokens, RULES, { caret: -1, expectations: noExpectations() });
  const expression = expressionRule(p);
  finish(p);
  return { text, tokens, expression, problems: p.problems };
}

/** What the parser accepts at a caret, and what is wrong with the text before it. */
export interface CaretRun {
  readonly expectations: Expectations;
  readonly problems: readonly Problem[];
}

/**
 * Runs the parser over tokens that end at the caret and records what it would accept there. A last word that is a
 * keyword and a name (`FROM t TABLESAMPLE |`) is read both ways.
 */
export function runToCaret(tokens: Tokens): CaretRun {
  const run = runOnce(tokens);
  const last = tokens.count - 1;
  const keyword = tokens.keyword[last] ?? 0;
  if (last < 0 || keyword === 0 || !isNameKeyword(keyword)) return run;
  const asName = { ...tokens, keyword: tokens.keyword.with(last, 0) };
  const other = runOnce(asName);
  // Where a name cannot stand, the second reading fails at the word itself and says nothing.
  if (!other.problems.some(problem => problem.token === last && problem.code !== 'value')) {
    merge(run.expectations, other.expectations);
  }
  return run;
}

function runOnce(tokens: Tokens): CaretRun {
  const expectations = noExpectations();
  const p = createParser(tokens, RULES, { caret: tokens.count, expectations });
  statementRule(p);
  finish(p);
  return { expectations, problems: p.problems };
}

function merge(into: Expectations, from: Expectations): void {
  for (const keyword of from.keywords) into.keywords.add(keyword);
  for (const kind of from.kinds) into.kinds.add(kind);
  for (const name of from.names) into.names.add(name);
}

/** What is left over is reported once and counted. */
function finish(p: Parser): number {
  if (p.position < p.last) failUnexpected(p, 'the end of the statement');
  return p.last - p.position;
}
