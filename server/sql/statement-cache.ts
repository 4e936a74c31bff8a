import { lex } from './lexer.ts';
import { type ParsedStatement, parseStatement } from './parser.ts';
import { type ScriptPiece, splitScript } from './splitter.ts';

/** A statement of a script: its tree counts from the statement's own beginning, which is at `piece.start`. */
export interface ScriptStatement {
  readonly piece: ScriptPiece;
  readonly parsed: ParsedStatement;
}

/** Parses scripts and remembers the statements of the last one by their text. */
export interface StatementCache {
  /** Parses a script; only statements whose text is new are parsed. Pieces without a token are left out. */
  readonly parse: (text: string) => ScriptStatement[];
}

/** A cache for one document: an edit of one statement parses that statement and reuses the trees of the others. */
export function createStatementCache(): StatementCache {
  let known = new Map<string, ParsedStatement>();
  return {
    parse(text) {
      const seen = new Map<string, ParsedStatement>();
      const statements: ScriptStatement[] = [];
      for (const piece of splitScript(text, lex(text))) {
        if (piece.firstToken === piece.endToken) continue;
        const source = text.slice(piece.start, piece.end);
        const parsed = seen.get(source) ?? known.get(source) ?? parseStatement(source);
        seen.set(source, parsed);
        statements.push({ piece, parsed });
      }
      known = seen;
      return statements;
    },
  };
}
