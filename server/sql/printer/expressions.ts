import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { concat, type Doc, group, indent, join, LINE } from './doc.ts';
import { bracketed, inside, listDoc } from './lists.ts';
import { jsonTableDoc } from './json-tables.ts';
import { segmentsDoc } from './segments.ts';
import { findTop, isKind, isWord, skip, type Source, splitBefore, type TokenRange } from './source.ts';
import { isSign, needsSpace, startsQuery } from './spacing.ts';
import { tokenDoc } from './token-doc.ts';

/** An expression as an item of something: what does not fit is continued one level deeper. */
export function expressionDoc(source: Source, range: TokenRange): Doc {
  if (range.end - range.start === 1) return tokenDoc(source, range.start);
  const operators = operatorsIn(source, range);
  if ((operators & ARROW) !== 0) return arrowDoc(source, range);
  if ((operators & LOGICAL) !== 0) {
    const parts = splitLogical(source, range);
    if (parts.length > 1) {
      const [first = '', ...others] = chainOf(source, parts);
      return group(concat([first, indent(concat(others.flatMap(doc => [LINE, doc])))]));
    }
  }
  if ((operators & COMPARISON) !== 0) return comparisonDoc(source, range);
  if ((operators & LOGICAL) !== 0) return betweenDoc(source, range);
  return (operators & ARITHMETIC) !== 0 ? sumDoc(source, range) : sequenceDoc(source, range);
}

/** `x BETWEEN low AND high`: the line breaks in front of AND before it breaks inside. */
function betweenDoc(source: Source, range: TokenRange): Doc {
  const and = findTop(source, range, i => isWord(source, i, K.AND));
  if (and >= range.end) return sequenceDoc(source, range);
  const low = sequenceDoc(source, { start: range.start, end: and });
  const high = expressionDoc(source, { start: and + 1, end: range.end });
  return group(concat([low, indent(concat([LINE, tokenDoc(source, and), ' ', high]))]));
}

const ARROW = 1;
const LOGICAL = 2;
const COMPARISON = 4;
const ARITHMETIC = 8;

/** Which kinds of operators stand at the top of a range, so that only those are looked for. */
function operatorsIn(source: Source, range: TokenRange): number {
  let found = 0;
  for (let i = range.start; i < range.end; i = skip(source, i)) {
    const kind = source.tokens.kind[i] ?? 0;
    if (kind === TokenKind.Word) {
      const word = source.words[i];
      if (word === K.AND || word === K.OR) found |= LOGICAL;
    } else if (kind === TokenKind.Arrow || kind === TokenKind.FatArrow) found |= ARROW;
    else if (COMPARISONS.has(kind)) found |= COMPARISON;
    else if (SUMS.has(kind) || PRODUCTS.has(kind)) found |= ARITHMETIC;
  }
  return found;
}

/** A lambda or a named argument: the whole rest is its body. */
function arrowDoc(source: Source, range: TokenRange): Doc {
  const { kind } = source.tokens;
  const arrow = findTop(source, range, i => kind[i] === TokenKind.Arrow || kind[i] === TokenKind.FatArrow);
  const head = sequenceDoc(source, { start: range.start, end: arrow });
  const body = expressionDoc(source, { start: arrow + 1, end: range.end });
  return concat([head, ' ', tokenDoc(source, arrow), ' ', body]);
}

/** A condition that has its lines to itself: AND and OR begin them. */
export function conditionDoc(source: Source, range: TokenRange): Doc {
  const parts = splitLogical(source, range);
  return parts.length === 1 ? expressionDoc(source, range) : group(join(LINE, chainOf(source, parts)));
}

/** Whether AND or OR stands at the top of the range, so that its parts can have lines of their own. */
export function isChain(source: Source, range: TokenRange): boolean {
  return splitLogical(source, range).length > 1;
}

/** Tokens side by side, with brackets and CASE laid out inside. */
export function sequenceDoc(source: Source, range: TokenRange, takesColumns = false): Doc {
  const parts: Doc[] = [];
  let i = range.start;
  while (i < range.end) {
    const isColumnList = takesColumns && i > range.start && isKind(source, i, TokenKind.LeftParen);
    if ((isColumnList && isName(source, i - 1)) || needsSpace(source, i, range.start)) parts.push(' ');
    parts.push(unitDoc(source, i));
    i = skip(source, i);
  }
  return concat(parts);
}

/** Behind the name of a relation a parenthesis lists columns. */
function isName(source: Source, i: number): boolean {
  const kind = source.tokens.kind[i];
  return kind === TokenKind.QuotedName || (kind === TokenKind.Word && source.words[i] === 0);
}

/** One token, or everything from an opening token to what closes it. */
function unitDoc(source: Source, i: number): Doc {
  if (isWord(source, i, K.CASE) && (source.partner[i] ?? -1) > i) return caseDoc(source, i);
  if (isKind(source, i, TokenKind.LeftParen)) return parenthesesDoc(source, i);
  if (isKind(source, i, TokenKind.LeftBracket)) return bracketed(source, i, contentDoc(source, i));
  if (isKind(source, i, TokenKind.LeftBrace) || isKind(source, i, TokenKind.LeftBraceMinus)) {
    return verbatimDoc(source, { start: i, end: skip(source, i) });
  }
  return tokenDoc(source, i);
}

/** Parentheses in an expression: a query, a window, clauses, a condition or a list. */
export function parenthesesDoc(source: Source, open: number): Doc {
  const range = inside(source, open);
  if (startsQuery(source, range)) return bracketed(source, open, source.printQuery(source, range));
  if (isWord(source, open - 1, K.PATTERN)) return bracketed(source, open, verbatimDoc(source, range));
  if (isWord(source, open - 1, K.JSON_TABLE)) return jsonTableDoc(source, open, SEGMENT_PRINTERS);
  const segments = segmentsDoc(source, open, SEGMENT_PRINTERS);
  if (segments !== undefined) return bracketed(source, open, segments);
  return bracketed(source, open, contentDoc(source, open));
}

const SEGMENT_PRINTERS = {
  item: expressionDoc,
  list: argumentsDoc,
  condition: conditionDoc,
  sequence: (source: Source, range: TokenRange): Doc => sequenceDoc(source, range),
};

function contentDoc(source: Source, open: number): Doc | undefined {
  const range = inside(source, open);
  return range.start >= range.end ? undefined : argumentsDoc(source, range);
}

/** A list, or a single condition. */
function argumentsDoc(source: Source, range: TokenRange): Doc {
  const comma = findTop(source, range, i => isKind(source, i, TokenKind.Comma));
  return comma < range.end ? listDoc(source, range, expressionDoc) : conditionDoc(source, range);
}

/** Tokens with the spaces that the author wrote: row patterns, whose operators stand close to their names. */
function verbatimDoc(source: Source, range: TokenRange): Doc {
  const parts: Doc[] = [];
  for (let i = range.start; i < range.end; i++) {
    if (i > range.start && source.tokens.start[i] !== source.tokens.end[i - 1]) parts.push(LINE);
    parts.push(tokenDoc(source, i));
  }
  return group(concat(parts));
}

/** CASE with one line per branch unless it is short. */
function caseDoc(source: Source, start: number): Doc {
  const end = source.partner[start] ?? start;
  const range = { start: start + 1, end };
  const branches = splitBefore(source, range, i => isWord(source, i, K.WHEN) || isWord(source, i, K.ELSE));
  const first = branches[0];
  const hasOperand = first !== undefined && !isWord(source, first.start, K.WHEN);
  const operand = hasOperand ? [' ', expressionDoc(source, first)] : [];
  const lines = (hasOperand ? branches.slice(1) : branches).map(branch =>
    concat([LINE, branchDoc(source, branch)]),
  );
  const whens = lines.length - (isWord(source, branches.at(-1)?.start ?? start, K.ELSE) ? 1 : 0);
  return group(
    concat([tokenDoc(source, start), ...operand, indent(concat(lines)), LINE, tokenDoc(source, end)]),
    whens > 1,
  );
}

function branchDoc(source: Source, branch: TokenRange): Doc {
  const keyword = tokenDoc(source, branch.start);
  const then = findTop(source, branch, i => isWord(source, i, K.THEN));
  const head = { start: branch.start + 1, end: then };
  if (then === branch.end) return concat([keyword, ' ', expressionDoc(source, head)]);
  const value = expressionDoc(source, { start: then + 1, end: branch.end });
  return group(
    concat([
      keyword,
      ' ',
      expressionDoc(source, head),
      indent(concat([LINE, tokenDoc(source, then), ' ', value])),
    ]),
  );
}

/** The parts of a chain of OR, or of AND; each but the first begins with its operator. */
function chainOf(source: Source, parts: readonly TokenRange[]): Doc[] {
  return parts.map((part, n) => {
    if (n === 0) return expressionDoc(source, part);
    const operand = expressionDoc(source, { start: part.start + 1, end: part.end });
    return concat([tokenDoc(source, part.start), ' ', operand]);
  });
}

function splitLogical(source: Source, range: TokenRange): TokenRange[] {
  const ors = splitBefore(source, range, i => isWord(source, i, K.OR));
  if (ors.length > 1) return ors;
  let betweens = 0;
  return splitBefore(source, range, i => {
    if (isWord(source, i, K.BETWEEN)) betweens++;
    if (!isWord(source, i, K.AND)) return false;
    if (betweens === 0) return true;
    betweens--;
    return false;
  });
}

const COMPARISONS = new Set<number>([
  TokenKind.Equal,
  TokenKind.NotEqual,
  TokenKind.Less,
  TokenKind.LessEqual,
  TokenKind.Greater,
  TokenKind.GreaterEqual,
]);

function comparisonDoc(source: Source, range: TokenRange): Doc {
  const parts = splitBefore(source, range, i => COMPARISONS.has(source.tokens.kind[i] ?? 0));
  return join(
    ' ',
    parts.map((part, n) => {
      if (n === 0) return sumDoc(source, part);
      const right = sumDoc(source, { start: part.start + 1, end: part.end });
      return concat([tokenDoc(source, part.start), ' ', right]);
    }),
  );
}

const SUMS = new Set<number>([TokenKind.Concat, TokenKind.Plus, TokenKind.Minus]);
const PRODUCTS = new Set<number>([TokenKind.Star, TokenKind.Slash, TokenKind.Percent]);

function sumDoc(source: Source, range: TokenRange): Doc {
  return operationsDoc(source, range, SUMS, part =>
    operationsDoc(source, part, PRODUCTS, rest => sequenceDoc(source, rest)),
  );
}

/** A chain of binary operations: it breaks in front of its operators. */
function operationsDoc(
  source: Source,
  range: TokenRange,
  operators: ReadonlySet<number>,
  printOperand: (range: TokenRange) => Doc,
): Doc {
  const parts = splitBefore(
    source,
    range,
    i => operators.has(source.tokens.kind[i] ?? 0) && isBinary(source, i, range),
  );
  if (parts.length === 1) return printOperand(range);
  const docs = parts.map((part, n) => {
    if (n === 0) return printOperand(part);
    const operand = printOperand({ start: part.start + 1, end: part.end });
    return concat([LINE, tokenDoc(source, part.start), ' ', operand]);
  });
  return group(concat([docs[0] ?? '', indent(concat(docs.slice(1)))]));
}

/** Whether the operator stands between two values, and is not a sign or the star of `t.*`. */
function isBinary(source: Source, i: number, range: TokenRange): boolean {
  if (i === range.start || i + 1 === range.end || isSign(source, i, range.start)) return false;
  const before = source.tokens.kind[i - 1];
  return before !== TokenKind.Dot && before !== TokenKind.Comma;
}
