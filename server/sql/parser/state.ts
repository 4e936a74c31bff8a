import type { Expression, Query, QueryBody, Relation } from '../ast.ts';
import type { DataType } from '../ast-types.ts';
import type { Tokens } from '../lexer.ts';
import type { Expectations } from '../expectations.ts';
import type { Problem } from '../problems.ts';

/**
 * What the parser's functions share while they read one statement. `position` only grows; every rule either moves it
 * or reports that something is missing, so that parsing ends whatever the text.
 */
export interface Parser {
  readonly text: string;
  /** The tokens' arrays, here to spare a step on the hot path. */
  readonly kind: Uint8Array;
  readonly keyword: Uint16Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The index of the end token. */
  readonly last: number;
  position: number;
  /** The token index at which what the rules try is recorded; -1 for an ordinary parse. */
  readonly caret: number;
  readonly expectations: Expectations;
  /** False once something required was missing at the caret: what is tried behind it is not legal there. */
  isRecording: boolean;
  readonly problems: Problem[];
  /** How many nested constructs are open. */
  depth: number;
  /** Whether the innermost query stands in parentheses as a relation or common table. */
  isInRelation: boolean;
  /** Whether the query that is read next does. */
  isRelationNext: boolean;
  /** Whether the innermost relation is that of NEAREST, behind which MATCH is no alias. */
  isInNearest: boolean;
  /** Where a missing comma was assumed last, so that it is not assumed there again. */
  assumedComma: number;
  /** A token that was skipped to: what is wrong there was reported where the skipping began. */
  quietToken: number;
  /** The token that was reported last, and how often. */
  reportedToken: number;
  reports: number;
  /** The token that a minus sign, not a minus between values, stands before. */
  negated: number;
  /** Rules that lower rules call upwards; a table because their modules import each other's. */
  readonly rules: Rules;
}

/** The rules that close the grammar's circles. */
export interface Rules {
  readonly expression: (p: Parser) => Expression;
  readonly valueExpression: (p: Parser) => Expression;
  /** A value expression at the same depth. */
  readonly operators: (p: Parser) => Expression;
  /** The predicate that follows a value, or stands alone where the value is null. */
  readonly predicate: (p: Parser, value: Expression | null) => Expression | undefined;
  readonly query: (p: Parser) => Query;
  /** Goes on with a query whose first term was read as something else in parentheses. */
  readonly queryAfter: (p: Parser, first: QueryBody) => Query;
  readonly relation: (p: Parser) => Relation;
  readonly type: (p: Parser) => DataType;
}

/**
 * How deep constructs may nest. Trino itself gives up at a few thousand levels; the limit keeps the parser and
 * everything that walks the tree far from the end of the stack.
 */
export const MAX_DEPTH = 250;

/** A parser at the first token of a statement. */
export function createParser(tokens: Tokens, rules: Rules, options: ParserOptions): Parser {
  return {
    text: tokens.text,
    kind: tokens.kind,
    keyword: tokens.keyword,
    start: tokens.start,
    end: tokens.end,
    last: tokens.count,
    position: 0,
    caret: options.caret,
    expectations: options.expectations,
    isRecording: options.caret >= 0,
    problems: [],
    depth: 0,
    isInRelation: false,
    isRelationNext: false,
    isInNearest: false,
    assumedComma: -1,
    quietToken: -1,
    reportedToken: -1,
    reports: 0,
    negated: -1,
    rules,
  };
}

export interface ParserOptions {
  readonly caret: number;
  readonly expectations: Expectations;
}
