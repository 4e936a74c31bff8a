import type { AnalyzedScript } from '../script/workspace-session.ts';
import { scopeAt } from '../semantics/analyze.ts';
import type { Analysis } from '../semantics/model.ts';
import { starColumns } from '../semantics/selects.ts';
import { isUnknown, typeText } from '../semantics/sql-type.ts';
import { walkTree } from '../semantics/tree.ts';
import type { CommonTable, NodeBase, Select, Span, Star } from '../sql/index.ts';

export interface InlayHint {
  readonly offset: number;
  readonly text: string;
  readonly kind: 'type' | 'columns';
  /** The whole of a text that was shortened. */
  readonly tooltip?: string;
}

const COLUMNS_SHOWN = 6;

/** Types of the columns of common tables, and what a star stands for. */
export function inlayHints(analyzed: AnalyzedScript, range: Span): InlayHint[] {
  const hints: InlayHint[] = [];
  analyzed.script.statements.forEach(({ piece, parsed }, index) => {
    if (piece.end < range.start || piece.start > range.end) return;
    const analysis = analyzed.analysisOf(index);
    walkTree(parsed.statement, node => {
      if (node.kind === 'CommonTable') hints.push(...columnTypes(node as CommonTable, analysis, piece.start));
      if (node.kind === 'Select') hints.push(...stars(node as Select, analysis, piece.start));
      return true;
    });
  });
  return hints.filter(hint => hint.offset >= range.start && hint.offset <= range.end);
}

function columnTypes(node: CommonTable, analysis: Analysis, offset: number): InlayHint[] {
  const output = analysis.queries.get(node.query);
  if (output === undefined) return [];
  const places: (NodeBase | null)[] =
    node.columns.length > 0
      ? [...node.columns]
      : output.columns.map(column =>
          column.symbol.kind === 'columnAlias' ? column.symbol.declaration : null,
        );
  return places.flatMap((place, i) => {
    const type = output.columns[i]?.type;
    const isInside = place !== null && place.start >= node.start && place.end <= node.end;
    if (!isInside || type === undefined || isUnknown(type)) return [];
    return [{ offset: place.end + offset, text: `: ${typeText(type)}`, kind: 'type' as const }];
  });
}

function stars(select: Select, analysis: Analysis, offset: number): InlayHint[] {
  return select.items.flatMap(item => {
    if (item.kind !== 'Star' || item.aliases.length > 0) return [];
    const names = starNames(item, analysis);
    if (names === undefined || names.length === 0) return [];
    const shown = names.slice(0, COLUMNS_SHOWN).join(', ');
    const more = names.length > COLUMNS_SHOWN ? `, … ${names.length - COLUMNS_SHOWN} more` : '';
    return [
      {
        offset: item.end + offset,
        text: ` ${shown}${more}`,
        kind: 'columns' as const,
        tooltip: names.join(', '),
      },
    ];
  });
}

/** The names of the columns that a star stands for; undefined when they are not all known. */
export function starNames(star: Star, analysis: Analysis): string[] | undefined {
  const scope = scopeAt(analysis, star.start)?.scope;
  if (scope === undefined) return undefined;
  if (star.base === null) {
    const isKnown = scope.isComplete && scope.relations.every(relation => relation.isResolved);
    return isKnown ? starColumns(scope).map(column => column.name) : undefined;
  }
  if (star.base.kind !== 'ColumnReference') return undefined;
  const wanted = star.base.name.name.toLowerCase();
  const owner = scope.relations.find(relation => relation.name?.toLowerCase() === wanted);
  if (owner?.isResolved !== true) return undefined;
  return owner.columns.filter(column => column.isHidden !== true).map(column => column.name);
}
