import { lex, type ParsedStatement, parseStatement, type ScriptPiece, splitScript } from '../sql/index.ts';

/** One statement of a document: where it stands, and its tree, whose offsets count from `piece.start`. */
export interface ScriptStatement {
  readonly piece: ScriptPiece;
  /** A pure function of the statement's text: the same object as long as the text stays the same. */
  readonly parsed: ParsedStatement;
}

/** A document cut into statements. */
export interface Script {
  readonly text: string;
  readonly statements: readonly ScriptStatement[];
}

/** Reads a text; statements whose text stands in `previous` too are not parsed again. */
export function readScript(text: string, previous?: Script): Script {
  const known = new Map(previous?.statements.map(({ parsed }) => [parsed.text, parsed]));
  const statements = splitScript(text, lex(text)).flatMap(piece => {
    if (piece.firstToken === piece.endToken) return [];
    const own = text.slice(piece.start, piece.end);
    let parsed = known.get(own);
    if (parsed === undefined) known.set(own, (parsed = parseStatement(own)));
    return [{ piece, parsed }];
  });
  return { text, statements };
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
