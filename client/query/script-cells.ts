import type { NamedCell } from '../notebook/cell-references.ts';
import { type PlacedCell, placedCells } from '../notebook/placed-cells.ts';
import { statementSpans } from '../notebook/statements.ts';
import { type Statement, statementsToRun } from './statement-at.ts';

/** A cell of a script of which statements are to run. A script has the cells that it has when it is opened as a notebook. */
export interface ScriptCell {
  /** Where it starts in the script. */
  readonly start: number;
  readonly text: string;
  /** Their starts count from the cell's. */
  readonly statements: readonly { readonly text: string; readonly start: number }[];
  /** The text of the first code cell, whose directives count for all. */
  readonly firstText: string;
  /** The cells before this one that have a name. */
  readonly cells: readonly NamedCell[];
}

/** What "Run Query" runs of a script, by cells, in order: see `statementsToRun`. */
export function cellsToRun(
  script: string,
  selection: { readonly start: number; readonly end: number },
): ScriptCell[] {
  const code = placedCells(script).filter(cell => cell.kind === 'code');
  const chosen = statementsToRun(script, behindComments(selection, code));
  const firstText = code[0]?.text ?? '';
  return code.flatMap(({ start, text }, index) => {
    const statements = chosen.filter(statement => isWithin(statement, { start, text }));
    if (statements.length === 0) return [];
    const cells = code
      .slice(0, index)
      .flatMap(({ name, text: query }) => (name === undefined ? [] : [{ name, text: query }]));
    return {
      start,
      text,
      firstText,
      cells,
      statements: statements.map(({ sql, start: from }) => ({ text: sql, start: from - start })),
    };
  });
}

/** A cursor in the comments of a cell means its first statement, not the one before. */
function behindComments(
  selection: { readonly start: number; readonly end: number },
  code: readonly PlacedCell[],
): { start: number; end: number } {
  const { start, end } = selection;
  const cell = code.find(each => start >= each.start && start < each.start + each.text.length);
  const first = cell === undefined || end > start ? undefined : statementSpans(cell.text)[0];
  if (cell === undefined || first === undefined || start >= cell.start + first.start) return selection;
  return { start: cell.start + first.start, end: cell.start + first.start };
}

function isWithin(statement: Statement, { start, text }: Pick<PlacedCell, 'start' | 'text'>): boolean {
  return statement.start >= start && statement.start < start + text.length;
}
