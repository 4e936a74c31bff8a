import {
  lex,
  type ParsedStatement,
  parseStatement,
  type ScriptPiece,
  splitScript,
  tokensOfPieces,
} from '../sql/index.ts';

/** One statement of a document: where it stands, and its tree, whose offsets count from `piece.start`. */
export interface ScriptStatement {
  readonly piece: StatementPiece;
  /** A pure function of the statement's text: the same object as long as the text stays the same. */
  readonly parsed: ParsedStatement;
}

export type StatementPiece = Pick<ScriptPiece, 'start' | 'end' | 'fullStart' | 'fullEnd' | 'hasSemicolon'>;

/** A document cut into statements. */
export interface Script {
  readonly text: string;
  readonly statements: readonly ScriptStatement[];
  /** Whether everything that was opened is closed: then no edit reaches further than its own statement. */
  readonly isClosed: boolean;
}

/** Reads a text; what stands in `previous` too is neither cut nor parsed again. */
export function readScript(text: string, previous?: Script): Script {
  if (previous?.isClosed === true) {
    const read = rereadScript(text, previous);
    if (read !== undefined) return read;
  }
  const known = new Map(previous?.statements.map(({ parsed }) => [parsed.text, parsed]));
  return { text, ...readStatements(text, 0, known) };
}

/** Cuts a stretch that begins at a statement. */
function readStatements(
  text: string,
  offset: number,
  known: Map<string, ParsedStatement>,
): Pick<Script, 'statements' | 'isClosed'> {
  const tokens = lex(text);
  const pieces = splitScript(text, tokens).filter(piece => piece.firstToken < piece.endToken);
  const pieceTokens = tokens.problems.length === 0 ? tokensOfPieces(tokens, pieces) : [];
  const statements = pieces.map((piece, i) => {
    const own = text.slice(piece.start, piece.end);
    let parsed = known.get(own);
    if (parsed === undefined) known.set(own, (parsed = parseStatement(own, pieceTokens[i])));
    return { piece: movePiece(piece, offset), parsed };
  });
  return { statements, isClosed: tokens.problems.length === 0 };
}

/**
 * Reads only the statements around a change. The statements in front of it stay as they are, those behind it move. Undefined
 * when the change reaches further, such as an opened comment.
 */
function rereadScript(text: string, previous: Script): Script | undefined {
  const old = previous.text;
  const { statements } = previous;
  const prefix = commonPrefix(old, text);
  const suffix = commonSuffix(old, text, Math.min(old.length, text.length) - prefix);
  const delta = text.length - old.length;
  // One statement more on each side, because a change may join neighbours.
  const first = Math.max(0, statements.findIndex(({ piece }) => piece.fullEnd >= prefix) - 1);
  const behind = statements.findIndex(({ piece }) => piece.fullStart > old.length - suffix);
  const last = behind < 0 ? statements.length - 1 : Math.min(behind, statements.length - 1);
  if (statements.length === 0 || last < first) return undefined;
  // Pieces without a statement, such as a second semicolon, lie in between.
  const from = first === 0 ? 0 : (statements[first - 1]?.piece.fullEnd ?? 0);
  const to = statements[last + 1]?.piece.fullStart ?? old.length;
  const isToEnd = last === statements.length - 1;
  const middle = isToEnd ? text.slice(from) : text.slice(from, to + delta);
  const known = new Map(statements.slice(first, last + 1).map(({ parsed }) => [parsed.text, parsed]));
  const read = readStatements(middle, from, known);
  const end = read.statements.at(-1)?.piece;
  // A comment on the last line would go on in the text behind it.
  const isOpenLine = middle.slice(middle.lastIndexOf('\n') + 1).includes('--');
  const isCut = end?.hasSemicolon === true && end.fullEnd === to + delta && read.isClosed && !isOpenLine;
  const isWhole = isToEnd || isCut;
  if (!isWhole) return undefined;
  const tail = statements.slice(last + 1);
  const moved =
    delta === 0 ? tail : tail.map(({ piece, parsed }) => ({ piece: movePiece(piece, delta), parsed }));
  return {
    text,
    statements: [...statements.slice(0, first), ...read.statements, ...moved],
    isClosed: read.isClosed,
  };
}

function movePiece(
  { start, end, fullStart, fullEnd, hasSemicolon }: StatementPiece,
  by: number,
): StatementPiece {
  return { start: start + by, end: end + by, fullStart: fullStart + by, fullEnd: fullEnd + by, hasSemicolon };
}

const STRIDE = 4096;

/** Whole stretches are compared at once, single characters only in the one that differs. */
function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + STRIDE <= most && a.slice(at, at + STRIDE) === b.slice(at, at + STRIDE)) at += STRIDE;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonSuffix(a: string, b: string, most: number): number {
  let length = 0;
  const isSame = (count: number): boolean =>
    a.slice(a.length - count, a.length - length) === b.slice(b.length - count, b.length - length);
  while (length + STRIDE <= most && isSame(length + STRIDE)) length += STRIDE;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}

/** The index of the statement that an offset belongs to: the one it stands in, or the one it stands behind. */
export function statementIndexAt(script: Script, offset: number): number {
  let low = 0;
  let high = script.statements.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((script.statements[middle]?.piece.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return script.statements.length === 0 ? -1 : low;
}

/** The statement that is being written at an offset; undefined between statements. */
export function statementAt(script: Script, offset: number): ScriptStatement | undefined {
  const found = script.statements[statementIndexAt(script, offset)];
  if (found === undefined || offset < found.piece.start) return undefined;
  return offset > found.piece.end && found.piece.hasSemicolon ? undefined : found;
}
