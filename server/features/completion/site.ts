import { analyze, scopeAt } from '../../semantics/analyze.ts';
import type { Analysis, Environment, Scope, ScopedSpan } from '../../semantics/model.ts';
import { nodesAt } from '../../semantics/tree.ts';
import { type NodeBase, TokenKind, type Tokens } from '../../sql/index.ts';
import { type Caret, CARET_NAME } from './caret.ts';

/** Everything that providers of proposals look at. */
export interface Site {
  readonly caret: Caret;
  readonly environment: Environment;
  readonly analysis: Analysis;
  readonly scoped: ScopedSpan | undefined;
  /** From the statement down to the name at the caret. */
  readonly nodes: readonly NodeBase[];
  /** How often each name stands elsewhere in the statement, in lower case. */
  readonly words: ReadonlyMap<string, number>;
  /** For each of them how alike its surroundings are to the caret's, from 0 to 30. */
  readonly likeness: ReadonlyMap<string, number>;
  /** Whether keywords are written in lower case here. */
  readonly isLowerCase: boolean;
  /** Whether an opening parenthesis stands behind the word already. */
  readonly hasParenthesis: boolean;
}

export function describeSite(caret: Caret, environment: Environment): Site {
  const analysis = analyze(caret.statement, caret.text, {
    ...environment,
    isJudged: false,
    focus: caret.offset + 1,
  });
  return {
    caret,
    environment,
    analysis,
    scoped: scopeAt(analysis, caret.offset + 1),
    nodes: nodesAt(caret.statement, caret.offset + 1),
    ...countWords(caret.tokens, caret.offset),
    isLowerCase: prefersLowerCase(caret),
    hasParenthesis: /^\s*\(/.test(caret.text.slice(caret.offset + CARET_NAME.length)),
  };
}

/** The innermost node of a kind around the caret. */
export function nodeAround(site: Site, kind: string): NodeBase | undefined {
  return site.nodes.findLast(node => node.kind === kind);
}

/** The scope at the caret and those around it, with the depth of each; relations live in the ones of selects. */
export function scopesOutwards(site: Site): Scope[] {
  const scopes: Scope[] = [];
  for (let at = site.scoped?.scope ?? null; at !== null; at = at.parent) scopes.push(at);
  return scopes;
}

/** Points for each equal neighbour: the ones in front of the name, nearest first, then those behind it. */
const BEFORE = [7, 6, 4];
const AFTER = [5, 5, 3];

function countWords(tokens: Tokens, caret: number): Pick<Site, 'words' | 'likeness'> {
  const words = new Map<string, number>();
  const likeness = new Map<string, number>();
  const lower = tokens.text.toLowerCase();
  const at = indexOfStart(tokens, caret);
  const around = surroundings(tokens, lower, at);
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i];
    if (kind !== TokenKind.Word && kind !== TokenKind.QuotedName) continue;
    const word = tokenText(tokens, lower, i);
    words.set(word, (words.get(word) ?? 0) + 1);
    if (i === at || at < 0) continue;
    const score = neighbours(tokens, lower, i, around);
    if (score > (likeness.get(word) ?? 0)) likeness.set(word, score);
  }
  return { words, likeness };
}

/** A token in lower case, a name without its quotes. */
function tokenText(tokens: Tokens, lower: string, i: number): string {
  const quote = tokens.kind[i] === TokenKind.QuotedName ? 1 : 0;
  return lower.slice((tokens.start[i] ?? 0) + quote, (tokens.end[i] ?? 0) - quote);
}

function indexOfStart(tokens: Tokens, offset: number): number {
  for (let i = 0; i < tokens.count; i++) if (tokens.start[i] === offset) return i;
  return -1;
}

interface Surroundings {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function surroundings(tokens: Tokens, lower: string, at: number): Surroundings {
  const text = (i: number): string => (i < 0 || i >= tokens.count ? '' : tokenText(tokens, lower, i));
  return {
    before: BEFORE.map((_, step) => text(at - step - 1)),
    after: AFTER.map((_, step) => text(at + step + 1)),
  };
}

/** Statements repeat themselves: where the same words stand around, the same name is likely. */
function neighbours(tokens: Tokens, lower: string, i: number, { before, after }: Surroundings): number {
  let score = 0;
  for (let step = 0; step < before.length && isText(tokens, lower, i - step - 1, before[step]); step++) {
    score += BEFORE[step] ?? 0;
  }
  for (let step = 0; step < after.length && isText(tokens, lower, i + step + 1, after[step]); step++) {
    score += AFTER[step] ?? 0;
  }
  return score;
}

/** Whether a token reads like this; at the ends of the statement nothing reads like nothing. */
function isText(tokens: Tokens, lower: string, i: number, text = ''): boolean {
  if (i < 0 || i >= tokens.count) return text === '';
  const quote = tokens.kind[i] === TokenKind.QuotedName ? 1 : 0;
  const start = (tokens.start[i] ?? 0) + quote;
  return (tokens.end[i] ?? 0) - quote - start === text.length && lower.startsWith(text, start);
}

/** The case of what is being typed decides; without letters the case of the statement's last keyword. */
function prefersLowerCase({ typed, before }: Caret): boolean {
  if (/[a-z]/i.test(typed)) return typed === typed.toLowerCase();
  for (let i = before.count - 1; i >= 0; i--) {
    if (before.kind[i] !== TokenKind.Word || before.keyword[i] === 0) continue;
    const word = before.text.slice(before.start[i], before.end[i]);
    return word === word.toLowerCase();
  }
  return false;
}
