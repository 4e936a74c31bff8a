/** A piece of what stands between tokens. */
export interface Trivia {
  readonly kind: 'space' | 'line-comment' | 'block-comment';
  readonly start: number;
  readonly end: number;
}

/** The pieces of trivia between two offsets; the stretch must hold no token. Line breaks belong to the spaces. */
export function readTrivia(text: string, start: number, end: number): Trivia[] {
  const pieces: Trivia[] = [];
  let at = start;
  while (at < end) {
    const next = endOfPiece(text, at, end);
    pieces.push({ kind: kindAt(text, at), start: at, end: next });
    at = next;
  }
  return pieces;
}

function kindAt(text: string, at: number): Trivia['kind'] {
  if (text.startsWith('--', at)) return 'line-comment';
  return text.startsWith('/*', at) ? 'block-comment' : 'space';
}

function endOfPiece(text: string, start: number, end: number): number {
  if (text.startsWith('/*', start)) {
    const close = text.indexOf('*/', start + 2);
    return close < 0 || close + 2 > end ? end : close + 2;
  }
  let at = start;
  if (text.startsWith('--', start)) {
    while (at < end && text[at] !== '\n' && text[at] !== '\r') at++;
    return at;
  }
  while (at < end && !text.startsWith('--', at) && !text.startsWith('/*', at)) at++;
  return at;
}
