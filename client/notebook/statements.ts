import { lex, splitScript } from '../../server/sql/words.ts';

/**
 * The statements of a text, each from its first token up to and including its semicolon. A semicolon without a
 * statement belongs to the statement before it.
 */
export function statementSpans(text: string): { start: number; end: number }[] {
  const tokens = lex(text);
  const spans: { start: number; end: number }[] = [];
  for (const piece of splitScript(text, tokens)) {
    const end = piece.hasSemicolon ? (tokens.end[piece.endToken] ?? piece.end) : piece.end;
    const last = spans.at(-1);
    if (piece.endToken > piece.firstToken) spans.push({ start: piece.start, end });
    else if (last !== undefined && piece.hasSemicolon) last.end = end;
  }
  return spans;
}

/** The statements of a cell as Trino takes them: without the semicolon, each with its place in the text. */
export function statementsOf(text: string): { text: string; start: number }[] {
  return splitScript(text)
    .filter(piece => piece.endToken > piece.firstToken)
    .map(({ start, end }) => ({ text: text.slice(start, end), start }));
}
