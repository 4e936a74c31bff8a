import { analyze, scopeAt } from '../../semantics/analyze.ts';
import type { Analysis, Environment, Scope, ScopedSpan } from '../../semantics/model.ts';
import { nodesAt } from '../../semantics/tree.ts';
import { lex, type NodeBase, TokenKind } from '../../sql/index.ts';
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
  /** Whether keywords are written in lower case here. */
  readonly isLowerCase: boolean;
  /** Whether an opening parenthesis stands behind the word already. */
  readonly hasParenthesis: boolean;
}

export function describeSite(caret: Caret, environment: Environment): Site {
  const analysis = analyze(caret.statement, caret.text, environment);
  return {
    caret,
    environment,
    analysis,
    scoped: scopeAt(analysis, caret.offset + 1),
    nodes: nodesAt(caret.statement, caret.offset + 1),
    words: countWords(caret.text),
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

function countWords(text: string): Map<string, number> {
  const words = new Map<string, number>();
  const tokens = lex(text);
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i];
    if (kind !== TokenKind.Word && kind !== TokenKind.QuotedName) continue;
    const raw = text.slice(tokens.start[i], tokens.end[i]);
    const word = (kind === TokenKind.QuotedName ? raw.slice(1, -1) : raw).toLowerCase();
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return words;
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
