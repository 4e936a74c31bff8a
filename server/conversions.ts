import type { SqlDocument } from './documents.ts';
import type { SemanticToken } from './features/semantic-tokens.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './features/semantic-tokens.ts';
import type { Span } from './sql/index.ts';

export interface LspPosition {
  line: number;
  character: number;
}

export interface LspRange {
  start: LspPosition;
  end: LspPosition;
}

export function toRange(document: SqlDocument, { start, end }: Span): LspRange {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function toSpan(document: SqlDocument, range: LspRange): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

/** The protocol's form of semantic tokens: five numbers each, relative to the token before. Names never span lines. */
export function encodeTokens(document: SqlDocument, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const token of tokens) {
    const at = document.positionAt(token.start);
    const deltaLine = at.line - line;
    const modifiers = token.modifiers.reduce((bits, name) => bits | (1 << TOKEN_MODIFIERS.indexOf(name)), 0);
    data.push(
      deltaLine,
      deltaLine === 0 ? at.character - character : at.character,
      token.end - token.start,
      TOKEN_TYPES.indexOf(token.type),
      modifiers,
    );
    ({ line, character } = at);
  }
  return data;
}
