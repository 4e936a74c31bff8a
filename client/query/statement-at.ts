import { splitScript } from '../../server/sql/words.ts';

/** A statement of a script, without its semicolon, and where it starts. */
export interface Statement {
  readonly sql: string;
  readonly start: number;
}

/**
 * What "Run Query" runs: the statements that a selection holds, or the one at the cursor. A cursor right behind a
 * semicolon, or on the empty lines after one, means the statement before it.
 */
export function statementsToRun(
  text: string,
  selection: { readonly start: number; readonly end: number },
): Statement[] {
  if (selection.end > selection.start) {
    return statementsOf(text.slice(selection.start, selection.end)).map(statement => ({
      ...statement,
      start: statement.start + selection.start,
    }));
  }
  const statements = statementsOf(text);
  const before = statements.findLast(statement => statement.start <= selection.start);
  const chosen = before ?? statements[0];
  return chosen === undefined ? [] : [chosen];
}

function statementsOf(text: string): Statement[] {
  return splitScript(text)
    .filter(piece => piece.endToken > piece.firstToken)
    .map(({ start, end }) => ({ sql: text.slice(start, end), start }));
}
