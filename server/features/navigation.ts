import type { TablePath } from '../catalog-index/catalog-view.ts';
import type { AnalyzedScript } from '../script/workspace-session.ts';
import type { Reference, SqlSymbol } from '../semantics/model.ts';
import { lookupTable, pathKey, tablePath } from '../semantics/tables.ts';
import type { QualifiedName, Span } from '../sql/index.ts';
import { spellName } from './sql-names.ts';
import { type PlaceInScript, placeInScript, referenceAt, referencesTo } from './symbol-at.ts';

export interface DocumentReference extends Span {
  readonly isDeclaration: boolean;
}

/** Where the thing at an offset is declared: in the statement, or by a CREATE of the same script. */
export function definitionAt(analyzed: AnalyzedScript, offset: number): Span | undefined {
  const place = placeInScript(analyzed, offset);
  const reference = place === undefined ? undefined : referenceAt(place);
  if (place === undefined || reference === undefined) return undefined;
  const { declaration, table, kind } = reference.symbol;
  if (declaration !== null) return shift(place, declaration);
  if (table === undefined || (kind !== 'table' && kind !== 'column')) return undefined;
  return creationOf(analyzed, reference.symbol);
}

/** The table of the catalog that the thing at an offset is, or is a column of. */
export function tableAt(analyzed: AnalyzedScript, offset: number): TablePath | undefined {
  const place = placeInScript(analyzed, offset);
  const symbol = place === undefined ? undefined : referenceAt(place)?.symbol;
  if (place === undefined || (symbol?.kind !== 'table' && symbol?.kind !== 'column')) return undefined;
  const { table } = symbol;
  const found = table === undefined ? undefined : lookupTable(analyzed.environmentOf(place.index), table);
  if (table === undefined || found?.state !== 'present') return undefined;
  const dollar = table.table.lastIndexOf('$');
  return dollar > 0 ? { ...table, table: table.table.slice(0, dollar) } : table;
}

/** The name in the statement that makes a table, or the column's name in it. */
function creationOf(analyzed: AnalyzedScript, { table, kind, name }: SqlSymbol): Span | undefined {
  if (table === undefined) return undefined;
  for (const [index, { parsed, piece }] of analyzed.script.statements.entries()) {
    const { statement } = parsed;
    if (!/^Create(Table|TableAs|View|MaterializedView)$/.test(statement.kind)) continue;
    const created = (statement as typeof statement & { readonly name: QualifiedName }).name;
    const path = tablePath(created, analyzed.environmentOf(index));
    if (path === undefined || pathKey(path) !== pathKey(table)) continue;
    const elements = statement.kind === 'CreateTable' && kind === 'column' ? statement.elements : [];
    const column = elements.find(
      element =>
        element.kind === 'ColumnDefinition' &&
        element.name.parts[0]?.name.toLowerCase() === name.toLowerCase(),
    );
    const target = column?.kind === 'ColumnDefinition' ? column.name : (created.parts.at(-1) ?? created);
    return { start: target.start + piece.start, end: target.end + piece.start };
  }
  return undefined;
}

/** Every place that names the same thing; tables and their columns are followed through the whole script. */
export function referencesAt(analyzed: AnalyzedScript, offset: number): DocumentReference[] {
  const place = placeInScript(analyzed, offset);
  const reference = place === undefined ? undefined : referenceAt(place);
  if (place === undefined || reference === undefined) return [];
  const { symbol } = reference;
  const isGlobal = symbol.declaration === null && symbol.table !== undefined;
  if (!isGlobal) return located(place, referencesTo(place, reference));
  return analyzed.script.statements.flatMap((statement, index) => {
    const analysis = analyzed.analysisOf(index);
    const there: PlaceInScript = { index, statement, analysis, local: 0 };
    return located(there, referencesTo(there, reference));
  });
}

function located(place: PlaceInScript, references: readonly Reference[]): DocumentReference[] {
  return references
    .map(({ span, isDeclaration }) => ({ ...shift(place, span), isDeclaration }))
    .sort((a, b) => a.start - b.start);
}

function shift({ statement }: PlaceInScript, { start, end }: Span): Span {
  return { start: start + statement.piece.start, end: end + statement.piece.start };
}

export type RenameTarget =
  | { readonly kind: 'renamable'; readonly span: Span; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether the thing at an offset can be renamed: only what the statement itself declares. */
export function renameTargetAt(analyzed: AnalyzedScript, offset: number): RenameTarget {
  const place = placeInScript(analyzed, offset);
  const reference = place === undefined ? undefined : referenceAt(place);
  if (place === undefined || reference === undefined)
    return { kind: 'refused', reason: 'There is no name here.' };
  const { symbol, span } = reference;
  if (symbol.declaration !== null && symbol.isRenamable === true) {
    return { kind: 'renamable', span: shift(place, span), name: symbol.name };
  }
  const what =
    symbol.kind === 'function'
      ? 'A built-in function'
      : `The ${symbol.kind === 'table' ? 'table' : 'column'}`;
  return {
    kind: 'refused',
    reason: `${what} ${symbol.name} is not declared in this statement, so it keeps its name.`,
  };
}

/** The places to change for a new name, and how it is spelt; a reason when it cannot be done. */
export function renameAt(
  analyzed: AnalyzedScript,
  offset: number,
  newName: string,
): { readonly spans: readonly Span[]; readonly newText: string } | { readonly refusal: string } {
  const target = renameTargetAt(analyzed, offset);
  if (target.kind === 'refused') return { refusal: target.reason };
  const name = unquoted(newName.trim());
  if (name === '') return { refusal: 'A name needs at least one character.' };
  return { spans: referencesAt(analyzed, offset), newText: spellName(name) };
}

function unquoted(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
