import type { Statement } from '../ast.ts';
import type { Tokens } from '../lexer.ts';
import type { Span } from '../span.ts';

/**
 * Sets the keyword of every word to 0 that is a name or belongs to a type in the statement's tree: such words keep
 * their case and begin no clause.
 * @param offset where the text begins that the tree's spans count from
 */
export function clearNames(tokens: Tokens, statement: Statement, offset: number, words: Uint16Array): void {
  visit(statement as unknown as TreePart, span =>
    clearWords(tokens, { start: span.start + offset, end: span.end + offset }, words),
  );
}

/** A node, or the clauses that several nodes have in common and that are no node. */
type TreePart = Readonly<Record<string, unknown>>;

const TYPES = new Set<unknown>([
  'SimpleType',
  'DateTimeType',
  'IntervalType',
  'RowType',
  'ArrayType',
  'MapType',
]);

function visit(part: TreePart, clear: (span: Span) => void): void {
  const kind = part['kind'];
  if (kind === 'Identifier' || TYPES.has(kind)) {
    const { start, end } = part as unknown as Span;
    if (end > start) clear({ start, end });
    return;
  }
  for (const key in part) {
    const value = part[key];
    if (typeof value !== 'object' || value === null || isKeywordLike(kind, key)) continue;
    if (Array.isArray(value)) for (const item of value as unknown[]) visitItem(item, clear);
    else visit(value as TreePart, clear);
  }
}

function visitItem(item: unknown, clear: (span: Span) => void): void {
  if (typeof item === 'object' && item !== null) visit(item as TreePart, clear);
}

/** The type in `DATE '2020-01-01'` and the field in `EXTRACT(YEAR FROM x)` are written like keywords. */
function isKeywordLike(kind: unknown, key: string): boolean {
  return (kind === 'TypedLiteral' && key === 'type') || (kind === 'Extract' && key === 'field');
}

function clearWords(tokens: Tokens, span: Span, words: Uint16Array): void {
  for (let i = firstTokenFrom(tokens, span.start); i < tokens.count; i++) {
    if ((tokens.start[i] ?? 0) >= span.end) return;
    words[i] = 0;
  }
}

/** The first token that begins at or behind an offset. */
function firstTokenFrom(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.start[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
