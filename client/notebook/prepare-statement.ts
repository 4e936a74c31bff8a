import { type NamedCell, referenceEdit } from './cell-references.ts';
import type { StatementError } from './messages.ts';
import { findParameters, parameterEdits, type ParameterValue } from './parameters.ts';
import { applyEdits, offsetOf, placeOf, type TextEdit } from './text-edits.ts';

/** A statement as it is sent, and the way back from Trino's places to the text of the cell. */
export interface PreparedStatement {
  readonly text: string;
  /** The same with its parameters left in: what can be kept and prepared again. */
  readonly template: string;
  /** The error with its place in the statement as it stands in the cell; without a place when it lies in what was put in. */
  locate(error: StatementError): StatementError;
}

/** Puts parameters and named cells into a statement. Throws when a parameter has no value. */
export function prepareStatement(
  statement: string,
  {
    cells,
    values,
    snapshots = [],
  }: {
    readonly cells: readonly NamedCell[];
    readonly values: ReadonlyMap<string, ParameterValue>;
    /** What reads tables as of a snapshot. */
    readonly snapshots?: readonly TextEdit[];
  },
): PreparedStatement {
  const reference = referenceEdit(statement, cells);
  const withCells = applyEdits(statement, reference === undefined ? snapshots : [reference, ...snapshots]);
  // Named cells may have parameters too, so they are looked for in the whole.
  const uses = findParameters(withCells.text);
  const whole = applyEdits(withCells.text, parameterEdits(uses, values));
  return {
    text: whole.text,
    template: withCells.text,
    locate: ({ line, column, ...error }) => {
      if (line === undefined) return error;
      const sent = offsetOf(whole.text, { line, column: column ?? 1 });
      const between = whole.toOriginal(sent);
      const original = between === undefined ? undefined : withCells.toOriginal(between);
      return original === undefined ? error : { ...error, ...placeOf(statement, original) };
    },
  };
}

/** The names of the parameters that a statement needs, those of the cells it uses included. */
export function neededParameters(statement: string, cells: readonly NamedCell[]): string[] {
  const reference = referenceEdit(statement, cells);
  const { text } = applyEdits(statement, reference === undefined ? [] : [reference]);
  return [...new Set(findParameters(text).map(use => use.name))];
}
