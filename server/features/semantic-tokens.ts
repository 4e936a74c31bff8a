import type { AnalyzedScript } from '../script/workspace-session.ts';
import type { SymbolKind } from '../semantics/model.ts';
import { walkTree } from '../semantics/tree.ts';
import type { NodeBase, Span } from '../sql/index.ts';

export const TOKEN_TYPES = [
  'namespace',
  'class',
  'type',
  'property',
  'variable',
  'parameter',
  'function',
  'enumMember',
] as const;
export const TOKEN_MODIFIERS = ['declaration', 'defaultLibrary'] as const;

export interface SemanticToken extends Span {
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

const TYPE_OF: Readonly<Record<SymbolKind, SemanticToken['type']>> = {
  table: 'class',
  commonTable: 'class',
  relationAlias: 'variable',
  column: 'property',
  columnAlias: 'property',
  field: 'property',
  window: 'variable',
  patternVariable: 'variable',
  lambdaParameter: 'parameter',
  variable: 'variable',
  parameter: 'parameter',
  function: 'function',
  label: 'enumMember',
};

/** What names are, for colours that a grammar cannot tell: in the order of the document, not overlapping. */
export function semanticTokens(analyzed: AnalyzedScript, range?: Span): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  analyzed.script.statements.forEach(({ piece, parsed }, index) => {
    if (range !== undefined && (piece.end < range.start || piece.start > range.end)) return;
    const found = new Map<number, SemanticToken>();
    for (const { span, symbol, isDeclaration } of analyzed.analysisOf(index).references) {
      const start = span.start + piece.start;
      if (found.has(start)) continue;
      const modifiers: SemanticToken['modifiers'] = isDeclaration
        ? ['declaration']
        : symbol.kind === 'function' && symbol.declaration === null
          ? ['defaultLibrary']
          : [];
      found.set(start, { start, end: span.end + piece.start, type: TYPE_OF[symbol.kind], modifiers });
    }
    addTypes(parsed.statement, piece.start, found);
    tokens.push(...[...found.values()].sort((a, b) => a.start - b.start));
  });
  return tokens;
}

function addTypes(statement: NodeBase, offset: number, found: Map<number, SemanticToken>): void {
  walkTree(statement, node => {
    if (node.kind !== 'SimpleType') return true;
    const { name } = node as NodeBase & { readonly name: NodeBase };
    const start = name.start + offset;
    if (name.end > name.start)
      found.set(start, { start, end: name.end + offset, type: 'type', modifiers: [] });
    return true;
  });
}
