import { lex, TokenKind } from '../sql/index.ts';

/**
 * The text with every `:name` of a notebook written as the placeholder `?` and blanks, so that all offsets stay. The same
 * colons count as where the notebook puts values in: those behind a blank, a bracket, a comma or an operator, with the name
 * right behind them.
 */
export function maskParameters(text: string): string {
  if (!/:[A-Za-z_]/.test(text)) return text;
  const tokens = lex(text);
  let masked = '';
  let at = 0;
  for (let i = 0; i + 1 < tokens.count; i++) {
    const start = tokens.start[i] ?? 0;
    const end = tokens.end[i + 1] ?? start;
    if (tokens.kind[i] !== TokenKind.Colon || tokens.kind[i + 1] !== TokenKind.Word) continue;
    if (tokens.start[i + 1] !== tokens.end[i] || /[\w'"\])]/.test(text[start - 1] ?? '')) continue;
    masked += `${text.slice(at, start)}?${' '.repeat(end - start - 1)}`;
    at = end;
  }
  return masked + text.slice(at);
}
