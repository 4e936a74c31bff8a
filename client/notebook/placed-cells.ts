import { readSqlCells } from './sql-cells.ts';
import { statementSpans } from './statements.ts';

/** A cell of a script, and where it starts in it. */
export interface PlacedCell {
  readonly kind: 'code' | 'markdown';
  readonly name?: string;
  readonly start: number;
  /** As it stands in the script. */
  readonly text: string;
}

/** The cells that a script has when it is opened as a notebook. */
export function placedCells(script: string): PlacedCell[] {
  let at = 0;
  return readSqlCells(script, statementSpans).cells.map(({ kind, name, origin }) => {
    const { lead = '', raw = '' } = origin ?? {};
    const start = at + lead.length;
    at = start + raw.length;
    return { kind, start, text: raw, ...(name === undefined ? {} : { name }) };
  });
}
