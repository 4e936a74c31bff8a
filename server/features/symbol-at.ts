import type { AnalyzedScript } from '../script/workspace-session.ts';
import { type ScriptStatement, statementIndexAt } from '../script/script.ts';
import type { Analysis, Reference } from '../semantics/model.ts';

/** What stands at an offset of a document. Spans of the analysis count from `statement.piece.start`. */
export interface PlaceInScript {
  readonly index: number;
  readonly statement: ScriptStatement;
  readonly analysis: Analysis;
  /** The offset inside the statement. */
  readonly local: number;
}

/** The statement around an offset; undefined outside of all. */
export function placeInScript(analyzed: AnalyzedScript, offset: number): PlaceInScript | undefined {
  const index = statementIndexAt(analyzed.script, offset);
  const statement = analyzed.script.statements[index];
  if (statement === undefined) return undefined;
  const { start, end } = statement.piece;
  if (offset < start || offset > end) return undefined;
  return { index, statement, analysis: analyzed.analysisOf(index), local: offset - start };
}

/** The reference that an offset touches. */
export function referenceAt({ analysis, local }: PlaceInScript): Reference | undefined {
  return analysis.references.find(({ span }) => span.start <= local && local <= span.end);
}

/** All places of the statement that name the same thing. */
export function referencesTo({ analysis }: PlaceInScript, reference: Reference): Reference[] {
  const { symbol } = reference;
  const same = analysis.references.filter(item => item.symbol === symbol || isSameTable(item, reference));
  // `SELECT a AS b`: the same place may be noted more than once.
  return [...new Map(same.map(item => [item.span.start, item])).values()];
}

/** A table of the catalog has a symbol at each place where it is named. */
function isSameTable(a: Reference, b: Reference): boolean {
  const [left, right] = [a.symbol, b.symbol];
  if (left.kind !== right.kind || left.table === undefined || right.table === undefined) return false;
  if (left.kind !== 'table' && left.kind !== 'column') return false;
  return left.name.toLowerCase() === right.name.toLowerCase() && sameText(left.table, right.table);
}

function sameText(a: object, b: object): boolean {
  return JSON.stringify(a).toLowerCase() === JSON.stringify(b).toLowerCase();
}
