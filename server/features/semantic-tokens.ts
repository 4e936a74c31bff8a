import { type AnalyzedScript, StatementCache } from '../script/workspace-session.ts';
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

const cache = new StatementCache<readonly SemanticToken[]>();

/** What names are, for colours that a grammar cannot tell: in the order of the document, not overlapping. */
export function semanticTokens(analyzed: AnalyzedScript, range?: Span): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  analyzed.script.statements.forEach(({ piece }, index) => {
    if (range !== undefined && (piece.end < range.start || piece.start > range.end)) return;
    for (const token of cache.get(analyzed, index, () => statementTokens(analyzed, index))) {
      tokens.push({ ...token, start: token.start + piece.start, end: token.end + piece.start });
    }
  });
  return tokens;
}

function statementTokens(analyzed: AnalyzedScript, index: number): SemanticToken[] {
  const found = new Map<number, SemanticToken>();
  for (const { span, symbol, isDeclaration } of analyzed.analysisOf(index).references) {
    if (found.has(span.start)) continue;
    const modifiers: SemanticToken['modifiers'] = isDeclaration
      ? ['declaration']
      : symbol.kind === 'function' && symbol.declaration === null
        ? ['defaultLibrary']
        : [];
    found.set(span.start, { start: span.start, end: span.end, type: TYPE_OF[symbol.kind], modifiers });
  }
  const statement = analyzed.script.statements[index]?.parsed.statement;
  if (statement !== undefined) addTypes(statement, found);
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function addTypes(statement: NodeBase, found: Map<number, SemanticToken>): void {
  walkTree(statement, node => {
    if (node.kind !== 'SimpleType') return true;
    const { name } = node as NodeBase & { readonly name: NodeBase };
    const { start, end } = name;
    if (end > start) found.set(start, { start, end, type: 'type', modifiers: [] });
    return true;
  });
}
