import {
  DocumentHighlightKind,
  type DocumentSymbol,
  type FoldingRange,
  InlayHintKind,
  type SelectionRange,
  SymbolKind,
  type SymbolInformation,
} from 'vscode-languageserver';
import { encodeTokens, toRange, toSpan } from './conversions.ts';
import type { ServerContext } from './diagnostics-publisher.ts';
import type { SqlDocument } from './documents.ts';
import { hoverAt } from './features/hover.ts';
import { inlayHints } from './features/inlay-hints.ts';
import { definitionAt, referencesAt } from './features/navigation.ts';
import { foldingRanges, type OutlineItem, outlineOf, selectionSpans } from './features/outline.ts';
import { semanticTokens } from './features/semantic-tokens.ts';

const WORKSPACE_SYMBOL_LIMIT = 100;

/** The requests that only look: hover, navigation, outline, colours. */
export function answerReading(context: ServerContext): void {
  const { connection, documents, workspace } = context;
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const { findFunction } = workspace.inputFor(document);
    const hover = hoverAt(workspace.analyzed(document), document.offsetAt(position), findFunction);
    if (hover === undefined) return null;
    return { contents: { kind: 'markdown', value: hover.markdown }, range: toRange(document, hover.span) };
  });
  connection.onDefinition(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const span = definitionAt(workspace.analyzed(document), document.offsetAt(position));
    return span === undefined ? null : { uri: document.uri, range: toRange(document, span) };
  });
  connection.onReferences(({ textDocument, position, context: { includeDeclaration } }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return referencesAt(workspace.analyzed(document), document.offsetAt(position))
      .filter(reference => includeDeclaration || !reference.isDeclaration)
      .map(reference => ({ uri: document.uri, range: toRange(document, reference) }));
  });
  connection.onDocumentHighlight(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return referencesAt(workspace.analyzed(document), document.offsetAt(position)).map(reference => ({
      range: toRange(document, reference),
      kind: reference.isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
  });
  answerStructure(context);
  answerColours(context);
}

function answerStructure({ connection, documents, workspace }: ServerContext): void {
  connection.onDocumentSymbol(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return outlineOf(workspace.scriptOf(document)).map(item => documentSymbol(document, item));
  });
  connection.onWorkspaceSymbol(({ query }) => {
    const wanted = query.toLowerCase();
    return documents
      .all()
      .flatMap(document => flatSymbols(document, outlineOf(workspace.scriptOf(document))))
      .filter(symbol => symbol.name.toLowerCase().includes(wanted))
      .slice(0, WORKSPACE_SYMBOL_LIMIT);
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return foldingRanges(workspace.scriptOf(document)).map((folding): FoldingRange => {
      const { start, end } = toRange(document, folding);
      return { startLine: start.line, endLine: end.line, kind: folding.kind };
    });
  });
  connection.onSelectionRanges(({ textDocument, positions }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return positions.map(position => {
      const spans = selectionSpans(workspace.scriptOf(document), document.offsetAt(position));
      return (
        spans.reduceRight<SelectionRange | undefined>(
          (parent, span) => ({ range: toRange(document, span), ...(parent === undefined ? {} : { parent }) }),
          undefined,
        ) ?? { range: { start: position, end: position } }
      );
    });
  });
}

function answerColours({ connection, documents, workspace }: ServerContext): void {
  connection.languages.semanticTokens.on(({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return { data: [] };
    return { data: encodeTokens(document, semanticTokens(workspace.analyzed(document))) };
  });
  connection.languages.semanticTokens.onRange(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return { data: [] };
    const tokens = semanticTokens(workspace.analyzed(document), toSpan(document, range));
    return { data: encodeTokens(document, tokens) };
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    return inlayHints(workspace.analyzed(document), toSpan(document, range)).map(hint => ({
      position: document.positionAt(hint.offset),
      label: hint.text,
      ...(hint.kind === 'type' ? { kind: InlayHintKind.Type } : {}),
      ...(hint.tooltip === undefined ? {} : { tooltip: hint.tooltip }),
    }));
  });
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  query: SymbolKind.Event,
  table: SymbolKind.Struct,
  change: SymbolKind.Operator,
  routine: SymbolKind.Function,
  commonTable: SymbolKind.Class,
  column: SymbolKind.Field,
};

function documentSymbol(document: SqlDocument, item: OutlineItem): DocumentSymbol {
  return {
    name: item.name,
    detail: item.detail,
    kind: SYMBOL_KINDS[item.kind],
    range: toRange(document, item.span),
    selectionRange: toRange(document, item.selection),
    children: item.children.map(child => documentSymbol(document, child)),
  };
}

function flatSymbols(
  document: SqlDocument,
  items: readonly OutlineItem[],
  container = '',
): SymbolInformation[] {
  return items.flatMap(item => [
    {
      name: item.name,
      kind: SYMBOL_KINDS[item.kind],
      location: { uri: document.uri, range: toRange(document, item.span) },
      containerName: container,
    },
    ...flatSymbols(document, item.children, item.name),
  ]);
}
